package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// BenchmarkSearch reads a page of a hundred out of 20,000 people: by a word that few have, by a letter that a tenth has,
// and by two.
func BenchmarkSearch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		benchSearch(b, opened(b)(sqlstore.OpenSQLite(context.Background(), filepath.Join(b.TempDir(), "hospes.db"), sqlstore.Options{})))
	})
	b.Run("postgres", func(b *testing.B) {
		benchSearch(b, opened(b)(sqlstore.OpenPostgres(context.Background(), pgtest.Database(b), sqlstore.Options{})))
	})
}

func benchSearch(b *testing.B, s store.Store) {
	ctx := context.Background()
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseSetup}
	home, err := s.CreateTenant(ctx, hospes.Tenant{ID: hospes.NewTenantID(hospes.SystemRandom()), DisplayName: "A", InitialDomain: "a.example"}, store.Write{By: by}, func(store.Tx) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	const people = 20_000
	for start := 0; start < people; start += 2000 {
		err := s.Update(ctx, store.Write{Tenant: home.ID, By: by, Bulk: true}, func(tx store.Tx) error {
			var list []*hospes.Object
			for i := start; i < start+2000; i++ {
				o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
				o.Set(hospes.UserDisplayName, hospes.String(fmt.Sprintf("%cnna%d Berg%d", 'A'+i%10, i%1000, i/100)))
				o.Set(hospes.UserPrincipalName, hospes.String(fmt.Sprintf("p%d@a.example", i)))
				list = append(list, o)
			}
			return tx.Put(list...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for name, text := range map[string]string{"few": `"displayName:150"`, "tenth": `"displayName:a"`, "two": `"displayName:anna berg 15"`, "all": `"displayName:berg"`} {
		search, err := odata.ParseSearch(text)
		if err != nil {
			b.Fatal(err)
		}
		filter, err := odata.Query{Search: search}.CheckFilter(odata.ObjectSchema(hospes.UserSchema), odata.Mode{Advanced: true})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := s.View(ctx, home.ID, func(r store.Reader) error {
					page, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: filter, Limit: 100, Order: store.Order{By: hospes.UserDisplayName}})
					if err == nil && len(page.Documents) == 0 {
						b.Error("nobody is found")
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
