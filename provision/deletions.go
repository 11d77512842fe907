package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// deletionBatch carries out what was staged, after all of it has been counted; when there is none left, the cycle ends.
func (r *run) deletionBatch(ctx context.Context) (done bool, err error) {
	if err := fault.Point("provision.deletions"); err != nil {
		return false, err
	}
	staged, err := r.countStaged(ctx)
	switch {
	case err != nil:
		return false, err
	case staged == 0:
		return true, r.update(ctx, func(source store.Tx) error { return r.finish(source, false) })
	case r.tooMany(staged):
		return false, r.update(ctx, func(store.Tx) error {
			r.cycle.Phase = hospes.PhaseHeld
			return nil
		})
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

func (r *run) countStaged(ctx context.Context) (staged int64, err error) {
	err = r.engine.Store.View(ctx, r.tenant, func(source store.Reader) (err error) {
		staged, err = source.CountStaged(r.job.Number)
		return err
	})
	return staged, err
}

// tooMany tells that more is staged than the guard allows. A position says that some have run already, so that the count
// is not asked again of what is left.
func (r *run) tooMany(staged int64) bool {
	guard, s := r.settings.Notification(), r.job.Status
	return guard.DeleteThresholdEnabled && staged > guard.DeleteThresholdValue && r.cycle.Position == 0 && !s.AllowDeletes && !s.Ending
}
