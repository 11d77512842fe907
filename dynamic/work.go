package dynamic

import (
	"maps"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// work does what there is to do: changes first, and when there are none left, the next page of rules that are new.
func (s *step) work(tx store.Tx) error {
	switch {
	case s.unknown:
		return s.begin(tx)
	case len(s.people) > 0 || len(s.anew) > 0:
		if err := s.changed(tx); err != nil {
			return err
		}
		return s.renew(tx)
	}
	return s.nextPage(tx)
}

// begin finds the groups of a tenant that nobody has looked at.
func (s *step) begin(tx store.Tx) error {
	before, err := tx.GroupRules()
	if err != nil {
		return err
	}
	for _, g := range before {
		if err := tx.DeleteGroupRules(g.Group); err != nil {
			return err
		}
	}
	list, err := dynamicGroups(tx)
	if err != nil {
		return err
	}
	return tx.PutGroupRules(list...)
}

// renew has rules that are new asked about everybody, and forgets those that are gone.
func (s *step) renew(tx store.Tx) error {
	numbers := slices.Sorted(maps.Keys(s.anew))
	docs, err := tx.Numbered(store.Live, numbers...)
	if err != nil {
		return err
	}
	for i, d := range docs {
		follows := false
		if d.Schema != nil {
			group, err := d.Object()
			if err != nil {
				return err
			}
			follows = hospes.FollowsRule(group)
		}
		if follows {
			err = tx.PutGroupRules(fromTheBeginning(tx, numbers[i]))
		} else {
			err = tx.DeleteGroupRules(numbers[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// changed asks the rules about those whom the changes concern. Rules that are about to be asked about everybody can wait.
func (s *step) changed(tx store.Tx) error {
	numbers := slices.Sorted(maps.Keys(s.people))
	docs, err := tx.Numbered(store.Live, numbers...)
	if err != nil {
		return err
	}
	people, err := objects(docs)
	if err != nil {
		return err
	}
	var following []*follower
	for _, f := range s.followers {
		if !s.anew[f.Group] {
			following = append(following, f)
		}
	}
	return s.settle(tx, following, people, func(person *hospes.Object, f *follower) bool { return s.people[person.Number].touches(f) })
}

// nextPage asks the rules that have come least far about the people who come next.
func (s *step) nextPage(tx store.Tx) error {
	passing := s.passing()
	if len(passing) == 0 {
		return nil
	}
	if more, err := s.removeOthers(tx, passing); more || err != nil {
		return err
	}
	q := store.Query{Schema: hospes.UserSchema, After: store.Cursor{Number: passing[0].Position}, Limit: page}
	if s.processor.Store.Busy() {
		q.Limit = smallPage
	}
	found, err := tx.List(q)
	if err != nil {
		return err
	}
	people, err := objects(found.Documents)
	if err != nil {
		return err
	}
	if err := s.settle(tx, passing, people, func(*hospes.Object, *follower) bool { return true }); err != nil {
		return err
	}
	position := hospes.Number(0)
	if found.Next != nil {
		position = found.Documents[len(found.Documents)-1].Number
	}
	for _, f := range passing {
		if err := tx.PutGroupRules(store.GroupRule{Group: f.Group, Position: position}); err != nil {
			return err
		}
		s.processor.Log.Debug("a rule was asked about a page of people", "group", int64(f.Group), "people", len(people), "last", position.Counter(), "done", position == 0)
	}
	return nil
}

// removeOthers takes out the members that no rule takes, because they are no people: a group that becomes dynamic may
// have had some.
func (s *step) removeOthers(tx store.Tx, passing []*follower) (more bool, err error) {
	first, end := tx.Tenant().Number.Range(hospes.ClassUser)
	if passing[0].Position != first {
		return false, nil
	}
	_, last := tx.Tenant().Number.Range(hospes.ClassServicePrincipal) // the highest class that members can be of
	for _, f := range passing {
		others, err := tx.RelatedBetween(hospes.RelationMember, []hospes.Number{f.Group}, end-1, last, page)
		if err != nil {
			return false, err
		}
		var ties []hospes.Tie
		for _, n := range others {
			if f.rule != nil {
				ties = append(ties, hospes.Tie{Relation: hospes.RelationMember, From: f.Group, To: n})
			}
		}
		if err := remove(tx, ties); err != nil {
			return false, err
		}
		more = more || len(ties) == page
	}
	return more, nil
}

// objects reads the documents that are there.
func objects(docs []hospes.Document) ([]*hospes.Object, error) {
	list := make([]*hospes.Object, 0, len(docs))
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		o, err := d.Object()
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}
