package dynamic

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// reading is a rule that was read.
type reading struct {
	source   string
	rule     *rule.Rule // nil where it has lost its meaning: the members then stay who they are
	extended bool       // asks about properties that applications have added
}

func (r reading) takesFrom(group hospes.ObjectID) bool {
	return r.rule != nil && slices.Contains(r.rule.Groups(), group)
}

// read gives the groups of a tenant that follow a rule.
func (p *Processor) read(r store.Reader) ([]*follower, error) {
	rows, err := r.GroupRules()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	numbers := make([]hospes.Number, len(rows))
	for i, row := range rows {
		numbers[i] = row.Group
	}
	docs, err := r.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return nil, err
	}
	list := make([]*follower, len(rows))
	for i, row := range rows {
		list[i] = &follower{GroupRule: row}
		group, err := docs[i].Object()
		if err != nil {
			return nil, err
		}
		if list[i].reading, err = p.reading(r, group); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// reading reads the rule of a group, once while it stays what it is. What rules with added properties mean depends on
// more than their text.
func (p *Processor) reading(r store.Reader, group *hospes.Object) (reading, error) {
	source := group.Text(hospes.GroupMembershipRule)
	p.mu.Lock()
	known, found := p.rules[group.Number]
	p.mu.Unlock()
	if found && known.source == source {
		return known, nil
	}
	made := reading{source: source, extended: len(rule.ExtensionNames(source)) > 0}
	var err error
	if made.rule, err = directory.MembershipRule(r, source); hospes.KindOf(err) == hospes.KindInvalid {
		p.Log.Warn("a rule cannot be followed; the members of its group stay who they are", "tenant", r.Tenant().ID.String(), "group", group.ID.String(), "err", err)
	} else if err != nil {
		return made, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rules == nil {
		p.rules = map[hospes.Number]reading{}
	}
	if delete(p.rules, group.Number); !made.extended {
		p.rules[group.Number] = made
	}
	return made, nil
}

// dynamicGroups finds groups that are to follow their rule.
func dynamicGroups(r store.Reader) ([]store.GroupRule, error) {
	parsed, err := odata.ParseFilter("groupTypes/any(t:t eq '" + hospes.GroupTypeDynamic + "')")
	if err != nil {
		return nil, err
	}
	filter, err := odata.Check(parsed, odata.ObjectSchema(hospes.GroupSchema), odata.Mode{Advanced: true})
	if err != nil {
		return nil, err
	}
	var list []store.GroupRule
	q := store.Query{Schema: hospes.GroupSchema, Filter: filter, Limit: page}
	for {
		found, err := r.List(q)
		if err != nil {
			return nil, err
		}
		for _, d := range found.Documents {
			group, err := d.Object()
			if err != nil {
				return nil, err
			}
			if hospes.FollowsRule(group) {
				list = append(list, fromTheBeginning(r, group.Number))
			}
		}
		if found.Next == nil {
			return list, nil
		}
		q.After = *found.Next
	}
}

// fromTheBeginning has a rule asked about everybody.
func fromTheBeginning(r store.Reader, group hospes.Number) store.GroupRule {
	first, _ := r.Tenant().Number.Range(hospes.ClassUser)
	return store.GroupRule{Group: group, Position: first}
}
