package grant

import (
	"context"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Permission is something that an application asks for: of an API in the name of a person, of an API for itself, or of the
// sign-in, which belongs to Graph.
type Permission struct {
	API       token.API
	ID        hospes.ObjectID
	Name      string
	Text      string // in the words of who offers it
	ForAll    string // the same for everybody; empty where it is no other
	AdminOnly bool
	Role      bool // for the application itself, with nobody signed in
}

// OfGraph tells that the sentence for it is one of hospes itself.
func (p Permission) OfGraph() bool { return p.API.AppID() == token.GraphAppID }

// Key tells permissions apart.
func (p Permission) Key() string {
	key := p.API.AppID() + "/" + p.Name
	if p.Role {
		key += " for itself"
	}
	return key
}

func permissionOf(api token.API, s token.Scope) Permission {
	return Permission{API: api, ID: s.ID, Name: s.Name, Text: s.Text, ForAll: s.ForAll, AdminOnly: s.AdminOnly}
}

// scopeNamed finds a scope that an API offers.
func scopeNamed(api token.API, name string) (Permission, bool) {
	list := api.Scopes()
	i := slices.IndexFunc(list, func(s token.Scope) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return Permission{}, false
	}
	return permissionOf(api, list[i]), true
}

// permissionsOf gives what of an API a registration declares that it needs. What the API does not offer any more is left out.
func permissionsOf(api token.API, needed token.Required, roles bool) ([]Permission, error) {
	var list []Permission
	for _, s := range api.Scopes() {
		if slices.Contains(needed.Scopes, s.ID) {
			list = append(list, permissionOf(api, s))
		}
	}
	if !roles || len(needed.Roles) == 0 {
		return list, nil
	}
	offered, err := hospes.AppRoles(api.Object)
	if err != nil {
		return nil, err
	}
	for _, role := range offered {
		if slices.Contains(needed.Roles, role.ID) && role.IsEnabled && role.Value != nil && slices.Contains(role.AllowedMemberTypes, "Application") {
			list = append(list, Permission{API: api, ID: role.ID, Name: *role.Value, Text: role.DisplayName, AdminOnly: true, Role: true})
		}
	}
	return list, nil
}

// apiOf finds the API that scopes are of.
func apiOf(r store.Reader, asked Scopes) (token.API, error) {
	name := asked.API
	if name == "" {
		name = token.GraphAppID
	}
	api, ok, err := token.FindAPI(r, name)
	if err == nil && !ok {
		err = unknownAPI(name)
	}
	return api, err
}

// CheckAPI tells whether a tenant knows what scopes are asked of.
func (s *Service) CheckAPI(ctx context.Context, tenant hospes.TenantID, asked Scopes) error {
	if asked.API == "" {
		return nil
	}
	return s.config.Store.View(ctx, tenant, func(r store.Reader) error {
		_, err := apiOf(r, asked)
		return err
	})
}

func unknownAPI(name string) error {
	return refuse(hospes.KindInvalid, CodeResource, "The resource principal named "+clip(name)+" was not found in the tenant. Nobody has added it there, or its name is misspelt.")
}
