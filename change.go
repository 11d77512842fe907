package hospes

import "time"

// Operation says what a change did. The numbers are stored.
type Operation uint8

// The operations.
const (
	OperationAdd Operation = iota + 1
	OperationUpdate
	OperationDelete  // into the bin
	OperationRestore // out of the bin
	OperationPurge   // gone for good
	OperationRelate
	OperationUnrelate
	OperationAssign
	OperationUnassign
)

var operationNames = [...]string{"", "add", "update", "delete", "restore", "purge", "relate", "unrelate", "assign", "unassign"}

func (o Operation) String() string {
	if int(o) < len(operationNames) {
		return operationNames[o]
	}
	return "unknown"
}

// Change is one row of a tenant's change log, in commit order. Delta queries, incremental cycles, undo and explain all
// read it; it is kept at least 30 days and as far back as the slowest job.
type Change struct {
	Seq       Seq
	Object    Number
	ID        ObjectID
	Class     Class
	Operation Operation
	Mask      Mask     // properties that changed; of what went to the bin or came back too
	Old       string   // their old values, a JSON object; written with the change, and read apart from it
	Relation  Relation // for relate and unrelate
	Other     Number   // the related object, or the principal of an assignment
	By        By
	At        time.Time
}

// ActorKind says what kind of caller acted.
type ActorKind string

// The kinds of actors.
const (
	ActorUser   ActorKind = "user"
	ActorApp    ActorKind = "application"
	ActorSystem ActorKind = "system"
)

// Actor is who made a change.
type Actor struct {
	Kind        ActorKind `json:"kind"`
	ID          string    `json:"id,omitempty"` // object id of the user or service principal
	AppID       string    `json:"appId,omitempty"`
	DisplayName string    `json:"displayName,omitempty"`
	UPN         string    `json:"upn,omitempty"`
	Address     string    `json:"address,omitempty"` // network address of the call
}

// Cause is what made a change come about.
type Cause string

// The causes.
const (
	CauseAPI    Cause = "api"
	CauseImport Cause = "import"
	CauseSync   Cause = "sync"
	CauseSetup  Cause = "setup"
	CauseExpiry Cause = "expiry"
	CauseRule   Cause = "rule"  // somebody came under the rule of a group, or no longer does
	CauseLeave  Cause = "leave" // somebody left an organisation of their own accord
)

// By says who made a change, why, and in which request or cycle.
type By struct {
	Actor       Actor
	Cause       Cause
	Correlation string
}

// Audit is one record of the audit log (guests 8.4, provisioning 7.4), written in the transaction it tells of.
type Audit struct {
	Number    Number
	At        time.Time
	Activity  string // activityDisplayName
	Category  string
	Service   string // loggedByService
	Operation string // operationType
	Result    string // success or failure
	Reason    string
	Targets   []AuditTarget
	Details   []AuditDetail
	By        By
}

// AuditTarget is an object that an audit record is about.
type AuditTarget struct {
	ID          string          `json:"id"`
	DisplayName string          `json:"displayName,omitempty"`
	Type        string          `json:"type"`
	UPN         string          `json:"upn,omitempty"`
	Modified    []AuditModified `json:"modified,omitempty"`
}

// AuditModified is one property that an audited operation changed; the values are JSON texts.
type AuditModified struct {
	Name string `json:"name"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// AuditDetail is one further key of an audit record.
type AuditDetail struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}
