package connector

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Connector is the way to a system that people are made present in. It is Local or Remote.
type Connector interface {
	// Directory gives the system's attributes.
	Directory() *Directory
}

// Local is a connector to a tenant of the same store: its writes join the engine's transaction and need no intents.
type Local interface {
	Connector
	Tenant() hospes.TenantID

	// Join gives the target as the transaction sees it.
	Join(tx store.Tx) (Target, error)

	// Look gives the target for reading only: it refuses to apply anything.
	Look(r store.Reader) (Target, error)
}

// Remote is a connector to anything else. Nothing joins its calls to the store, so that the engine writes down each
// intent before the call and what came of it after; what was open when a process died is read back and adopted.
type Remote interface {
	Connector
	Target

	// Test tells whether the system can be reached with the credentials it was given. The error is for people.
	Test(ctx context.Context) error
}

// Target is a system as people are read and written there. All methods take many at once; an error means that nothing
// is known of any of them. The engine keeps each call to a hundred people where the target is remote.
type Target interface {
	// Read gives the people with the ids, those in the bin included, in the order of the ids; nil for those that are
	// gone.
	Read(ctx context.Context, ids []string) ([]Entry, error)

	// Match gives, for each value, the live people whose attribute has it.
	Match(ctx context.Context, slot int, values []hospes.Value) ([][]Entry, error)

	// Apply carries out writes. What went wrong with a single one stands in its outcome. An error of a remote target
	// leaves open which of the writes were done: those with an outcome were.
	Apply(ctx context.Context, writes []*Write) error
}

// Referrer is the capability of a target to tie people to each other. To set a reference twice is to set it once.
type Referrer interface {
	// Refer sets references; what the holder referred to before is replaced.
	Refer(ctx context.Context, refs []*Ref) error
}
