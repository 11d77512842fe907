package provision

import (
	"context"
	"sort"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/store"
)

// initialGroup takes the next people of the source, in the order of their numbers.
func (r *run) initialGroup(ctx context.Context) error {
	size := r.groupSize()
	if err := fault.Point("provision.group"); err != nil {
		return err
	}
	return r.pair(ctx, true, func(source, target store.Tx) error {
		after := hospes.Number(r.cycle.Position)
		first, end := source.Tenant().Number.Range(hospes.ClassUser)
		after = max(after, first)
		page, err := source.List(store.Query{Schema: hospes.UserSchema, Bin: store.Anywhere, Between: [2]hospes.Number{after, end}, Limit: size})
		if err != nil {
			return err
		}
		before := end
		if page.Next != nil {
			before = page.Next.Number + 1
		}
		subjects, err := r.subjectsBetween(source, page.Documents, after, before)
		if err != nil {
			return err
		}
		if err := r.process(source, target, subjects); err != nil {
			return err
		}
		c := r.cycle
		c.Counts.Imported += int64(len(page.Documents))
		c.Position = int64(before - 1)
		if page.Next == nil {
			r.nextPhase()
		}
		return nil
	})
}

// nextPhase leaves the phase of the objects. References are only looked at again when somebody was linked.
func (r *run) nextPhase() {
	r.cycle.Phase, r.cycle.Position = hospes.PhaseDeletions, 0
	if r.linked || r.cycle.Counts.Created+r.cycle.Counts.Restored > 0 {
		r.cycle.Phase = hospes.PhaseReferences
	}
}

// subjectsBetween gathers what is known of the people of a page, by ranges: each table is read in one sweep.
func (r *run) subjectsBetween(source store.Tx, docs []hospes.Document, after, before hospes.Number) ([]*subject, error) {
	var links []hospes.Link
	for from := after; ; { // more links than people, where many have been purged
		part, err := source.LinksBetween(r.job.Number, from, before, false, bulkGroup)
		if err != nil {
			return nil, err
		}
		links = append(links, part...)
		if len(part) < bulkGroup {
			break
		}
		from = part[len(part)-1].Source
	}
	subjects, byNumber, err := merge(docs, links)
	if err != nil {
		return nil, err
	}
	direct, err := source.AssignmentsBetween(r.job.Principal, after, before)
	if err != nil {
		return nil, err
	}
	r.assign(byNumber, direct)
	if len(r.groups) > 0 {
		members, err := source.RelatedBetween(hospes.RelationMember, r.groups, after, before, len(subjects)+bulkGroup)
		if err != nil {
			return nil, err
		}
		for _, n := range members {
			if s := byNumber[n]; s != nil {
				s.assigned = true
			}
		}
	}
	return subjects, r.readManagers(source, subjects)
}

// subjectsOf gathers what is known of the given people.
func (r *run) subjectsOf(source store.Tx, numbers []hospes.Number) ([]*subject, error) {
	docs, err := source.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return nil, err
	}
	present := docs[:0]
	for _, d := range docs {
		if d.Schema == hospes.UserSchema {
			present = append(present, d)
		}
	}
	links, err := source.Links(r.job.Number, numbers...)
	if err != nil {
		return nil, err
	}
	subjects, byNumber, err := merge(present, links)
	if err != nil {
		return nil, err
	}
	direct, err := source.AssignmentsOf(numbers...)
	if err != nil {
		return nil, err
	}
	r.assign(byNumber, direct)
	ties, err := source.RelatedTo(hospes.RelationMember, numbers...)
	if err != nil {
		return nil, err
	}
	assigned := make(map[hospes.Number]bool, len(r.groups))
	for _, g := range r.groups {
		assigned[g] = true
	}
	for _, tie := range ties {
		if s := byNumber[tie.To]; s != nil && assigned[tie.From] {
			s.assigned = true
		}
	}
	return subjects, r.readManagers(source, subjects)
}

// merge joins source objects and links by number; a link without an object is a person who is gone for good.
func merge(docs []hospes.Document, links []hospes.Link) ([]*subject, map[hospes.Number]*subject, error) {
	subjects := make([]*subject, 0, len(docs)+len(links)/8)
	byNumber := make(map[hospes.Number]*subject, len(docs))
	for _, d := range docs {
		o, err := d.Object()
		if err != nil {
			return nil, nil, err
		}
		s := &subject{number: d.Number, object: o}
		subjects = append(subjects, s)
		byNumber[d.Number] = s
	}
	for i := range links {
		s := byNumber[links[i].Source]
		if s == nil {
			s = &subject{number: links[i].Source}
			subjects = append(subjects, s)
			byNumber[s.number] = s
		}
		s.link = &links[i]
	}
	sort.Slice(subjects, func(i, j int) bool { return subjects[i].number < subjects[j].number })
	return subjects, byNumber, nil
}

