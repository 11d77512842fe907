package provision

import (
	"context"
	"sort"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// initialBatch takes the next people of the source, in the order of their numbers.
func (r *run) initialBatch(ctx context.Context) error {
	if err := fault.Point("provision.batch"); err != nil {
		return err
	}
	var read int
	var last hospes.Number
	more := false
	return r.pass(ctx, true, &batch{
		run: r, of: r.people,
		gather: func(source store.Reader) (list []*subject, err error) {
			list, last, more, read, err = r.peopleAfter(source, hospes.Number(r.cycle.Position))
			return list, err
		},
		advance: func(store.Tx) error {
			r.cycle.Counts.Imported += int64(read)
			r.cycle.Position = int64(last)
			if !more {
				r.nextPhase()
			}
			return nil
		},
	})
}

// peopleAfter gathers the next people after a number, the last number that was looked at, and how many of them are in the
// source.
func (r *run) peopleAfter(source store.Reader, after hospes.Number) (list []*subject, last hospes.Number, more bool, read int, err error) {
	first, before := source.Tenant().Number.Range(hospes.ClassUser)
	after = max(after, first)
	page, err := source.List(store.Query{Schema: hospes.UserSchema, Bin: store.Anywhere, Between: [2]hospes.Number{after, before}, Limit: r.batchSize()})
	if err != nil {
		return nil, 0, false, 0, err
	}
	if more = page.Next != nil; more {
		before = page.Next.Number + 1
	}
	list, err = r.subjectsBetween(source, page.Documents, after, before)
	return list, before - 1, more, len(page.Documents), err
}

// nextPhase leaves a phase of the objects. References are only looked at again when somebody was linked; with a remote
// target all of them wait until then.
func (r *run) nextPhase() {
	r.cycle.Position = 0
	if r.cycle.Sweep && r.cycle.Phase != hospes.PhaseGroups {
		r.cycle.Phase = hospes.PhaseGroups
		return
	}
	r.cycle.Phase = hospes.PhaseDeletions
	_, local := r.target.(connector.Local)
	if r.job.Status.Linked || !local || r.cycle.Counts.Created+r.cycle.Counts.Restored > 0 {
		r.cycle.Phase = hospes.PhaseReferences
	}
	r.job.Status.Linked = false
}

// subjectsBetween gathers what is known of the people of a page, by ranges: each table is read in one sweep.
func (r *run) subjectsBetween(source store.Reader, docs []hospes.Document, after, before hospes.Number) ([]*subject, error) {
	var links []hospes.Link
	for from := after; ; { // more links than people, where many have been purged
		part, err := source.LinksBetween(r.job.Number, from, before, false, bulkBatch)
		if err != nil {
			return nil, err
		}
		links = append(links, part...)
		if len(part) < bulkBatch {
			break
		}
		from = part[len(part)-1].Source
	}
	subjects, byNumber, err := merge(r.people, docs, links)
	if err != nil {
		return nil, err
	}
	direct, err := source.AssignmentsBetween(r.job.Principal, after, before)
	if err != nil {
		return nil, err
	}
	r.assign(byNumber, direct)
	escrows, err := source.EscrowsBetween(r.job.Number, after, before)
	if err != nil {
		return nil, err
	}
	attach(byNumber, escrows)
	if len(r.assigned) > 0 {
		members, err := source.RelatedBetween(hospes.RelationMember, r.assigned, after, before, len(subjects)+bulkBatch)
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

// subjectsOf gathers what is known of the given people, or groups.
func (r *run) subjectsOf(source store.Reader, of *compiled, numbers []hospes.Number) ([]*subject, error) {
	docs, err := source.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return nil, err
	}
	present := docs[:0]
	for _, d := range docs {
		if d.Schema == of.kind.schema {
			present = append(present, d)
		}
	}
	links, err := source.Links(r.job.Number, numbers...)
	if err != nil {
		return nil, err
	}
	subjects, byNumber, err := merge(of, present, links)
	if err != nil {
		return nil, err
	}
	direct, err := source.AssignmentsOf(numbers...)
	if err != nil {
		return nil, err
	}
	r.assign(byNumber, direct)
	escrows, err := source.Escrows(r.job.Number, numbers...)
	if err != nil {
		return nil, err
	}
	attach(byNumber, escrows)
	if of.kind == groups { // is assigned by itself or not at all, and has no manager
		return subjects, nil
	}
	ties, err := source.RelatedTo(hospes.RelationMember, numbers...)
	if err != nil {
		return nil, err
	}
	assigned := make(map[hospes.Number]bool, len(r.assigned))
	for _, g := range r.assigned {
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
func merge(of *compiled, docs []hospes.Document, links []hospes.Link) ([]*subject, map[hospes.Number]*subject, error) {
	subjects := make([]*subject, 0, len(docs)+len(links)/8)
	byNumber := make(map[hospes.Number]*subject, len(docs))
	for _, d := range docs {
		o, err := d.Object()
		if err != nil {
			return nil, nil, err
		}
		s := &subject{of: of, number: d.Number, object: o}
		subjects = append(subjects, s)
		byNumber[d.Number] = s
	}
	for i := range links {
		s := byNumber[links[i].Source]
		if s == nil {
			s = &subject{of: of, number: links[i].Source}
			subjects = append(subjects, s)
			byNumber[s.number] = s
		}
		s.link = &links[i]
	}
	sort.Slice(subjects, func(i, j int) bool { return subjects[i].number < subjects[j].number })
	return subjects, byNumber, nil
}

// attach gives people the failures that they wait with.
func attach(byNumber map[hospes.Number]*subject, escrows []store.Escrow) {
	for i := range escrows {
		if s := byNumber[escrows[i].Source]; s != nil {
			s.escrow = &escrows[i]
		}
	}
}

func (r *run) assign(byNumber map[hospes.Number]*subject, list []hospes.Assignment) {
	for _, a := range list {
		if s := byNumber[a.Principal]; s != nil && a.Resource == r.job.Principal {
			s.assigned = true
			s.roles = append(s.roles, r.roles[a.RoleID])
		}
	}
}

func (r *run) readManagers(source store.Reader, subjects []*subject) error {
	if !r.people.manager {
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
		if tie.From != tie.To { // somebody who is their own, as no directory takes it, has none
			managers[tie.From] = tie.To
		}
	}
	for _, s := range subjects {
		s.manager = managers[s.number]
	}
	return nil
}
