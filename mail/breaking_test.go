package mail_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/hospes-dev/hospes/mail"
	"github.com/hospes-dev/hospes/store"
)

// breaking is a mail server that goes wrong at a step of its first conversation, and takes what comes after it.
type breaking struct {
	inbox
	at string // the step; "" once it went wrong
}

// wrong tells that a step is where the server goes wrong, once.
func (b *breaking) wrong(step string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at != step {
		return false
	}
	b.at = ""
	return true
}

func (b *breaking) NewSession(c *smtp.Conn) (smtp.Session, error) {
	if b.wrong("greeting") {
		return nil, errors.Join(io.EOF, c.Conn().Close())
	}
	return &breakingSession{session{inbox: &b.inbox}, b, c}, nil
}

type breakingSession struct {
	session
	server *breaking
	conn   *smtp.Conn
}

func (s *breakingSession) Data(r io.Reader) error {
	switch {
	case s.server.wrong("data"): // before it has read everything
		return s.conn.Conn().Close()
	case s.server.wrong("answer 4xx"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "greylisted"}
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	if s.server.wrong("answer") { // it has everything, and says nothing
		return s.conn.Conn().Close()
	}
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	s.inbox.taken = append(s.inbox.taken, s.to)
	return nil
}

func (s *breakingSession) Reset() {
	if len(s.taken()) > 0 && s.server.wrong("after 250") {
		_ = s.conn.Conn().Close() // that is what the server is for
	}
}

func (s *breakingSession) taken() []string {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	return slices.Clone(s.inbox.taken)
}

// TestRelay_ThatBreaksOff loses no letter, and sends none again that the relay has taken.
func TestRelay_ThatBreaksOff(t *testing.T) {
	for step, first := range map[string]int{"greeting": 0, "data": 0, "answer": 0, "answer 4xx": 0, "after 250": 1, "never": 1} {
		t.Run(step, func(t *testing.T) {
			offices(t, func(o *office) {
				b := &breaking{at: step}
				o.outbox.Way = o.relay(b)
				o.put("en", "anna@aurora.example")
				o.send(first)
				o.clock.Advance(time.Minute - time.Second)
				o.send(0) // it is not its time yet
				o.clock.Advance(time.Second)
				o.send(1 - first)
				for range 3 {
					o.clock.Advance(7 * time.Hour)
					o.send(0)
				}
				if got := b.take(); !slices.Equal(got, []string{"anna@aurora.example"}) {
					o.Errorf("the relay took %v", got)
				}
			})
		})
	}
}

// TestRelay_ThatIsDown keeps letters until it is up.
func TestRelay_ThatIsDown(t *testing.T) {
	offices(t, func(o *office) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			o.Fatal(err)
		}
		down, err := mail.NewRelay("smtp://" + l.Addr().String())
		if err := errors.Join(err, l.Close()); err != nil {
			o.Fatal(err)
		}
		o.outbox.Way = down
		o.put("en", "anna@aurora.example", "ben@aurora.example")
		for range 5 {
			o.send(0)
			o.clock.Advance(time.Hour)
		}
		up := &breaking{}
		o.outbox.Way = o.relay(up)
		o.send(2)
		got := up.take()
		if slices.Sort(got); !slices.Equal(got, []string{"anna@aurora.example", "ben@aurora.example"}) {
			o.Errorf("the relay took %v", got)
		}
	})
}

// forgetful is a store that does not note what became of a letter, the first times.
type forgetful struct {
	store.Store
	times int
}

func (f *forgetful) SettleMail(ctx context.Context, out store.MailOutcome) error {
	if f.times--; f.times >= 0 {
		return errors.New("the disk is full")
	}
	return f.Store.SettleMail(ctx, out)
}

// TestALetterThatWasTakenIsNotSentAgainWhenThatCouldNotBeNoted notes it later.
func TestALetterThatWasTakenIsNotSentAgainWhenThatCouldNotBeNoted(t *testing.T) {
	offices(t, func(o *office) {
		sent := 0
		o.outbox.Way = way(func(store.OutboxMail) error { sent++; return nil })
		o.outbox.Store = &forgetful{Store: o.store, times: 2}
		o.put("en", "anna@aurora.example")
		for range 2 {
			if _, err := o.outbox.SendDue(o.Context()); err == nil {
				o.Error("what could not be noted is no error")
			}
		}
		o.send(1)
		o.send(0)
		if sent != 1 {
			o.Errorf("it was sent %d times", sent)
		}
	})
}

// TestALetterThatWasTakenAsTheProcessEndsIsNotedStill does not send it again after the start.
func TestALetterThatWasTakenAsTheProcessEndsIsNotedStill(t *testing.T) {
	offices(t, func(o *office) {
		ending, end := context.WithCancel(o.Context())
		sent := 0
		o.outbox.Way = way(func(store.OutboxMail) error { sent++; end(); return nil })
		o.put("en", "anna@aurora.example")
		if n, err := o.outbox.SendDue(ending); n != 1 || err != nil {
			o.Errorf("%d letters left, %v", n, err)
		}
		o.send(0)
		if sent != 1 {
			o.Errorf("it was sent %d times", sent)
		}
	})
}

// relay starts a mail server and gives the way to it.
func (o *office) relay(backend smtp.Backend) *mail.Relay {
	o.Helper()
	server := smtp.NewServer(backend)
	server.AllowInsecureAuth = true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	o.Cleanup(func() {
		if err := server.Close(); err != nil {
			o.Error(err)
		}
		<-served
	})
	relay, err := mail.NewRelay("smtp://" + l.Addr().String())
	if err != nil {
		o.Fatal(err)
	}
	return relay
}
