package connector

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Entry is one person of a target.
type Entry interface {
	// ID is the id in the target's own notation.
	ID() string

	// Number is the number of a person of a tenant of this store; 0 elsewhere.
	Number() hospes.Number

	// InBin tells that the person was deleted and can still be restored.
	InBin() bool

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

	Done     Entry                     // what is there afterwards; nil where the write failed
	Modified []hospes.ModifiedProperty // what the write changed
	Adopted  bool                      // a create that found the person there and took it over
	Failure  *Failure
}

// Failure says why a target refused a write, in the codes of provisioning 7.3.
type Failure struct {
	Code      string
	Message   string
	Transient bool // the same write may go through later without a change
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// Target is a system that people are made present in. All its methods take many at once.
type Target interface {
	// Directory gives its attributes.
	Directory() *Directory

	// Read gives the people with the ids, those in the bin included, in the order of the ids; nil for those that are
	// gone.
	Read(ids []string) ([]Entry, error)

	// Match gives, for each value, the live people whose attribute has it.
	Match(slot int, values []hospes.Value) ([][]Entry, error)

	// Apply carries out writes. An error means that nothing is known of any of them; what went wrong with a single one
	// stands in its outcome.
	Apply(writes []*Write) error
}

// Local is the capability of a target that is a tenant of the same store: its writes join the engine's transaction,
// and need no intents.
type Local interface {
	Tenant() hospes.TenantID

	// Join gives the target as the transaction sees it.
	Join(tx store.Tx) (Target, error)
}

// Referrer is the capability of a target to tie people to each other.
type Referrer interface {
	// Refer sets references; what the holder referred to before is replaced.
	Refer(refs []*Ref) error
}

// Ref is one reference from a person of the target to another.
type Ref struct {
	Slot           int
	HolderID, ToID string
	Holder, To     hospes.Number // where the target is a tenant of this store
	Changed        bool          // the outcome: it was not so before
}
