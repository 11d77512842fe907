package store

import (
	"context"
	"time"

	"github.com/hospes-dev/hospes"
)

// Instance is what is kept once for all tenants: their register, their domains, keys, leases and due work.
type Instance interface {
	Tenants(ctx context.Context) ([]hospes.Tenant, error)

	// Tenant finds a tenant by its id. NotFound when it is not of this instance.
	Tenant(ctx context.Context, id hospes.TenantID) (hospes.Tenant, error)

	// TenantNumbered finds a tenant by its number.
	TenantNumbered(ctx context.Context, n hospes.TenantNumber) (hospes.Tenant, error)

	// TenantOfDomain finds the tenant that has verified a domain.
	TenantOfDomain(ctx context.Context, name string) (hospes.Tenant, error)

	// TenantsOfApp gives the tenants that know an application by its appId.
	TenantsOfApp(ctx context.Context, appID string) ([]hospes.Tenant, error)

	// Keys gives the signing keys, newest first.
	Keys(ctx context.Context) ([]SealedKey, error)
	PutKey(ctx context.Context, k SealedKey) error

	// Due gives the work that is due by now, oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]DueWork, error)

	// NextDue gives when the next work is due; the zero time when none is.
	NextDue(ctx context.Context) (time.Time, error)

	// DueMail gives messages of the outbox that are to be sent by now, oldest first.
	DueMail(ctx context.Context, now time.Time, limit int) ([]OutboxMail, error)

	// SettleMail notes what came of an attempt. The content of a message that is settled for good is wiped.
	SettleMail(ctx context.Context, o MailOutcome) error

	// Acquire takes or renews a lease. Conflict while somebody else holds it.
	Acquire(ctx context.Context, name, holder string, life time.Duration) (Lease, error)

	// Release gives a lease up before it expires.
	Release(ctx context.Context, l Lease) error

	// Check looks for damage, check by check, and repairs nothing. It reads all there is, and holds little of it.
	Check(ctx context.Context, report func(CheckResult)) error
}

// SealedKey is a signing key; the private part is sealed.
type SealedKey struct {
	ID      string
	Sealed  []byte
	Created time.Time
	Retires time.Time
}

// DueWork is a job that wants to run.
type DueWork struct {
	Tenant hospes.TenantNumber
	Job    hospes.Number
	At     time.Time
}
