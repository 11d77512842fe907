package outbound_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/dnstest"
	"github.com/hospes-dev/hospes/outbound"
)

var ctx = context.Background()

// TestReliabilitySSRF_Addresses: what is not of the internet is closed, in whatever way it is written.
func TestReliabilitySSRF_Addresses(t *testing.T) {
	for _, text := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
		"169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1",
		"5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff05::1:3",
	} {
		if outbound.Open(netip.MustParseAddr(text)) {
			t.Errorf("%s is open", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "::ffff:1.1.1.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"} {
		if !outbound.Open(netip.MustParseAddr(text)) {
			t.Errorf("%s is closed", text)
		}
	}
}

// site is a server with a certificate for example.com, which counts who connects.
type site struct {
	*httptest.Server
	port        string
	connections atomic.Int64
}

// listen makes a site at an address of the loopback interface, and at a port where that matters.
func listen(t *testing.T, address string, h http.Handler) *site {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{Server: httptest.NewUnstartedServer(h)}
	s.Server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	if err := s.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	s.Listener = l
	s.StartTLS()
	t.Cleanup(s.Close)
	_, s.port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
}

// client makes a client that goes to the prefixes, asks the name server and believes the certificate.
func client(s *site, names *dnstest.Server, timeout time.Duration, allowed ...string) *outbound.Client {
	config := outbound.Config{Resolver: names.Resolver(), Roots: x509.NewCertPool(), Timeout: timeout}
	config.Roots.AddCert(s.Certificate())
	for _, p := range allowed {
		config.Allowed = append(config.Allowed, netip.MustParsePrefix(p))
	}
	return outbound.New(config)
}

func always(texts ...string) func() []netip.Addr {
	return func() (list []netip.Addr) {
		for _, text := range texts {
			list = append(list, netip.MustParseAddr(text))
		}
		return list
	}
}

// TestReliabilitySSRF_NothingConnects: no way of writing this machine's own address leads to it.
func TestReliabilitySSRF_NothingConnects(t *testing.T) {
	s, names := listen(t, "127.0.0.1:0", says("secret")), dnstest.New(t)
	names.Lead("example.com", always("127.0.0.1"))
	c := client(s, names, time.Minute)
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "localhost", "localhost.", "LOCALHOST", "example.com", "example.com.", "127。0。0。1", "①②⑦.0.0.1",
	} {
		if body, err := c.Get(ctx, "https://"+host+":"+s.port+"/", 100); err == nil {
			t.Errorf("%s answers %s", host, body)
		}
	}
	for _, url := range []string{"http://example.com:" + s.port, "file:///etc/passwd", "gopher://127.0.0.1:" + s.port, "", "https://", "//127.0.0.1", "https://user:pass@127.0.0.1:" + s.port, "://"} {
		if body, err := c.Get(ctx, url, 100); err == nil {
			t.Errorf("%s answers %s", url, body)
		}
	}
	if n := s.connections.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	allowed := client(s, names, time.Minute, "127.0.0.1/32")
	if body, err := allowed.Get(ctx, "https://example.com:"+s.port+"/", 100); err != nil || string(body) != "secret" {
		t.Errorf("where the operator allows it: %q, %v", body, err)
	}
}

