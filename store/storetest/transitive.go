package storetest

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// testTransitive compares what is reached over any number of ties with a walk of the same ties, on random graphs with
// rings, and with groups in the bin, which lead nowhere.
func testTransitive(t *testing.T, open Open) {
	f := setUp(t, open)
	var all []*hospes.Object
	for i := range 8 {
		g := group(fmt.Sprintf("g%d", i))
		g.Set(hospes.GroupSchema.Must("groupTypes"), hospes.Value(`["Unified"]`))
		all = append(all, g)
	}
	for i := range 6 {
		all = append(all, user(fmt.Sprintf("u%d", i), "aurora.example"))
	}
	f.put(f.aurora, all...)
	binned := all[3]
	f.update(f.aurora, func(tx store.Tx) error { return tx.Delete(binned) })
	groups, people := all[:8], all[8:]
	reached := 0
	rapid.Check(t, func(rt *rapid.T) {
		var ties []hospes.Tie
		pick := func(list []*hospes.Object, what string) hospes.Number {
			return rapid.SampledFrom(list).Draw(rt, what).Number
		}
		for range rapid.IntRange(0, 20).Draw(rt, "members") {
			ties = append(ties, hospes.Tie{Relation: hospes.RelationMember, From: pick(groups, "group"), To: pick(all, "member")})
		}
		for range rapid.IntRange(0, 8).Draw(rt, "managers") {
			ties = append(ties, hospes.Tie{Relation: hospes.RelationManager, From: pick(people, "person"), To: pick(people, "manager")})
		}
		f.update(f.aurora, func(tx store.Tx) error {
			_, err := tx.Relate(ties...)
			return err
		})
		defer f.update(f.aurora, func(tx store.Tx) error {
			_, err := tx.Unrelate(ties...)
			return err
		})
		via := store.Via{Relation: rapid.SampledFrom([]hospes.Relation{hospes.RelationMember, hospes.RelationManager}).Draw(rt, "relation"), Reverse: rapid.Bool().Draw(rt, "reverse"), Transitive: true, Of: pick(all, "of")}
		want := walk(ties, via, binned.Number)
		reached += len(want)
		f.view(f.aurora, func(r store.Reader) {
			query := store.Query{Via: &via, Limit: 3}
			n, err := r.Count(query)
			if err != nil || int(n) != len(want) {
				rt.Fatalf("%d are counted, %v, want %d", n, err, len(want))
			}
			var got []hospes.Number
			for {
				page, err := r.List(query)
				if err != nil {
					rt.Fatal(err)
				}
				for _, d := range page.Documents {
					got = append(got, d.Number)
				}
				if page.Next == nil {
					break
				}
				query.After = *page.Next
			}
			if !slices.Equal(got, want) {
				rt.Fatalf("%+v of %v: %v, want %v", via, ties, got, want)
			}
		})
	})
	if reached == 0 {
		t.Error("nothing was reached: the generator does not reach the data")
	}
}

// walk gives what is reached, in order: without the beginning, and neither to nor through what is in the bin.
func walk(ties []hospes.Tie, via store.Via, binned hospes.Number) []hospes.Number {
	seen := map[hospes.Number]bool{via.Of: true}
	found := []hospes.Number{}
	for next := []hospes.Number{via.Of}; len(next) > 0; next = next[1:] {
		for _, tie := range ties {
			from, to := tie.From, tie.To
			if via.Reverse {
				from, to = to, from
			}
			if tie.Relation == via.Relation && from == next[0] && !seen[to] && to != binned {
				seen[to] = true
				found, next = append(found, to), append(next, to)
			}
		}
	}
	slices.Sort(found)
	return found
}
