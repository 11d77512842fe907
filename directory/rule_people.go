package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// PeopleForRules reads what rules want to know of people beside the objects themselves, for all of them at once. It also
// gives the groups that have them as members.
func PeopleForRules(r store.Reader, rules []*rule.Rule, people []*hospes.Object) (persons []rule.Person, memberships []hospes.Tie, err error) {
	numbers, at := make([]hospes.Number, len(people)), make(map[hospes.Number]int, len(people))
	persons = make([]rule.Person, len(people))
	for i, o := range people {
		numbers[i], at[o.Number], persons[i].Object = o.Number, i, o
	}
	sources, err := ruleSources(r, rules)
	if err != nil {
		return nil, nil, err
	}
	if memberships, err = r.RelatedTo(hospes.RelationMember, numbers...); err != nil {
		return nil, nil, err
	}
	for _, t := range memberships {
		if id, is := sources[t.From]; is {
			p := &persons[at[t.To]]
			p.MemberOf = append(p.MemberOf, id)
		}
	}
	for _, rule := range rules {
		if _, asked := rule.Manager(); asked {
			return persons, memberships, readManagers(r, numbers, func(of hospes.Number, manager hospes.ObjectID) { persons[at[of]].Manager = manager })
		}
	}
	return persons, memberships, nil
}

// ruleSources gives the groups whose members some rule takes. One that takes its own from another group gives none: rules
// that follow each other would never come to rest.
func ruleSources(r store.Reader, rules []*rule.Rule) (map[hospes.Number]hospes.ObjectID, error) {
	var ids []hospes.ObjectID
	for _, rule := range rules {
		ids = append(ids, rule.Groups()...)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	docs, err := r.Documents(store.Live, ids...)
	if err != nil {
		return nil, err
	}
	sources := make(map[hospes.Number]hospes.ObjectID, len(docs))
	for _, d := range docs {
		if d.Schema != hospes.GroupSchema {
			continue
		}
		group, err := d.Object()
		if err != nil {
			return nil, err
		}
		if !FollowsGroups(group) {
			sources[group.Number] = group.ID
		}
	}
	return sources, nil
}

func readManagers(r store.Reader, numbers []hospes.Number, found func(of hospes.Number, manager hospes.ObjectID)) error {
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
		found(t.From, docs[i].ID)
	}
	return nil
}
