package server

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
)

// lookAgain is how long a certificate is used before anybody looks whether there is a newer one.
const lookAgain = time.Second

// certificates gives the certificate of each handshake. A newer one is used from the next handshake on, without a
// restart; where it is of no use, the one before stays.
type certificates struct {
	clock  hospes.Clock
	log    *slog.Logger
	source certificateSource

	mu      sync.Mutex
	current *tls.Certificate
	looked  time.Time
}

// certificateSource knows a certificate and whether it is still the right one.
type certificateSource interface {
	// stale tells that there may be a newer one than what load gave last.
	stale(now time.Time) bool
	load() (*tls.Certificate, error)
}

// newCertificates reads the first certificate: without one, nothing can be served.
func newCertificates(clock hospes.Clock, log *slog.Logger, source certificateSource) (*certificates, error) {
	first, err := source.load()
	return &certificates{clock: clock, log: log, source: source, current: first, looked: clock.Now()}, err
}

// get is tls.Config.GetCertificate.
func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if now.Sub(c.looked) < lookAgain {
		return c.current, nil
	}
	c.looked = now
	if !c.source.stale(now) {
		return c.current, nil
	}
	next, err := c.source.load()
	if err != nil {
		c.log.Error("the new certificate cannot be used; the one before stays", "err", err)
		return c.current, nil
	}
	c.current = next
	c.log.Info("a new certificate is in use", "until", next.Leaf.NotAfter)
	return c.current, nil
}

// ownSource issues certificates of the instance's own authority, a new one when two thirds of the life of the last are
// over.
type ownSource struct {
	authority *authority
	clock     hospes.Clock
	hosts     []string
	renew     time.Time
}

func (s *ownSource) stale(now time.Time) bool { return !now.Before(s.renew) }

func (s *ownSource) load() (*tls.Certificate, error) {
	s.renew = s.clock.Now().Add(leafLife * 2 / 3)
	return s.authority.issue(s.clock, s.hosts...)
}

// fileSource reads a certificate and its key from files, as others that renew certificates leave them.
type fileSource struct {
	certificate, key string
	seen             [2]fileState
}

// fileState is by what a file is known to be another one than before.
type fileState struct {
	size     int64
	modified time.Time
}

// states looks at the files. One that is not there for a moment is not a new one.
func (s *fileSource) states() (states [2]fileState, ok bool) {
	for i, path := range []string{s.certificate, s.key} {
		info, err := os.Stat(path)
		if err != nil {
			return states, false
		}
		states[i] = fileState{info.Size(), info.ModTime()}
	}
	return states, true
}

func (s *fileSource) stale(time.Time) bool {
	states, ok := s.states()
	return ok && states != s.seen
}

func (s *fileSource) load() (*tls.Certificate, error) {
	states, ok := s.states()
	pair, err := tls.LoadX509KeyPair(s.certificate, s.key)
	if err != nil {
		return nil, hospes.Invalidf("server.tls", "The certificate %s with the key %s cannot be used: %v. Both are PEM files, and the key belongs to the first certificate.", s.certificate, s.key, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, err
		}
	}
	if ok {
		s.seen = states
	}
	return &pair, nil
}

// certificateSource chooses where the certificates of a listener come from.
func (i *Instance) certificateSource(o Listen, host string) (certificateSource, error) {
	if o.Certificate != "" || o.Key != "" {
		if o.Certificate == "" || o.Key == "" {
			return nil, hospes.Invalidf("server.tls", "A certificate and its key go together: give both files.")
		}
		return &fileSource{certificate: o.Certificate, key: o.Key}, nil
	}
	authority, err := openAuthority(i.options.DataDir, i.options.Clock)
	if err != nil {
		return nil, err
	}
	return &ownSource{authority: authority, clock: i.options.Clock, hosts: append([]string{host}, i.options.Names.hosts()...)}, nil
}
