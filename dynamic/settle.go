package dynamic

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// settle makes people members of the groups whose rule takes them, and of no others. Only the pairs that ask names are
// looked at.
func (s *step) settle(tx store.Tx, groups []*follower, people []*hospes.Object, ask func(*hospes.Object, *follower) bool) error {
	var rules []*rule.Rule
	for _, f := range groups {
		if f.rule != nil {
			rules = append(rules, f.rule)
		}
	}
	persons, ties, err := directory.PeopleForRules(tx, rules, people)
	if err != nil {
		return err
	}
	is := make(map[hospes.Tie]bool, len(ties))
	for _, t := range ties {
		is[t] = true
	}
	var come, gone []hospes.Tie
	for _, person := range persons {
		for _, f := range groups {
			if f.rule == nil || !ask(person.Object, f) {
				continue
			}
			tie := hospes.Tie{Relation: hospes.RelationMember, From: f.Group, To: person.Object.Number}
			holds, err := f.rule.Holds(person)
			switch {
			case err != nil: // a pattern that took too long says nothing about the person
				s.processor.Log.Warn("a rule gives no answer about somebody; their membership stays as it is", "group", int64(f.Group), "user", person.Object.ID.String(), "err", err)
			case holds && !is[tie]:
				come = append(come, tie)
			case !holds && is[tie]:
				gone = append(gone, tie)
			}
		}
	}
	if len(come) > 0 {
		added, err := tx.Relate(come...)
		if err != nil {
			return err
		}
		if err := directory.AuditAdded(tx, added); err != nil {
			return err
		}
	}
	return remove(tx, gone)
}

func remove(tx store.Tx, ties []hospes.Tie) error {
	if len(ties) == 0 {
		return nil
	}
	removed, err := tx.Unrelate(ties...)
	if err != nil {
		return err
	}
	return directory.AuditRemoved(tx, removed)
}
