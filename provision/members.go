package provision

import (
	"context"
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// membership is somebody who is to be in a group of the target, or to be taken out of it. Both have a link.
type membership struct{ group, person *hospes.Link }

func (r *run) memberRef(m membership, remove bool) *connector.Ref {
	return &connector.Ref{
		Slot: r.groups.target.Traits.Members, HolderID: m.group.TargetID, Holder: m.group.Target, ToID: m.person.TargetID, To: m.person.Target, Remove: remove,
	}
}

// memberRefs gives the references by which people are put into groups or, where removed says so, taken out of them, as far
// as both have a link, and the links of those groups by the target's ids.
func (r *run) memberRefs(source store.Reader, ties []hospes.Tie, people map[hospes.Number]*hospes.Link, removed map[hospes.Tie]bool) ([]*connector.Ref, map[string]*hospes.Link, error) {
	var numbers []hospes.Number
	for _, t := range ties {
		numbers = append(numbers, t.From)
	}
	slices.Sort(numbers)
	links, err := source.Links(r.job.Number, slices.Compact(numbers)...)
	if err != nil {
		return nil, nil, err
	}
	groups, byTarget := map[hospes.Number]*hospes.Link{}, map[string]*hospes.Link{}
	for i := range links {
		if l := &links[i]; l.State == hospes.LinkActive {
			groups[l.Source], byTarget[l.TargetID] = l, l
		}
	}
	var refs []*connector.Ref
	for _, t := range ties {
		group, person := groups[t.From], people[t.To]
		if group == nil || person == nil || person.State != hospes.LinkActive && !removed[t] {
			continue // who is in the bin of the target can still be taken out of a group
		}
		refs = append(refs, r.memberRef(membership{group, person}, removed[t]))
	}
	return refs, byTarget, nil
}

// setMembers carries out changes of members, as far as both are in the target by now.
func (r *run) setMembers(ctx context.Context, target connector.Target, refs []*connector.Ref) error {
	if len(refs) == 0 {
		return nil
	}
	var holders, people []string
	for _, ref := range refs {
		holders, people = append(holders, ref.HolderID), append(people, ref.ToID)
	}
	groups := target.(connector.Grouped).Groups()
	groupsThere, err := present(ctx, groups, holders)
	if err != nil {
		return err
	}
	peopleThere, err := present(ctx, target, people)
	if err != nil {
		return err
	}
	var list []*connector.Ref
	for _, ref := range refs {
		if groupsThere[ref.HolderID] != nil && (ref.Remove || peopleThere[ref.ToID] != nil) {
			list = append(list, ref)
		}
	}
	return groups.Refer(ctx, list)
}

// logMembers leaves a record for each group whose members were changed.
func (r *run) logMembers(source store.Tx, refs []*connector.Ref, links map[string]*hospes.Link) error {
	type change struct{ added, removed int }
	changes := map[string]*change{}
	var order []string
	for _, ref := range refs {
		if !ref.Changed {
			continue
		}
		c := changes[ref.HolderID]
		if c == nil {
			c = &change{}
			changes[ref.HolderID] = c
			order = append(order, ref.HolderID)
		}
		if ref.Remove {
			c.removed++
		} else {
			c.added++
		}
	}
	var records []*hospes.Provisioning
	for _, id := range order {
		s := &subject{of: r.groups, number: links[id].Source, link: links[id]}
		var err error
		if s.object, err = store.FindNumber(source, store.Live, s.number); err != nil && hospes.KindOf(err) != hospes.KindNotFound {
			return err
		}
		p := newRecord(r, s)
		p.TargetName, p.Action, p.Outcome = p.SourceName, hospes.ActionUpdate, hospes.OutcomeSuccess
		p.Steps = []hospes.ProvisioningStep{
			{Code: "EntryImportUpdate", Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess},
			{Code: "EntryExportUpdateReference", Type: hospes.StepReference, Outcome: hospes.OutcomeSuccess, Details: map[string]string{
				"added": strconv.Itoa(changes[id].added), "removed": strconv.Itoa(changes[id].removed),
			}},
		}
		records = append(records, p)
	}
	return source.LogProvisioning(records...)
}

// roster is the passage of some members of one group, whose members are brought in line with the source: first those who
// are missing in the target are added, then those are removed who came through this job and are none any more. Whom an
// administrator of the target has added stays.
type roster struct {
	run   *run
	look  func(func(store.Reader) error) error // reads the source while deciding
	group *hospes.Link                         // nil when no group is left
	at    hospes.MemberRun
	after hospes.MemberRun
	done  bool // with this group
	refs  []*connector.Ref
}

func (r *run) memberBatch(ctx context.Context) error {
	if err := fault.Point("provision.members"); err != nil {
		return err
	}
	return r.pass(ctx, true, &roster{run: r})
}

// read implements passage.
func (p *roster) read(source store.Reader) error {
	r := p.run
	p.group, p.done, p.refs = nil, false, nil
	p.look = func(fn func(store.Reader) error) error { return fn(source) }
	if !r.groupsOn() { // a gate was closed since the cycle came to the members
		return nil
	}
	first, end := source.Tenant().Number.Range(hospes.ClassGroup)
	after := max(hospes.Number(r.cycle.Position), first)
	for p.group == nil {
		links, err := source.LinksBetween(r.job.Number, after, end, true, quickBatch)
		if err != nil || len(links) == 0 {
			return err
		}
		for i := range links {
			if links[i].Pending == hospes.PendingMembers && links[i].State == hospes.LinkActive {
				p.group = &links[i]
				break
			}
		}
		after = links[len(links)-1].Source
	}
	p.at = hospes.MemberRun{Group: p.group.Source}
	if m := r.cycle.Members; m != nil && m.Group == p.group.Source {
		p.at = *m
	}
	p.after = p.at
	if p.at.Prune {
		return nil
	}
	return p.readMissing(source)
}

// readMissing gathers the next members of the source that have a link.
func (p *roster) readMissing(source store.Reader) error {
	r := p.run
	first, end := source.Tenant().Number.Range(hospes.ClassUser)
	size := r.batchSize()
	numbers, err := source.RelatedBetween(hospes.RelationMember, []hospes.Number{p.group.Source}, max(p.at.After, first), end, size)
	if err != nil {
		return err
	}
	links, err := source.Links(r.job.Number, numbers...)
	if err != nil {
		return err
	}
	for i := range links {
		if links[i].State == hospes.LinkActive {
			p.refs = append(p.refs, r.memberRef(membership{p.group, &links[i]}, false))
		}
	}
	if len(numbers) < size {
		p.after.Prune = true
	} else {
		p.after.After = numbers[size-1]
	}
	return nil
}

// decide implements passage: only the target knows who is in its group without being in that of the source.
func (p *roster) decide(ctx context.Context, target connector.Target) error {
	if p.group == nil || !p.at.Prune {
		return nil
	}
	r := p.run
	if _, local := r.target.(connector.Local); !local { // what read was given is gone by now
		p.look = func(fn func(store.Reader) error) error { return r.engine.Store.View(ctx, r.tenant, fn) }
	}
	groups := target.(connector.Grouped).Groups()
	entries, err := groups.Read(ctx, []string{p.group.TargetID})
	if err != nil {
		return err
	}
	p.done = true
	if entries[0] == nil {
		return nil
	}
	members, next, err := groups.Members(ctx, entries[0], p.at.Next, r.batchSize())
	if err != nil {
		return err
	}
	p.after.Next, p.done = next, next == ""
	return p.look(func(source store.Reader) error { return p.strangers(source, members) })
}

// strangers finds the members of the target's group who have a link and are not in the source's group.
func (p *roster) strangers(source store.Reader, members []connector.Member) error {
	r := p.run
	links, err := r.linksOf(source, members)
	if err != nil {
		return err
	}
	sources := make([]hospes.Number, len(links))
	for i, l := range links {
		sources[i] = l.Source
	}
	ties, err := source.RelatedTo(hospes.RelationMember, sources...)
	if err != nil {
		return err
	}
	in := make(map[hospes.Number]bool, len(ties))
	for _, t := range ties {
		if t.From == p.group.Source {
			in[t.To] = true
		}
	}
	for i := range links {
		if !in[links[i].Source] {
			p.refs = append(p.refs, r.memberRef(membership{p.group, &links[i]}, true))
		}
	}
	return nil
}

// linksOf gives the links by which people of the target were brought there.
func (r *run) linksOf(source store.Reader, members []connector.Member) ([]hospes.Link, error) {
	var numbers []hospes.Number
	var ids []string
	for _, m := range members {
		if m.Number != 0 {
			numbers = append(numbers, m.Number)
		} else {
			ids = append(ids, m.ID)
		}
	}
	links, err := source.LinksInto(r.job.Number, numbers...)
	if err != nil {
		return nil, err
	}
	remote, err := source.LinksTo(r.job.Number, ids...)
	return append(links, remote...), err
}

// intents implements passage: to add or remove a member twice is to do it once.
func (p *roster) intents() ([]*store.Intent, error) { return nil, nil }

// apply implements passage.
func (p *roster) apply(ctx context.Context, target connector.Target) error {
	return p.run.setMembers(ctx, target, p.refs)
}

// note implements passage.
func (p *roster) note(_ context.Context, source store.Tx, _ connector.Target) error {
	c := p.run.cycle
	if p.group == nil {
		c.Phase, c.Position, c.Members = hospes.PhaseDeletions, 0, nil
		return nil
	}
	if err := p.run.logMembers(source, p.refs, map[string]*hospes.Link{p.group.TargetID: p.group}); err != nil {
		return err
	}
	if !p.done {
		after := p.after
		c.Members = &after
		return nil
	}
	c.Members, c.Position = nil, int64(p.group.Source)
	link := *p.group
	link.Pending = ""
	return source.PutLinks(&link)
}
