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

// changedBatch takes the people whom the next changes of the source concern.
func (r *run) changedBatch(ctx context.Context) error {
	if err := fault.Point("provision.batch"); err != nil {
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
	worked := func() { // called in the last transaction: only then are these changes worked in
		r.cycle.Counts.Deltas += int64(last) - r.cycle.Position
		r.cycle.Position = int64(last)
		if !more {
			r.cycle.Phase, r.cycle.Position = hospes.PhaseRetries, 0
		}
	}
	if len(scope.memberships) == 0 {
		return r.changed(ctx, &scope, worked)
	}
	if err := r.changed(ctx, &scope, func() {}); err != nil {
		return err
	}
	return r.pass(ctx, false, &regroup{run: r, touched: scope.memberships, advance: worked})
}

// changed takes people and groups that something was changed about; the last transaction of all calls worked.
func (r *run) changed(ctx context.Context, scope *affected, worked func()) error {
	numbers := scope.numbers()
	size := min(quickBatch, r.batchSize())
	for {
		part := numbers[:min(size, alike(numbers))]
		numbers = numbers[len(part):]
		of := r.people
		if len(part) > 0 {
			of = r.of(part[0])
		}
		if err := r.renew(ctx); err != nil { // many people take longer than a lease lives
			return err
		}
		err := r.pass(ctx, false, &batch{
			run: r, of: of, moved: scope.regroup,
			gather: func(source store.Reader) ([]*subject, error) { return r.subjectsOf(source, of, part) },
			advance: func(store.Tx) error {
				r.cycle.Counts.Imported += int64(len(part))
				if len(numbers) == 0 {
					worked()
				}
				return nil
			},
		})
		if err != nil || len(numbers) == 0 {
			return err
		}
	}
}

// affected are the people and groups that a batch of changes concerns.
type affected struct {
	objects     map[hospes.Number]struct{}
	regroup     []hospes.Number // groups that were assigned or unassigned: everybody in them
	memberships map[hospes.Tie]struct{}
}

func (a *affected) add(n hospes.Number) {
	if a.objects == nil {
		a.objects = map[hospes.Number]struct{}{}
	}
	a.objects[n] = struct{}{}
}

// regrouped files somebody who came into a group or left it.
func (a *affected) regrouped(t hospes.Tie) {
	if a.memberships == nil {
		a.memberships = map[hospes.Tie]struct{}{}
	}
	a.memberships[t] = struct{}{}
}

func (a *affected) numbers() []hospes.Number {
	list := make([]hospes.Number, 0, len(a.objects))
	for n := range a.objects {
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
			if c.Mask.Overlaps(r.people.mask) {
				a.add(c.Object)
			}
		case hospes.OperationRelate, hospes.OperationUnrelate:
			if c.Relation == hospes.RelationManager && r.people.manager {
				a.add(c.Object)
			}
		default:
			a.add(c.Object)
		}
	case c.Class == hospes.ClassGroup && c.Relation == hospes.RelationMember:
		if slices.Contains(r.assigned, c.Object) && c.Other.Class() == hospes.ClassUser {
			a.add(c.Other)
			if r.groupsOn() && r.groups.members {
				a.regrouped(hospes.Tie{Relation: hospes.RelationMember, From: c.Object, To: c.Other})
			}
		}
	case c.Class == hospes.ClassGroup:
		r.noteGroup(a, c)
		if c.Relation == 0 && (slices.Contains(r.assigned, c.Object) || slices.Contains(r.binned, c.Object)) &&
			(c.Operation == hospes.OperationDelete || c.Operation == hospes.OperationRestore) {
			a.regroup = append(a.regroup, c.Object)
		}
	case c.Object == r.job.Principal && (c.Operation == hospes.OperationAssign || c.Operation == hospes.OperationUnassign):
		if c.Other.Class() == hospes.ClassUser {
			a.add(c.Other)
		} else if c.Other.Class() == hospes.ClassGroup {
			a.regroup = append(a.regroup, c.Other)
			if r.groups != nil {
				a.add(c.Other)
			}
		}
	}
}

// noteGroup files a change of a group as an object of its own. Whether it is assigned or linked is found when it is read.
func (r *run) noteGroup(a *affected, c hospes.Change) {
	if r.groups == nil || c.Relation != 0 || c.Operation == hospes.OperationUpdate && !c.Mask.Overlaps(r.groups.mask) {
		return
	}
	a.add(c.Object)
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
			gone = gone || !slices.Contains(r.assigned, group)
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
			links, err := reader.LinksBetween(r.job.Number, after, end, false, bulkBatch)
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
