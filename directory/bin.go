package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// BinLife is how long a deleted object can be restored (graph-wire 7.8).
const BinLife = 30 * 24 * time.Hour

// Binned are the classes of directory objects that have a bin.
var Binned = []*hospes.Schema{hospes.UserSchema, hospes.GroupSchema, hospes.ServicePrincipalSchema, hospes.ApplicationSchema}

// EmptyBin removes for good what went to the bin before a time, the oldest first and at most so many of each class. It
// answers how many it removed.
func EmptyBin(tx store.Tx, before time.Time, limit int) (removed int, err error) {
	for _, schema := range Binned {
		page, err := tx.List(store.Query{Schema: schema, Bin: store.InBin, Order: store.Order{Deleted: true}, Limit: limit})
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
			if err := Purge(tx, o); err != nil {
				return removed, err
			}
			removed++
		}
	}
	return removed, nil
}

// Purge removes an object of the bin for good, and tells those that had it in a relation.
func Purge(tx store.Tx, o *hospes.Object) error {
	if err := untie(tx, o); err != nil {
		return err
	}
	if err := revokeGrants(tx, o); err != nil {
		return err
	}
	if err := tx.Purge(o); err != nil {
		return err
	}
	return tx.Audit(audit("Hard Delete "+auditKinds[o.Schema.Class].name, "Delete", o))
}

// Restore takes an object out of the bin. Conflict where a value it holds was taken meanwhile. An application comes back
// alone: its service principal lies in the bin by itself.
func Restore(tx store.Tx, o *hospes.Object) error {
	if o.Schema == hospes.UserSchema {
		o.Set(hospes.UserDeletionCause, hospes.Null)
	}
	record := audit("Restore "+auditKinds[o.Schema.Class].name, "Update", o)
	record.Targets[0].Modified = modified(o)
	if err := tx.Restore(o); err != nil {
		return err
	}
	return tx.Audit(record)
}

// DropTakenAddresses takes from a user of the bin the addresses that others hold by now, so that it can be restored. The
// mail of a guest stays what it was invited by; that of others goes with its address (graph-wire 7.4).
func DropTakenAddresses(r store.Reader, user *hospes.Object) error {
	var addresses []string
	for _, k := range user.Keys() {
		if k.Space == hospes.SpaceAddress {
			addresses = append(addresses, k.Value)
		}
	}
	taken, err := r.Holders(hospes.SpaceAddress, addresses...)
	if err != nil || len(taken) == 0 {
		return err
	}
	kept := slices.DeleteFunc(user.Get(hospes.UserProxyAddresses).Texts(), func(proxy string) bool {
		_, address, _ := strings.Cut(proxy, ":")
		_, gone := taken[hospes.Fold(address)]
		return gone
	})
	user.Set(hospes.UserProxyAddresses, hospes.Strings(kept...))
	if _, gone := taken[hospes.Fold(user.Text(hospes.UserMail))]; gone && !hospes.IsExternal(user) {
		user.Set(hospes.UserMail, hospes.Null)
	}
	return nil
}
