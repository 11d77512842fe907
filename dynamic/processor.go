package dynamic

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Processor keeps the groups of all tenants to their rules.
type Processor struct {
	Store store.Store
	Clock hospes.Clock
	Log   *slog.Logger
	Node  string        // names this process in leases
	Poll  time.Duration // after how long something that did not work is tried again; 0 for a second

	mu     sync.Mutex
	known  map[hospes.TenantID]known
	leases map[hospes.TenantID]store.Lease
}

// leaseLife is how long a tenant stays with a node that no longer works on it.
const leaseLife = time.Minute

// Run works until the context ends. The tenants take turns, a step each, so that a rule over a large one holds up nobody.
func (p *Processor) Run(ctx context.Context) {
	changed, stop := p.Store.Watch()
	defer stop()
	defer p.release(context.WithoutCancel(ctx))
	poll := p.Poll
	if poll == 0 {
		poll = time.Second
	}
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	q := queue{waiting: map[hospes.TenantNumber]bool{}}
	failed := p.everybody(ctx, &q) // a process that died after a commit has told nobody of it
	var again []hospes.TenantNumber
	for {
		if len(q.order) == 0 {
			select {
			case <-ctx.Done():
				return
			case t := <-changed:
				q.add(t)
			case <-ticker.C:
				if failed {
					failed = p.everybody(ctx, &q)
				}
				q.add(again...)
				again = nil
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case t := <-changed:
			q.add(t)
			continue
		default:
		}
		t := q.next()
		worked, err := p.stepNumbered(ctx, t)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			again = append(again, t)
			p.tell(t, err)
		case worked:
			q.add(t)
		}
	}
}

// tell logs what came in between. A tenant that is with another node is nothing to speak of.
func (p *Processor) tell(t hospes.TenantNumber, err error) {
	if errors.Is(err, hospes.ErrConflict) || hospes.KindOf(err) == hospes.KindPrecondition {
		p.Log.Debug("the rules of a tenant are worked in elsewhere", "tenant", int64(t), "err", err)
		return
	}
	p.Log.Error("the rules of a tenant could not be worked in; they are at the next attempt", "tenant", int64(t), "err", err)
}

func (p *Processor) everybody(ctx context.Context, q *queue) (failed bool) {
	tenants, err := p.Store.Tenants(ctx)
	if err != nil && ctx.Err() == nil {
		p.Log.Error("the tenants cannot be read", "err", err)
	}
	for _, t := range tenants {
		q.add(t.Number)
	}
	return err != nil
}

func (p *Processor) stepNumbered(ctx context.Context, t hospes.TenantNumber) (worked bool, err error) {
	tenant, err := p.Store.TenantNumbered(ctx, t)
	if err != nil {
		return false, err
	}
	return p.Step(ctx, tenant.ID)
}

// Step works in the next changes of a tenant, or asks new rules about the next page of people. It answers false where
// there was nothing to do.
func (p *Processor) Step(ctx context.Context, tenant hospes.TenantID) (worked bool, err error) {
	var s *step
	err = p.Store.View(ctx, tenant, func(r store.Reader) (err error) {
		s, err = p.look(r)
		return err
	})
	if err != nil {
		return false, err
	}
	p.remember(tenant, s, s.from)
	if s.idle() {
		return false, nil
	}
	lease, err := p.hold(ctx, tenant)
	if err != nil {
		return false, err
	}
	w := store.Write{Tenant: tenant, Bulk: true, By: hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes"}, Cause: hospes.CauseRule}}
	err = p.Store.Update(ctx, w, func(tx store.Tx) (err error) {
		if s, err = p.look(tx); err != nil {
			return err
		}
		if err := s.work(tx); err != nil {
			return err
		}
		return tx.PutRuleWatermark(s.to, lease)
	})
	switch {
	case err == nil:
		p.remember(tenant, s, s.to)
	case hospes.KindOf(err) == hospes.KindPrecondition:
		p.forget(tenant)
	}
	return err == nil, err
}

// hold takes the lease of a tenant, or prolongs it in good time.
func (p *Processor) hold(ctx context.Context, tenant hospes.TenantID) (store.Lease, error) {
	p.mu.Lock()
	lease, held := p.leases[tenant]
	p.mu.Unlock()
	if held && p.Clock.Now().Before(lease.Expires.Add(-leaseLife/2)) {
		return lease, nil
	}
	lease, err := p.Store.Acquire(ctx, "rules/"+tenant.String(), p.Node, leaseLife)
	if err != nil {
		return lease, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leases == nil {
		p.leases = map[hospes.TenantID]store.Lease{}
	}
	p.leases[tenant] = lease
	return lease, nil
}

func (p *Processor) forget(tenant hospes.TenantID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.leases, tenant)
}

// release gives the leases up, so that another node goes on at once.
func (p *Processor) release(ctx context.Context) {
	p.mu.Lock()
	leases := p.leases
	p.leases = nil
	p.mu.Unlock()
	for _, l := range leases {
		if err := p.Store.Release(ctx, l); err != nil {
			p.Log.Warn("a lease could not be given up; it runs out", "lease", l.Name, "err", err)
		}
	}
}

// queue has the tenants that are to be looked at, each once.
type queue struct {
	order   []hospes.TenantNumber
	waiting map[hospes.TenantNumber]bool
}

func (q *queue) add(tenants ...hospes.TenantNumber) {
	for _, t := range tenants {
		if !q.waiting[t] {
			q.waiting[t], q.order = true, append(q.order, t)
		}
	}
}

func (q *queue) next() hospes.TenantNumber {
	t := q.order[0]
	q.order = q.order[1:]
	delete(q.waiting, t)
	return t
}
