package provision

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

var skipRedundant = map[string]string{"SkipReason": string(ReasonRedundant)}

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
		default:
			p.Action, p.Steps = hospes.ActionUpdate, s.steps("EntryImportUpdate", "EntrySynchronizationUpdate", "EntryExportUpdate")
			if step.Match {
				p.Steps = s.matchedSteps()
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
	list := slices.Clone(s.steps("EntryImport", "EntrySynchronizationSkip", "")[:3])
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
	p.Steps = slices.Clone(s.steps("EntryImport", meant, exported))
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
