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