func (r *run) assign(byNumber map[hospes.Number]*subject, list []hospes.Assignment) {
	for _, a := range list {
		if s := byNumber[a.Principal]; s != nil && a.Resource == r.job.Principal {
			s.assigned = true
			s.roles = append(s.roles, r.roles[a.RoleID])
		}
	}
}

func (r *run) readManagers(source store.Tx, subjects []*subject) error {
	if !r.schema.manager {
		return nil
	}
	numbers := make([]hospes.Number, len(subjects))
	for i, s := range subjects {
		numbers[i] = s.number
	}
	ties, err := source.Related(hospes.RelationManager, numbers...)
	if err != nil {
		return err
	}
	managers := make(map[hospes.Number]hospes.Number, len(ties))
	for _, tie := range ties {
		managers[tie.From] = tie.To
	}
	for _, s := range subjects {
		s.manager = managers[s.number]
	}
	return nil
}

// process takes people through the pipeline: scope, match, plan, apply, link, log.
func (r *run) process(source, target store.Tx, subjects []*subject) error {
	joined, err := r.target.Join(target)
	if err != nil {
		return err
	}
	steps, err := r.planAll(joined, subjects)
	if err != nil {
		return err
	}
	writes := make([]*connector.Write, 0, len(steps))
	for i := range steps {
		if w := steps[i].Write; w != nil {
			writes = append(writes, w)
		}
	}
	if err := joined.Apply(writes); err != nil {
		return err
	}
	if err := fault.Point("provision.applied"); err != nil {
		return err
	}
	links := make([]*hospes.Link, 0, len(writes))
	records := make([]*hospes.Provisioning, 0, len(writes))
	for i, s := range subjects {
		step := steps[i]
		if l := r.outcome(s, step); l != nil {
			links = append(links, l)
		}
		if r.tells(s, step) {
			records = append(records, recordOf(r, s, step))
		}
	}
	if err := r.refer(source, joined, subjects, steps, links); err != nil {
		return err
	}
	if err := source.PutLinks(links...); err != nil {
		return err
	}
	if err := r.forget(source, subjects, steps); err != nil {
		return err
	}
	return source.LogProvisioning(records...)
}

// planAll decides about everybody. What the target holds is read for all at once before.
func (r *run) planAll(target connector.Target, subjects []*subject) ([]Step, error) {
	syncAll := r.settings.SyncAll()
	var linked, unlinked []*subject
	var ids []string
	for _, s := range subjects {
		s.evaluateScope(r.schema, syncAll)
		switch {
		case s.link != nil:
			linked, ids = append(linked, s), append(ids, s.link.TargetID)
		case s.scope.entitled() && s.scope.active:
			unlinked = append(unlinked, s)
		}
	}
	entries, err := target.Read(ids)
	if err != nil {
		return nil, err
	}
	for i, s := range linked {
		s.target = entries[i]
	}
	matches, err := r.match(target, unlinked)
	if err != nil {
		return nil, err
	}
	steps := make([]Step, len(subjects))
	env := &mapping.Env{Clock: r.engine.Clock, Random: r.engine.Random}
	for i, s := range subjects {
		env.Row = row{s}
		steps[i] = plan(r.schema, s, matches[s], env)
	}
	return steps, nil
}

// match looks for people without a link by the matching attribute.
func (r *run) match(target connector.Target, subjects []*subject) (map[*subject][]connector.Entry, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	env := &mapping.Env{Clock: r.engine.Clock, Random: r.engine.Random}
	values := make([]hospes.Value, 0, len(subjects))
	asked := make([]*subject, 0, len(subjects))
	for _, s := range subjects {
		env.Row = row{s}
		v, err := r.schema.match.want(s, env)
		if err != nil || v == hospes.Null {
			continue // planning says why
		}
		values, asked = append(values, v), append(asked, s)
	}
	found, err := target.Match(local.SlotAltSec, values)
	if err != nil {
		return nil, err
	}
	matches := map[*subject][]connector.Entry{}
	for i, entries := range found {
		if len(entries) > 0 {
			matches[asked[i]] = entries
		}
	}
	return matches, nil
}

