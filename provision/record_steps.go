package provision

import (
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// told are the steps of records that have been made already. Nearly everybody's are alike, and each is made once.
type told struct {
	steps map[stepsKey][]hospes.ProvisioningStep
	tied  map[*hospes.ProvisioningStep][]hospes.ProvisioningStep // those that begin with a step, with that of a manager at their end
}

// stepsKey is all that the steps of a record depend on.
type stepsKey struct {
	imported, processed, exported string
	matched                       bool // found in the target by a matching attribute
	scope                         scopeKey
}

// scopeKey is the answer about scope as far as a record tells it.
type scopeKey struct {
	exists, active, assigned, implicit, filter bool
	verdicts                                   string
}

// mostTold bounds what is remembered: a filter of many clauses has many answers.
const mostTold = 1000

func (s scoped) key() scopeKey {
	k := scopeKey{s.exists, s.active, s.assigned, s.implicit, s.filter, ""}
	if len(s.verdicts) == 0 {
		return k
	}
	b := make([]byte, 0, 128)
	for _, v := range s.verdicts {
		b = append(strconv.AppendBool(b, v.Holds), v.Label...)
	}
	k.verdicts = string(b)
	return k
}

// steps gives the steps of a record. They are shared: who wants others clones them.
func (s *subject) steps(imported, processed, exported string) []hospes.ProvisioningStep {
	return s.stepsOf(stepsKey{imported, processed, exported, false, s.scope.key()})
}

// matchedSteps are those of somebody who was found in the target by a matching attribute.
func (s *subject) matchedSteps() []hospes.ProvisioningStep {
	return s.stepsOf(stepsKey{"EntryImportAdd", "EntrySynchronizationUpdate", "EntryExportUpdate", true, s.scope.key()})
}

func (s *subject) stepsOf(key stepsKey) []hospes.ProvisioningStep {
	t := &s.of.told
	if list, known := t.steps[key]; known {
		return list
	}
	if t.steps == nil || len(t.steps) >= mostTold {
		t.steps, t.tied = map[stepsKey][]hospes.ProvisioningStep{}, map[*hospes.ProvisioningStep][]hospes.ProvisioningStep{}
	}
	list := []hospes.ProvisioningStep{
		{Code: key.imported, Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess, Details: importDetails(s.of.kind, s.scope)},
		{Code: "EntrySynchronizationScoping", Type: hospes.StepScoping, Outcome: hospes.OutcomeSuccess, Details: scopeDetails(s.of.kind, s.scope)},
		{Code: key.processed, Type: hospes.StepProcessing, Outcome: hospes.OutcomeSuccess},
		{Code: key.exported, Type: hospes.StepExport, Outcome: hospes.OutcomeSuccess},
	}
	if key.matched {
		list = append(list, hospes.ProvisioningStep{Code: "EntryMatch", Type: hospes.StepMatching, Outcome: hospes.OutcomeSuccess})
	}
	t.steps[key] = list
	return list
}

var (
	stepOfTie  = hospes.ProvisioningStep{Code: "EntryExportUpdateReference", Type: hospes.StepReference, Outcome: hospes.OutcomeSuccess}
	stepsOfTie = []hospes.ProvisioningStep{{Code: "EntryImport", Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess}}
)

// withTie gives steps with that of a manager at their end.
func (t *told) withTie(steps []hospes.ProvisioningStep) []hospes.ProvisioningStep {
	first := &steps[0]
	if list, known := t.tied[first]; known {
		return list
	}
	list := append(slices.Clone(steps), stepOfTie)
	if t.tied != nil && len(t.tied) < mostTold {
		t.tied[first] = list
	}
	return list
}

// tiedRecord adds to the record of a person that it has another manager now. Who was alike but for that was updated.
func tiedRecord(p *hospes.Provisioning, s *subject, ref *connector.Ref) *hospes.Provisioning {
	switch p.Outcome {
	case hospes.OutcomeSuccess, "":
		p.Steps = s.of.told.withTie(p.Steps)
	default:
		p.Steps = append(slices.Clone(s.steps("EntryImportUpdate", "", "")[:2]), stepOfTie)
	}
	if p.Outcome != hospes.OutcomeSuccess {
		p.Action, p.Outcome, p.ErrCode, p.ErrText = hospes.ActionUpdate, hospes.OutcomeSuccess, "", ""
	}
	p.Modified = append(slices.Clip(p.Modified), hospes.ModifiedProperty{Name: s.of.name(ref.Slot), New: hospes.String(ref.ToID)})
	return p
}

func title(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// importDetails says what was read of an object.
func importDetails(k *kind, s scoped) map[string]string {
	d := map[string]string{"IsSoftDeleted": title(!s.entitled() || !s.active)}
	if k == people {
		d["accountEnabled"] = title(s.active)
		if s.implicit {
			d["alternativeSecurityIds"] = "None"
		}
	}
	return d
}

// scopeDetails says each part of the answer about scope, in the original's words.
func scopeDetails(k *kind, s scoped) map[string]string {
	d := map[string]string{
		"Active in the source system": title(s.active), "Assigned to the application": title(s.assigned),
		"User has the required role": title(s.assigned), "Scoping filter evaluation passed": title(s.filter && s.implicit),
	}
	b := []byte{'{'}
	if s.exists && !s.implicit {
		b = append(hospes.AppendQuoted(b, k.implicit), ":false,"...)
	}
	for _, v := range s.verdicts {
		b = append(hospes.AppendQuoted(b, v.Label), ':')
		b = append(strconv.AppendBool(b, v.Holds), ',')
	}
	if len(b) > 1 {
		b = b[:len(b)-1]
	}
	d["ScopeEvaluationResult"] = string(append(b, '}'))
	return d
}
