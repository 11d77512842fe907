package doctor

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/words"
)

// Code is a cause. The texts of package words carry it as doctor.{code}.
type Code string

// The causes that a pair of tenants can show, in the order in which they are looked for.
const (
	GateOutbound   Code = "gateOutbound"   // the source does not consent for its people
	GateInbound    Code = "gateInbound"    // the target does not take that consent
	GateSync       Code = "gateSync"       // the target lets nobody be synchronized in
	NoTarget       Code = "noTarget"       // the job names no tenant, or none of this server
	JobStopped     Code = "jobStopped"     // the job is not started
	JobQuarantined Code = "jobQuarantined" // the job runs only now and then
	Disabled       Code = "disabled"       // blocked at home
	External       Code = "external"       // not one of the source's own people
	SMSSignIn      Code = "smsSignIn"      // signs in by SMS, which takes people out of synchronization
	Unassigned     Code = "unassigned"     // neither directly nor by a group
	Filtered       Code = "filtered"       // a clause of the scoping filter says no
	NobodyInvites  Code = "nobodyInvites"  // the target's level of invitations is none
	Deleted        Code = "deleted"        // the twin lies in the target's bin by somebody else's doing
	Blocked        Code = "blocked"        // enabled at home, blocked in the target
	PendingGuest   Code = "pendingGuest"   // invited by hand, not redeemed, and not tied to the home account yet
	OldName        Code = "oldName"        // invited by hand and taken over since, and still under the old name
	AddressTaken   Code = "addressTaken"   // somebody else of the target has the address
	ContactAddress Code = "contactAddress" // a mail contact of the target has the address
	GroupAddress   Code = "groupAddress"   // a group of the target has the address
	Refused        Code = "refused"        // the plan fails otherwise
	Postponed      Code = "postponed"      // the next cycle does not look at the person
	Waiting        Code = "waiting"        // nothing is wrong: the next cycle does it
	Present        Code = "present"        // nothing is wrong: the person is there
)

// Side says in which tenant somebody has to act.
type Side string

// The sides.
const (
	Source  Side = "source"
	Target  Side = "target"
	Nowhere Side = "" // nobody has to
)

// Finding is one cause, or the good news that there is none.
type Finding struct {
	Code     Code
	Args     words.Args
	Acts     Side
	Tenant   hospes.TenantID // of the side that acts
	Job      hospes.Job
	Evidence []Evidence
	Fix      *Fix // nil where no single call mends it
}

// Evidence is a fact that the finding rests on.
type Evidence struct {
	Name  string
	Value string
}

// Fix is a call of the public API, to be made in the finding's tenant.
type Fix struct {
	Method string
	Path   string
	Body   any
}

// Sound tells that nothing is wrong.
func (f Finding) Sound() bool { return f.Code == Present || f.Code == Waiting }

// Text puts the cause into words.
func (f Finding) Text(lang string) string { return words.Text(lang, "doctor."+string(f.Code), f.Args) }
