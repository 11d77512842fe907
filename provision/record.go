package provision

import (
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// Details that say the same for nearly everybody are made once.
var (
	importEnabled  = map[string]string{"accountEnabled": "True", "IsSoftDeleted": "False", "alternativeSecurityIds": "None"}
	scopeAll       = scopeDetails(people, scoped{exists: true, active: true, assigned: true, implicit: true, filter: true})
	skipRedundant  = map[string]string{"SkipReason": string(ReasonRedundant)}
	stepsOfCreate  = stepsFor("EntryImportAdd", "EntrySynchronizationAdd", "EntryExportAdd", hospes.OutcomeSuccess)
	stepsOfUpdate  = stepsFor("EntryImportUpdate", "EntrySynchronizationUpdate", "EntryExportUpdate", hospes.OutcomeSuccess)
	stepsOfMatched = append(stepsFor("EntryImportAdd", "EntrySynchronizationUpdate", "EntryExportUpdate", hospes.OutcomeSuccess),
		hospes.ProvisioningStep{Code: "EntryMatch", Type: hospes.StepMatching, Outcome: hospes.OutcomeSuccess})
)

// stepOfTie is the step of a record that tells of a manager; the slices are those above with it at their end.
var (
	stepOfTie           = hospes.ProvisioningStep{Code: "EntryExportUpdateReference", Type: hospes.StepReference, Outcome: hospes.OutcomeSuccess}
	stepsOfTie          = []hospes.ProvisioningStep{{Code: "EntryImport", Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess}}
	stepsOfCreateAndTie = append(slices.Clone(stepsOfCreate), stepOfTie)
	stepsOfUpdateAndTie = append(slices.Clone(stepsOfUpdate), stepOfTie)
)

// tiedRecord adds to the record of a person that it has another manager now. Who was alike but for that was updated.
func tiedRecord(p *hospes.Provisioning, s *subject, ref *connector.Ref) *hospes.Provisioning {
	switch {
	case p.Outcome == hospes.OutcomeSuccess && len(p.Steps) == len(stepsOfCreate) && &p.Steps[0] == &stepsOfCreate[0]:
		p.Steps = stepsOfCreateAndTie
	case p.Outcome == hospes.OutcomeSuccess && len(p.Steps) == len(stepsOfUpdate) && &p.Steps[0] == &stepsOfUpdate[0]:
		p.Steps = stepsOfUpdateAndTie
	case p.Outcome == hospes.OutcomeSuccess || p.Outcome == "":
		p.Steps = append(slices.Clone(p.Steps), stepOfTie)
	default:
		p.Steps = append(s.steps("EntryImportUpdate", "", "")[:2], stepOfTie)
	}
	if p.Outcome != hospes.OutcomeSuccess {
		p.Action, p.Outcome, p.ErrCode, p.ErrText = hospes.ActionUpdate, hospes.OutcomeSuccess, "", ""
	}
	p.Modified = append(slices.Clip(p.Modified), hospes.ModifiedProperty{Name: s.of.name(ref.Slot), New: hospes.String(ref.ToID)})
	return p
}

func stepsFor(imported, processed, exported string, outcome hospes.Outcome) []hospes.ProvisioningStep {
	return []hospes.ProvisioningStep{
		{Code: imported, Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess, Details: importEnabled},
		{Code: "EntrySynchronizationScoping", Type: hospes.StepScoping, Outcome: hospes.OutcomeSuccess, Details: scopeAll},
		{Code: processed, Type: hospes.StepProcessing, Outcome: hospes.OutcomeSuccess},
		{Code: exported, Type: hospes.StepExport, Outcome: outcome},
	}
}

func title(b bool) string {
	if b {
		return "True"
	}
	return "False"
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

// common tells that the person is what importEnabled and scopeAll say of nearly everybody.
func (s *subject) common() bool {
	return s.of.kind == people && s.scope.active && s.scope.entitled() && len(s.scope.verdicts) == 0
}

// steps gives the steps of a record.
func (s *subject) steps(imported, processed, exported string) []hospes.ProvisioningStep {
	list := stepsFor(imported, processed, exported, hospes.OutcomeSuccess)
	if !s.common() {
		list[0].Details = map[string]string{"IsSoftDeleted": title(!s.scope.entitled() || !s.scope.active)}
		if s.of.kind == people {
			list[0].Details["accountEnabled"] = title(s.scope.active)
		}
		list[1].Details = scopeDetails(s.of.kind, s.scope)
	}
	return list
}

// newRecord begins a record about a person.
func newRecord(run *run, s *subject) *hospes.Provisioning {
	p := &hospes.Provisioning{Job: run.job.Number, Cycle: run.cycle.ID, ChangeID: hospes.NewUUID(run.engine.Random), SourceID: s.id(), At: run.now}
	s.of.kind.describe(p, s.object)
	if s.target != nil {
		p.TargetID = s.target.ID()
		p.TargetName = displayName(s.of, s.target)
	} else if s.link != nil {
		p.TargetID = s.link.TargetID
	}
	return p
}

// recordOf says what came of a step. Nil means that there is nothing to tell.
func recordOf(run *run, s *subject, step Step) *hospes.Provisioning {
	p := newRecord(run, s)
	w := step.Write
	switch step.Kind {
	case StepStage:
		if w.Failure != nil {
			return failureRecord(p, s, w.Failure.Code, w.Failure.Message, step)
		}
		p.Outcome, p.Modified, p.Action = hospes.OutcomeSuccess, w.Modified, hospes.ActionDisable
		p.Steps = s.steps("EntryImportUpdate", "EntrySynchronizationUpdate", "EntryExportUpdate")
		if w.Operation == connector.Delete {
			p.Action, p.Steps = hospes.ActionDelete, s.steps("EntryImportDelete", "EntrySynchronizationDelete", "EntryExportDelete")
		}
	case StepCreate, StepUpdate, StepRestore:
		if w.Failure != nil {
			return failureRecord(p, s, w.Failure.Code, w.Failure.Message, step)
		}
		p.Outcome, p.Modified = hospes.OutcomeSuccess, w.Modified
		p.TargetID, p.TargetName = w.Done.ID(), displayName(s.of, w.Done)
		switch {
		case step.Kind == StepCreate && !w.Adopted:
			p.Action, p.Steps = hospes.ActionCreate, s.steps("EntryImportAdd", "EntrySynchronizationAdd", "EntryExportAdd")
			if s.common() {
				p.Steps = stepsOfCreate
			}
		default:
			p.Action, p.Steps = hospes.ActionUpdate, s.steps("EntryImportUpdate", "EntrySynchronizationUpdate", "EntryExportUpdate")
			if s.common() {
				p.Steps = stepsOfUpdate
				if step.Match {
					p.Steps = stepsOfMatched
				}
			}
		}
	case StepFail:
		return failureRecord(p, s, string(step.Reason), step.Text, step)
	case StepAbandon:
		p.Action, p.Outcome = hospes.ActionOther, hospes.OutcomeSkipped
		p.Steps = skipSteps(s, ReasonNotEntitled)
	default:
		p.Action, p.Outcome = hospes.ActionOther, hospes.OutcomeSkipped
		p.Steps = skipSteps(s, step.Reason)
		p.ErrCode = string(step.Reason)
	}
	return p
}

func skipSteps(s *subject, reason Reason) []hospes.ProvisioningStep {
	list := s.steps("EntryImport", "EntrySynchronizationSkip", "")[:3]
	if !s.scope.entitled() || !s.scope.active {
		list[1].Outcome = hospes.OutcomeSkipped
	}
	list[2] = hospes.ProvisioningStep{Code: "EntrySynchronizationSkip", Type: hospes.StepExport, Outcome: hospes.OutcomeSkipped, Details: skipRedundant}
	if reason != ReasonRedundant {
		list[2].Details = map[string]string{"SkipReason": string(reason)}
	}
	return list
}

func failureRecord(p *hospes.Provisioning, s *subject, code, text string, step Step) *hospes.Provisioning {
	p.Outcome, p.ErrCode, p.ErrText, p.Action = hospes.OutcomeFailure, code, text, hospes.ActionUpdate
	meant, exported := "EntrySynchronizationUpdate", "EntryExportUpdate"
	if step.Kind == StepCreate || s.link == nil {
		p.Action, meant, exported = hospes.ActionCreate, "EntrySynchronizationAdd", "EntryExportAdd"
	}
	p.Steps = s.steps("EntryImport", meant, exported)
	p.Steps[3].Outcome = hospes.OutcomeFailure
	p.Steps[3].Details = map[string]string{"ErrorCode": code}
	return p
}

// displayName gives the name of a person of the target, where it has one.
func displayName(of *compiled, e connector.Entry) string {
	if slot := of.target.Traits.DisplayName; slot >= 0 {
		return e.Value(slot).Text()
	}
	return ""
}
