package token

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CodeNotAssignedResource is the refusal of a token for an application that wants its clients assigned.
const CodeNotAssignedResource = "AADSTS501051"

// Resource is an application that takes tokens, as a client of it sees it in one tenant.
type Resource struct {
	AppID   string
	Version int      // of the tokens that it takes, 1 or 2
	Roles   []string // which the client was assigned, in order
}

// FindResource finds the application that a client asks a token for by its id or one of its addresses. ok is false where
// the tenant has none of the name.
func FindResource(ctx context.Context, d Directory, tenant hospes.TenantID, name string, client Client) (found Resource, ok bool, err error) {
	var home hospes.TenantID
	err = d.View(ctx, tenant, func(r store.Reader) error {
		principal, err := findResourcePrincipal(r, strings.TrimRight(name, "/"))
		if err != nil || principal == nil || principal.Get(hospes.PrincipalAccountEnabled) == hospes.False {
			return err
		}
		ok = true
		found.AppID = principal.Text(hospes.PrincipalAppID)
		if home, ok = hospes.ParseTenantID(principal.Text(hospes.PrincipalOwner)); !ok {
			home, ok = tenant, true
		}
		caller, err := store.Find(r, store.Live, hospes.ServicePrincipalSchema, client.Principal)
		if err != nil {
			return err
		}
		assigned := false
		found.Roles, assigned, err = rolesAt(r, caller.Number, principal)
		if err == nil && !assigned && principal.Get(hospes.PrincipalAssignmentRequired).Bool() {
			err = clientError(hospes.KindForbidden, CodeNotAssignedResource, "Application '"+client.AppID+"'("+client.DisplayName+") is not assigned to a role for the application '"+clip(name)+"'("+displayName(principal)+").")
		}
		return err
	})
	if err != nil || !ok {
		return found, false, err
	}
	found.Version, err = tokenVersion(ctx, d, home, found.AppID)
	return found, true, err
}

// findResourcePrincipal finds the service principal of a name; nil for none.
func findResourcePrincipal(r store.Reader, name string) (*hospes.Object, error) {
	appID := name
	if _, isID := hospes.ParseObjectID(name); !isID {
		app, err := store.FindHolder(r, hospes.SpaceURI, hospes.Fold(name))
		if errors.Is(err, hospes.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		appID = app.Text(hospes.ApplicationAppID)
	}
	principal, err := store.FindHolder(r, hospes.SpacePrincipal, hospes.Fold(appID))
	if errors.Is(err, hospes.ErrNotFound) {
		return nil, nil
	}
	return principal, err
}

// tokenVersion reads from the registration which tokens an application takes: of version 1 where it does not say. The
// registration of an application from elsewhere cannot be read.
func tokenVersion(ctx context.Context, d Directory, home hospes.TenantID, appID string) (int, error) {
	version := 1
	err := d.View(ctx, home, func(r store.Reader) error {
		app, err := store.FindHolder(r, hospes.SpaceAppID, hospes.Fold(appID))
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

// rolesAt gives the values of the roles of a resource that a principal was assigned, in order, and whether it was assigned
// to it at all.
func rolesAt(r store.Reader, principal hospes.Number, resource *hospes.Object) (roles []string, assigned bool, err error) {
	assignments, err := r.AssignmentsOf(principal)
	if err != nil {
		return nil, false, err
	}
	held := make(map[hospes.ObjectID]bool, len(assignments))
	for _, a := range assignments {
		if a.Resource == resource.Number {
			held[a.RoleID] = true
		}
	}
	if len(held) == 0 {
		return nil, false, nil
	}
	// A resource may offer dozens of roles and a client has few of them: decoding all would take as long as the queries.
	resource.Get(hospes.PrincipalAppRoles).Each(func(role hospes.Value) bool {
		id, _ := hospes.ParseObjectID(role.Member("id").Text())
		if value := role.Member("value").Text(); held[id] && value != "" && role.Member("isEnabled").Bool() {
			roles = append(roles, value)
		}
		return true
	})
	slices.Sort(roles)
	return slices.Compact(roles), true, nil
}
