package provision

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// tie is a person and the manager it should have, both with a link.
type tie struct {
	holder *hospes.Link
	ref    *connector.Ref
}

// refer ties people to their managers, as far as those are in the target by now; the others wait on their links, and so
// does who is new and may be in a group that has been filled already. With a remote target all of them wait for the phase
// of references.
func (r *run) refer(ctx context.Context, source store.Tx, joined connector.Target, subjects []*subject, steps []Step, links []*hospes.Link) (map[*hospes.Link]*connector.Ref, error) {
	filled := r.groupsOn() && r.groups.members && !r.cycle.Sweep // a sweep fills every group again
	if !r.people.manager && !filled {
		return nil, nil
	}
	known := make(map[hospes.Number]*hospes.Link, len(subjects))
	for _, s := range subjects {
		if s.link != nil {
			known[s.number] = s.link
		}
	}
	var waiting []*hospes.Link
	managers := map[*hospes.Link]hospes.Number{}
	ungrouped := map[*hospes.Link]bool{}
	for i, s := range subjects {
		if s.link == nil || s.link.State != hospes.LinkActive || steps[i].Kind == StepFail || !s.scope.entitled() ||
			s.target != nil && s.target.InBin() && steps[i].Kind != StepRestore {
			continue
		}
		if filled && (steps[i].Kind == StepCreate || steps[i].Kind == StepRestore || steps[i].Match || s.returned) {
			ungrouped[s.link] = true
			r.waits()
		} else if s.manager == 0 {
			continue
		}
		managers[s.link] = s.manager
		waiting = append(waiting, s.link)
	}
	settled, changed := map[*hospes.Link]bool{}, map[*hospes.Link]*connector.Ref{}
	if joined != nil && len(waiting) > 0 {
		ties, err := r.ties(source, waiting, managers, known)
		if err != nil {
			return nil, err
		}
		if settled, err = setTies(ctx, joined, ties, nil); err != nil {
			return nil, err
		}
		for _, t := range ties {
			if t.ref.Changed {
				changed[t.holder] = t.ref
			}
		}
	}
	stored := make(map[*hospes.Link]bool, len(links))
	for _, l := range links {
		stored[l] = true
	}
	var late []*hospes.Link // links that no write touched and that change all the same
	for _, l := range waiting {
		pending := hospes.PendingReference
		if settled[l] && !ungrouped[l] {
			pending = ""
		}
		if l.Staged() || l.Pending == pending {
			continue
		}
		l.Pending = pending
		if !stored[l] {
			late = append(late, l)
		}
	}
	return changed, source.PutLinks(late...)
}

// ties gives the references of those whose manager has a living link too.
func (r *run) ties(source store.Reader, waiting []*hospes.Link, managers map[*hospes.Link]hospes.Number, known map[hospes.Number]*hospes.Link) ([]tie, error) {
	var missing []hospes.Number
	for _, l := range waiting {
		if m := managers[l]; m != 0 && known[m] == nil {
			missing = append(missing, m)
		}
	}
	if len(missing) > 0 {
		found, err := source.Links(r.job.Number, missing...)
		if err != nil {
			return nil, err
		}
		for i := range found {
			known[found[i].Source] = &found[i]
		}
	}
	var list []tie
	for _, l := range waiting {
		m := known[managers[l]]
		if m == nil || m.State != hospes.LinkActive {
			continue
		}
		list = append(list, tie{l, &connector.Ref{Slot: r.people.target.Traits.Manager, HolderID: l.TargetID, Holder: l.Target, ToID: m.TargetID, To: m.Target}})
	}
	return list, nil
}

// setTies sets the references to people who are in the target, and answers whose are settled. holders are the entries of
// those who refer, by id; nil where they are known to be there.
func setTies(ctx context.Context, target connector.Target, ties []tie, holders map[string]connector.Entry) (map[*hospes.Link]bool, error) {
	settled := map[*hospes.Link]bool{}
	referrer, able := target.(connector.Referrer)
	if !able || len(ties) == 0 {
		return settled, nil
	}
	var ids []string
	for _, t := range ties {
		ids = append(ids, t.ref.ToID)
	}
	there, err := present(ctx, target, ids)
	if err != nil {
		return nil, err
	}
	var refs []*connector.Ref
	for _, t := range ties {
		if there[t.ref.ToID] == nil {
			continue // has left the target without the engine's doing
		}
		if holder := holders[t.ref.HolderID]; holders != nil {
			if holder == nil {
				continue
			}
			if holder.Value(t.ref.Slot).Text() == t.ref.ToID {
				settled[t.holder] = true
				continue
			}
		}
		settled[t.holder] = true
		refs = append(refs, t.ref)
	}
	if len(refs) == 0 {
		return settled, nil
	}
	return settled, referrer.Refer(ctx, refs)
}

// present gives the living people of the target with the ids.
func present(ctx context.Context, target connector.Target, ids []string) (map[string]connector.Entry, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	entries, err := target.Read(ctx, ids)
	if err != nil {
		return nil, err
	}
	there := make(map[string]connector.Entry, len(ids))
	for i, e := range entries {
		if e != nil && !e.InBin() {
			there[ids[i]] = e
		}
	}
	return there, nil
}

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
