package local_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/connectortest"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var by = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseSync}

// each shows a tenant as a target in which every call is a transaction of its own.
type each struct {
	store  store.Store
	tenant local.Tenant
}

func (e each) in(ctx context.Context, fn func(connector.Target) error) error {
	return e.store.Update(ctx, store.Write{Tenant: e.tenant.ID, By: by}, func(tx store.Tx) error {
		joined, err := e.tenant.Join(tx)
		if err != nil {
			return err
		}
		return fn(joined)
	})
}

func (e each) Read(ctx context.Context, ids []string) (list []connector.Entry, err error) {
	err = e.in(ctx, func(t connector.Target) error { list, err = t.Read(ctx, ids); return err })
	return list, err
}

func (e each) Match(ctx context.Context, slot int, values []hospes.Value) (list [][]connector.Entry, err error) {
	err = e.in(ctx, func(t connector.Target) error { list, err = t.Match(ctx, slot, values); return err })
	return list, err
}

func (e each) Apply(ctx context.Context, writes []*connector.Write) error {
	return e.in(ctx, func(t connector.Target) error { return t.Apply(ctx, writes) })
}

func (e each) Refer(ctx context.Context, refs []*connector.Ref) error {
	return e.in(ctx, func(t connector.Target) error { return t.(connector.Referrer).Refer(ctx, refs) })
}

func TestTenantAsTarget(t *testing.T) {
	open := map[string]func(t *testing.T) (*sqlstore.Store, error){
		"sqlite": func(t *testing.T) (*sqlstore.Store, error) {
			return sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{})
		},
		"postgres": func(t *testing.T) (*sqlstore.Store, error) {
			return sqlstore.OpenPostgres(t.Context(), pgtest.Database(t), sqlstore.Options{})
		},
	}
	for name, open := range open {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, func(t *testing.T) connectortest.Subject {
				s, err := open(t)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
				tenant, err := directory.CreateTenant(t.Context(), s, hospes.SystemRandom(), by, hospes.Tenant{DisplayName: "Borealis", InitialDomain: "borealis.example"}, nil)
				if err != nil {
					t.Fatal(err)
				}
				d := local.TargetDirectory
				return connectortest.Subject{
					Directory: d, Target: each{s, local.Tenant{ID: tenant.ID, Random: hospes.SystemRandom()}}, Match: d.Traits.Match,
					Person: func(name string) []connector.Value {
						return []connector.Value{
							{Slot: d.Traits.Match, Value: hospes.String(`{"type":5,"identityProvider":null,"key":"` + name + `"}`)},
							{Slot: d.Must("userPrincipalName"), Value: hospes.String(name + "@aurora.example")},
							{Slot: d.Must("displayName"), Value: hospes.String(name)},
							{Slot: d.Must("accountEnabled"), Value: hospes.True},
						}
					},
					Change: func(title string) connector.Value {
						return connector.Value{Slot: d.Must("jobTitle"), Value: hospes.String(title)}
					},
				}
			})
		})
	}
}
