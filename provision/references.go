package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// references is the passage of people whose manager, or whose groups, were not in the target when they came.
type references struct {
	run     *run
	waiting []*hospes.Link
	ties    []tie
	holders map[string]connector.Entry
	idle    map[*hospes.Link]bool // who has no manager
	settled map[*hospes.Link]bool
	members []*connector.Ref
	groups  map[string]*hospes.Link // of the members, by the target's id
	last    hospes.Number           // 0 when there are none left
}

func (r *run) referenceBatch(ctx context.Context) error {
	return r.pass(ctx, true, &references{run: r})
}

// read implements passage.
func (p *references) read(source store.Reader) error {
	r := p.run
	p.waiting, p.ties, p.idle, p.last, p.members = nil, nil, map[*hospes.Link]bool{}, 0, nil
	_, end := source.Tenant().Number.Range(hospes.ClassUser)
	links, err := source.LinksBetween(r.job.Number, hospes.Number(r.cycle.Position), end, true, r.batchSize())
	if err != nil || len(links) == 0 {
		return err
	}
	p.last = links[len(links)-1].Source
	var numbers []hospes.Number
	bySource := map[hospes.Number]*hospes.Link{}
	for i := range links {
		if l := &links[i]; l.Pending == hospes.PendingReference && l.State == hospes.LinkActive {
			p.waiting, numbers = append(p.waiting, l), append(numbers, l.Source)
			bySource[l.Source] = l
		}
	}
	found, err := source.Related(hospes.RelationManager, numbers...)
	if err != nil {
		return err
	}
	managers := map[*hospes.Link]hospes.Number{}
	for _, t := range found {
		if t.From != t.To {
			managers[bySource[t.From]] = t.To
		}
	}
	for _, l := range p.waiting {
		p.idle[l] = managers[l] == 0
	}
	if p.ties, err = r.ties(source, p.waiting, managers, map[hospes.Number]*hospes.Link{}); err != nil {
		return err
	}
	if !r.groupsOn() || !r.groups.members {
		return nil
	}
	memberships, err := source.RelatedTo(hospes.RelationMember, numbers...)
	if err != nil {
		return err
	}
	p.members, p.groups, err = r.memberRefs(source, memberships, bySource, nil)
	return err
}

// decide implements passage.
func (p *references) decide(ctx context.Context, target connector.Target) (err error) {
	ids := make([]string, len(p.ties))
	for i, t := range p.ties {
		ids[i] = t.ref.HolderID
	}
	p.holders, err = present(ctx, target, ids)
	return err
}

// intents implements passage. To set a reference twice is to set it once, but only who knows of the first time can tell
// of it.
func (p *references) intents() ([]*store.Intent, error) {
	r := p.run
	var list []*store.Intent
	for _, t := range p.ties {
		holder := p.holders[t.ref.HolderID]
		if holder == nil || holder.Value(t.ref.Slot).Text() == t.ref.ToID {
			continue
		}
		i, err := r.intent(t.holder.Source, opRefer, []connector.Value{{Slot: t.ref.Slot, Value: hospes.String(t.ref.ToID)}}, r.people)
		if err != nil {
			return nil, err
		}
		i.TargetID = t.ref.HolderID
		list = append(list, i)
	}
	return list, nil
}

// apply implements passage.
func (p *references) apply(ctx context.Context, target connector.Target) (err error) {
	if p.settled, err = setTies(ctx, target, p.ties, p.holders); err != nil {
		return err
	}
	return p.run.setMembers(ctx, target, p.members)
}

// note implements passage.
func (p *references) note(_ context.Context, source store.Tx, _ connector.Target) error {
	if p.last == 0 {
		p.run.cycle.Phase, p.run.cycle.Position = hospes.PhaseDeletions, 0
		if p.run.groupsOn() {
			p.run.cycle.Phase = hospes.PhaseMembers
		}
		return nil
	}
	if err := p.run.logMembers(source, p.members, p.groups); err != nil {
		return err
	}
	if err := p.logManagers(source); err != nil {
		return err
	}
	p.run.cycle.Position = int64(p.last)
	var done []*hospes.Link
	for _, l := range p.waiting {
		if p.settled[l] || p.idle[l] {
			l.Pending = ""
			done = append(done, l)
		}
	}
	return source.PutLinks(done...)
}

// logManagers leaves a record for each person who has another manager now.
func (p *references) logManagers(source store.Tx) error {
	var holders []*hospes.Link
	refs := map[hospes.Number]*connector.Ref{}
	var numbers []hospes.Number
	for _, t := range p.ties {
		if t.ref.Changed {
			holders, numbers = append(holders, t.holder), append(numbers, t.holder.Source)
			refs[t.holder.Source] = t.ref
		}
	}
	docs, err := source.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return err
	}
	var records []*hospes.Provisioning
	for i, l := range holders {
		s := &subject{of: p.run.people, number: l.Source, link: l}
		if docs[i].Schema != nil {
			if s.object, err = docs[i].Object(); err != nil {
				return err
			}
		}
		record := newRecord(p.run, s)
		record.Steps = stepsOfTie
		records = append(records, tiedRecord(record, s, refs[l.Source]))
	}
	return source.LogProvisioning(records...)
}
