package provision

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/mapping"
)

// StepKind is what the engine decides to do about one person.
type StepKind uint8

// The kinds.
const (
	StepSkip    StepKind = iota // nothing, for a reason
	StepCreate                  // make the person in the target (row X1)
	StepUpdate                  // write what differs; also adopts a match (X2) and disables (X6)
	StepRestore                 // take it out of the bin again (X8)
	StepStage                   // out of scope: to be deleted once all are counted (X5)
	StepAbandon                 // disabled first, then out of scope: left as it is (X7)
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
	ReasonTargetDeleted Reason = "DeletedByAdministrator"
	ReasonStagedAlready Reason = "StagedDelete"
	ReasonInvalidAnchor Reason = "InvalidAnchor"
	ReasonAmbiguous     Reason = "DuplicateTargetEntries"
	ReasonEvaluation    Reason = "AttributeEvaluationFailed"
)

// Step is the plan for one person: what to do, why, and the write that does it.
type Step struct {
	Kind   StepKind
	Reason Reason
	Text   string // for people, with a failure
	Match  bool   // the target was found by its matching attribute
	Write  *connector.Write
}

// plan decides what to do about a person. It has no side effects: the same person gives the same step (provisioning
// 2.3, rows X1 to X8). matches are what the matching attribute found, for people without a link.
func plan(c *compiled, s *subject, matches []connector.Entry, env *mapping.Env) Step {
	if !c.enabled {
		return Step{Kind: StepSkip, Reason: ReasonTypeOff}
	}
	if s.link == nil {
		return planNew(c, s, matches, env)
	}
	switch s.link.State {
	case hospes.LinkDeleted:
		return planDeleted(c, s, env)
	case hospes.LinkAbandoned:
		if !s.scope.entitled() {
			return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
		}
	}
	return planLinked(c, s, env)
}

// planNew decides about a person the job has not met yet.
func planNew(c *compiled, s *subject, matches []connector.Entry, env *mapping.Env) Step {
	switch {
	case !s.scope.entitled() || !s.scope.active:
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case len(matches) > 1:
		return Step{Kind: StepFail, Reason: ReasonAmbiguous, Text: "Several people of the target match."}
	case len(matches) == 1:
		s.target = matches[0]
		step := update(c, s, env)
		step.Match = true
		return step
	case !c.adds:
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	values, err := c.values(s, env, true)
	if err != nil {
		return failed(err)
	}
	for _, v := range values {
		if v.Slot == local.SlotAltSec {
			return Step{Kind: StepCreate, Write: &connector.Write{Operation: connector.Create, Values: values}}
		}
	}
	return Step{Kind: StepSkip, Reason: ReasonImportSkipped}
}

// planLinked decides about a person that is in the target.
func planLinked(c *compiled, s *subject, env *mapping.Env) Step {
	switch {
	case s.target == nil && s.scope.entitled():
		return Step{Kind: StepFail, Reason: ReasonInvalidAnchor, Text: "The linked person of the target has vanished."}
	case s.target == nil:
		return Step{Kind: StepForget}
	case s.target.InBin():
		// Somebody in the target deleted it; only deletions of our own are ever undone (row X10).
		return Step{Kind: StepSkip, Reason: ReasonTargetDeleted}
	case s.scope.entitled():
		return update(c, s, env)
	case !c.deletesOnScope || !c.deletes:
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case s.scope.exists && !s.scope.active && written(s.link, "accountEnabled") == hospes.False:
		return Step{Kind: StepAbandon}
	case s.link.Pending == PendingDelete:
		return Step{Kind: StepSkip, Reason: ReasonStagedAlready}
	}
	return Step{Kind: StepStage}
}

// planDeleted decides about a person that the engine has put into the target's bin.
func planDeleted(c *compiled, s *subject, env *mapping.Env) Step {
	switch {
	case !s.scope.entitled() || !s.scope.active:
		if s.object == nil && s.target == nil {
			return Step{Kind: StepForget}
		}
		return Step{Kind: StepSkip, Reason: ReasonNotEntitled}
	case s.target == nil: // purged meanwhile: it begins anew (row X9)
		return planNew(c, s, nil, env)
	}
	step := update(c, s, env)
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

// update plans the write of what differs.
func update(c *compiled, s *subject, env *mapping.Env) Step {
	if !c.updates {
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	values, err := c.values(s, env, false)
	if err != nil {
		return failed(err)
	}
	kept := values[:0]
	for _, v := range values {
		if !same(s, v) {
			kept = append(kept, v)
		}
	}
	if len(kept) == 0 {
		return Step{Kind: StepSkip, Reason: ReasonRedundant}
	}
	return Step{Kind: StepUpdate, Write: &connector.Write{Operation: connector.Update, Entry: s.target, Values: kept}}
}

// same tells that the target needs no write of the value.
func same(s *subject, v connector.Value) bool {
	have := s.target.Value(v.Slot)
	switch v.Slot {
	case local.SlotUPN:
		// The target keeps the name in the form of external users, with a suffix where that was taken.
		return s.link != nil && written(s.link, "userPrincipalName") == v.Value
	case local.SlotEnabled:
		// An administrator of the target has blocked somebody who is enabled at home: that stays (row X13, targetBlock keep).
		if v.Value == hospes.True && have == hospes.False && s.link != nil && written(s.link, "accountEnabled") == hospes.True {
			return true
		}
	}
	if have == v.Value {
		return true
	}
	return !local.TargetDirectory.Attributes[v.Slot].CaseExact && !local.TargetDirectory.Attributes[v.Slot].Many &&
		have != hospes.Null && strings.EqualFold(have.Text(), v.Value.Text())
}

// values runs the mappings. Null values do not flow; defaults count at creation only (provisioning 2.5).
func (c *compiled) values(s *subject, env *mapping.Env, creating bool) ([]connector.Value, error) {
	list := make([]connector.Value, 0, len(c.flows)+1)
	for i := range c.flows {
		f := &c.flows[i]
		if !creating && (f.flowType == FlowObjectAddOnly || f.flowType == FlowAttributeAdd && s.target.Value(f.target) != hospes.Null) {
			continue
		}
		v, err := f.want(s, env)
		if err != nil {
			return nil, err
		}
		if v == hospes.Null && creating {
			v = f.fallback
		}
		if v != hospes.Null {
			list = append(list, connector.Value{Slot: f.target, Value: v})
		}
	}
	return list, nil
}

func failed(err error) Step {
	return Step{Kind: StepFail, Reason: ReasonEvaluation, Text: err.Error()}
}

// written gives what the engine last wrote of an attribute.
func written(l *hospes.Link, attribute string) hospes.Value {
	return hospes.Value(l.Written).Member(attribute)
}

// remember gives the written values of a link after a write: the old ones, overlaid by the new.
func remember(before string, values []connector.Value, names func(slot int) string) string {
	b := make([]byte, 0, len(before)+256)
	b = append(b, '{')
	add := func(name string, v hospes.Value) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(hospes.AppendQuoted(b, name), ':')
		if v == hospes.Null {
			v = "null"
		}
		b = append(b, v...)
	}
	old := hospes.Value(before)
	for _, v := range values {
		add(names(v.Slot), v.Value)
	}
	old.Members(func(name string, v hospes.Value) {
		for _, w := range values {
			if names(w.Slot) == name {
				return
			}
		}
		add(name, v)
	})
	return string(append(b, '}'))
}
