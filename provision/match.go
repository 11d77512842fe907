package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/store"
)

// match looks for people without a link by the matching attributes, one after the other, until each is found
// (provisioning 2.1 step 3).
func (r *run) match(ctx context.Context, of *compiled, target connector.Target, subjects []*subject, env *mapping.Env) (map[*subject][]connector.Entry, error) {
	matches := map[*subject][]connector.Entry{}
	for i := range of.matches {
		f := &of.matches[i]
		var values []hospes.Value
		var asked []*subject
		for _, s := range subjects {
			if matches[s] != nil {
				continue
			}
			env.Row = row{s}
			v, err := f.want(of, s, env)
			if err != nil || v == hospes.Null {
				continue // planning says why
			}
			values, asked = append(values, v), append(asked, s)
		}
		if len(values) == 0 {
			continue
		}
		found, err := target.Match(ctx, f.target, values)
		if err != nil {
			return nil, err
		}
		for j, entries := range found {
			if len(entries) > 0 {
				matches[asked[j]] = entries
			}
		}
	}
	return matches, r.findRivals(ctx, matches)
}

// findRivals finds out which of the matched people somebody else of the source is linked to already. A tenant cannot
// have such: what matches there is unique in the source.
func (r *run) findRivals(ctx context.Context, matches map[*subject][]connector.Entry) error {
	if _, local := r.target.(connector.Local); local || len(matches) == 0 {
		return nil
	}
	byID := make(map[string]*subject, len(matches))
	var ids []string
	for s, entries := range matches {
		if len(entries) == 1 {
			id := entries[0].ID()
			if first := byID[id]; first != nil { // two of one batch
				s.rival, first.rival = first.id(), s.id()
				continue
			}
			byID[id] = s
			ids = append(ids, id)
		}
	}
	return r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
		links, err := reader.LinksTo(r.job.Number, ids...)
		for _, l := range links {
			if s := byID[l.TargetID]; s.number != l.Source {
				s.rival = l.SourceID
			}
		}
		return err
	})
}

// refuseTwins fails those of a batch who would be created with the same matching value: the second would be found as
// the first at its next look (provisioning 2.1: DuplicateSourceEntries).
func (r *run) refuseTwins(of *compiled, subjects []*subject, steps []Step) {
	if _, local := r.target.(connector.Local); local {
		return // the store refuses the second, by its unique values
	}
	for _, f := range of.matches {
		first := map[hospes.Value]*subject{}
		for i, s := range subjects {
			if steps[i].Kind != StepCreate {
				continue
			}
			for _, v := range steps[i].Write.Values {
				if v.Slot != f.target {
					continue
				}
				if twin := first[v.Value]; twin != nil {
					steps[i] = Step{Kind: StepFail, Reason: ReasonManySources, Text: "The source person " + twin.id().String() + " has the same matching value."}
					break
				}
				first[v.Value] = s
			}
		}
	}
}
