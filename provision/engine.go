package provision

import (
	"crypto/sha256"
	"log/slog"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Engine runs synchronization jobs.
type Engine struct {
	Store  store.Store
	Clock  hospes.Clock
	Random hospes.Random
	Sealer Sealer
	Log    *slog.Logger
	Node   string // names this process in leases

	Templates []Template // beside that of cross-tenant synchronization
	BatchSize int        // people in one transaction of a cycle; 0 for a size that follows from who else is waiting
}

// derivedID makes an id that follows from a name, in the form of a random one, because clients check that form.
func derivedID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	var id hospes.ObjectID
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// SyncFabric is who the engine is in audit records (provisioning 3.8).
func (e *Engine) by(correlation string) hospes.By {
	return hospes.By{
		Actor: hospes.Actor{Kind: hospes.ActorApp, DisplayName: "Microsoft.Azure.SyncFabric"}, Cause: hospes.CauseSync, Correlation: correlation,
	}
}

// jobAudit begins a record about a provisioning configuration.
func jobAudit(activity string, principal *hospes.Object) *hospes.Audit {
	return hospes.ConfigurationAudit(activity, principal)
}
