package local

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// Person is an entry of a tenant.
type Person struct {
	Object    *hospes.Object
	directory *connector.Directory
}

// ID implements connector.Entry.
func (p Person) ID() string { return p.Object.ID.String() }

// Number implements connector.Entry.
func (p Person) Number() hospes.Number { return p.Object.Number }

// InBin implements connector.Entry.
func (p Person) InBin() bool { return !p.Object.Deleted.IsZero() }

// Value implements connector.Entry.
func (p Person) Value(slot int) hospes.Value {
	if slot == slotAltSec {
		// One id is compared with one id: what a mapping gives and what a collection of one holds.
		only := hospes.Null
		p.Object.Get(hospes.UserAltSecIDs).Each(func(item hospes.Value) bool {
			only = hospes.String(string(item))
			return false
		})
		return only
	}
	return value(p.directory, p.Object, slot)
}

// LeftBySelf implements connector.Entry.
func (p Person) LeftBySelf() bool {
	return p.InBin() && p.Object.Text(hospes.UserDeletionCause) == string(hospes.CauseLeave)
}
