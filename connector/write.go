package connector

import "github.com/hospes-dev/hospes"

// Entry is one person or group of a target.
type Entry interface {
	// ID is the id in the target's own notation.
	ID() string

	// Number is the number of a person of a tenant of this store; 0 elsewhere.
	Number() hospes.Number

	// InBin tells that the person was deleted and can still be restored.
	InBin() bool

	// LeftBySelf tells of somebody in the bin that the person itself left the system.
	LeftBySelf() bool

	// Value gives an attribute by its slot.
	Value(slot int) hospes.Value
}

// Operation is what a write does.
type Operation string

// The operations.
const (
	Create  Operation = "create"
	Update  Operation = "update"
	Delete  Operation = "delete"
	Restore Operation = "restore"
)

// Value is an attribute and what it shall be.
type Value struct {
	Slot  int
	Value hospes.Value
}

// Write is one operation on one person. The target fills in the outcome.
type Write struct {
	Operation Operation
	Entry     Entry // nil for a create
	Values    []Value
	Thorough  bool // a pass over everybody or a single person: also mends what incremental cycles leave (row X3)

	Done     Entry                     // what is there afterwards; nil where the write failed, but for a restore that failed in part
	Modified []hospes.ModifiedProperty // what the write changed
	Adopted  bool                      // a create that found the person there and took it over
	Failure  *Failure
}

// Answered tells that the outcome of the write is known.
func (w *Write) Answered() bool { return w.Done != nil || w.Failure != nil }

// Failure says why a target refused a write, in the codes of provisioning 7.3.
type Failure struct {
	Code      string
	Message   string
	Transient bool // the same write may go through later without a change
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// Ref is one reference of an object of the target to a person.
type Ref struct {
	Slot           int
	HolderID, ToID string
	Holder, To     hospes.Number // where the target is a tenant of this store
	Remove         bool          // takes the reference away, where the attribute holds many
	Changed        bool          // the outcome: it was not so before
}
