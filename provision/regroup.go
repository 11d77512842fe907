package provision

import (
	"context"
	"maps"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// regroup is the passage of people who came into groups or left them in the source: what holds there now is what the
// target is given, whatever came in between.
type regroup struct {
	run     *run
	touched map[hospes.Tie]struct{} // memberships that were added or removed
	advance func()

	refs   []*connector.Ref
	groups map[string]*hospes.Link
}

// read implements passage.
func (p *regroup) read(source store.Reader) error {
	r := p.run
	var numbers []hospes.Number
	seen := map[hospes.Number]bool{}
	for t := range p.touched {
		if !seen[t.To] {
			seen[t.To], numbers = true, append(numbers, t.To)
		}
	}
	now, err := source.RelatedTo(hospes.RelationMember, numbers...)
	if err != nil {
		return err
	}
	removed := make(map[hospes.Tie]bool, len(p.touched))
	for t := range p.touched {
		removed[t] = true
	}
	for _, t := range now {
		delete(removed, t)
	}
	links, err := source.Links(r.job.Number, numbers...)
	if err != nil {
		return err
	}
	people := make(map[hospes.Number]*hospes.Link, len(links))
	for i := range links {
		people[links[i].Source] = &links[i]
	}
	p.refs, p.groups, err = r.memberRefs(source, slices.Collect(maps.Keys(p.touched)), people, removed)
	return err
}

// decide implements passage.
func (p *regroup) decide(context.Context, connector.Target) error { return nil }

// intents implements passage: to add or remove a member twice is to do it once.
func (p *regroup) intents() ([]*store.Intent, error) { return nil, nil }

// apply implements passage.
func (p *regroup) apply(ctx context.Context, target connector.Target) error {
	return p.run.setMembers(ctx, target, p.refs)
}

// note implements passage.
func (p *regroup) note(_ context.Context, source store.Tx, _ connector.Target) error {
	if err := p.run.logMembers(source, p.refs, p.groups); err != nil {
		return err
	}
	p.advance()
	return nil
}
