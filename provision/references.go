package provision

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/store"
)

// refer ties the people of a group to their managers, as far as those are in the target by now; the others wait on
// their links.
func (r *run) refer(source store.Tx, target connector.Target, subjects []*subject, steps []Step, links []*hospes.Link) error {
	if !r.schema.manager {
		return nil
	}
	known := make(map[hospes.Number]*hospes.Link, len(subjects))
	for _, s := range subjects {
		if s.link != nil {
			known[s.number] = s.link
		}
	}
	var waiting []*hospes.Link
	managers := map[*hospes.Link]hospes.Number{}
	stored := make(map[*hospes.Link]bool, len(links))
	for _, l := range links {
		stored[l] = true
	}
	for i, s := range subjects {
		if s.manager == 0 || s.link == nil || s.link.State != hospes.LinkActive || steps[i].Kind == StepFail || !s.scope.entitled() ||
			s.target != nil && s.target.InBin() {
			continue
		}
		managers[s.link] = s.manager
		waiting = append(waiting, s.link)
	}
	settled, err := r.resolve(source, target, waiting, managers, known)
	if err != nil {
		return err
	}
	var late []*hospes.Link // links that no write touched and that change all the same
	for _, l := range waiting {
		pending := PendingReference
		if settled[l] {
			pending = ""
		}
		if l.Pending == PendingDelete || l.Pending == pending {
			continue
		}
		l.Pending = pending
		if !stored[l] {
			late = append(late, l)
		}
	}
	return source.PutLinks(late...)
}

// resolve sets the managers that are in the target and answers whose reference is settled.
func (r *run) resolve(source store.Tx, target connector.Target, waiting []*hospes.Link, managers map[*hospes.Link]hospes.Number, known map[hospes.Number]*hospes.Link) (map[*hospes.Link]bool, error) {
	settled := map[*hospes.Link]bool{}
	referrer, able := target.(connector.Referrer)
	if !able || len(waiting) == 0 {
		return settled, nil
	}
	var missing []hospes.Number
	for _, l := range waiting {
		if m := managers[l]; known[m] == nil {
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
	var refs []*connector.Ref
	holders := make(map[string]*hospes.Link, len(waiting))
	for _, l := range waiting {
		m := known[managers[l]]
		if m == nil || m.State != hospes.LinkActive || m.Target == 0 || l.Target == 0 {
			continue
		}
		refs = append(refs, &connector.Ref{Slot: local.SlotManager, HolderID: l.TargetID, Holder: l.Target, ToID: m.TargetID, To: m.Target})
		holders[l.TargetID] = l
	}
	refs, err := present(target, refs)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		settled[holders[ref.HolderID]] = true
	}
	return settled, referrer.Refer(refs)
}

// present leaves out references to people who have left the target without the engine's doing.
func present(target connector.Target, refs []*connector.Ref) ([]*connector.Ref, error) {
	var ids []string
	for _, ref := range refs {
		ids = append(ids, ref.ToID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	entries, err := target.Read(ids)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(ids))
	for i, e := range entries {
		there[ids[i]] = e != nil && !e.InBin()
	}
	return slices.DeleteFunc(refs, func(ref *connector.Ref) bool { return !there[ref.ToID] }), nil
}

// holdersPresent leaves out links whose own target has left.
func holdersPresent(target connector.Target, links []*hospes.Link) ([]*hospes.Link, error) {
	ids := make([]string, len(links))
	for i, l := range links {
		ids[i] = l.TargetID
	}
	entries, err := target.Read(ids)
	if err != nil {
		return nil, err
	}
	there := make([]*hospes.Link, 0, len(links))
	for i, l := range links {
		if entries[i] != nil && !entries[i].InBin() {
			there = append(there, l)
		}
	}
	return there, nil
}

// referenceGroup looks again at those whose manager was not in the target when they came.
func (r *run) referenceGroup(ctx context.Context) error {
	return r.pair(ctx, true, func(source, target store.Tx) error {
		_, end := source.Tenant().Number.Range(hospes.ClassUser)
		links, err := source.LinksBetween(r.job.Number, hospes.Number(r.cycle.Position), end, true, r.groupSize())
		if err != nil {
			return err
		}
		if len(links) == 0 {
			r.cycle.Phase, r.cycle.Position = hospes.PhaseDeletions, 0
			return nil
		}
		r.cycle.Position = int64(links[len(links)-1].Source)
		var waiting []*hospes.Link
		var numbers []hospes.Number
		bySource := map[hospes.Number]*hospes.Link{}
		for i := range links {
			if l := &links[i]; l.Pending == PendingReference && l.State == hospes.LinkActive {
				waiting, numbers = append(waiting, l), append(numbers, l.Source)
				bySource[l.Source] = l
			}
		}
		ties, err := source.Related(hospes.RelationManager, numbers...)
		if err != nil {
			return err
		}
		managers := map[*hospes.Link]hospes.Number{}
		for _, tie := range ties {
			managers[bySource[tie.From]] = tie.To
		}
		joined, err := r.target.Join(target)
		if err != nil {
			return err
		}
		there, err := holdersPresent(joined, waiting)
		if err != nil {
			return err
		}
		settled, err := r.resolve(source, joined, there, managers, map[hospes.Number]*hospes.Link{})
		if err != nil {
			return err
		}
		var done []*hospes.Link
		for _, l := range waiting {
			if settled[l] || managers[l] == 0 {
				l.Pending = ""
				done = append(done, l)
			}
		}
		return source.PutLinks(done...)
	})
}
