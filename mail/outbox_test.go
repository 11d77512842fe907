package mail_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/mail"
	"github.com/hospes-dev/hospes/seal"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/words"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// office is a tenant with an outbox.
type office struct {
	*testing.T
	store  *sqlstore.Store
	clock  *hospes.ManualClock
	box    *seal.Box
	tenant hospes.Tenant
	outbox *mail.Outbox
}

// offices runs a test on both stores.
func offices(t *testing.T, test func(*office)) {
	for name, open := range map[string]func(*testing.T, hospes.Clock) (*sqlstore.Store, error){
		"sqlite": func(t *testing.T, clock hospes.Clock) (*sqlstore.Store, error) {
			return sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{Clock: clock})
		},
		"postgres": func(t *testing.T, clock hospes.Clock) (*sqlstore.Store, error) {
			return sqlstore.OpenPostgres(t.Context(), pgtest.Database(t), sqlstore.Options{Clock: clock})
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := &office{T: t, clock: hospes.NewManualClock(start)}
			var err error
			if o.store, err = open(t, o.clock); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := o.store.Close(); err != nil {
					t.Error(err)
				}
			})
			if o.box, err = seal.New(hospes.SystemRandom(), make([]byte, seal.KeySize)); err != nil {
				t.Fatal(err)
			}
			o.tenant, err = directory.CreateTenant(t.Context(), o.store, hospes.SystemRandom(), hospes.By{}, hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			o.outbox = &mail.Outbox{
				Store: o.store, Sealer: o.box, Way: mail.Files{Dir: t.TempDir()}, From: "hospes@aurora.example", Node: "one", Clock: o.clock,
				Log: slog.New(slog.DiscardHandler),
			}
			test(o)
		})
	}
}

func (o *office) put(language string, to ...string) {
	o.Helper()
	err := o.store.Update(o.Context(), store.Write{Tenant: o.tenant.ID}, func(tx store.Tx) error {
		return mail.Put(tx, o.box, mail.Message{Kind: "failures", Language: language, Args: words.Args{"count": "3", "configuration": "Børealis", "tenant": "Aurora"}}, to...)
	})
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) send(want int) {
	o.Helper()
	if n, err := o.outbox.SendDue(o.Context()); n != want || err != nil {
		o.Errorf("%d letters left (%v), want %d", n, err, want)
	}
}

func TestWithoutARelayLettersAreFiles(t *testing.T) {
	offices(t, func(o *office) {
		dir := filepath.Join(o.TempDir(), "mail")
		o.outbox.Way = mail.Files{Dir: dir}
		o.put("de", "anna@aurora.example")
		o.send(1)
		o.send(0)
		files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		if err != nil || len(files) != 1 {
			o.Fatalf("%v, %v", files, err)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			o.Fatal(err)
		}
		letter, err := netmail.ReadMessage(strings.NewReader(string(text)))
		if err != nil {
			o.Fatal(err)
		}
		to, err := letter.Header.AddressList("To")
		if err != nil || to[0].Address != "anna@aurora.example" || letter.Header.Get("Content-Language") != "de" || letter.Header.Get("Message-ID") == "" {
			o.Errorf("header is %v, %v", letter.Header, err)
		}
		if date, err := letter.Header.Date(); err != nil || !date.Equal(start) {
			o.Errorf("the date is %v, %v", date, err)
		}
	})
}

func TestALetterIsTriedAgainAndInTheEndGivenUp(t *testing.T) {
	offices(t, func(o *office) {
		down := errors.New("no route")
		tries := 0
		o.outbox.Way = way(func(store.OutboxMail) error { tries++; return down })
		o.put("en", "anna@aurora.example")
		for _, wait := range []struct {
			after time.Duration
			tries int
		}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {2 * time.Minute, 3}, {4 * time.Minute, 4}} {
			o.clock.Advance(wait.after)
			o.send(0)
			if tries != wait.tries {
				o.Errorf("after %v there were %d attempts, want %d", wait.after, tries, wait.tries)
			}
		}
		for range 40 {
			o.clock.Advance(7 * time.Hour)
			o.send(0)
		}
		if tries != 20 {
			o.Errorf("there were %d attempts in all", tries)
		}
	})
}

