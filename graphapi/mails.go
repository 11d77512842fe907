package graphapi

import (
	"iter"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// The states of a message of the outbox.
const (
	mailWaiting = "waiting"
	mailSent    = "sent"
	mailGivenUp = "givenUp"
)

// wireMail is a message to an administrator, without its content.
type wireMail struct {
	ID          string  `json:"id"`
	Kind        string  `json:"kind"`
	To          string  `json:"to"`
	State       string  `json:"state"`
	Attempts    int     `json:"attempts"`
	Written     string  `json:"createdDateTime"`
	NextAttempt *string `json:"nextAttemptDateTime"`
	Sent        *string `json:"sentDateTime"`
}

func wireMailOf(m store.MailRecord) wireMail {
	moment := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := logTime(t)
		return &text
	}
	w := wireMail{
		ID: strconv.FormatInt(int64(m.Number), 10), Kind: m.Kind, To: m.To, State: mailWaiting, Attempts: m.Attempts, Written: logTime(m.Written),
		NextAttempt: moment(m.Next), Sent: moment(m.Sent),
	}
	switch {
	case m.GivenUp:
		w.State = mailGivenUp
	case w.Sent != nil:
		w.State = mailSent
	}
	return w
}

var mailSchema = odata.MustSchema("hospes.mail", odata.Row(odata.String, logText, "kind", "to", "state"))

// Text implements odata.Record.
func (w wireMail) Text(path string) (string, bool) {
	text := map[string]string{"kind": w.Kind, "to": w.To, "state": w.State}[path]
	return hospes.Fold(text), text != ""
}

// Elements implements odata.Record.
func (wireMail) Elements(string) iter.Seq[odata.Record] { return func(func(odata.Record) bool) {} }

// listMails shows the outbox: what waits and when it is tried again, what left, and what was given up.
func (c *call) listMails() error {
	q, l, err := c.logPage("mails", "activityDateTime")
	if err != nil {
		return err
	}
	filter, err := logFilter(q, mailSchema)
	if err != nil {
		return err
	}
	list, next := []wireMail{}, ""
	err = c.view(func(r store.Reader) error {
		next, err = collect(c, l, "mails", r.Mails, func(m *store.MailRecord) (hospes.Number, int) {
			w := wireMailOf(*m)
			if !filter.Match(w) {
				return m.Number, 0
			}
			list = append(list, w)
			return m.Number, logRecord
		})
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("mails", list, next)
}
