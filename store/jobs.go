package store

import (
	"time"

	"github.com/hospes-dev/hospes"
)

// JobReader reads synchronization jobs and their links.
type JobReader interface {
	// Job finds a job by its id.
	Job(id string) (hospes.Job, error)

	// Jobs gives the jobs of a service principal, or all of the tenant's for 0.
	Jobs(principal hospes.Number) ([]hospes.Job, error)

	// Links gives the links of source objects in a job; those without one are left out.
	Links(job hospes.Number, sources ...hospes.Number) ([]hospes.Link, error)

	// LinksBetween gives a page of links, by source, between the bounds, both exclusive. pending restricts it to those
	// with a staged operation.
	LinksBetween(job, after, before hospes.Number, pending bool, limit int) ([]hospes.Link, error)

	// LinksTo gives the links of a job to people of a remote target.
	LinksTo(job hospes.Number, targetIDs ...string) ([]hospes.Link, error)

	// LinksInto gives the links of a job to objects of a tenant of this store.
	LinksInto(job hospes.Number, targets ...hospes.Number) ([]hospes.Link, error)

	// CountStaged counts the links of a job whose target is to be deleted or blocked.
	CountStaged(job hospes.Number) (int64, error)

	// Escrows gives the failures that source objects of a job wait with.
	Escrows(job hospes.Number, sources ...hospes.Number) ([]Escrow, error)

	// EscrowsBetween gives those of the sources between the bounds, both exclusive.
	EscrowsBetween(job, after, before hospes.Number) ([]Escrow, error)

	// DueEscrows gives a page, by source and after one, of the failures that are to be tried again by a time.
	DueEscrows(job, after hospes.Number, by time.Time, limit int) ([]Escrow, error)

	// OpenIntents gives the intents of a job that have no outcome yet.
	OpenIntents(job hospes.Number) ([]Intent, error)
}

// JobWriter writes synchronization jobs and their links.
type JobWriter interface {
	// PutJob stores a job, new or changed. Conflict where somebody else wrote it since it was read.
	PutJob(job *hospes.Job) error

	// PutStatus stores only the status of a job, with the check of the lease: Precondition where the lease has gone
	// to somebody else.
	PutStatus(job *hospes.Job, lease Lease) error

	// DeleteJob removes a job with all its state; its targets stay.
	DeleteJob(job hospes.Job) error

	// PutLinks stores links, new (those without a number) and changed.
	PutLinks(links ...*hospes.Link) error

	// DeleteLinks forgets links.
	DeleteLinks(links ...hospes.Link) error

	// PutIntents writes down what is about to be done at a target that cannot join the transaction (those without a
	// number), or what became of it.
	PutIntents(list ...*Intent) error

	// PutEscrows stores failures, one for each source object.
	PutEscrows(list ...Escrow) error

	// DeleteEscrows forgets failures.
	DeleteEscrows(list ...Escrow) error

	// ClearEscrows forgets all failures of a job.
	ClearEscrows(job hospes.Number) error

	// Schedule sets when a job is due; the zero time takes it off the list.
	Schedule(job hospes.Number, at time.Time) error
}

// Intent is an operation on a remote target: written before the call, completed by its outcome. After a crash an
// intent without an outcome is read back at the target and adopted.
type Intent struct {
	Number    hospes.Number
	Job       hospes.Number
	Source    hospes.Number
	Operation string
	Document  string // what was to be written
	TargetID  string // known once the call answered
	Started   time.Time
	Outcome   string // empty while open
	Finished  time.Time
}

// Escrow is the failure of one source object, kept until it passes or is given up (provisioning 6.3).
type Escrow struct {
	Job      hospes.Number
	Source   hospes.Number
	Code     string
	Attempts int
	First    time.Time
	Next     time.Time // when it is tried again
}

// Lease is the right to work on something for a while. The fence grows with each new holder, so that a holder that
// overslept is found out by the first write that checks it.
type Lease struct {
	Name    string
	Holder  string
	Fence   int64
	Expires time.Time
}
