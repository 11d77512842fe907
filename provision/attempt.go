package provision

import (
	"context"
	"errors"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Attempts at a cycle that breaks off follow each other at growing distances; a target that has not answered in all of
// the first ones puts the job into quarantine.
const (
	firstRetry      = time.Second
	longestRetry    = 5 * time.Minute
	retriesInTheDay = 10
)

// breakOff notes that a cycle broke off, and when it is tried again. It says nothing about a job that somebody else
// has taken over or that was restarted meanwhile.
func (r *run) breakOff(ctx context.Context, cause error) error {
	if code := hospes.CodeOf(cause); ctx.Err() != nil || code == "LeaseLost" || code == "CycleGone" || code == "JobChanged" {
		return nil
	}
	if hospes.CodeOf(cause) == codeUnreachable && r.job.Status.Failures >= retriesInTheDay {
		return r.refuse(ctx, cause)
	}
	return r.update(ctx, func(tx store.Tx) error {
		s := &r.job.Status
		s.Failures++
		if r.job.State != hospes.JobActive {
			return nil
		}
		wait := longestRetry
		if s.Failures < 10 {
			wait = min(longestRetry, firstRetry<<(s.Failures-1))
		}
		var known *hospes.Error
		if errors.As(cause, &known) {
			wait = max(wait, known.RetryAfter)
		}
		return tx.Schedule(r.job.Number, r.engine.Clock.Now().Add(wait))
	})
}

// refuse notes a cycle that could not begin: the job goes into quarantine and is tried again later (provisioning 6.2).
func (r *run) refuse(ctx context.Context, cause error) error {
	return r.update(ctx, func(tx store.Tx) error {
		s := &r.job.Status
		s.Failures++
		var known *hospes.Error
		code, text := "InternalError", "The cycle could not begin."
		if errors.As(cause, &known) && known.Kind != hospes.KindInternal {
			code, text = known.Code, known.Message
		}
		if err := r.quarantine(tx, QuarantineException, code, text); err != nil {
			return err
		}
		s.Last = &hospes.Execution{ID: hospes.NewUUID(r.engine.Random), Kind: hospes.CycleIncremental, State: "Failed", Began: r.now, Ended: r.engine.Clock.Now(), ErrCode: code, ErrText: text}
		if r.job.State != hospes.JobActive { // paused meanwhile
			s.Code = hospes.JobCodePaused
			return tx.Schedule(r.job.Number, time.Time{})
		}
		return tx.Schedule(r.job.Number, s.Quarantine.NextAttempt)
	})
}
