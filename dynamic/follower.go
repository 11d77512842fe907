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
	rule     *rule.Rule // nil where it has lost its meaning: the members then stay who they are
	extended bool       // asks about properties that applications have added
}

func (r reading) takesFrom(group hospes.ObjectID) bool {
	return r.rule != nil && slices.Contains(r.rule.Groups(), group)
}

// known are the rules that were read of a tenant. They hold as long as the watermark is the one that this processor saw or left:
// what happened to a group since stands in the log after it.
type known struct {
	watermark hospes.Seq
	rules     map[hospes.Number]reading
}

// read gives the groups of a tenant that follow a rule.
func (p *Processor) read(r store.Reader, watermark hospes.Seq) ([]*follower, error) {
	rows, err := r.GroupRules()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	p.mu.Lock()
	before := p.known[r.Tenant().ID]
	p.mu.Unlock()
	if before.watermark != watermark {
		before.rules = nil
	}
	list := make([]*follower, len(rows))
	var unread []hospes.Number
	var places []int
	for i, row := range rows {
		rule, found := before.rules[row.Group]
		if list[i] = (&follower{row, rule}); !found {
			unread, places = append(unread, row.Group), append(places, i)
		}
	}
	docs, err := r.Numbered(store.Anywhere, unread...)
	if err != nil {
		return nil, err
	}
	for i, d := range docs {
		group, err := d.Object()
		if err != nil {
			return nil, err
		}
		if list[places[i]].reading, err = p.reading(r, group); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// remember keeps the rules that a step has read, but for those that it saw change, for as long as the watermark is this one.
func (p *Processor) remember(tenant hospes.TenantID, s *step, watermark hospes.Seq) {
	rules := make(map[hospes.Number]reading, len(s.followers))
	for _, f := range s.followers {
		if !s.anew[f.Group] {
			rules[f.Group] = f.reading
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[hospes.TenantID]known{}
	}
	p.known[tenant] = known{watermark, rules}
}

// reading reads the rule of a group.
func (p *Processor) reading(r store.Reader, group *hospes.Object) (reading, error) {
	source := group.Text(hospes.GroupMembershipRule)
	made := reading{extended: len(rule.ExtensionNames(source)) > 0}
	var err error
	if made.rule, err = directory.MembershipRule(r, source); hospes.KindOf(err) == hospes.KindInvalid {
		p.Log.Warn("a rule cannot be followed; the members of its group stay who they are", "tenant", r.Tenant().ID.String(), "group", group.ID.String(), "err", err)
		return made, nil
	}
	return made, err
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
