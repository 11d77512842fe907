package token

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CodeNotAssignedResource is the refusal of a token for an application that wants its clients assigned.
const CodeNotAssignedResource = "AADSTS501051"

// API is an application that takes tokens, as one tenant knows it.
type API struct{ *hospes.Object } // its service principal

// FindAPI finds the application that a token is asked for by its id or one of its addresses. ok is false where the tenant
// has none of the name, or has disabled it.
func FindAPI(r store.Reader, name string) (api API, ok bool, err error) {
	name = strings.TrimRight(name, "/")
	if _, isID := hospes.ParseObjectID(name); !isID {
		app, err := store.FindHolder(r, hospes.SpaceURI, hospes.Fold(name))
		if errors.Is(err, hospes.ErrNotFound) {
			return api, false, nil
		}
		if err != nil {
			return api, false, err
		}
		name = app.Text(hospes.ApplicationAppID)
	}
	api.Object, err = store.FindHolder(r, hospes.SpacePrincipal, hospes.Fold(name))
	if errors.Is(err, hospes.ErrNotFound) {
		return api, false, nil
	}
	return api, err == nil && api.Get(hospes.PrincipalAccountEnabled) != hospes.False, err
}

// AppID is the id of the application.
func (a API) AppID() string { return a.Text(hospes.PrincipalAppID) }

// Name is what people know it by.
func (a API) Name() string { return displayName(a.Object) }

// AssignmentRequired tells that only those get tokens for it who are assigned to it.
func (a API) AssignmentRequired() bool { return a.Get(hospes.PrincipalAssignmentRequired).Bool() }

// Scopes gives the delegated permissions that it offers. A name that asks for something of the sign-in itself offers
// nothing: it could not be told apart from that.
func (a API) Scopes() (list []Scope) {
	if a.AppID() == GraphAppID {
		return scopes
	}
	a.Get(hospes.PrincipalScopes).Each(func(v hospes.Value) bool {
		scope := Scope{Name: v.Member("value").Text(), AdminOnly: v.Member("type").Text() != "User"}
		if scope.Name == "" || IsProtocolScope(strings.ToLower(scope.Name)) || !v.Member("isEnabled").Bool() {
			return true
		}
		scope.ID, _ = hospes.ParseObjectID(v.Member("id").Text())
		scope.ForAll = v.Member("adminConsentDisplayName").Text()
		if scope.Text = scope.ForAll; !scope.AdminOnly {
			scope.Text = cmp.Or(v.Member("userConsentDisplayName").Text(), scope.ForAll)
		}
		list = append(list, scope)
		return true
	})
	return list
}

// PreAuthorized gives the scopes that a client has without anybody's consent, because the API's own registration says so. It
// is read where the API is at home.
func (a API) PreAuthorized(r store.Reader, clientAppID string) (names []string, err error) {
	app, err := store.FindHolder(r, hospes.SpaceAppID, hospes.Fold(a.AppID()))
	if errors.Is(err, hospes.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	offered := a.Scopes()
	app.Get(hospes.ApplicationAPI).Member("preAuthorizedApplications").Each(func(client hospes.Value) bool {
		if !strings.EqualFold(client.Member("appId").Text(), clientAppID) {
			return true
		}
		for _, text := range client.Member("delegatedPermissionIds").Texts() {
			id, _ := hospes.ParseObjectID(text)
			if i := slices.IndexFunc(offered, func(s Scope) bool { return s.ID == id }); i >= 0 {
				names = append(names, offered[i].Name)
			}
		}
		return true
	})
	return names, nil
}

// Roles gives the values of the roles that somebody was assigned, directly or as one of several principals, in order, and
// whether there is any assignment at all.
func (a API) Roles(r store.Reader, principals ...hospes.Number) (roles []string, assigned bool, err error) {
	assignments, err := r.AssignmentsOf(principals...)
	if err != nil {
		return nil, false, err
	}
	held := make(map[hospes.ObjectID]bool, len(assignments))
	for _, assignment := range assignments {
		if assignment.Resource == a.Number {
			held[assignment.RoleID] = true
		}
	}
	if len(held) == 0 {
		return nil, false, nil
	}
	// A resource may offer dozens of roles and a client has few of them: decoding all would take as long as the queries.
	a.Get(hospes.PrincipalAppRoles).Each(func(role hospes.Value) bool {
		id, _ := hospes.ParseObjectID(role.Member("id").Text())
		if value := role.Member("value").Text(); held[id] && value != "" && role.Member("isEnabled").Bool() {
			roles = append(roles, value)
		}
		return true
	})
	slices.Sort(roles)
	return slices.Compact(roles), true, nil
}

// Resource is what a token says of the application that it is for, where that is not Graph.
type Resource struct {
	AppID   string
	Version int      // of the tokens that it takes, 1 or 2
	Roles   []string // which the caller was assigned, in order
}

// FindResource finds the application that another asks a token for by itself. ok is false where the tenant has none of the
// name.
func FindResource(ctx context.Context, d Directory, tenant hospes.TenantID, name string, client Client) (found Resource, ok bool, err error) {
	var api API
	err = d.View(ctx, tenant, func(r store.Reader) error {
		if api, ok, err = FindAPI(r, name); err != nil || !ok {
			return err
		}
		caller, err := store.Find(r, store.Live, hospes.ServicePrincipalSchema, client.Principal)
		if err != nil {
			return err
		}
		assigned := false
		found.Roles, assigned, err = api.Roles(r, caller.Number)
		if err == nil && !assigned && api.AssignmentRequired() {
			err = clientError(hospes.KindForbidden, CodeNotAssignedResource, "Application '"+client.AppID+"'("+client.DisplayName+") is not assigned to a role for the application '"+clip(name)+"'("+api.Name()+").")
		}
		return err
	})
	if err != nil || !ok {
		return found, false, err
	}
	found.AppID = api.AppID()
	found.Version, err = api.Version(ctx, d, tenant)
	return found, true, err
}

// Version reads from the registration which tokens an application takes: of version 1 where it does not say. The
// registration of an application from elsewhere cannot be read.
func (a API) Version(ctx context.Context, d Directory, tenant hospes.TenantID) (int, error) {
	home, ok := hospes.ParseTenantID(a.Text(hospes.PrincipalOwner))
	if !ok {
		home = tenant
	}
	version := 1
	err := d.View(ctx, home, func(r store.Reader) error {
		app, err := store.FindHolder(r, hospes.SpaceAppID, hospes.Fold(a.AppID()))
		if err == nil && app.Get(hospes.ApplicationAPI).Member("requestedAccessTokenVersion") == "2" {
			version = 2
		}
		return err
	})
	if errors.Is(err, hospes.ErrNotFound) {
		err = nil
	}
	return version, err
}
