package graphapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/store"
)

// TestMails_TheQueueIsVisible shows what waits, when it is tried again, what left and what was given up, page by page and
// without the content.
func TestMails_TheQueueIsVisible(t *testing.T) {
	f := newFixture(t)
	f.source.update(func(tx store.Tx) error {
		for _, to := range []string{"anna@aurora.example", "ben@aurora.example", "cleo@aurora.example"} {
			if err := tx.Mail(store.Mail{Kind: "failures", To: to, Body: []byte("sealed")}); err != nil {
				return err
			}
		}
		return nil
	})
	due, err := f.Store.DueMail(ctx, f.Clock.Now(), 10)
	if err != nil || len(due) != 3 {
		t.Fatalf("%v, %v", due, err)
	}
	now := f.Clock.Now()
	for i, out := range []store.MailOutcome{{Attempts: 1, Sent: now}, {Attempts: 2, Next: now.Add(time.Minute)}, {Attempts: 20, GivenUp: true}} {
		out.Tenant, out.Number = due[i].Tenant, due[i].Number
		if err := f.Store.SettleMail(ctx, out); err != nil {
			t.Fatal(err)
		}
	}
	all := f.source.do("GET /hospes/v1/mails", "").is(http.StatusOK).has(
		"value.0.to", `"cleo@aurora.example"`, "value.0.state", `"givenUp"`, "value.0.attempts", `20`,
		"value.1.state", `"waiting"`, "value.1.nextAttemptDateTime", `"2026-11-20T12:01:00.0000000Z"`,
		"value.2.state", `"sent"`, "value.2.sentDateTime", `"2026-11-20T12:00:00.0000000Z"`)
	equal(t, "messages", len(all.items("id")), 3)
	waiting := f.source.do("GET /hospes/v1/mails"+query("$filter", "state eq 'waiting'"), "").is(http.StatusOK)
	equal(t, "who waits", waiting.items("to"), []string{"ben@aurora.example"})
	first := f.source.do("GET /hospes/v1/mails?$top=2", "").is(http.StatusOK)
	rest := f.source.send("GET", first.str("@odata.nextLink"), "").is(http.StatusOK)
	equal(t, "both pages", append(first.items("to"), rest.items("to")...), all.items("to"))
	equal(t, "those of another tenant", len(f.target.do("GET /hospes/v1/mails", "").is(http.StatusOK).items("id")), 0)
}
