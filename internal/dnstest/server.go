// Package dnstest is a name server for tests: it answers questions for texts and addresses from what a test has told it,
// over UDP on the loopback interface. It knows nothing of hospes.
package dnstest

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Server is a name server that knows TXT, A and AAAA records. Names that it does not know do not exist.
type Server struct {
	Addr string

	conn  net.PacketConn
	mu    sync.Mutex
	txt   map[string][]string            // by name in lower case, without the last dot
	leads map[string]func() []netip.Addr // likewise
	code  dnsmessage.RCode               // of every answer, where it is not success
	drop  func()                         // called in place of an answer
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: conn.LocalAddr().String(), conn: conn, txt: map[string][]string{}, leads: map[string]func() []netip.Addr{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.serve()
	}()
	t.Cleanup(func() {
		_ = conn.Close() // a server that was stopped is closed already
		<-done
	})
	return s
}

// Set gives a name its TXT records; without any, the name exists and has none.
func (s *Server) Set(name string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.txt[strings.ToLower(name)] = texts
}

// Lead makes a name lead to addresses of IPv4, asked for anew with each question for them.
func (s *Server) Lead(name string, to func() []netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leads[strings.ToLower(name)] = to
}

// Resolver gives a resolver that asks this server.
func (s *Server) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Addr)
	}}
}

// Fail makes every answer a failure of the server, or not any more.
func (s *Server) Fail(fail bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code = dnsmessage.RCodeSuccess
	if fail {
		s.code = dnsmessage.RCodeServerFailure
	}
}

// Drop leaves questions without an answer, and calls a function for each.
func (s *Server) Drop(called func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop = called
}

// Stop closes the server, as one that is down.
func (s *Server) Stop() { _ = s.conn.Close() }

func (s *Server) serve() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := s.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		if answer := s.answer(buffer[:n]); answer != nil {
			if _, err := s.conn.WriteTo(answer, from); err != nil {
				return
			}
		}
	}
}

// answer gives the answer to a question; nil for none.
func (s *Server) answer(question []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(question)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drop != nil {
		s.drop()
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	texts, known := s.txt[name]
	leads := s.leads[name]
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RCode: s.code},
		Questions: []dnsmessage.Question{q},
	}
	switch {
	case s.code != dnsmessage.RCodeSuccess:
	case !known && leads == nil:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && leads != nil:
		for _, to := range leads() {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: to.As4()},
			})
		}
	case q.Type == dnsmessage.TypeTXT:
		for _, text := range texts {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET, TTL: 60},
				Body:   &dnsmessage.TXTResource{TXT: []string{text}},
			})
		}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}
