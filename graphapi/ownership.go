package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// ownedBy lets an application make others and manage those that it owns. It may list all of them.
const ownedBy = "Application.ReadWrite.OwnedBy"

// onlyOwned tells that of some permissions, any of which is enough, the caller has ownedBy and no other.
func (c *call) onlyOwned(permissions []string) bool {
	if !slices.Contains(permissions, ownedBy) {
		return false
	}
	others := slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return p == ownedBy })
	return !c.has(others)
}

// checkOwner refuses a change of an application or service principal, and any look at its synchronization, to a caller who
// may only manage its own and does not own this one. An application owns itself; who owns it, owns its service principal.
func (c *call) checkOwner(r store.Reader, o *hospes.Object) error {
	reads := strings.HasPrefix(c.route.Key, "GET ") && !strings.Contains(c.route.Key, "/synchronization/")
	permissions := c.route.Permissions
	if c.route.Classes != nil {
		permissions = c.route.Classes[o.Schema]
	}
	if reads || !c.onlyOwned(permissions) {
		return nil
	}
	caller, err := store.Find(r, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal)
	if err != nil {
		return err
	}
	if o.Number == caller.Number {
		return nil
	}
	owned := []hospes.Number{o.Number}
	if o.Schema == hospes.ServicePrincipalSchema {
		app, err := store.FindHolder(r, hospes.SpaceAppID, hospes.Fold(o.Text(hospes.PrincipalAppID)))
		if err == nil {
			owned = append(owned, app.Number)
		} else if hospes.KindOf(err) != hospes.KindNotFound {
			return err
		}
	} else if strings.EqualFold(o.Text(hospes.ApplicationAppID), c.caller.AppID) {
		return nil
	}
	owners, err := r.Related(hospes.RelationOwner, owned...)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(owners, func(t hospes.Tie) bool { return t.To == caller.Number }) {
		return hospes.Forbidden("graphapi.checkOwner")
	}
	return nil
}

// own makes a caller who may only manage its own the owner of what it has just made.
func (c *call) own(tx store.Tx, made ...*hospes.Object) error {
	if !c.onlyOwned(c.route.Permissions) {
		return nil
	}
	caller, err := store.Find(tx, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal)
	if err != nil {
		return err
	}
	for _, o := range made {
		if err := directory.AddOwner(tx, o, caller); err != nil {
			return err
		}
	}
	return nil
}
