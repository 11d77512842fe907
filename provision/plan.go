package provision

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/mapping"
)

// StepKind is what the engine decides to do about one person.
type StepKind uint8

// The kinds.
const (
	StepSkip    StepKind = iota // nothing, for a reason
	StepCreate                  // make the person in the target (row X1)
	StepUpdate                  // write what differs; also adopts a match (rows 2 and X2)
	StepRestore                 // take it out of the bin again (X8)
	StepStage                   // its write deletes or blocks the person, and runs once all such are counted (X5, X6, 8, 10)
	StepAbandon                 // blocked first, then out of scope: left as it is (X7, 23)
	StepForget                  // the link has lost both its ends
	StepFail                    // cannot be done
)

// Reason says why nothing is done or why it cannot be, in the codes of provisioning 7.2 and 7.3.
type Reason string

// The reasons.
const (
	ReasonNone          Reason = ""
	ReasonNotEntitled   Reason = "NotEffectivelyEntitled"
	ReasonRedundant     Reason = "RedundantExport"
	ReasonImportSkipped Reason = "ImportSkipped"
	ReasonTypeOff       Reason = "EntityTypeNotSupported"
	ReasonGroupsRefused Reason = "GroupSynchronizationNotAllowed" // by the target tenant
	ReasonTargetDeleted Reason = "DeletedByAdministrator"
	ReasonStagedAlready Reason = "StagedDelete"
	ReasonInvalidAnchor Reason = "InvalidAnchor"
	ReasonManyTargets   Reason = "DuplicateTargetEntries"
	ReasonManySources   Reason = "DuplicateSourceEntries"
	ReasonEvaluation    Reason = "AttributeEvaluationFailed"
	ReasonMissingValue  Reason = "MissingValues"
	ReasonSingleValue   Reason = "SchemaPropertyCanOnlyAcceptValue"
)

// Step is the plan for one person: what to do, why, and the write that does it.
type Step struct {
	Kind   StepKind
	Reason Reason
	Text   string // for people, with a failure
	Match  bool   // the target was found by a matching attribute
	Write  *connector.Write
}

// planner decides what to do about people. It has no side effects: the same person gives the same step (provisioning
// 2.3).
type planner struct {
	*compiled
	env        *mapping.Env
	thorough   bool // a pass over everybody, or one person on demand
	keepBlock  bool // who was blocked in the target stays blocked (row X13, setting targetBlock)
	ending     bool // everybody is taken away, whatever the mappings say about leaving
	leaveAlone bool // who leaves the scope is left as it is (row 11, setting SkipOutOfScopeDeletions)
}

// plan decides about a person. matches are what the matching attributes found, for people without a link.
func (p *planner) plan(s *subject, matches []connector.Entry) Step {
	p.env.Row = row{s}
	switch {
	case p.off != ReasonNone:
		return Step{Kind: StepSkip, Reason: p.off}
	case s.scope.err != nil && s.scope.assigned: // nobody who is assigned is taken away for it
		return Step{Kind: StepFail, Reason: ReasonEvaluation, Text: s.scope.err.Error()}
	case !s.scope.imported && !p.ending:
		return Step{Kind: StepSkip, Reason: ReasonImportSkipped}
	case s.link == nil:
		return p.planNew(s, matches)
	case s.link.State == hospes.LinkDeleted:
		return p.planDeleted(s, matches)
	case s.link.State == hospes.LinkAbandoned && !s.scope.entitled():
		if s.object == nil { // nobody's business any more (row 12)
			return Step{Kind: StepForget}
		}
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case s.target == nil || s.target.InBin():
		return p.planVanished(s, matches)
	case s.scope.entitled() && s.scope.active:
		return p.update(s)
	case s.scope.entitled():
		return p.block(s, p.update(s))
	}
	return p.leave(s)
}