// tells says whether a step is worth a record. Strangers who are none of the job's business are counted, not logged;
// neither, in a pass over everybody, are those who are right already.
func (r *run) tells(s *subject, step Step) bool {
	if step.Kind != StepSkip {
		return step.Kind != StepStage && step.Kind != StepForget
	}
	if s.link == nil && !s.scope.assigned {
		return r.cycle.Kind == hospes.CycleOnDemand
	}
	if step.Reason == ReasonStagedAlready || s.link != nil && s.link.State == hospes.LinkDeleted {
		return r.cycle.Kind == hospes.CycleOnDemand
	}
	return r.cycle.Kind != hospes.CycleInitial || step.Reason != ReasonRedundant
}

func attributeName(slot int) string { return local.TargetDirectory.Attributes[slot].Name }

// outcome counts a step and gives the link that has to be stored for it, or nil.
func (r *run) outcome(s *subject, step Step) *hospes.Link {
	counts := &r.cycle.Counts
	if s.scope.entitled() {
		counts.Entitled++
	}
	switch step.Kind {
	case StepCreate, StepUpdate, StepRestore:
		if step.Write.Failure != nil {
			counts.Failed++
			return nil
		}
		return r.written(s, step)
	case StepFail:
		counts.Failed++
		if s.link != nil && s.link.State == hospes.LinkActive && step.Reason == ReasonInvalidAnchor {
			s.link.State = hospes.LinkLost
			return s.link
		}
	case StepStage:
		counts.Staged++
		s.link.Pending = PendingDelete
		return s.link
	case StepAbandon:
		counts.Skipped++
		if s.link.State != hospes.LinkAbandoned {
			s.link.State = hospes.LinkAbandoned
			return s.link
		}
	case StepSkip:
		return r.skipped(s, step)
	case StepForget:
	}
	return nil
}

// written gives the link after a write that went through.
func (r *run) written(s *subject, step Step) *hospes.Link {
	counts, w := &r.cycle.Counts, step.Write
	switch {
	case step.Kind == StepRestore:
		counts.Restored++
	case step.Kind == StepCreate && !w.Adopted:
		counts.Created++
	case disables(w.Modified):
		counts.Disabled++
	default:
		counts.Updated++
	}
	l := s.link
	if l == nil {
		l = &hospes.Link{Job: r.job.Number, Source: s.number, SourceID: s.object.ID}
		s.link = l
		r.job.Status.Synchronized++
		r.linked = true
	}
	l.Target, l.TargetID, l.State, l.Tombstone = w.Done.Number(), w.Done.ID(), hospes.LinkActive, hospes.TombstoneNone
	if l.Pending == PendingDelete {
		l.Pending = ""
	}
	l.Written = remember(l.Written, w.Values, attributeName)
	return l
}

// skipped gives the link where a skip changes it: a match that needed no write is linked, a staged deletion of
// somebody who is back is taken off.
func (r *run) skipped(s *subject, step Step) *hospes.Link {
	counts := &r.cycle.Counts
	if !s.scope.entitled() || !s.scope.active {
		counts.OutScope++
	}
	counts.Skipped++
	switch {
	case s.link == nil && step.Match:
		s.link = &hospes.Link{Job: r.job.Number, Source: s.number, SourceID: s.object.ID, Target: s.target.Number(), TargetID: s.target.ID(), State: hospes.LinkActive, Written: "{}"}
		r.job.Status.Synchronized++
		r.linked = true
		return s.link
	case s.link == nil:
		return nil
	case step.Reason == ReasonTargetDeleted && s.link.Tombstone != hospes.TombstoneAdministrator:
		s.link.Tombstone = hospes.TombstoneAdministrator
		return s.link
	case s.link.Pending == PendingDelete && s.scope.entitled():
		s.link.Pending = ""
		return s.link
	case (s.link.State == hospes.LinkAbandoned || s.link.State == hospes.LinkLost) && s.scope.entitled() && s.target != nil:
		s.link.State = hospes.LinkActive
		return s.link
	}
	return nil
}

// forget drops links that have lost both their ends.
func (r *run) forget(source store.Tx, subjects []*subject, steps []Step) error {
	var lost []hospes.Link
	for i, s := range subjects {
		if steps[i].Kind == StepForget && s.link != nil {
			lost = append(lost, *s.link)
		}
	}
	return source.DeleteLinks(lost...)
}
