package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/store"
)

// batch is the passage of people, or of groups, through the pipeline: scope, match, plan, write, link, log.
type batch struct {
	run     *run
	of      *compiled
	gather  func(store.Reader) ([]*subject, error)
	moved   []hospes.Number                   // groups that came into scope or left it
	staged  bool                              // carries out what was only staged until now
	advance func(source store.Tx) error       // moves the cycle on, once all is noted
	told    func(list []*hospes.Provisioning) // sees the records; nil for nobody

	subjects []*subject
	steps    []Step
}

// read implements passage.
func (p *batch) read(source store.Reader) (err error) {
	p.steps = nil
	p.subjects, err = p.gather(source)
	return err
}

// decide implements passage. What the target holds is read for all at once before.
func (p *batch) decide(ctx context.Context, target connector.Target) error {
	r := p.run
	target = p.of.at(target)
	var linked, unlinked []*subject
	var ids []string
	for _, s := range p.subjects {
		s.evaluateScope(r)
		switch {
		case s.link != nil:
			linked, ids = append(linked, s), append(ids, s.link.TargetID)
		case s.scope.entitled() && s.scope.active:
			unlinked = append(unlinked, s)
		}
	}
	entries, err := target.Read(ctx, ids)
	if err != nil {
		return err
	}
	for i, s := range linked {
		s.target = entries[i]
		if s.target == nil && s.scope.entitled() && s.scope.active {
			unlinked = append(unlinked, s) // may begin anew
		}
	}
	planner := r.planner(p.of)
	matches, err := r.match(ctx, p.of, target, unlinked, planner.env)
	if err != nil {
		return err
	}
	p.steps = make([]Step, len(p.subjects))
	for i, s := range p.subjects {
		p.steps[i] = planner.plan(s, matches[s])
		if r.onDemand && p.steps[i].Kind == StepStage { // taking somebody away is a cycle's business (provisioning 1.7)
			p.steps[i] = Step{Kind: StepSkip, Reason: ReasonNotEntitled}
		}
	}
	r.refuseTwins(p.of, p.subjects, p.steps)
	return nil
}

func (r *run) planner(of *compiled) *planner {
	return &planner{
		compiled: of, env: &mapping.Env{Clock: r.engine.Clock, Random: r.engine.Random},
		thorough: r.cycle.Kind != hospes.CycleIncremental, keepBlock: r.job.TargetBlock() == hospes.TargetBlockKeep,
		ending: r.job.Status.Ending, leaveAlone: !r.job.Status.Ending && r.settings.SkipOutOfScope() && of.kind == people,
	}
}

// writes gives what is to be done now.
func (p *batch) writes() (list []*connector.Write, sources []*subject) {
	for i := range p.steps {
		if w := p.steps[i].Write; w != nil && (p.staged || p.steps[i].Kind != StepStage) {
			list, sources = append(list, w), append(sources, p.subjects[i])
		}
	}
	return list, sources
}

// apply implements passage.
func (p *batch) apply(ctx context.Context, target connector.Target) error {
	list, _ := p.writes()
	if len(list) == 0 {
		return nil
	}
	return p.of.at(target).Apply(ctx, list)
}

// note implements passage.
func (p *batch) note(ctx context.Context, source store.Tx, joined connector.Target) error {
	r := p.run
	subjects := make([]*subject, len(p.subjects)) // of our own: this may run again
	var links []*hospes.Link
	var escrows escrowChanges
	for i, given := range p.subjects {
		s, step := given.clone(), p.steps[i]
		subjects[i] = s
		if l := r.outcome(s, step, p.staged); l != nil {
			links = append(links, l)
			s.returned = given.link != nil && given.link.Tombstone != hospes.TombstoneNone && l.Tombstone == hospes.TombstoneNone
		}
		if step.Kind != StepStage || p.staged { // what is only staged has neither failed nor passed
			escrows.note(r, s, failureOf(step))
		}
	}
	managers, err := p.refer(ctx, source, joined, subjects, links)
	if err != nil {
		return err
	}
	var records []*hospes.Provisioning
	for i, s := range subjects {
		if ref := managers[s.link]; ref != nil {
			records = append(records, tiedRecord(recordOf(r, s, p.steps[i]), s, ref))
		} else if r.tells(s, p.steps[i], p.staged) {
			records = append(records, recordOf(r, s, p.steps[i]))
		}
	}
	if err := source.PutLinks(links...); err != nil {
		return err
	}
	if err := r.forget(source, subjects, p.steps); err != nil {
		return err
	}
	if err := escrows.store(source); err != nil {
		return err
	}
	if err := source.LogProvisioning(records...); err != nil {
		return err
	}
	if p.told != nil {
		p.told(records)
	}
	if p.advance == nil {
		return nil
	}
	return p.advance(source)
}

// refer sees to the references of those who were written, or notes on their links that they wait for them. It answers who
// has another manager now.
func (p *batch) refer(ctx context.Context, source store.Tx, joined connector.Target, subjects []*subject, links []*hospes.Link) (map[*hospes.Link]*connector.Ref, error) {
	if p.of.kind == groups {
		return nil, p.dueMembers(source, subjects, links)
	}
	return p.run.refer(ctx, source, joined, subjects, p.steps, links)
}

// tells says whether a step is worth a record. Strangers who are none of the job's business are counted, not logged;
// neither, in a pass over everybody, are those who are right already.
func (r *run) tells(s *subject, step Step, staged bool) bool {
	switch step.Kind {
	case StepSkip:
	case StepStage:
		return staged
	default:
		return step.Kind != StepForget
	}
	switch {
	case r.onDemand:
		return true
	case s.link == nil && !s.scope.assigned:
		return false
	case s.link != nil && s.link.State == hospes.LinkDeleted:
		return false
	}
	return r.cycle.Kind != hospes.CycleInitial || step.Reason != ReasonRedundant
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
