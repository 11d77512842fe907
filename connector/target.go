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

// Target is a system as people, or its groups, are read and written there. All methods take many at once; an error means that nothing
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
	// Refer sets references. Where an attribute holds one, what the holder referred to before is replaced; where it
	// holds many, each is added or, with Remove, taken away.
	Refer(ctx context.Context, refs []*Ref) error
}

// Grouped is the capability of a target to hold groups beside its people.
type Grouped interface {
	Groups() Groups
}

// Groups is the groups of a target: as objects that are read and written like people, and with who is in them. Groups
// are never matched.
type Groups interface {
	Target
	Referrer

	// Members gives a page of the people in a group, in an order of the target's own. next is empty after the last page,
	// and otherwise what to give as after for the next one.
	Members(ctx context.Context, group Entry, after string, limit int) (list []Member, next string, err error)
}

// Member is somebody in a group: by number where the target is a tenant of this store, by id elsewhere.
type Member struct {
	ID     string
	Number hospes.Number
}
