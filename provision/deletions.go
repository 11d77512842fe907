package provision

import (
	"context"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// deletionBatch carries out what was staged, after all of it has been counted; when there is none left, the cycle ends.
func (r *run) deletionBatch(ctx context.Context) (done bool, err error) {
	if err := fault.Point("provision.deletions"); err != nil {
		return false, err
	}
	if done, err = r.endOrHold(ctx); done || err != nil {
		return done, err
	}
	var last hospes.Number
	p := &batch{run: r, of: r.people, staged: true}
	p.gather = func(source store.Reader) ([]*subject, error) {
		_, end := everyLink(source.Tenant().Number)
		links, err := source.LinksBetween(r.job.Number, hospes.Number(r.cycle.Position), end, true, r.batchSize())
		last = 0
		if err != nil || len(links) == 0 {
			return nil, err
		}
		var numbers []hospes.Number
		numbers, last = stagedOf(links)
		p.of = r.of(last)
		return r.subjectsOf(source, p.of, numbers)
	}
	p.advance = func(store.Tx) error {
		r.cycle.Position = int64(last)
		if last == 0 { // what is staged lies before the position: begin again
			r.job.Status.AllowDeletes = true
		}
		return nil
	}
	return false, r.pass(ctx, true, p)
}

// stagedOf gives the sources of the links whose targets are to be deleted or blocked, as far as they are of the kind of
// the first link, and the last link that was looked at.
func stagedOf(links []hospes.Link) (staged []hospes.Number, last hospes.Number) {
	for _, l := range links {
		if l.Source.Class() != links[0].Source.Class() {
			break
		}
		last = l.Source
		if l.Staged() {
			staged = append(staged, l.Source)
		}
	}
	return staged, last
}

// endOrHold ends the cycle where nothing is staged, and holds what is where it is too much. A position says that some
// have run already, so that the count is not asked again of what is left.
func (r *run) endOrHold(ctx context.Context) (done bool, err error) {
	staged := int64(0)
	err = r.engine.Store.View(ctx, r.tenant, func(source store.Reader) (err error) {
		staged, err = source.CountStaged(r.job.Number)
		return err
	})
	if err != nil {
		return false, err
	}
	guard := r.settings.Notification()
	held := guard.DeleteThresholdEnabled && staged > guard.DeleteThresholdValue && r.cycle.Position == 0 && !r.job.Status.AllowDeletes && !r.job.Status.Ending
	if staged > 0 && !held {
		return false, nil
	}
	return true, r.update(ctx, func(source store.Tx) error {
		if staged == 0 {
			return r.finish(source, false)
		}
		return r.hold(source, staged)
	})
}

// hold keeps the staged deletions from running: more are staged than the guard allows. The job goes into quarantine
// until somebody allows them or the people are back in scope.
func (r *run) hold(source store.Tx, staged int64) error {
	if q := r.job.Status.Quarantine; q == nil || q.Reason != QuarantineTooManyDeletes {
		if err := r.logHeld(source); err != nil {
			return err
		}
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

// logHeld tells of each deletion that is held, once.
func (r *run) logHeld(source store.Tx) error {
	after, end := everyLink(source.Tenant().Number)
	for {
		links, err := source.LinksBetween(r.job.Number, after, end, true, quickBatch)
		if err != nil || len(links) == 0 {
			return err
		}
		var numbers []hospes.Number
		numbers, after = stagedOf(links)
		subjects, err := r.subjectsOf(source, r.of(after), numbers)
		if err != nil {
			return err
		}
		for _, s := range subjects {
			s.evaluateScope(r)
			p := newRecord(r, s)
			p.Action, p.Outcome = hospes.ActionStagedDelete, hospes.OutcomeSkipped
			p.Steps = s.steps("EntryImportDelete", "EntrySynchronizationDelete", "EntryExportDelete")
			p.Steps[3].Outcome = hospes.OutcomeSkipped
			if err := source.LogProvisioning(p); err != nil {
				return err
			}
		}
	}
}
