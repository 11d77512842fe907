package intake

import (
	"context"
	"maps"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// lineTie is a tie and the record that asks for it.
type lineTie struct {
	hospes.Tie
	line int
}

// tieWaiting makes the ties whose other end is there by now. At the end, those that are left are looked for in the
// directory, and told where they are not there either.
func (i *Intake) tieWaiting(ctx context.Context, last bool) error {
	if last {
		if err := i.lookUp(ctx); err != nil {
			return err
		}
	}
	var ready []lineTie
	left := i.waiting[:0]
	for _, w := range i.waiting {
		to := i.numbers[w.key]
		if to == 0 {
			if last {
				i.refuse(w.line, "MissingReference", "Nobody in the import or the directory has the key '"+w.key+"'.")
			} else {
				left = append(left, w)
			}
			continue
		}
		tie := hospes.Tie{Relation: w.relation, From: w.number, To: to}
		if !w.holds {
			tie.From, tie.To = to, w.number
		}
		if !sound(tie) {
			i.refuse(w.line, "InvalidReference", "'"+w.key+"' cannot be the "+tieNames[w.relation]+" of this record.")
			continue
		}
		ready = append(ready, lineTie{tie, w.line})
	}
	i.waiting = left
	for len(ready) > 0 {
		n := min(len(ready), 10*groupSize)
		if err := i.tie(ctx, ready[:n]); err != nil {
			return err
		}
		ready = ready[n:]
	}
	return nil
}

var tieNames = map[hospes.Relation]string{hospes.RelationManager: "manager", hospes.RelationMember: "member"}

// sound tells whether the two can be tied: people have people for managers, groups have people and groups, and nothing
// has itself.
func sound(t hospes.Tie) bool {
	from, to := t.From.Class(), t.To.Class()
	if t.Relation == hospes.RelationManager {
		return t.From != t.To && from == hospes.ClassUser && to == hospes.ClassUser
	}
	return t.From != t.To && from == hospes.ClassGroup && (to == hospes.ClassUser || to == hospes.ClassGroup)
}

// lookUp finds what is still waited for among those who are there without being in the import: by principal name, or
// else by address.
func (i *Intake) lookUp(ctx context.Context) error {
	wanted := map[string]bool{}
	for _, w := range i.waiting {
		if i.numbers[w.key] == 0 {
			wanted[w.key] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	keys := slices.Collect(maps.Keys(wanted))
	return i.Store.View(ctx, i.Tenant, func(r store.Reader) error {
		for _, space := range []hospes.Space{hospes.SpaceAddress, hospes.SpaceUPN} {
			found, err := r.Holders(space, keys...)
			if err != nil {
				return err
			}
			maps.Copy(i.numbers, found)
		}
		return nil
	})
}

// tie makes ties in one transaction. Members are held to the rules of the directory. A group whose members a rule decides
// gets none from an import, and neither does one that can hold directory roles: who may import may not make administrators.
func (i *Intake) tie(ctx context.Context, wanted []lineTie) error {
	var made int
	var problems []Problem
	err := i.Store.Update(ctx, store.Write{Tenant: i.Tenant, By: i.By, Bulk: true}, func(tx store.Tx) error {
		made, problems = 0, nil // it may run twice
		groups, err := groupsOf(tx, wanted)
		if err != nil {
			return err
		}
		var ties []hospes.Tie
		for _, w := range wanted {
			if err := fit(groups, w.Tie); err != nil {
				problems = append(problems, Problem{w.line, "InvalidReference", problemOf(w.line, err).Message})
				continue
			}
			ties = append(ties, w.Tie)
		}
		if err := freeManaged(tx, ties); err != nil {
			return err
		}
		added, err := tx.Relate(ties...)
		if err != nil {
			return err
		}
		made = len(added)
		return directory.AuditAdded(tx, added)
	})
	if err != nil {
		return err
	}
	i.counts.Ties += int64(made)
	for _, p := range problems {
		i.refuse(p.Line, p.Code, p.Message)
	}
	return nil
}

// groupsOf reads the groups that are to get members or to become members.
func groupsOf(tx store.Tx, wanted []lineTie) (map[hospes.Number]*hospes.Object, error) {
	groups := map[hospes.Number]*hospes.Object{}
	var numbers []hospes.Number
	for _, w := range wanted {
		for _, n := range []hospes.Number{w.From, w.To} {
			if _, seen := groups[n]; !seen && n.Class() == hospes.ClassGroup {
				groups[n] = nil
				numbers = append(numbers, n)
			}
		}
	}
	docs, err := tx.Numbered(store.Live, numbers...)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		if groups[d.Number], err = d.Object(); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// fit tells why something gets no member from an import, or is none.
func fit(groups map[hospes.Number]*hospes.Object, tie hospes.Tie) error {
	group, nested := groups[tie.From], groups[tie.To]
	switch {
	case tie.Relation != hospes.RelationMember || group == nil: // a group that is gone meanwhile is no holder of ties
		return nil
	case hospes.IsDynamic(group):
		return hospes.Invalidf("intake.tie", "Cannot update membership of a group with dynamic membership.")
	case group.Get(hospes.GroupAssignableToRole).Bool():
		return hospes.Invalidf("intake.tie", "Cannot update membership of a group that can hold directory roles. Add the member by hand.")
	case nested != nil:
		return directory.MayBeMember(group, nested)
	}
	return nil
}

// freeManaged takes away the managers in whose place others come.
func freeManaged(tx store.Tx, ties []hospes.Tie) error {
	var managed []hospes.Number
	for _, t := range ties {
		if t.Relation == hospes.RelationManager {
			managed = append(managed, t.From)
		}
	}
	before, err := tx.Related(hospes.RelationManager, managed...)
	if err != nil {
		return err
	}
	old := map[hospes.Number]hospes.Tie{}
	for _, t := range before {
		old[t.From] = t
	}
	var replaced []hospes.Tie
	for _, t := range ties {
		if have, ok := old[t.From]; ok && t.Relation == hospes.RelationManager && have.To != t.To {
			replaced = append(replaced, have)
		}
	}
	_, err = tx.Unrelate(replaced...)
	return err
}
