package provision

import (
	"context"
	"fmt"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// passage is a batch on its way: read in the source, decided about, written to the target, noted.
type passage interface {
	// read gathers what the source knows. It begins from nothing each time, because a transaction may run again.
	read(source store.Reader) error

	// decide reads the target and plans.
	decide(ctx context.Context, target connector.Target) error

	// intents says what is about to be done, for a target that does not join the transaction.
	intents() ([]*store.Intent, error)

	// apply carries out what was decided.
	apply(ctx context.Context, target connector.Target) error

	// note stores what came of it and moves the cycle on. joined is the target where it is part of the transaction,
	// and nil where it is remote; then note may run again after a conflict.
	note(ctx context.Context, source store.Tx, joined connector.Target) error
}

// pass takes a batch all the way. With a target in this store that is one transaction. A remote one gets its intents
// first, and what came of them after; an error in between leaves the intents open, like a crash, and the next attempt
// reads back what became of them.
func (r *run) pass(ctx context.Context, bulk bool, p passage) error {
	switch target := r.target.(type) {
	case connector.Local:
		return r.pair(ctx, target.Tenant(), bulk, func(source, to store.Tx) error {
			joined, err := target.Join(to)
			if err != nil {
				return err
			}
			if err := p.read(source); err != nil {
				return err
			}
			if err := p.decide(ctx, joined); err != nil {
				return err
			}
			if err := p.apply(ctx, joined); err != nil {
				return err
			}
			if err := fault.Point("provision.applied"); err != nil {
				return err
			}
			return p.note(ctx, source, joined)
		})
	case connector.Remote:
		return r.passRemote(ctx, target, p)
	}
	return hospes.Internal("provision.pass", fmt.Errorf("a connector that is neither local nor remote: %T", r.target))
}

func (r *run) passRemote(ctx context.Context, target connector.Remote, p passage) error {
	if err := r.engine.Store.View(ctx, r.tenant, p.read); err != nil {
		return err
	}
	if err := p.decide(ctx, target); err != nil {
		return unreachable(err)
	}
	intents, err := p.intents()
	if err != nil {
		return err
	}
	if len(intents) > 0 {
		if err := r.update(ctx, func(tx store.Tx) error { return tx.PutIntents(intents...) }); err != nil {
			return err
		}
	}
	if err := fault.Point("provision.remote.intended"); err != nil {
		return err
	}
	if err := r.call(ctx, target, p); err != nil {
		return unreachable(err)
	}
	if err := fault.Point("provision.remote.applied"); err != nil {
		return err
	}
	return r.update(ctx, func(tx store.Tx) error {
		for _, i := range intents {
			i.Outcome, i.Finished = outcomeDone, tx.Now()
		}
		if err := tx.PutIntents(intents...); err != nil {
			return err
		}
		r.job.Status.Failures = 0 // the target has answered
		return p.note(ctx, tx, nil)
	})
}

// callLife is how long the calls of one batch may take. It ends before the lease does, so that nobody else takes intents
// over that are still being carried out.
const callLife = leaseLife * 3 / 4

// call carries out a group at a remote target, under a fresh lease.
func (r *run) call(ctx context.Context, target connector.Remote, p passage) error {
	if !r.onDemand {
		lease, err := r.engine.Store.Acquire(ctx, r.lease.Name, r.engine.Node, leaseLife)
		if err != nil {
			return err
		}
		r.lease = lease
	}
	ctx, cancel := context.WithTimeout(ctx, callLife)
	defer cancel()
	return p.apply(ctx, target)
}

// codeUnreachable is a target that did not answer as it should (provisioning 6.2).
const codeUnreachable = "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"

// unreachable says that the target, and not the store, is why a cycle cannot go on.
func unreachable(err error) error {
	if hospes.KindOf(err) == hospes.KindUnavailable {
		return err
	}
	return &hospes.Error{
		Kind: hospes.KindUnavailable, Op: "provision.pass", Code: codeUnreachable,
		Message: "The target system did not answer as expected: " + err.Error(), Err: err,
	}
}

// pair runs fn over both tenants in one transaction, and stores the job's status in it.
func (r *run) pair(ctx context.Context, to hospes.TenantID, bulk bool, fn func(source, target store.Tx) error) error {
	by := r.engine.by(r.cycle.ID)
	source := store.Write{Tenant: r.tenant, By: by, Bulk: bulk}
	target := store.Write{Tenant: to, By: by, Bulk: bulk}
	return r.engine.Store.UpdatePair(ctx, source, target, func(s, t store.Tx) error {
		if err := r.reload(s); err != nil {
			return err
		}
		if err := fn(s, t); err != nil {
			return err
		}
		return r.putStatus(s)
	})
}

// update runs fn over the source tenant alone, and stores the job's status in its transaction.
func (r *run) update(ctx context.Context, fn func(store.Tx) error) error {
	by := r.engine.by(r.job.ID)
	if r.cycle != nil {
		by = r.engine.by(r.cycle.ID)
	}
	return r.engine.Store.Update(ctx, store.Write{Tenant: r.tenant, By: by}, func(tx store.Tx) error {
		if err := r.reload(tx); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return r.putStatus(tx)
	})
}

// reload reads the job again: the transaction may run twice, and then from what is stored.
func (r *run) reload(tx store.Tx) error {
	job, err := tx.Job(r.job.ID)
	if err != nil {
		return err
	}
	r.job, r.ended = job, false
	switch {
	case r.onDemand:
		r.cycle.Counts, r.touched = hospes.CycleCounts{}, false
		return nil
	case r.cycle == nil:
		r.cycle = job.Status.Cycle
		return nil
	case job.Status.Cycle == nil || job.Status.Cycle.ID != r.cycle.ID:
		return &hospes.Error{Kind: hospes.KindPrecondition, Op: "provision.step", Code: "CycleGone", Message: "The job was restarted while the cycle ran."}
	}
	r.cycle = job.Status.Cycle
	// What groups have missed behind a closed gate is made up for, also where another run ends the cycle.
	r.cycle.Groups = r.cycle.Groups && r.groupsOn()
	return nil
}

// putStatus stores the job's status under the lease. One person on demand is done without a lease, beside a cycle, and
// touches the status only where it has something to add.
func (r *run) putStatus(tx store.Tx) error {
	if r.onDemand && !r.touched || r.ended {
		return nil
	}
	return tx.PutStatus(&r.job, r.lease)
}
