package intake

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// lineTie is a tie and the record that asks for it.
type lineTie struct {
	hospes.Tie
	line int
}

// tie makes ties in one transaction. A group whose members a rule decides gets none from an import, and neither does one
// that can hold directory roles: who may import may not make administrators.
func (i *Intake) tie(ctx context.Context, wanted []lineTie) error {
	var made int
	var problems []Problem
	err := i.Store.Update(ctx, store.Write{Tenant: i.Tenant, By: i.By, Bulk: true}, func(tx store.Tx) error {
		made, problems = 0, nil // it may run twice
		closed, err := closedGroups(tx, wanted)
		if err != nil {
			return err
		}
		var ties []hospes.Tie
		for _, w := range wanted {
			if why := closed[w.From]; w.Relation == hospes.RelationMember && why != "" {
				problems = append(problems, Problem{w.line, "InvalidReference", why})
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

// closedGroups says of the groups among those that are to get members why they get none from an import.
func closedGroups(tx store.Tx, wanted []lineTie) (map[hospes.Number]string, error) {
	seen := map[hospes.Number]bool{}
	var groups []hospes.Number
	for _, w := range wanted {
		if w.Relation == hospes.RelationMember && !seen[w.From] {
			seen[w.From] = true
			groups = append(groups, w.From)
		}
	}
	docs, err := tx.Numbered(store.Live, groups...)
	if err != nil {
		return nil, err
	}
	closed := map[hospes.Number]string{}
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		group, err := d.Object()
		if err != nil {
			return nil, err
		}
		switch {
		case hospes.IsDynamic(group):
			closed[d.Number] = "Cannot update membership of a group with dynamic membership."
		case group.Get(hospes.GroupAssignableToRole).Bool():
			closed[d.Number] = "Cannot update membership of a group that can hold directory roles. Add the member by hand."
		}
	}
	return closed, nil
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
