package mail

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Outbox sends what transactions have put on its way.
type Outbox struct {
	Store  store.Store
	Sealer Sealer
	Way    Way
	From   string // the sender
	Node   string // names this process in the lease of the outbox
	Clock  hospes.Clock
	Log    *slog.Logger
	Poll   time.Duration // 0 for a second

	unnoted map[hospes.Number]store.MailOutcome // of letters that left, which the store could not be told
}

const (
	leaseName = "outbox"
	leaseLife = 5 * time.Minute
	batch     = 50

	// A letter that cannot be sent is tried again after a minute, two, four … at most six hours, and given up after
	// three days.
	firstWait   = time.Minute
	longestWait = 6 * time.Hour
	attempts    = 20
)

// Run sends until the context ends.
func (o *Outbox) Run(ctx context.Context) {
	poll := o.Poll
	if poll == 0 {
		poll = time.Second
	}
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if _, err := o.SendDue(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, hospes.ErrConflict) {
			o.Log.Error("the outbox cannot be worked off", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// SendDue sends what is due and answers how many letters left. Conflict while another process does it.
func (o *Outbox) SendDue(ctx context.Context) (sent int, err error) {
	due, err := o.Store.DueMail(ctx, o.Clock.Now(), batch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	lease, err := o.Store.Acquire(ctx, leaseName, o.Node, leaseLife)
	if err != nil {
		return 0, err
	}
	defer func() {
		if release := o.Store.Release(context.WithoutCancel(ctx), lease); release != nil && err == nil {
			err = release
		}
	}()
	// Read again, now that nobody else sends.
	if due, err = o.Store.DueMail(ctx, o.Clock.Now(), batch); err != nil {
		return 0, err
	}
	for _, entry := range due {
		if o.Clock.Now().After(lease.Expires.Add(-leaseLife / 2)) { // a slow relay; nobody else is to send the rest too
			renewed, err := o.Store.Acquire(ctx, leaseName, o.Node, leaseLife)
			if err != nil {
				return sent, err
			}
			lease = renewed
		}
		outcome, left := o.unnoted[entry.Number]
		if !left {
			failure := o.send(ctx, entry)
			if ctx.Err() != nil && failure != nil {
				return sent, nil // says nothing about the letter
			}
			outcome, left = o.settle(entry, failure), failure == nil
		}
		if err := o.note(ctx, outcome, left); err != nil {
			return sent, err
		}
		if left {
			sent++
		}
	}
	return sent, nil
}

// note tells the store what came of a letter. One that left is remembered until the store knows: it must not be sent
// again because a disk is full.
func (o *Outbox) note(ctx context.Context, outcome store.MailOutcome, left bool) error {
	err := o.Store.SettleMail(context.WithoutCancel(ctx), outcome)
	switch {
	case err == nil:
		delete(o.unnoted, outcome.Number)
	case left && o.unnoted == nil:
		o.unnoted = map[hospes.Number]store.MailOutcome{outcome.Number: outcome}
	case left:
		o.unnoted[outcome.Number] = outcome
	}
	return err
}

func (o *Outbox) send(ctx context.Context, entry store.OutboxMail) error {
	tenant, err := o.Store.TenantNumbered(ctx, entry.Tenant)
	if err != nil {
		return err
	}
	plain, err := o.Sealer.Open(aad(tenant.ID, entry.To), entry.Body)
	if err != nil {
		return err
	}
	m := Message{Kind: entry.Kind}
	if err := json.Unmarshal(plain, &m); err != nil {
		return err
	}
	letter, err := render(m, o.From, entry, entry.Written)
	if err != nil {
		return err
	}
	return o.Way.Send(ctx, entry, letter)
}

// settle gives what becomes of an entry after an attempt.
func (o *Outbox) settle(entry store.OutboxMail, failure error) store.MailOutcome {
	now := o.Clock.Now()
	out := store.MailOutcome{Tenant: entry.Tenant, Number: entry.Number, Attempts: entry.Attempts + 1}
	if failure == nil {
		out.Sent = now
		return out
	}
	log := o.Log.With("mail", int64(entry.Number), "kind", entry.Kind, "attempt", out.Attempts, "err", failure)
	if forGood(failure) || out.Attempts >= attempts {
		out.GivenUp = true
		log.Error("a letter is given up")
		return out
	}
	wait := longestWait
	if out.Attempts < 10 {
		wait = min(longestWait, firstWait<<(out.Attempts-1))
	}
	out.Next = now.Add(wait)
	log.Warn("a letter could not be sent; it is tried again", "next", out.Next)
	return out
}
