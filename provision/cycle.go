package provision

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// Sizes of groups: large while nobody waits, smaller when somebody does (performance 8).
const (
	bulkBatch   = 10000
	quickBatch  = 1000
	remoteBatch = 100
	leaseLife   = time.Minute
)

// run is one pass of a job, from the taking of its lease to its end.
type run struct {
	engine    *Engine
	tenant    hospes.TenantID // the source
	target    connector.Connector
	job       hospes.Job
	cycle     *hospes.CycleProgress
	people    *compiled
	groups    *compiled // nil where the target takes no groups
	settings  Settings
	principal *hospes.Object // the service principal of the job
	lease     store.Lease
	assigned  []hospes.Number // groups that are assigned
	binned    []hospes.Number // those of them that are in the bin
	roles     map[hospes.ObjectID]string
	now       time.Time
	touched   bool // this transaction has something to add to the status
	ended     bool // the job was deleted at the end of the cycle
	onDemand  bool // one person, beside the cycles and without the lease
}

// errIdle says that there was nothing to do.
var errIdle = errors.New("nothing to do")

// RunCycle runs the cycle that a job is due for: one that was broken off, the initial one, or the next incremental
// one. It answers false when nothing had changed. A job that another process works on gives a Conflict.
func (e *Engine) RunCycle(ctx context.Context, tenant hospes.TenantID, jobID string) (worked bool, err error) {
	r, err := e.open(ctx, tenant, jobID)
	if errors.Is(err, errIdle) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() {
		if release := e.Store.Release(context.WithoutCancel(ctx), r.lease); release != nil && err == nil {
			err = release
		}
	}()
	if refused, err := r.begin(ctx); err != nil {
		if refused {
			return false, err
		}
		return false, errors.Join(err, r.breakOff(ctx, err))
	}
	for {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		done, err := r.step(ctx)
		if err != nil {
			return true, errors.Join(err, r.breakOff(ctx, err))
		}
		if done {
			return true, nil
		}
		if _, local := r.target.(connector.Local); !local {
			continue
		}
		if refused, err := r.admitted(ctx); refused { // a cycle may last for hours, and a gate be closed meanwhile
			return true, err
		} else if err != nil {
			return true, errors.Join(err, r.breakOff(ctx, err))
		}
	}
}

// begin starts a new cycle where none is under way. refused tells that the job may not run, which is noted already.
// What was left open is settled within a cycle, because it is counted there.
func (r *run) begin(ctx context.Context) (refused bool, err error) {
	// Of a remote target that does not answer a cycle that goes on hears soon enough, and is tried again sooner.
	if _, remote := r.target.(connector.Remote); r.cycle == nil || !remote {
		if refused, err := r.admitted(ctx); err != nil {
			return refused, err
		}
	}
	if r.cycle == nil {
		if err := r.beginCycle(ctx); err != nil {
			return false, err
		}
	}
	return false, r.settleIntents(ctx)
}

// beginCycle notes a new cycle. What the run has read of the job must still hold, or the cycle would go by what was
// replaced, and nobody would ever look again.
func (r *run) beginCycle(ctx context.Context) error {
	schema := r.job.Schema
	err := r.update(ctx, func(tx store.Tx) error {
		settings, err := r.engine.ReadSettings(tx, r.job.Principal)
		if err != nil {
			return err
		}
		if r.job.Schema != schema || !maps.Equal(settings, r.settings) {
			return &hospes.Error{Kind: hospes.KindConflict, Op: "provision.begin", Code: "JobChanged", Message: "The job was changed before its cycle began."}
		}
		if err := r.readAssigned(tx); err != nil {
			return err
		}
		seq, err := tx.Seq()
		if err != nil {
			return err
		}
		s := &r.job.Status
		c := &hospes.CycleProgress{ID: hospes.NewUUID(r.engine.Random), Kind: hospes.CycleIncremental, Began: r.now, From: s.Watermark, To: seq, Phase: hospes.PhaseObjects}
		oldest, err := tx.OldestSeq()
		if err != nil {
			return err
		}
		c.Groups = r.groupsOn()
		c.Sweep = c.Groups && !s.Groups
		if s.Initial || s.Watermark == 0 || oldest > s.Watermark+1 {
			c.Kind = hospes.CycleInitial
			c.Sweep = r.groups != nil // also to say of each why it is not taken
			if c.Total, err = tx.Count(store.Query{Schema: hospes.UserSchema}); err != nil {
				return err
			}
		} else {
			c.Position = int64(s.Watermark)
			c.Total = int64(seq - s.Watermark)
		}
		// A wish for an initial cycle that comes while this one runs is for the next one.
		s.Cycle, s.Initial = c, false
		return nil
	})
	if err == nil {
		r.cycle = r.job.Status.Cycle // not before: the transaction may run again
	}
	return err
}

