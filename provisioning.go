package hospes

import (
	"strings"
	"time"
)

// ProvisioningAction is what a provisioning record says was done, in wire spelling.
type ProvisioningAction string

// The actions.
const (
	ActionCreate       ProvisioningAction = "create"
	ActionUpdate       ProvisioningAction = "update"
	ActionDelete       ProvisioningAction = "delete"
	ActionStagedDelete ProvisioningAction = "stageddelete"
	ActionDisable      ProvisioningAction = "disable"
	ActionOther        ProvisioningAction = "other"
)

// Outcome is how a provisioning record or one of its steps ended, in wire spelling.
type Outcome string

// The outcomes.
const (
	OutcomeSuccess Outcome = "success"
	OutcomeWarning Outcome = "warning"
	OutcomeFailure Outcome = "failure"
	OutcomeSkipped Outcome = "skipped"
)

// StepType is the stage of the pipeline that a step belongs to, in wire spelling.
type StepType string

// The stages.
const (
	StepImport     StepType = "import"
	StepScoping    StepType = "scoping"
	StepMatching   StepType = "matching"
	StepProcessing StepType = "processing"
	StepReference  StepType = "referenceResolution"
	StepExport     StepType = "export"
)

// Provisioning is one record of the provisioning log: what the engine decided about one person or group, why, and what came of
// it. Steps are codes with arguments; the words are made when somebody reads them.
type Provisioning struct {
	Number     Number
	At         time.Time
	Job        Number
	Cycle      string
	ChangeID   string
	Action     ProvisioningAction
	Outcome    Outcome
	ErrCode    string
	ErrText    string
	Took       time.Duration
	SourceType string // User or Group; empty for User
	SourceID   ObjectID
	SourceName string
	SourceUPN  string
	TargetID   string
	TargetName string
	Steps      []ProvisioningStep
	Modified   []ModifiedProperty
}

// Type gives the type of the object that a record is about.
func (p *Provisioning) Type() string {
	if p.SourceType == "" {
		return "User"
	}
	return p.SourceType
}

// ProvisioningStep is one decision on the way of a record.
type ProvisioningStep struct {
	Code    string            `json:"c"` // EntryImportAdd, EntrySynchronizationScoping, …
	Type    StepType          `json:"t"`
	Outcome Outcome           `json:"o"`
	Details map[string]string `json:"d,omitempty"`
}

// ModifiedProperty is one attribute that a record wrote; the values are canonical JSON, empty for none.
type ModifiedProperty struct {
	Name string `json:"n"`
	Old  Value  `json:"a,omitempty"`
	New  Value  `json:"b,omitempty"`
}

// ConfigurationAudit begins a record about the provisioning configuration of a service principal (provisioning 7.4).
func ConfigurationAudit(activity string, principal *Object) *Audit {
	name := principal.Text(PrincipalDisplayName)
	operation, _, _ := strings.Cut(activity, " ")
	if operation != "Add" && operation != "Delete" {
		operation = "Update"
	}
	a := &Audit{
		Activity: activity, Category: "ProvisioningManagement", Service: "Account Provisioning", Operation: operation, Result: "success",
		Targets: []AuditTarget{{ID: principal.ID.String(), DisplayName: name, Type: "ServicePrincipal"}},
	}
	a.Describe("", activity+": "+name)
	return a
}

// Describe says what a record of a provisioning configuration is about, and the code of an error where there is one.
func (a *Audit) Describe(code, text string) {
	a.Reason, a.Details = text, []AuditDetail{{"Details", text}, {"ErrorCode", code}, {"EventName", a.Activity}}
}