// planNew decides about a person the job has not met yet.
func (p *planner) planNew(s *subject, matches []connector.Entry) Step {
	switch {
	case !s.scope.entitled() || !s.scope.active:
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case len(matches) > 1:
		return Step{Kind: StepFail, Reason: ReasonManyTargets, Text: "Several people of the target match: " + ids(matches) + "."}
	case s.rival != hospes.ObjectID{}:
		return Step{Kind: StepFail, Reason: ReasonManySources, Text: "The person of the target that matches belongs to the source person " + s.rival.String() + " already."}
	case len(matches) == 1:
		s.target = matches[0]
		step := p.update(s)
		step.Match = true
		return step
	case !p.adds:
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	values, err := p.values(s, true)
	if err != nil {
		return failed(err)
	}
	if p.kind == groups {
		return p.create(values)
	}
	for _, f := range p.matches {
		for _, v := range values {
			if v.Slot == f.target {
				return p.create(values)
			}
		}
	}
	return Step{Kind: StepSkip, Reason: ReasonImportSkipped}
}

// create plans to make the object with the values.
func (p *planner) create(values []connector.Value) Step {
	return Step{Kind: StepCreate, Write: &connector.Write{Operation: connector.Create, Values: values, Thorough: p.thorough}}
}

func ids(entries []connector.Entry) string {
	list := make([]string, 0, 3)
	for _, e := range entries[:min(3, len(entries))] {
		list = append(list, e.ID())
	}
	return strings.Join(list, ", ")
}

// planVanished decides about a person whose target is gone or in the bin without the engine's doing.
func (p *planner) planVanished(s *subject, matches []connector.Entry) Step {
	wanted := s.scope.entitled() && s.scope.active
	switch {
	case s.target != nil && wanted && p.target.Traits.Remakes && s.target.LeftBySelf(): // row X11
		return p.restore(s)
	case s.target != nil: // an administrator of the target did it; only deletions of our own are ever undone (row X10)
		return Step{Kind: StepSkip, Reason: ReasonTargetDeleted}
	case !s.scope.entitled():
		return Step{Kind: StepForget}
	case wanted && s.link.Tombstone == hospes.TombstoneSelf, wanted && s.link.State == hospes.LinkLost && p.thorough:
		return p.planNew(s, matches) // row X11; and row 6 once somebody has asked for a new beginning
	}
	return Step{Kind: StepFail, Reason: ReasonInvalidAnchor, Text: "The linked person of the target has vanished."}
}

// planDeleted decides about a person that the engine has deleted in the target.
func (p *planner) planDeleted(s *subject, matches []connector.Entry) Step {
	switch {
	case !s.scope.entitled() || !s.scope.active:
		if s.object == nil && s.target == nil {
			return Step{Kind: StepForget}
		}
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case s.target == nil: // purged meanwhile: it begins anew (row X9)
		return p.planNew(s, matches)
	}
	return p.restore(s)
}

// restore plans to take the person out of the bin and to write what differs.
func (p *planner) restore(s *subject) Step {
	step := p.update(s)
	if step.Kind == StepFail {
		return step
	}
	w := step.Write
	if w == nil {
		w = &connector.Write{Entry: s.target}
	}
	w.Operation = connector.Restore
	return Step{Kind: StepRestore, Write: w}
}

// leave decides about a linked person that is out of scope.
func (p *planner) leave(s *subject) Step {
	skip := Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	remove := Step{Kind: StepStage, Write: &connector.Write{Operation: connector.Delete, Entry: s.target}}
	if !p.deletes && !p.ending {
		remove = skip
	}
	switch p.target.Traits.Leaving {
	case connector.LeaveToBin:
		blocked := s.scope.exists && !s.scope.active && written(s.link, p.name(p.target.Traits.Enabled)) == hospes.False
		switch {
		case p.ending:
			return remove
		case !p.leaves:
			return skip
		case blocked: // row X7
			return Step{Kind: StepAbandon}
		}
		return remove
	case connector.LeaveForGood:
		if s.scope.exists && p.leaveAlone {
			return skip
		}
		return remove
	}
	switch {
	case s.object == nil: // row 16
		return remove
	case s.scope.exists && p.leaveAlone: // row 11
		return skip
	case !p.leaves:
		return skip
	}
	step := p.write(s, func(f *flow) bool { return f.blocks })
	switch {
	case step.Kind == StepSkip && !s.scope.exists: // row 14, once done
		return skip
	case step.Kind == StepSkip: // row 23
		return Step{Kind: StepAbandon}
	}
	return p.block(s, step)
}

// block stages an update that takes somebody's access away, so that it is counted before it runs.
func (p *planner) block(s *subject, step Step) Step {
	if step.Kind == StepUpdate && p.blocks(s, step.Write) {
		step.Kind = StepStage
	}
	return step
}

// blocks tells that a write blocks a person who is not blocked.
func (p *planner) blocks(s *subject, w *connector.Write) bool {
	enabled := p.target.Traits.Enabled
	for _, v := range w.Values {
		if v.Slot == enabled {
			return v.Value == hospes.False && s.target.Value(enabled) != hospes.False
		}
	}
	return false
}

// update plans the write of what differs.
func (p *planner) update(s *subject) Step {
	return p.write(s, func(*flow) bool { return true })
}

// write plans the write of what differs among the flows that count.
func (p *planner) write(s *subject, counts func(*flow) bool) Step {
	if !p.updates {
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	values, err := p.valuesOf(s, false, counts)
	if err != nil {
		return failed(err)
	}
	kept := values[:0]
	for _, v := range values {
		if !p.same(s, v) {
			kept = append(kept, v)
		}
	}
	if len(kept) == 0 {
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	return Step{Kind: StepUpdate, Write: &connector.Write{Operation: connector.Update, Entry: s.target, Values: kept, Thorough: p.thorough}}
}

func (c *compiled) name(slot int) string {
	if slot < 0 {
		return ""
	}
	return c.target.Attributes[slot].Name
}
