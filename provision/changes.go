package provision

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// changeBatch is how many changes one group of an incremental cycle reads.
const changeBatch = 1000

// changedGroup takes the people whom the next changes of the source concern.
func (r *run) changedGroup(ctx context.Context) error {
	if err := fault.Point("provision.group"); err != nil {
		return err
	}
	var scope affected
	var last hospes.Seq
	more := false
	err := r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
		changes, err := reader.Changes(hospes.Seq(r.cycle.Position), changeBatch)
		if err != nil {
			return err
		}
		last, more = r.cycle.To, len(changes) == changeBatch
		if more {
			last = min(changes[len(changes)-1].Seq, r.cycle.To)
			more = last < r.cycle.To
		}
		for _, c := range changes {
			if c.Seq <= r.cycle.To {
				r.note(&scope, c)
			}
		}
		if len(scope.regroup) > 0 {
			return r.readAssigned(reader)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := r.expand(ctx, &scope); err != nil {
		return err
	}
	numbers, size := scope.numbers(), min(quickGroup, r.groupSize())
	for start := 0; start < len(numbers) || start == 0; start += size {
		end := min(start+size, len(numbers))
		part := numbers[start:end]
		if err := r.renew(ctx); err != nil { // a large group takes longer than a lease lives
			return err
		}
		err := r.pass(ctx, false, &people{
			run:    r,
			gather: func(source store.Reader) ([]*subject, error) { return r.subjectsOf(source, part) },
			advance: func(store.Tx) error {
				r.cycle.Counts.Imported += int64(len(part))
				if end == len(numbers) { // only now are these changes worked in
					r.cycle.Counts.Deltas += int64(last) - r.cycle.Position
					r.cycle.Position = int64(last)
					if !more {
						r.cycle.Phase, r.cycle.Position = hospes.PhaseRetries, 0
					}
				}
				return nil
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// affected are the people that a batch of changes concerns.
type affected struct {
	people  map[hospes.Number]struct{}
	regroup []hospes.Number // groups that were assigned or unassigned: everybody in them
}

func (a *affected) add(n hospes.Number) {
	if a.people == nil {
		a.people = map[hospes.Number]struct{}{}
	}
	a.people[n] = struct{}{}
}

func (a *affected) numbers() []hospes.Number {
	list := make([]hospes.Number, 0, len(a.people))
	for n := range a.people {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// note files one change. Changes that no mapping, filter or assignment reads concern nobody.
func (r *run) note(a *affected, c hospes.Change) {
	switch {
	case c.Class == hospes.ClassUser:
		switch c.Operation {
		case hospes.OperationUpdate:
			if c.Mask.Overlaps(r.schema.mask) {
				a.add(c.Object)
			}
		case hospes.OperationRelate, hospes.OperationUnrelate:
			if c.Relation == hospes.RelationManager && r.schema.manager {
				a.add(c.Object)
			}
		default:
			a.add(c.Object)
		}
	case c.Class == hospes.ClassGroup && c.Relation == hospes.RelationMember:
		if slices.Contains(r.groups, c.Object) && c.Other.Class() == hospes.ClassUser {
			a.add(c.Other)
		}
	case c.Class == hospes.ClassGroup:
		if c.Relation == 0 && (slices.Contains(r.groups, c.Object) || slices.Contains(r.binned, c.Object)) &&
			(c.Operation == hospes.OperationDelete || c.Operation == hospes.OperationRestore) {
			a.regroup = append(a.regroup, c.Object)
		}
	case c.Object == r.job.Principal && (c.Operation == hospes.OperationAssign || c.Operation == hospes.OperationUnassign):
		if c.Other.Class() == hospes.ClassUser {
			a.add(c.Other)
		} else if c.Other.Class() == hospes.ClassGroup {
			a.regroup = append(a.regroup, c.Other)
		}
	}
}

// expand adds everybody in the groups that came or went. Of a group that is not assigned now, somebody may have left
// while it was, which concerned nobody any more when it was read: then everybody with a link is looked at.
func (r *run) expand(ctx context.Context, a *affected) error {
	slices.Sort(a.regroup)
	gone := false
	for _, group := range slices.Compact(a.regroup) {
		err := r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
			members, err := reader.Related(hospes.RelationMember, group)
			if err != nil {
				return err
			}
			for _, tie := range members {
				if tie.To.Class() == hospes.ClassUser {
					a.add(tie.To)
				}
			}
			gone = gone || !slices.Contains(r.groups, group)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if gone {
		return r.everybodyLinked(ctx, a)
	}
	return nil
}

func (r *run) everybodyLinked(ctx context.Context, a *affected) error {
	return r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
		after, end := reader.Tenant().Number.Range(hospes.ClassUser)
		for {
			links, err := reader.LinksBetween(r.job.Number, after, end, false, bulkGroup)
			if err != nil || len(links) == 0 {
				return err
			}
			for _, l := range links {
				a.add(l.Source)
			}
			after = links[len(links)-1].Source
		}
	})
}
