package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// authorize asks the permission table.
func (c *call) authorize() error {
	if c.route.Operator && !c.inProcess && !c.system {
		return hospes.Forbidden("graphapi.authorize")
	}
	err := c.permit(c.route, c.ownObject())
	if err != nil && c.route.Key == invitationKey && hospes.KindOf(err) == hospes.KindForbidden {
		return &hospes.Error{
			Kind: hospes.KindForbidden, Op: "graphapi.authorize", Code: "Unauthorized",
			Message: "Insufficient privileges to perform requested operation by the application '00000003-0000-0000-c000-000000000000'. " +
				"ControllerName=MSGraphInviteAPI, ActionName=CreateInvite, URL absolute path=/api/" + c.caller.Tenant.String() + "/invites",
		}
	}
	return err
}

// permit asks whether the caller may call a route; own tells that the path names the person who is signed in.
func (c *call) permit(route *Route, own bool) error {
	p := route.Permissions
	switch {
	case c.inProcess || p.free():
		return nil
	case !c.scoped(p, own):
		return hospes.Forbidden("graphapi.authorize")
	case !c.caller.Delegated || c.person.allowed(p, own, !strings.Contains(route.Key, "{")):
		return nil
	case own && len(p.Own) > 0:
		c.ownOnly = true
		return nil
	case p.Setting != "":
		return c.bySetting(p.Setting)
	case p.Owners:
		return c.byOwnership()
	}
	return hospes.Forbidden("graphapi.authorize")
}

// scoped tells that the application has one of the permissions of a row.
func (c *call) scoped(p Permissions, own bool) bool {
	switch {
	case c.inProcess:
		return true
	case !c.caller.Delegated:
		return slices.ContainsFunc(p.Application, c.caller.Has)
	}
	return slices.ContainsFunc(p.Delegated, c.caller.Has) || own && slices.ContainsFunc(p.Own, c.caller.Has)
}

// may tells that the caller may do what a row of the table stands for, to objects that are not its own.
func (c *call) may(p Permissions) bool {
	return c.inProcess || c.scoped(p, false) && (!c.caller.Delegated || c.person.allowed(p, false, false))
}

// ownObject tells that the path names the person who is signed in.
func (c *call) ownObject() bool {
	return c.caller.Delegated && len(c.keys) > 0 && (strings.HasPrefix(c.route.Key[strings.IndexByte(c.route.Key, ' '):], " /users/{id}")) && c.isSelf(c.keys[0])
}

func (c *call) isSelf(key string) bool {
	return strings.EqualFold(key, c.caller.Principal.String()) || c.person != nil && strings.EqualFold(key, c.person.user.Text(hospes.UserPrincipalName))
}

// bySetting lets members of the tenant do what the authorization policy leaves to them.
func (c *call) bySetting(name string) error {
	if !c.person.insider() {
		return hospes.Forbidden("graphapi.authorize")
	}
	return c.view(func(r store.Reader) error {
		authorization, err := store.FindSingleton(r, hospes.AuthorizationPolicySchema)
		if err == nil && !authorization.Get(hospes.AuthorizationMemberPermissions).Member(name).Bool() {
			err = hospes.Forbidden("graphapi.authorize")
		}
		return err
	})
}

// byOwnership lets somebody do what is left to the owners of an object. What is not there belongs to nobody, so that it
// cannot be told from what is there and somebody else's.
func (c *call) byOwnership() error {
	if len(c.keys) == 0 {
		return hospes.Forbidden("graphapi.authorize")
	}
	return c.view(func(r store.Reader) error {
		schema := hospes.GroupSchema
		switch {
		case strings.Contains(c.route.Key, "/applications/"):
			schema = hospes.ApplicationSchema
		case strings.Contains(c.route.Key, "/servicePrincipals/"):
			schema = hospes.ServicePrincipalSchema
		}
		o, err := c.findKey(r, schema, c.keys[0])
		switch hospes.KindOf(err) {
		case hospes.KindNotFound, hospes.KindInvalid:
			return hospes.Forbidden("graphapi.authorize")
		}
		if err != nil {
			return err
		}
		owned, err := owns(r, c.person.user.Number, o)
		if err == nil && !owned {
			err = hospes.Forbidden("graphapi.authorize")
		}
		return err
	})
}

// findKey reads an object by its id, or an application or service principal by appId='…'.
func (c *call) findKey(r store.Reader, schema *hospes.Schema, key string) (*hospes.Object, error) {
	name, appID, alternate := alternateKey(key)
	switch {
	case !alternate:
		return c.find(r, schema, key)
	case schema == hospes.GroupSchema || !strings.EqualFold(name, "appId"):
		return nil, hospes.Invalidf("graphapi.find", "Invalid object identifier '%s'.", key)
	}
	return findAppID(r, schema, appID)
}

// checkAdministrator keeps what concerns how somebody signs in, or whether they are there at all, from those who may not
// do it to administrators: of a user who holds a directory role, only a Global Administrator or a Privileged
// Authentication Administrator may change it (graph-wire 5.1). The same holds for applications, which can hold these roles.
func (c *call) checkAdministrator(r store.Reader, user *hospes.Object) error {
	if c.inProcess || c.caller.Delegated && user.ID == c.caller.Principal {
		return nil
	}
	held, err := directory.RoleTemplates(r, user.Number)
	if err != nil || len(held) == 0 {
		return err
	}
	callers := []string{}
	if c.person != nil {
		callers = c.person.roles
	} else {
		principal, err := store.Find(r, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal)
		if err != nil {
			return err
		}
		if callers, err = directory.RoleTemplates(r, principal.Number); err != nil {
			return err
		}
	}
	if slices.Contains(callers, hospes.GlobalAdministrator.ID) || slices.Contains(callers, hospes.PrivilegedAuthentication.ID) && !slices.Contains(held, hospes.GlobalAdministrator.ID) {
		return nil
	}
	return hospes.Forbidden("graphapi.checkAdministrator")
}
