package server_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// inDir opens a data directory.
func inDir(t *testing.T, dir string) *server.Instance {
	t.Helper()
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// A tenant of an earlier version gets the permissions of this one when the data directory is opened.
func TestTenantsOfEarlierVersionsOfferThePermissionsOfThisOne(t *testing.T) {
	dir := t.TempDir()
	i := inDir(t, dir)
	tenants, err := i.Store.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	system := tenants[0].ID
	by := hospes.By{Cause: hospes.CauseSetup}
	offered := func(s store.Store) (roles, scopes int) {
		err := s.View(t.Context(), system, func(r store.Reader) error {
			graph, err := store.FindHolder(r, hospes.SpacePrincipal, token.GraphAppID)
			if err != nil {
				return err
			}
			graph.Get(hospes.PrincipalAppRoles).Each(func(hospes.Value) bool { roles++; return true })
			graph.Get(hospes.PrincipalScopes).Each(func(hospes.Value) bool { scopes++; return true })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return roles, scopes
	}
	if err := i.Store.Update(t.Context(), store.Write{Tenant: system, By: by}, func(tx store.Tx) error {
		graph, err := store.FindHolder(tx, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		graph.Set(hospes.PrincipalAppRoles, hospes.JSON(token.GraphRoles()[:3]))
		graph.Set(hospes.PrincipalScopes, hospes.Null)
		return tx.Put(graph)
	}); err != nil {
		t.Fatal(err)
	}
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	i = inDir(t, dir)
	roles, scopes := offered(i.Store)
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	if roles != len(token.GraphRoles()) || scopes != len(token.Scopes()) {
		t.Errorf("%d roles and %d scopes are offered", roles, scopes)
	}
}