// TestReliabilitySSRF_Rebinding: a name that leads elsewhere the second time is looked at the second time, and of several
// addresses only those are gone to that are open.
func TestReliabilitySSRF_Rebinding(t *testing.T) {
	outside, names := listen(t, "127.0.0.2:0", says("hello")), dnstest.New(t)
	inside := listen(t, "127.0.0.1:0", says("secret"))
	c := client(outside, names, time.Minute, "127.0.0.2/32")
	var calls atomic.Int64
	names.Lead("example.com", func() []netip.Addr {
		if calls.Add(1) == 1 {
			return always("127.0.0.2")()
		}
		return always("127.0.0.1")()
	})
	if body, err := c.Get(ctx, "https://example.com:"+outside.port+"/", 100); err != nil || string(body) != "hello" {
		t.Fatalf("%q, %v", body, err)
	}
	if body, err := c.Get(ctx, "https://example.com:"+inside.port+"/", 100); err == nil || calls.Load() < 2 {
		t.Errorf("%q after %d questions", body, calls.Load())
	}
	names.Lead("example.com", always("127.0.0.1", "127.0.0.2"))
	if body, err := c.Get(ctx, "https://example.com:"+outside.port+"/", 100); err != nil || string(body) != "hello" {
		t.Errorf("one of two: %q, %v", body, err)
	}
	if n := inside.connections.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// TestReliabilitySSRF_Redirects are looked at like the first address, and there are not many of them.
func TestReliabilitySSRF_Redirects(t *testing.T) {
	names := dnstest.New(t)
	names.Lead("example.com", always("127.0.0.2"))
	inside := listen(t, "127.0.0.1:0", says("secret"))
	var outside *site
	outside = listen(t, "127.0.0.2:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/inside": "https://127.0.0.1:" + inside.port + "/", "/name": "https://localhost:" + inside.port + "/", "/metadata": "https://169.254.169.254/latest/meta-data/",
			"/plain": "http://example.com:" + outside.port + "/", "/ring": "/ring", "/file": "file:///etc/passwd", "/once": "/",
		}[r.URL.Path]
		if to == "" {
			fmt.Fprint(w, "hello")
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	}))
	c := client(outside, names, time.Minute, "127.0.0.2/32")
	for _, path := range []string{"/inside", "/name", "/metadata", "/plain", "/ring", "/file"} {
		body, err := c.Get(ctx, "https://example.com:"+outside.port+path, 100)
		if hospes.KindOf(err) != hospes.KindUnavailable {
			t.Errorf("%s: %q, %v", path, body, err)
		}
	}
	if n := inside.connections.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
	if body, err := c.Get(ctx, "https://example.com:"+outside.port+"/once", 100); err != nil || string(body) != "hello" {
		t.Errorf("within the site: %q, %v", body, err)
	}
}

// TestReliabilitySSRF_SizeAndTime: one that answers without end, too late or not at all is given up.
func TestReliabilitySSRF_SizeAndTime(t *testing.T) {
	names := dnstest.New(t)
	names.Lead("example.com", always("127.0.0.2"))
	s := listen(t, "127.0.0.2:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			fmt.Fprint(w, strings.Repeat("x", 1000))
		case "/more":
			fmt.Fprint(w, strings.Repeat("x", 1001))
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		case "/missing":
			http.NotFound(w, r)
		case "/gzip":
			if r.Header.Get("Accept-Encoding") != "" {
				t.Errorf("it asks for %q", r.Header.Get("Accept-Encoding"))
			}
		}
	}))
	c := client(s, names, time.Minute, "127.0.0.2/32")
	if body, err := c.Get(ctx, "https://example.com:"+s.port+"/exact", 1000); err != nil || len(body) != 1000 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	for _, path := range []string{"/more", "/endless", "/header", "/missing"} {
		if _, err := c.Get(ctx, "https://example.com:"+s.port+path, 1000); hospes.KindOf(err) != hospes.KindUnavailable {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Get(ctx, "https://example.com:"+s.port+"/gzip", 1000); err != nil {
		t.Error(err)
	}
	slow := listen(t, "127.0.0.2:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" { // the head comes at once, the rest never
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // whoever still listens must not take this for an end
	}))
	hasty := client(slow, names, 100*time.Millisecond, "127.0.0.2/32")
	for _, path := range []string{"/", "/body"} {
		if _, err := hasty.Get(ctx, "https://example.com:"+slow.port+path, 1000); hospes.KindOf(err) != hospes.KindUnavailable {
			t.Errorf("%s of a slow one: %v", path, err)
		}
	}
}

func TestParseAllowed(t *testing.T) {
	list, err := outbound.ParseAllowed([]string{"10.20.0.0/16", "fd00::8", "192.168.1.7", "10.9.8.7/8"})
	if err != nil || fmt.Sprint(list) != "[10.20.0.0/16 fd00::8/128 192.168.1.7/32 10.0.0.0/8]" {
		t.Errorf("%v, %v", list, err)
	}
	for _, text := range []string{"example.com", "10.0.0.0/33", "::ffff:10.0.0.0/104", "fe80::1%eth0", "10.0.0.0/16/8", ""} {
		if list, err := outbound.ParseAllowed([]string{text}); hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%s gives %v, %v", text, list, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, b := range [][]byte{{127, 0, 0, 1}, {8, 8, 8, 8}, netip.MustParseAddr("::ffff:10.0.0.1").AsSlice(), netip.MustParseAddr("2606:4700::1111").AsSlice()} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		inside := a.Unmap().IsPrivate() || a.Unmap().IsLoopback() || a.Unmap().IsLinkLocalUnicast() || a.Unmap().IsMulticast() || a.Unmap().IsUnspecified()
		if outbound.Open(a) && inside {
			t.Errorf("%s is open", a)
		}
		if outbound.Open(a) != outbound.Open(a.Unmap()) {
			t.Errorf("%s counts otherwise as %s", a, a.Unmap())
		}
	})
}
