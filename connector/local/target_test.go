package local_test

import (
	"context"
	"path/filepath"
	"strings"
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

var engines = map[string]func(t *testing.T) (*sqlstore.Store, error){
	"sqlite": func(t *testing.T) (*sqlstore.Store, error) {
		return sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{})
	},
	"postgres": func(t *testing.T) (*sqlstore.Store, error) {
		return sqlstore.OpenPostgres(t.Context(), pgtest.Database(t), sqlstore.Options{})
	},
}

// newTenant makes a tenant of an engine.
func newTenant(t *testing.T, open func(t *testing.T) (*sqlstore.Store, error)) each {
	t.Helper()
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
	return each{s, local.Tenant{ID: tenant.ID, Random: hospes.SystemRandom()}}
}

// person is what makes somebody.
func person(name string) []connector.Value {
	d := local.TargetDirectory
	return []connector.Value{
		{Slot: d.Traits.Match, Value: hospes.String(`{"type":5,"identityProvider":null,"key":"` + name + `"}`)},
		{Slot: d.Must("userPrincipalName"), Value: hospes.String(name + "@aurora.example")},
		{Slot: d.Must("displayName"), Value: hospes.String(name)},
		{Slot: d.Must("accountEnabled"), Value: hospes.True},
	}
}

func TestTenantAsTarget(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, func(t *testing.T) connectortest.Subject {
				d := local.TargetDirectory
				return connectortest.Subject{
					Directory: d, Target: newTenant(t, open), Match: d.Traits.Match, Person: person,
					Change: func(title string) connector.Value {
						return connector.Value{Slot: d.Must("jobTitle"), Value: hospes.String(title)}
					},
				}
			})
		})
	}
}

// TestSomebodyWhoIsTooLargeStopsNobodyElse: what mappings give may be larger, all together, than an object can be.
func TestSomebodyWhoIsTooLargeStopsNobodyElse(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			target := newTenant(t, open)
			large := connector.Value{Slot: local.TargetDirectory.Must("jobTitle"), Value: hospes.String(strings.Repeat("x", hospes.MaxObject))}
			apply := func(writes ...*connector.Write) {
				t.Helper()
				if err := target.Apply(t.Context(), writes); err != nil {
					t.Fatal(err)
				}
				for i, w := range writes {
					switch {
					case i == 0 && (w.Failure == nil || w.Failure.Code != "InvalidValue" || w.Done != nil || w.Modified != nil):
						t.Errorf("the large one: %+v", w)
					case i > 0 && (w.Failure != nil || w.Done == nil):
						t.Errorf("the other one: %+v", w)
					}
				}
			}
			anna := &connector.Write{Operation: connector.Create, Values: append(person("anna"), large)}
			bert := &connector.Write{Operation: connector.Create, Values: person("bert")}
			carl := &connector.Write{Operation: connector.Create, Values: person("carl")}
			apply(anna, bert, carl)
			apply(&connector.Write{Operation: connector.Update, Entry: bert.Done, Values: []connector.Value{large}},
				&connector.Write{Operation: connector.Update, Entry: carl.Done, Values: []connector.Value{{Slot: large.Slot, Value: hospes.String("Chemist")}}})
			list, err := target.Read(t.Context(), []string{bert.Done.ID(), carl.Done.ID()})
			if err != nil {
				t.Fatal(err)
			}
			if list[0].Value(large.Slot) != hospes.Null || list[1].Value(large.Slot) != hospes.String("Chemist") {
				t.Errorf("the titles are %.20s and %.20s", list[0].Value(large.Slot), list[1].Value(large.Slot))
			}
		})
	}
}
