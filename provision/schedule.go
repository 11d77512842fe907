package provision

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Scheduler runs jobs when they are due: at their interval, and within a second of a change in their source.
type Scheduler struct {
	Engine *Engine
	Poll   time.Duration // how often due work is looked for; 0 for a second

	mu      sync.Mutex
	running map[hospes.Number]bool
	again   map[hospes.Number]bool // its source changed while it ran
	work    sync.WaitGroup
}

// settle is how long a change waits for its like, so that a burst makes one cycle.
const settle = 50 * time.Millisecond

// Run works until the context ends, and then waits for what is under way.
func (s *Scheduler) Run(ctx context.Context) {
	s.running, s.again = map[hospes.Number]bool{}, map[hospes.Number]bool{}
	changed, stop := s.Engine.Store.Watch()
	defer stop()
	poll := s.Poll
	if poll == 0 {
		poll = time.Second
	}
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	s.startDue(ctx)
	s.startAll(ctx)
	for {
		select {
		case <-ctx.Done():
			s.work.Wait()
			return
		case <-ticker.C:
			s.startDue(ctx)
		case tenant := <-changed:
			s.startChanged(ctx, tenant)
		}
	}
}

// startDue starts the jobs whose time has come.
func (s *Scheduler) startDue(ctx context.Context) {
	due, err := s.Engine.Store.Due(ctx, s.Engine.Clock.Now(), 100)
	if err != nil {
		if ctx.Err() == nil {
			s.Engine.Log.Error("due work cannot be read", "err", err)
		}
		return
	}
	for _, w := range due {
		tenant, err := s.Engine.Store.TenantNumbered(ctx, w.Tenant)
		if err != nil {
			s.Engine.Log.Error("the tenant of due work cannot be read", "err", err)
			continue
		}
		s.start(ctx, tenant, w.Job, 0)
	}
}

// startAll looks at every tenant once: a process that died between a commit and the wake-up after it has told nobody.
func (s *Scheduler) startAll(ctx context.Context) {
	tenants, err := s.Engine.Store.Tenants(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.Engine.Log.Error("the tenants cannot be read", "err", err)
		}
		return
	}
	for _, t := range tenants {
		s.startChanged(ctx, t.Number)
	}
}

// startChanged starts the jobs of a tenant that has changed.
func (s *Scheduler) startChanged(ctx context.Context, number hospes.TenantNumber) {
	tenant, err := s.Engine.Store.TenantNumbered(ctx, number)
	if err != nil {
		s.Engine.Log.Error("a changed tenant cannot be read", "err", err)
		return
	}
	err = s.Engine.Store.View(ctx, tenant.ID, func(r store.Reader) error {
		jobs, err := r.Jobs(0)
		if err != nil || len(jobs) == 0 {
			return err
		}
		seq, err := r.Seq()
		if err != nil {
			return err
		}
		for _, job := range jobs {
			// A job that is held or whose cycle broke off waits for its time; one that is up to date has nothing to do.
			if job.State == hospes.JobActive && job.Status.Quarantine == nil && job.Status.Failures == 0 && job.Status.Watermark < seq {
				s.start(ctx, tenant, job.Number, settle)
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		s.Engine.Log.Error("the jobs of a changed tenant cannot be read", "err", err)
	}
}

// start runs a job, once at a time. What changes while it runs is looked at afterwards, when it is known whether the job
// has to wait; what is due is found by the next look anyway.
func (s *Scheduler) start(ctx context.Context, tenant hospes.Tenant, job hospes.Number, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[job] {
		s.again[job] = s.again[job] || delay > 0
		return
	}
	s.running[job] = true
	s.work.Go(func() {
		if delay > 0 {
			timer := time.NewTimer(delay)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
			timer.Stop()
		}
		s.runOnce(ctx, tenant.ID, job)
		s.mu.Lock()
		again := s.again[job] && ctx.Err() == nil
		delete(s.again, job)
		delete(s.running, job)
		s.mu.Unlock()
		if again {
			s.startChanged(ctx, tenant.Number)
		}
	})
}

func (s *Scheduler) runOnce(ctx context.Context, tenant hospes.TenantID, number hospes.Number) {
	log := s.Engine.Log.With("tenant", tenant.String(), "job", int64(number))
	var id string
	err := s.Engine.Store.View(ctx, tenant, func(r store.Reader) error {
		jobs, err := r.Jobs(0)
		for _, job := range jobs {
			if job.Number == number {
				id = job.ID
			}
		}
		return err
	})
	if err == nil && id == "" {
		return // deleted meanwhile
	}
	if err == nil {
		var worked bool
		if worked, err = s.Engine.RunCycle(ctx, tenant, id); err == nil && !worked {
			err = s.Engine.postpone(ctx, tenant, id)
		}
	}
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, hospes.ErrConflict):
		log.Debug("a job is worked on elsewhere or not started", "err", err)
	case errors.Is(err, hospes.ErrForbidden):
		log.Warn("a cycle was refused", "err", err)
	default:
		log.Error("a cycle broke off; it goes on at the next attempt", "err", err)
	}
}

// postpone sets when an idle job is due again. One that was restarted since it was looked at is due as it is: to put it off
// would undo that.
func (e *Engine) postpone(ctx context.Context, tenant hospes.TenantID, jobID string) error {
	return e.Store.Update(ctx, store.Write{Tenant: tenant, By: e.by(jobID)}, func(tx store.Tx) error {
		job, err := tx.Job(jobID)
		if err != nil {
			return err
		}
		if job.State != hospes.JobActive {
			return nil // paused meanwhile
		}
		r := &run{engine: e, tenant: tenant, job: job, now: e.Clock.Now()}
		if idle, err := r.isIdle(tx); err != nil || !idle {
			return err
		}
		return tx.Schedule(job.Number, e.Clock.Now().Add(job.Interval))
	})
}
