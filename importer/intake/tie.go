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

// tie makes ties in one transaction. Whose members a rule decides gets none from an import.
func (i *Intake) tie(ctx context.Context, wanted []lineTie) error {
	var made int
	var problems []Problem
	err := i.Store.Update(ctx, store.Write{Tenant: i.Tenant, By: i.By, Bulk: true}, func(tx store.Tx) error {
		made, problems = 0, nil // it may run twice
		dynamic, err := dynamicGroups(tx, wanted)
		if err != nil {
			return err
		}
		var ties []hospes.Tie
		for _, w := range wanted {
			if w.Relation == hospes.RelationMember && dynamic[w.From] {
				problems = append(problems, Problem{w.line, "InvalidReference", "Cannot update membership of a group with dynamic membership."})
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

// dynamicGroups finds the groups among those that are to get members whose members follow from a rule.
func dynamicGroups(tx store.Tx, wanted []lineTie) (map[hospes.Number]bool, error) {
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
	dynamic := map[hospes.Number]bool{}
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		group, err := d.Object()
		if err != nil {
			return nil, err
		}
		dynamic[d.Number] = hospes.IsDynamic(group)
	}
	return dynamic, nil
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
