package storetest

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// namePieces make names in which words end in every way there is.
var namePieces = []string{"Anna", "anna", "BERG", "o'Neil", "hello.World", "123", "Straße", "Ößä", "-", "x1", " ", "  ", "ΣΑΣ", "e\u0301", "\U00010000", "\x7f", "李", "%", "_", `"`, `\`}

// testSearch proves that SQL and memory read a search alike (graph-wire 1.7), also of names that were changed, of people
// who came back from the bin, and of groups whose description is searched.
func testSearch(t *testing.T, open Open) {
	f := setUp(t, open)
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(namePieces), 1, 5).Draw(t, "name"), "")
	})
	var all []*hospes.Object
	for seed := range 40 {
		u := user(fmt.Sprintf("p%d", seed), "aurora.example")
		u.Set(hospes.UserDisplayName, hospes.String(name.Example(seed)))
		u.Set(hospes.UserGivenName, hospes.String(name.Example(1000+seed)))
		u.Set(hospes.UserSchema.Must("otherMails"), hospes.Value(`["`+fmt.Sprintf("o%d", seed)+`@x.example"]`))
		g := group(name.Example(2000 + seed))
		g.Set(hospes.GroupSchema.Must("description"), hospes.String(name.Example(3000+seed)))
		all = append(all, u, g)
	}
	f.put(f.aurora, all...)
	f.update(f.aurora, func(tx store.Tx) error {
		for i, o := range all {
			switch i % 8 {
			case 0:
				o.Set(hospes.UserDisplayName, hospes.String(name.Example(4000+i)))
				f.must(tx.Put(o))
			case 2:
				f.must(tx.Delete(o))
				f.must(tx.Restore(o))
			case 3:
				f.must(tx.Purge(o))
			}
		}
		return nil
	})
	f.view(f.aurora, func(r store.Reader) {
		selected := 0
		for schema, properties := range map[*hospes.Schema][]string{
			hospes.UserSchema: {"displayName", "givenName", "userPrincipalName", "otherMails"}, hospes.GroupSchema: {"displayName", "description"},
		} {
			page, err := r.List(store.Query{Schema: schema, Limit: 1000})
			f.must(err)
			clause := rapid.Custom(func(t *rapid.T) odata.Search {
				return odata.Search{Path: []string{rapid.SampledFrom(properties).Draw(t, "property")}, Text: strings.TrimSpace(name.Draw(t, "text") + rapid.SampledFrom([]string{"", "p1", "o", "a"}).Draw(t, "more"))}
			})
			rapid.Check(t, func(rt *rapid.T) {
				search := &odata.Search{Or: rapid.Bool().Draw(rt, "or"), Terms: rapid.SliceOfN(clause, 2, 3).Draw(rt, "terms")}
				if rapid.Bool().Draw(rt, "alone") {
					search = &search.Terms[0]
				}
				filter, err := odata.Query{Search: search}.CheckFilter(odata.ObjectSchema(schema), odata.Mode{Advanced: true})
				if err != nil {
					rt.Fatalf("%s: %v", search, err)
				}
				query := store.Query{Schema: schema, Filter: filter, Limit: 1000, Order: store.Order{By: schema.Must("displayName")}}
				got, err := r.List(query)
				if err != nil {
					rt.Fatalf("%s: %v", search, err)
				}
				if n, err := r.Count(query); err != nil || int(n) != len(got.Documents) {
					rt.Fatalf("%s: %d are counted, %d listed, %v", search, n, len(got.Documents), err)
				}
				in := map[hospes.ObjectID]bool{}
				for _, d := range got.Documents {
					in[d.ID] = true
				}
				selected += len(in)
				for _, d := range page.Documents {
					o, err := d.Object()
					if err != nil {
						rt.Fatal(err)
					}
					if want := filter.Match(odata.ObjectRecord{Object: o}); want != in[o.ID] {
						rt.Fatalf("%s\n%s\nmemory says %v, SQL %v, of {%s,%s} with the words %q", search, filter.Root, want, in[o.ID], d.Card, d.Rest, o.Tokens())
					}
				}
			})
		}
		if selected == 0 {
			t.Error("no search found anybody: the generator does not reach the data")
		}
	})
}
