package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Way is a way out for letters.
type Way interface {
	Send(ctx context.Context, entry store.OutboxMail, letter *gomail.Msg) error
}

// Files is the way out where no relay is set: each letter is a file that any mail program opens.
type Files struct{ Dir string }

// Send implements Way. The name of a file follows from its entry, so that sending twice leaves one.
func (f Files) Send(_ context.Context, entry store.OutboxMail, letter *gomail.Msg) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := letter.WriteTo(&b); err != nil {
		return err
	}
	path := filepath.Join(f.Dir, fmt.Sprintf("%d.eml", entry.Number))
	if err := os.WriteFile(path+".part", b.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// Relay is a server that takes mail for delivery.
type Relay struct {
	host    string
	options []gomail.Option
}

const relayTimeout = 30 * time.Second

// NewRelay reads the address of a relay: smtp://host:port (with STARTTLS where the server offers it), smtps://host:port,
// each with user:password@ where the relay wants it.
func NewRelay(address string) (*Relay, error) {
	const op = "mail.NewRelay"
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, hospes.Invalidf(op, "The address of a mail relay is written smtp://host:port or smtps://host:port.")
	}
	r := &Relay{host: u.Hostname(), options: []gomail.Option{gomail.WithTimeout(relayTimeout)}}
	loopback := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	switch {
	case u.Scheme == "smtps":
		r.options = append(r.options, gomail.WithSSL())
	case u.User != nil && !loopback: // a password never goes in the clear
		r.options = append(r.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		r.options = append(r.options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, hospes.Invalidf(op, "The port '%s' of the mail relay is not a number.", text)
		}
		r.options = append(r.options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		r.options = append(r.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return r, nil
}

// Send implements Way.
func (r *Relay) Send(ctx context.Context, _ store.OutboxMail, letter *gomail.Msg) error {
	client, err := gomail.NewClient(r.host, r.options...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if letter.IsDelivered() { // what goes wrong once the relay has taken it is no reason to send it again
		return nil
	}
	return err
}

// forGood tells that a letter will never be taken, however often it is tried.
func forGood(err error) bool {
	var refused *gomail.SendError
	return errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500
}