// renew sets the time of what comes next, and prolongs the lease in good time.
func (r *run) renew(ctx context.Context) error {
	r.now = r.engine.Clock.Now()
	if !r.now.After(r.lease.Expires.Add(-leaseLife / 2)) {
		return ctx.Err()
	}
	lease, err := r.engine.Store.Acquire(ctx, r.lease.Name, r.engine.Node, leaseLife)
	if err != nil {
		return err
	}
	r.lease = lease
	return nil
}

// step does the next batch of the phase that the cycle is in.
func (r *run) step(ctx context.Context) (done bool, err error) {
	if err := r.renew(ctx); err != nil {
		return false, err
	}
	switch {
	case r.cycle.Phase == hospes.PhaseObjects && r.cycle.Kind == hospes.CycleInitial:
		return false, r.initialBatch(ctx)
	case r.cycle.Phase == hospes.PhaseObjects:
		return false, r.changedBatch(ctx)
	case r.cycle.Phase == hospes.PhaseRetries:
		return false, r.retryBatch(ctx)
	case r.cycle.Phase == hospes.PhaseGroups:
		return false, r.sweepGroups(ctx)
	case r.cycle.Phase == hospes.PhaseReferences:
		return false, r.referenceBatch(ctx)
	case r.cycle.Phase == hospes.PhaseMembers:
		return false, r.memberBatch(ctx)
	case r.cycle.Phase == hospes.PhaseDeletions:
		return r.deletionBatch(ctx)
	case r.cycle.Phase == hospes.PhaseHeld:
		return r.heldBatch(ctx)
	}
	return false, hospes.Internal("provision.step", fmt.Errorf("unknown phase %q", r.cycle.Phase))
}

// batchSize is how many people one transaction, or one call of a remote target, takes.
func (r *run) batchSize() int {
	if _, local := r.target.(connector.Local); !local {
		return remoteBatch
	}
	if r.engine.BatchSize > 0 {
		return r.engine.BatchSize
	}
	if r.engine.Store.Busy() {
		return quickBatch
	}
	return bulkBatch
}

// finish ends the cycle: the watermark moves, and the next cycle is scheduled. held says that deletions wait, and the
// job with them.
func (r *run) finish(tx store.Tx, held bool) error {
	s := &r.job.Status
	c := s.Cycle
	state := "Succeeded"
	if c.Counts.Failed > 0 {
		state = "EntryLevelErrors"
	}
	execution := &hospes.Execution{ID: c.ID, Kind: c.Kind, State: state, Began: c.Began, Ended: r.engine.Clock.Now(), Counts: c.Counts}
	before := s.Last
	s.Last = execution
	if state == "Succeeded" {
		s.LastGood = execution
	}
	if c.Counts.Exported() > 0 {
		s.LastExports = execution
	}
	if s.SteadyFirst.IsZero() {
		s.SteadyFirst = execution.Ended
	}
	s.SteadyLast = execution.Ended
	s.Groups = c.Groups && r.groupsOn()
	s.GroupsClosed = r.groups != nil && r.groups.off == ReasonGroupsRefused || r.groupsOn() && !c.Groups // or opened again meanwhile
	s.Watermark, s.Cycle, s.Failures, s.AllowDeletes = c.To, nil, 0, false
	switch reason := TooManyFailures(c.Counts); {
	case held:
	case reason != "":
		if err := r.quarantine(tx, reason, reason, "Too many people failed in this cycle."); err != nil {
			return err
		}
	default:
		s.Quarantine, s.Code = nil, hospes.JobCodeActive
	}
	if err := r.tellOfFailures(tx, before, c.Counts); err != nil {
		return err
	}
	if s.Ending {
		if c.Counts.Failed == 0 {
			r.ended = true
			return r.engine.Delete(tx, r.principal, r.job)
		}
		// Who could not be taken away is tried again, in good time: it may be refused for ever.
		s.Initial = true
	}
	if r.job.State != hospes.JobActive {
		s.Code = hospes.JobCodePaused
		return tx.Schedule(r.job.Number, time.Time{})
	}
	if s.Quarantine != nil {
		return tx.Schedule(r.job.Number, s.Quarantine.NextAttempt)
	}
	if s.Initial && !s.Ending { // wished for while this cycle ran
		return tx.Schedule(r.job.Number, execution.Ended)
	}
	return tx.Schedule(r.job.Number, c.Began.Add(r.job.Interval))
}
