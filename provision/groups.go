package provision

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// admitGroups notes why groups do not take part in what the run does (provisioning 3.7): the mapping is off, everybody
// is taken whether assigned or not, or the target tenant does not let groups in. Once closed, the gate stays so until
// the next run.
func (r *run) admitGroups(allowed bool) {
	switch {
	case r.groups == nil || r.groups.off != ReasonNone:
	case r.settings.SyncAll() && !r.job.Status.Ending:
		r.groups.off = ReasonTypeOff
	case !allowed:
		r.groups.off = ReasonGroupsRefused
	}
}

// groupsOn tells that groups take part.
func (r *run) groupsOn() bool { return r.groups != nil && r.groups.off == ReasonNone }

// takesAll tells that objects of a kind are in scope without an assignment.
func (r *run) takesAll(k *kind) bool { return k == people && r.settings.SyncAll() }

// sweepGroups takes the next groups of all that are assigned or linked, in the order of their numbers.
func (r *run) sweepGroups(ctx context.Context) error {
	var last hospes.Number
	return r.pass(ctx, true, &batch{
		run: r, of: r.groups,
		gather: func(source store.Reader) ([]*subject, error) {
			numbers, err := r.groupsAfter(source, hospes.Number(r.cycle.Position), quickBatch)
			if err != nil || len(numbers) == 0 {
				last = 0
				return nil, err
			}
			last = numbers[len(numbers)-1]
			return r.subjectsOf(source, r.groups, numbers)
		},
		advance: func(store.Tx) error {
			r.cycle.Position = int64(last)
			if last == 0 {
				r.nextPhase()
			}
			return nil
		},
	})
}

// groupsAfter gives the first groups after a number that are assigned or linked.
func (r *run) groupsAfter(source store.Reader, after hospes.Number, limit int) ([]hospes.Number, error) {
	first, end := source.Tenant().Number.Range(hospes.ClassGroup)
	after = max(after, first)
	var numbers []hospes.Number
	for _, n := range slices.Concat(r.assigned, r.binned) {
		if n > after {
			numbers = append(numbers, n)
		}
	}
	links, err := source.LinksBetween(r.job.Number, after, end, false, limit)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		numbers = append(numbers, l.Source)
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return numbers[:min(limit, len(numbers))], nil
}

// dueMembers notes on the links of groups that their members have to be brought in line: of a new group, of one that was
// out of scope and not deleted, and of every one in a pass over all of them.
func (p *batch) dueMembers(source store.Tx, subjects []*subject, stored []*hospes.Link) error {
	r := p.run
	if !r.groups.members {
		return nil
	}
	var late []*hospes.Link // links that no write touched
	for i, s := range subjects {
		l := s.link
		if l == nil || l.State != hospes.LinkActive || l.Staged() || p.steps[i].Kind == StepFail || !s.scope.entitled() {
			continue
		}
		if p.steps[i].Kind != StepCreate && !r.cycle.Sweep && !slices.Contains(p.moved, s.number) {
			continue
		}
		l.Pending = hospes.PendingMembers
		r.waits()
		if !slices.Contains(stored, l) {
			late = append(late, l)
		}
	}
	return source.PutLinks(late...)
}