func TestLettersOfOneTransactionThatFailsNeverLeave(t *testing.T) {
	offices(t, func(o *office) {
		broken := errors.New("no")
		err := o.store.Update(o.Context(), store.Write{Tenant: o.tenant.ID}, func(tx store.Tx) error {
			if err := mail.Put(tx, o.box, mail.Message{Kind: "failures", Language: "en"}, "anna@aurora.example"); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			o.Fatal(err)
		}
		o.send(0)
	})
}

func TestOnlyOneProcessSends(t *testing.T) {
	offices(t, func(o *office) {
		if _, err := o.store.Acquire(o.Context(), "outbox", "two", time.Minute); err != nil {
			o.Fatal(err)
		}
		o.put("en", "anna@aurora.example")
		if _, err := o.outbox.SendDue(o.Context()); !errors.Is(err, hospes.ErrConflict) {
			o.Errorf("got %v", err)
		}
		o.clock.Advance(2 * time.Minute)
		o.send(1)
	})
}

func TestTheContentIsSealedAndWipedOnceSent(t *testing.T) {
	offices(t, func(o *office) {
		o.put("en", "anna@aurora.example")
		due, err := o.store.DueMail(o.Context(), o.clock.Now(), 10)
		if err != nil || len(due) != 1 || strings.Contains(string(due[0].Body), "realis") {
			o.Fatalf("%v, %v", due, err)
		}
		o.send(1)
	})
}

func TestRelay(t *testing.T) {
	inbox := &inbox{}
	offices(t, func(o *office) {
		o.outbox.Way = o.relay(inbox)
		o.put("sv", "anna@aurora.example", "refused@aurora.example", "later@aurora.example")
		o.send(1)
		o.clock.Advance(time.Hour)
		o.send(1) // the one that was put off; the one that was refused is not tried again
		got := inbox.take()
		if len(got) != 2 || got[0] != "anna@aurora.example" || got[1] != "later@aurora.example" {
			o.Errorf("the relay took %v", got)
		}
	})
}

func TestNewRelayRefusesWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"", "relay", "http://relay", "smtp://", "smtp://relay:x"} {
		if _, err := mail.NewRelay(address); !errors.Is(err, hospes.ErrInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	got := mail.Addresses("anna@aurora.example; bert@aurora.example,\n nobody, <x>\r\nBcc: y@z.example")
	if strings.Join(got, " ") != "anna@aurora.example bert@aurora.example y@z.example" {
		t.Errorf("got %q", got)
	}
}

// inbox is a mail server that keeps who was written to.
type inbox struct {
	mu      sync.Mutex
	taken   []string
	delayed bool
}

func (i *inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{inbox: i}, nil }

func (i *inbox) take() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	list := i.taken
	i.taken, i.delayed = nil, false
	return list
}

type session struct {
	inbox *inbox
	to    string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	switch {
	case strings.HasPrefix(to, "refused"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"}
	case strings.HasPrefix(to, "later") && !s.inbox.delayed:
		s.inbox.delayed = true
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	s.inbox.taken = append(s.inbox.taken, s.to)
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

// slowly is a way out that takes two minutes for each letter, while another node looks whether it may send.
type slowly struct {
	*office
	sent  int
	other *mail.Outbox
}

func (s *slowly) Send(context.Context, store.OutboxMail, *gomail.Msg) error {
	s.sent++
	s.clock.Advance(2 * time.Minute)
	if s.other != nil {
		if _, err := s.other.SendDue(s.Context()); !errors.Is(err, hospes.ErrConflict) {
			s.Errorf("letter %d: the other node sends too: %v", s.sent, err)
		}
	}
	return nil
}

func TestASlowRelayDoesNotMakeTwoNodesSend(t *testing.T) {
	offices(t, func(o *office) {
		o.put("en", "anna@aurora.example", "bert@aurora.example", "carl@aurora.example", "dora@aurora.example")
		other := *o.outbox
		other.Node, other.Way = "two", &slowly{office: o}
		o.outbox.Way = &slowly{office: o, other: &other}
		if n, err := o.outbox.SendDue(t.Context()); n != 4 || err != nil {
			t.Errorf("%d letters left, %v", n, err)
		}
	})
}
