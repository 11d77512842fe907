// Package tokentest makes tenants with clients that can get tokens, for tests of whatever takes a token. It owns a store
// in a temporary directory and the parts around it; it does not know HTTP.
package tokentest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/seal"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/token"
)

// Origin is the address that the Authority of a World believes to be this server.
const Origin = "https://hospes.test:8443"

// Start is when the clock of a World begins.
var Start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// World is a store, a clock and an authority.
type World struct {
	testing.TB
	Store     store.Store
	Clock     *hospes.ManualClock
	Box       *seal.Box
	Authority *token.Authority
}

// Main runs the tests of a package that makes Worlds.
func Main(m interface{ Run() int }) { pgtest.Main(m) }

// New makes a World with no tenant in it, on SQLite; on PostgreSQL where HOSPES_TEST_STORE says postgres, which is how
// the same tests are run a second time (scripts/test.sh).
func New(t testing.TB) *World {
	t.Helper()
	return NewOver(t, func(clock hospes.Clock) (*sqlstore.Store, error) {
		if os.Getenv("HOSPES_TEST_STORE") == "postgres" {
			return sqlstore.OpenPostgres(context.Background(), pgtest.Database(t), sqlstore.Options{Clock: clock})
		}
		return sqlstore.OpenSQLite(context.Background(), filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{Clock: clock})
	})
}

// NewOver makes a World over a store that a test opens.
func NewOver(t testing.TB, open func(hospes.Clock) (*sqlstore.Store, error)) *World {
	t.Helper()
	w := &World{TB: t, Clock: hospes.NewManualClock(Start)}
	s, err := open(w.Clock)
	w.must(err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w.Store = s
	w.Box, err = seal.New(hospes.SystemRandom(), make([]byte, seal.KeySize))
	w.must(err)
	w.Authority = w.Node()
	return w
}

// Node makes another Authority over the same store, as a second process of the same instance has.
func (w *World) Node() *token.Authority {
	w.Helper()
	keys, err := token.OpenKeyRing(context.Background(), token.KeyRingConfig{
		Store: w.Store, Box: w.Box, Clock: w.Clock, Random: hospes.SystemRandom(),
	})
	w.must(err)
	return token.NewAuthority(token.Config{Keys: keys, Clock: w.Clock, Random: hospes.SystemRandom(), Origins: []string{Origin}})
}

// Tenant makes a tenant that has the service principal of Graph.
func (w *World) Tenant(name, domain string) hospes.Tenant {
	w.Helper()
	id := hospes.NewTenantID(hospes.SystemRandom())
	t, err := w.Store.CreateTenant(context.Background(), hospes.Tenant{ID: id, DisplayName: name, InitialDomain: domain, Salt: id.Compact()[:14]},
		write(id), func(tx store.Tx) error {
			graph := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(hospes.SystemRandom()))
			graph.Set(hospes.PrincipalAppID, hospes.String(token.GraphAppID))
			graph.Set(hospes.PrincipalAppDisplayName, hospes.String("Microsoft Graph"))
			graph.Set(hospes.PrincipalAppRoles, hospes.JSON(token.GraphRoles()))
			graph.Set(hospes.PrincipalScopes, hospes.JSON(token.GraphScopes()))
			return tx.Put(graph)
		})
	w.must(err)
	return t
}

// Client is an application with a secret and its service principal.
type Client struct {
	AppID       string
	Secret      string
	Name        string
	Application *hospes.Object // in the home tenant
	Principal   *hospes.Object
}

// Client registers an application in a tenant, with a secret that is good for a year and the named permissions.
func (w *World) Client(home hospes.Tenant, name string, permissions ...string) Client {
	w.Helper()
	c := Client{AppID: hospes.NewUUID(hospes.SystemRandom()), Name: name}
	c.Application = hospes.NewObject(hospes.ApplicationSchema, hospes.NewObjectID(hospes.SystemRandom()))
	c.Application.Set(hospes.ApplicationAppID, hospes.String(c.AppID))
	c.Application.Set(hospes.ApplicationDisplayName, hospes.String(name))
	w.Update(home, func(tx store.Tx) error { return tx.Put(c.Application) })
	c.Secret = w.Secret(home, c.Application.Number, w.Clock.Now(), w.Clock.Now().AddDate(1, 0, 0))
	c.Principal = w.Principal(home, home, c, permissions...)
	return c
}

// Secret adds a client secret to an application or service principal.
func (w *World) Secret(t hospes.Tenant, owner hospes.Number, starts, ends time.Time) string {
	w.Helper()
	text, digest, hint := token.NewSecret(hospes.SystemRandom())
	w.Update(t, func(tx store.Tx) error {
		return tx.PutCredential(store.Credential{
			Owner: owner, KeyID: hospes.NewUUID(hospes.SystemRandom()), Kind: store.CredentialClientSecret,
			Digest: digest, Hint: hint, Starts: starts, Ends: ends,
		})
	})
	return text
}

// Principal brings an application whose home is one tenant into another, with the named permissions.
func (w *World) Principal(home, t hospes.Tenant, c Client, permissions ...string) *hospes.Object {
	w.Helper()
	p := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(hospes.SystemRandom()))
	p.Set(hospes.PrincipalAppID, hospes.String(c.AppID))
	p.Set(hospes.PrincipalAppDisplayName, hospes.String(c.Name))
	p.Set(hospes.PrincipalAccountEnabled, hospes.True)
	p.Set(hospes.PrincipalOwner, hospes.String(home.ID.String()))
	w.Update(t, func(tx store.Tx) error {
		if err := tx.Put(p); err != nil {
			return err
		}
		graph, err := store.FindHolder(tx, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		for _, name := range permissions {
			permission, ok := token.PermissionNamed(name)
			if !ok {
				w.Fatalf("no permission %s", name)
			}
			_, err := tx.Assign(hospes.Assignment{
				ID: hospes.NewUUID(hospes.SystemRandom()), Principal: p.Number, Resource: graph.Number, RoleID: permission.ID, Created: tx.Now(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return p
}

// Token makes an access token for a client, in the tenant of its home.
func (w *World) Token(t hospes.Tenant, c Client) string {
	w.Helper()
	ctx := context.Background()
	client, err := token.Authenticate(ctx, w.Store, t.ID, c.AppID, c.Secret)
	w.must(err)
	made, err := w.Authority.Mint(ctx, token.AppClaims{Client: client})
	w.must(err)
	return made.Raw
}

// Update changes a tenant.
func (w *World) Update(t hospes.Tenant, fn func(store.Tx) error) {
	w.Helper()
	w.must(w.Store.Update(context.Background(), write(t.ID), fn))
}

func (w *World) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("unexpected error: %v", err)
	}
}

func write(t hospes.TenantID) store.Write {
	return store.Write{Tenant: t, By: hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "tokentest"}, Cause: hospes.CauseSetup}}
}
