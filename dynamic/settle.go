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
	around, err := s.circumstances(tx, groups, people)
	if err != nil {
		return err
	}
	var come, gone []hospes.Tie
	for _, o := range people {
		person := rule.Person{Object: o, Manager: around.manager[o.Number], MemberOf: around.memberOf[o.Number]}
		for _, f := range groups {
			if f.rule == nil || !ask(o, f) {
				continue
			}
			tie := hospes.Tie{Relation: hospes.RelationMember, From: f.Group, To: o.Number}
			holds, err := f.rule.Holds(person)
			switch {
			case err != nil: // a pattern that took too long says nothing about the person
				s.processor.Log.Warn("a rule gives no answer about somebody; their membership stays as it is", "group", int64(f.Group), "user", o.ID.String(), "err", err)
			case holds && !around.members[tie]:
				come = append(come, tie)
			case !holds && around.members[tie]:
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

// circumstances are the relations of people that rules want to know of.
type circumstances struct {
	members  map[hospes.Tie]bool
	manager  map[hospes.Number]hospes.ObjectID
	memberOf map[hospes.Number][]hospes.ObjectID
}

func (s *step) circumstances(r store.Reader, groups []*follower, people []*hospes.Object) (*circumstances, error) {
	c := &circumstances{map[hospes.Tie]bool{}, map[hospes.Number]hospes.ObjectID{}, map[hospes.Number][]hospes.ObjectID{}}
	numbers := make([]hospes.Number, len(people))
	for i, o := range people {
		numbers[i] = o.Number
	}
	sources, err := s.sources(r, groups)
	if err != nil {
		return nil, err
	}
	ties, err := r.RelatedTo(hospes.RelationMember, numbers...)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		c.members[t] = true
		if id, is := sources[t.From]; is {
			c.memberOf[t.To] = append(c.memberOf[t.To], id)
		}
	}
	for _, f := range groups {
		if f.rule == nil {
			continue
		}
		if _, asked := f.rule.Manager(); asked {
			return c, c.readManagers(r, numbers)
		}
	}
	return c, nil
}

// sources gives the groups whose members some rule takes. One that takes its own from another group gives none: rules that
// follow each other would never come to rest.
func (s *step) sources(r store.Reader, groups []*follower) (map[hospes.Number]hospes.ObjectID, error) {
	var ids []hospes.ObjectID
	for _, f := range groups {
		if f.rule != nil {
			ids = append(ids, f.rule.Groups()...)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	docs, err := r.Documents(store.Live, ids...)
	if err != nil {
		return nil, err
	}
	found, err := objects(docs)
	if err != nil {
		return nil, err
	}
	sources := make(map[hospes.Number]hospes.ObjectID, len(found))
	for _, o := range found {
		if o.Schema == hospes.GroupSchema && !directory.FollowsGroups(o) {
			sources[o.Number] = o.ID
		}
	}
	return sources, nil
}

func (c *circumstances) readManagers(r store.Reader, numbers []hospes.Number) error {
	ties, err := r.Related(hospes.RelationManager, numbers...)
	if err != nil {
		return err
	}
	managers := make([]hospes.Number, len(ties))
	for i, t := range ties {
		managers[i] = t.To
	}
	docs, err := r.Numbered(store.Anywhere, managers...)
	if err != nil {
		return err
	}
	for i, t := range ties {
		c.manager[t.From] = docs[i].ID
	}
	return nil
}
