package directory

import (
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// BinLife is how long a deleted object can be restored (graph-wire 7.8).
const BinLife = 30 * 24 * time.Hour

// binned are the classes that have a bin, with the activity that tells of the end of one of them.
var binned = []struct {
	schema   *hospes.Schema
	activity string
}{
	{hospes.UserSchema, "Hard Delete user"}, {hospes.GroupSchema, "Hard Delete group"},
	{hospes.ServicePrincipalSchema, "Hard Delete service principal"}, {hospes.ApplicationSchema, "Hard Delete application"},
}

// EmptyBin removes for good what went to the bin before a time, the oldest first and at most so many of each class. It
// answers how many it removed.
func EmptyBin(tx store.Tx, before time.Time, limit int) (removed int, err error) {
	for _, kind := range binned {
		page, err := tx.List(store.Query{Schema: kind.schema, Bin: store.InBin, Order: store.Order{Deleted: true}, Limit: limit})
		if err != nil {
			return removed, err
		}
		for _, d := range page.Documents {
			if d.Deleted.After(before) {
				break
			}
			o, err := d.Object()
			if err != nil {
				return removed, err
			}
			if err := purge(tx, kind.activity, o); err != nil {
				return removed, err
			}
			removed++
		}
	}
	return removed, nil
}

// purge removes an object of the bin, and tells those that had it in a relation.
func purge(tx store.Tx, activity string, o *hospes.Object) error {
	if o.Schema == hospes.UserSchema {
		return PurgeUser(tx, o)
	}
	if err := untie(tx, o); err != nil {
		return err
	}
	if err := tx.Purge(o); err != nil {
		return err
	}
	return tx.Audit(audit(activity, "Delete", o))
}
