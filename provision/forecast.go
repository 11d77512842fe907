package provision

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// Forecast is what a pass over everybody would do now, in numbers of people and groups.
type Forecast struct {
	Looked  int64 // everybody of the source, and every assigned group
	Create  int64
	Update  int64 // adopted ones among them
	Restore int64
	Delete  int64
	Disable int64
	Skip    int64 // out of scope, or both sides alike
	Fail    int64

	Held    bool          // the guard of deletions would hold Delete and Disable
	Refused *hospes.Error // why the pass would not begin, and nothing was counted; nil where it would
}

// add counts a step.
func (f *Forecast) add(step Step) {
	f.Looked++
	switch step.Kind {
	case StepCreate:
		f.Create++
	case StepUpdate:
		f.Update++
	case StepRestore:
		f.Restore++
	case StepStage:
		if step.Write.Operation == connector.Delete {
			f.Delete++
		} else {
			f.Disable++
		}
	case StepFail:
		f.Fail++
	case StepSkip, StepAbandon, StepForget:
		f.Skip++
	}
}

// Forecast plans everybody without doing anything, and without the lease: a cycle may run meanwhile. What the target
// alone finds out while writing, such as a clash of addresses, is not foreseen.
func (e *Engine) Forecast(ctx context.Context, tenant hospes.TenantID, jobID string) (f Forecast, err error) {
	r := &run{engine: e, tenant: tenant, now: e.Clock.Now()}
	if err := r.loadUnleased(ctx, jobID); err != nil {
		return f, err
	}
	if err := r.findTarget(ctx); err != nil {
		return refusedForecast(err)
	}
	if err := r.checkGates(ctx); err != nil {
		return refusedForecast(err)
	}
	r.cycle = &hospes.CycleProgress{Kind: hospes.CycleInitial, Began: r.now}
	for p := range r.everybody() {
		if err := e.look(ctx, r, p); err != nil {
			return f, err
		}
		for _, step := range p.steps {
			f.add(step)
		}
	}
	guard := r.settings.Notification()
	f.Held = guard.DeleteThresholdEnabled && f.Delete+f.Disable > guard.DeleteThresholdValue
	return f, ctx.Err()
}

// refusedForecast says why a pass would not begin; what is no answer about the job stays an error.
func refusedForecast(err error) (f Forecast, _ error) {
	if kind := hospes.KindOf(err); kind != hospes.KindForbidden && kind != hospes.KindInvalid || !errors.As(err, &f.Refused) {
		return f, err
	}
	return f, nil
}

// everybody gives the batches of a pass over people and groups. The caller reads each before it asks for the next.
func (r *run) everybody() func(yield func(*batch) bool) {
	return func(yield func(*batch) bool) {
		var at hospes.Number
		more := true
		for more {
			p := &batch{run: r, of: r.people, gather: func(source store.Reader) (list []*subject, err error) {
				list, at, more, _, err = r.peopleAfter(source, at)
				return list, err
			}}
			if !yield(p) {
				return
			}
		}
		for at = 0; r.groups != nil; {
			none := false
			p := &batch{run: r, of: r.groups, gather: func(source store.Reader) ([]*subject, error) {
				numbers, err := r.groupsAfter(source, at, quickBatch)
				if none = len(numbers) == 0; none || err != nil {
					return nil, err
				}
				at = numbers[len(numbers)-1]
				return r.subjectsOf(source, r.groups, numbers)
			}}
			if !yield(p) || none {
				return
			}
		}
	}
}

// look reads a batch in the source and decides about it, with a target that can be read only.
func (e *Engine) look(ctx context.Context, r *run, p *batch) error {
	if err := e.Store.View(ctx, r.tenant, p.read); err != nil {
		return err
	}
	switch target := r.target.(type) {
	case connector.Local:
		return e.Store.View(ctx, target.Tenant(), func(reader store.Reader) error {
			looked, err := target.Look(reader)
			if err != nil {
				return err
			}
			return p.decide(ctx, looked)
		})
	case connector.Remote:
		if err := p.decide(ctx, target); err != nil {
			return unreachable(err)
		}
	}
	return nil
}
