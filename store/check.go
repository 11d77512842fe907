package store

import "github.com/hospes-dev/hospes"

// Check names one question about whether a store is whole.
type Check string

// The checks, in the order in which they are made.
const (
	CheckEngine    Check = "engine"       // the database's own look at its files
	CheckTenants   Check = "tenants"      // tenants have counters and their domains, domains have tenants
	CheckDocuments Check = "documents"    // what answers are spliced from is what the document renders
	CheckKeys      Check = "uniqueValues" // unique values belong to the live objects that hold them, and words to those that have them
	CheckRelations Check = "relations"    // relations and assignments have both ends
	CheckOwners    Check = "owners"       // what belongs to an object, a job or a write has it
	CheckLinks     Check = "links"        // links are of jobs, and point to somebody who is or has been
	CheckNumbers   Check = "counters"     // counters are at or above what was given out
	CheckChanges   Check = "changes"      // the change log has no gap
	CheckAudits    Check = "audits"       // the chain of the audit log holds, to its last record
	CheckOutbox    Check = "outbox"       // messages that wait have a content, those that went have none
)

// Checks are all of them.
var Checks = []Check{
	CheckEngine, CheckTenants, CheckDocuments, CheckKeys, CheckRelations, CheckOwners, CheckLinks, CheckNumbers, CheckChanges, CheckAudits, CheckOutbox,
}

// MaxDamage is how many damages of one check are named.
const MaxDamage = 10

// CheckResult is what one check has found over all tenants.
type CheckResult struct {
	Check   Check
	Rows    int64 // that were looked at
	Damages int64
	Damage  []Damage // the first of them
}

// Damage is something that should not be.
type Damage struct {
	Tenant hospes.TenantID // zero for what is kept once for all
	Text   string          // names the row
}
