package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// BenchmarkSearch reads a page of a hundred out of 20,000 people, in no order and in that of their names: by words that few,
// a tenth or all have, and by filters that name one or a few.
func BenchmarkSearch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		benchSearch(b, opened(b)(sqlstore.OpenSQLite(context.Background(), filepath.Join(b.TempDir(), "hospes.db"), sqlstore.Options{})), func() {})
	})
	b.Run("postgres", func(b *testing.B) {
		dsn := pgtest.Database(b)
		db, err := sql.Open("pgx", dsn)
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		benchSearch(b, opened(b)(sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{})), func() {
			if _, err := db.Exec("VACUUM ANALYZE"); err != nil { // as autovacuum does within a minute
				b.Fatal(err)
			}
		})
	})
}

func benchSearch(b *testing.B, s store.Store, filled func()) {
	ctx := context.Background()
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseSetup}
	home, err := s.CreateTenant(ctx, hospes.Tenant{ID: hospes.NewTenantID(hospes.SystemRandom()), DisplayName: "A", InitialDomain: "a.example"}, store.Write{By: by}, func(store.Tx) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	const people = 20_000
	last := ""
	for start := 0; start < people; start += 2000 {
		err := s.Update(ctx, store.Write{Tenant: home.ID, By: by, Bulk: true}, func(tx store.Tx) error {
			var list []*hospes.Object
			for i := start; i < start+2000; i++ {
				o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
				o.Set(hospes.UserDisplayName, hospes.String(fmt.Sprintf("%cnna%d Berg%d", 'A'+i%10, i%1000, i/100)))
				o.Set(hospes.UserPrincipalName, hospes.String(fmt.Sprintf("p%d@a.example", i)))
				o.Set(hospes.UserMail, hospes.String(fmt.Sprintf("p%d@a.example", i)))
				last = o.ID.String()
				list = append(list, o)
			}
			return tx.Put(list...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	filled()
	upn, mail := odata.Ref{Path: "userPrincipalName"}, odata.Ref{Path: "mail"}
	const address, prefix = "p7777@a.example", "p777"
	filters := map[string]odata.Predicate{
		"id":     odata.Compare{Ref: odata.Ref{Path: "id"}, Op: odata.Eq, Text: last},
		"name":   odata.Compare{Ref: upn, Op: odata.Eq, Text: address},
		"names":  odata.In{Ref: upn, Texts: []string{address, "p77@a.example"}},
		"mail":   odata.Compare{Ref: mail, Op: odata.Eq, Text: address},
		"either": odata.Or{odata.Compare{Ref: mail, Op: odata.Eq, Text: address}, odata.Compare{Ref: upn, Op: odata.Eq, Text: address}},
		"prefix": odata.Substring{Ref: upn, Func: odata.StartsWith, Text: prefix},
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
		filters["words:"+name] = filter.Root
	}
	for name, filter := range filters {
		for order, by := range map[string]store.Order{"": {}, "/sorted": {By: hospes.UserDisplayName}, "/sorted by what has no index": {By: hospes.UserUserType}} {
			b.Run(name+order, func(b *testing.B) {
				for b.Loop() {
					err := s.View(ctx, home.ID, func(r store.Reader) error {
						page, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: &odata.Filter{Root: filter}, Limit: 100, Order: by})
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
}
