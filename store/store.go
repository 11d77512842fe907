package store

import (
	"context"
	"time"

	"github.com/hospes-dev/hospes"
)

// Store keeps tenants. It is safe for concurrent use.
type Store interface {
	// View runs fn on one moment of a tenant. NotFound where the tenant does not exist. The handle dies with fn.
	View(ctx context.Context, tenant hospes.TenantID, fn func(Reader) error) error

	// Update runs fn and commits what it did; nothing of it stays when fn or the commit fails. fn may run more than
	// once and must touch nothing but its handle. Several callers may share one commit; each still fails alone.
	Update(ctx context.Context, w Write, fn func(Tx) error) error

	// UpdatePair is Update over two tenants of this store in one transaction. The order of the tenants is the
	// caller's; locks are taken in the order of their numbers.
	UpdatePair(ctx context.Context, source, target Write, fn func(source, target Tx) error) error

	// CreateTenant makes a tenant and runs fn in it, in one transaction. Conflict where its domain is taken.
	CreateTenant(ctx context.Context, t hospes.Tenant, w Write, fn func(Tx) error) (hospes.Tenant, error)

	// Busy tells that interactive writers are waiting: a bulk writer then works in smaller groups.
	Busy() bool

	// Watch gives a channel that receives the number of a tenant after each commit that changed it, made through this
	// store or through another over the same database. A slow reader loses repetitions, never the last word. stop
	// releases it.
	Watch() (changed <-chan hospes.TenantNumber, stop func())

	// Generation counts the commits that changed a tenant through this store. What was read between two equal answers is
	// as it is now. sole is false where others write to the same database: then nothing can be told from the number.
	Generation(tenant hospes.TenantID) (n uint64, sole bool)

	// Now is the store's clock.
	Now() time.Time

	Instance
	Close() error
}

// Write says in which tenant an update happens, who does it and in which lane.
type Write struct {
	Tenant hospes.TenantID
	By     hospes.By
	Bulk   bool // large groups, which let interactive writers go first
}

// Reader reads one tenant.
type Reader interface {
	Tenant() hospes.Tenant
	Now() time.Time
	ObjectReader
	RelationReader
	RuleReader
	ChangeReader
	AssignmentReader
	JobReader
	LogReader
	SecretReader
	ProofReader
	AuthenticatorReader
	AttemptReader
	DomainReader

	// ContentHash digests what the tenant holds: live objects with their ids, relations and assignments. Times,
	// versions, logs and the bin do not count, so that equal content gives equal hashes.
	ContentHash() ([32]byte, error)
}

// Tx reads and writes one tenant. What it wrote, it reads.
type Tx interface {
	Reader

	// Alone waits for the transactions that write in the tenant at this moment, and lets no other do so until this one has
	// ended: what is read from then on stays true. For rules about what other transactions could take away meanwhile.
	Alone() error

	ObjectWriter
	RelationWriter
	RuleWriter
	ChangeWriter
	AssignmentWriter
	JobWriter
	LogWriter
	SecretWriter
	ProofWriter
	AuthenticatorWriter
	AttemptWriter
	DomainWriter
}

// Bin says whether objects in the bin take part in a query.
type Bin uint8

// The three ways to look.
const (
	Live Bin = iota
	InBin
	Anywhere
)
