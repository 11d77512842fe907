package provision

import (
	"context"
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// heldBatch tells of the next deletions that are held, and puts the job into quarantine once all have been told of: until
// somebody allows them or the people are back in scope. What was told of at an earlier cycle is not told of again.
func (r *run) heldBatch(ctx context.Context) (done bool, err error) {
	staged, err := r.countStaged(ctx)
	if err != nil {
		return false, err
	}
	err = r.update(ctx, func(source store.Tx) error {
		if done = false; r.job.Status.AllowDeletes { // somebody has allowed them since they were counted
			r.cycle.Phase, r.cycle.Position = hospes.PhaseDeletions, 0
			return nil
		}
		q := r.job.Status.Quarantine
		first := q == nil || q.Reason != QuarantineTooManyDeletes
		if first {
			last, err := r.logHeld(source)
			if err != nil {
				return err
			}
			if done = last == 0; !done {
				r.cycle.Position = int64(last)
				return nil
			}
		}
		done = true
		return r.hold(source, staged, first)
	})
	return done, err
}

// logHeld tells of the next deletions that are held, and answers the last one it has looked at; 0 when none is left.
func (r *run) logHeld(source store.Tx) (last hospes.Number, err error) {
	_, end := everyLink(source.Tenant().Number)
	links, err := source.LinksBetween(r.job.Number, hospes.Number(r.cycle.Position), end, true, quickBatch)
	if err != nil || len(links) == 0 {
		return 0, err
	}
	var numbers []hospes.Number
	numbers, last = stagedOf(links)
	subjects, err := r.subjectsOf(source, r.of(last), numbers)
	if err != nil {
		return 0, err
	}
	for _, s := range subjects {
		s.evaluateScope(r)
		p := newRecord(r, s)
		p.Action, p.Outcome = hospes.ActionStagedDelete, hospes.OutcomeSkipped
		p.Steps = slices.Clone(s.steps("EntryImportDelete", "EntrySynchronizationDelete", "EntryExportDelete"))
		p.Steps[3].Outcome = hospes.OutcomeSkipped
		if err := source.LogProvisioning(p); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// hold ends the cycle without what is staged. Recipients hear of it when it begins.
func (r *run) hold(source store.Tx, staged int64, tell bool) error {
	if tell {
		limit := r.settings.Notification().DeleteThresholdValue
		err := r.notify(source, "deletions", words.Args{"count": strconv.FormatInt(staged, 10), "limit": strconv.FormatInt(limit, 10)})
		if err != nil {
			return err
		}
	}
	err := r.quarantine(source, QuarantineTooManyDeletes, QuarantineTooManyDeletes, "Provisioning has been quarantined. See quarantine details for more information")
	if err != nil {
		return err
	}
	r.cycle.Counts.Staged = staged
	return r.finish(source, true)
}
