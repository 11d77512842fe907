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

// onlyOwned tells that of some permissions, any of which is enough, the calling application has ownedBy and no other. In
// the name of a person there is no such permission.
func (c *call) onlyOwned(row Permissions) bool {
	if c.inProcess || c.caller.Delegated || !slices.Contains(row.Application, ownedBy) {
		return false
	}
	return !slices.ContainsFunc(row.Application, func(p string) bool { return p != ownedBy && c.caller.Has(p) })
}

// checkOwner refuses a change of an application or service principal, and any look at its synchronization, to a caller who
// may only manage its own and does not own this one. An application owns itself; who owns it, owns its service principal.
func (c *call) checkOwner(r store.Reader, o *hospes.Object) error {
	reads := strings.HasPrefix(c.route.Key, "GET ") && !strings.Contains(c.route.Key, "/synchronization/")
	row := c.route.Permissions
	if c.route.Classes != nil {
		row = c.route.Classes[o.Schema]
	}
	if reads || !c.onlyOwned(row) {
		return nil
	}
	caller, err := store.Find(r, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal)
	if err != nil {
		return err
	}
	if o.Number == caller.Number || o.Schema == hospes.ApplicationSchema && strings.EqualFold(o.Text(hospes.ApplicationAppID), c.caller.AppID) {
		return nil
	}
	owned, err := owns(r, caller.Number, o)
	if err == nil && !owned {
		err = hospes.Forbidden("graphapi.checkOwner")
	}
	return err
}

// owns tells whether somebody is an owner of an object, or of the application whose service principal it is.
func owns(r store.Reader, owner hospes.Number, o *hospes.Object) (bool, error) {
	owned := []hospes.Number{o.Number}
	if o.Schema == hospes.ServicePrincipalSchema {
		app, err := store.FindHolder(r, hospes.SpaceAppID, hospes.Fold(o.Text(hospes.PrincipalAppID)))
		if err == nil {
			owned = append(owned, app.Number)
		} else if hospes.KindOf(err) != hospes.KindNotFound {
			return false, err
		}
	}
	owners, err := r.Related(hospes.RelationOwner, owned...)
	return slices.ContainsFunc(owners, func(t hospes.Tie) bool { return t.To == owner }), err
}

// own makes a caller who may only manage its own, or a person, the owner of what was just made.
func (c *call) own(tx store.Tx, made ...*hospes.Object) error {
	var owner *hospes.Object
	switch {
	case c.person != nil:
		owner = c.person.user
	case !c.onlyOwned(c.route.Permissions):
		return nil
	default:
		var err error
		if owner, err = store.Find(tx, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal); err != nil {
			return err
		}
	}
	for _, o := range made {
		if err := directory.AddOwner(tx, o, owner); err != nil {
			return err
		}
	}
	return nil
}
