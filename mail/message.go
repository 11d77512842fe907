package mail

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// Sealer keeps the content of messages from whoever reads the store.
type Sealer interface {
	Seal(aad string, plaintext []byte) []byte
	Open(aad string, sealed []byte) ([]byte, error)
}

// Message is what somebody is to be told: a kind with arguments; mail.{kind}.subject and mail.{kind}.body are its words.
type Message struct {
	Kind     string     `json:"-"`
	Language string     `json:"language"`
	Args     words.Args `json:"args"`
}

// aad binds a sealed message to its tenant and address.
func aad(t hospes.TenantID, to string) string { return "mail/" + t.String() + "/" + to }

// Put puts a message on its way to each of the addresses. It leaves when the transaction is committed.
func Put(tx store.Tx, sealer Sealer, m Message, addresses ...string) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	for _, to := range addresses {
		sealed := sealer.Seal(aad(tx.Tenant().ID, to), body)
		if err := tx.Mail(store.Mail{Kind: m.Kind, To: to, Body: sealed}); err != nil {
			return err
		}
	}
	return nil
}

// Addresses reads a list of addresses as people write it; what is no address is left out.
func Addresses(list string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }) {
		if gomail.NewMsg().To(part) == nil {
			out = append(out, part)
		}
	}
	return out
}

// render makes the letter of an entry of the outbox. The message id follows from the entry, so that one that is sent
// twice, after a crash between the sending and the note of it, can be told.
func render(m Message, from string, entry store.OutboxMail, at time.Time) (*gomail.Msg, error) {
	letter := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8))
	if err := letter.From(from); err != nil {
		return nil, hospes.Invalidf("mail.render", "The sender '%s' is not an address.", from)
	}
	if err := letter.To(entry.To); err != nil {
		return nil, hospes.Invalidf("mail.render", "'%s' is not an address.", entry.To)
	}
	text := func(part string) string { return words.Text(m.Language, "mail."+m.Kind+"."+part, m.Args) }
	letter.Subject(text("subject"))
	letter.SetDateWithValue(at)
	_, domain, _ := hospes.SplitAddress(from)
	letter.SetMessageIDWithValue(fmt.Sprintf("%d.hospes@%s", entry.Number, domain))
	letter.SetGenHeader("Content-Language", m.Language)
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	body := words.Text(m.Language, "mail.greeting", nil) + "\n\n" + text("body") + "\n\n-- \n" + words.Text(m.Language, "mail.footer", m.Args) + "\n"
	letter.SetBodyString(gomail.TypeTextPlain, body)
	return letter, nil
}
