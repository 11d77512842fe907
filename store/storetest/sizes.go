package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// testSizes holds that neither an object nor a page becomes as large as somebody likes.
func testSizes(t *testing.T, open Open) {
	city := hospes.UserSchema.Property("city")
	t.Run("an object that is too large is refused, the others are stored, and it may become as large as that", func(t *testing.T) {
		f := setUp(t, open)
		large := user("large", "aurora.example")
		grow := func(size int) {
			large.Set(city, hospes.Null)
			large.Set(city, hospes.String(strings.Repeat("x", size-large.Size()-2))) // with its quotes
		}
		grow(hospes.MaxObject + 1)
		f.update(f.aurora, func(tx store.Tx) error {
			refused, err := tx.PutEach([]*hospes.Object{user("a", "aurora.example"), large, user("A", "aurora.example")})
			if err == nil && (len(refused) != 2 || hospes.CodeOf(refused[1]) != hospes.CodeSizeExceeded || hospes.KindOf(refused[2]) != hospes.KindConflict) {
				t.Errorf("refused %v, want 1 and 2", refused)
			}
			return err
		})
		if large.Number != 0 {
			t.Errorf("it has the number %d", large.Number)
		}
		grow(hospes.MaxObject)
		f.put(f.aurora, large)
		grow(hospes.MaxObject + 1)
		err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.Put(large) })
		f.wantKind(err, hospes.KindInvalid)
		f.wantUsers(2)
	})
	t.Run("a page ends with as many bytes as are wanted, and the next goes on behind it", func(t *testing.T) {
		f := setUp(t, open)
		want := 0
		for i := range 10 {
			u := user(fmt.Sprintf("u%d", 9-i), "aurora.example")
			u.Set(city, hospes.String(strings.Repeat("x", 1000)))
			f.put(f.aurora, u)
			want++
		}
		for name, order := range map[string]store.Order{
			"by number": {}, "by an index": {By: hospes.UserPrincipalName}, "backwards": {By: hospes.UserDisplayName, Descending: true}, "without an index": {By: city},
		} {
			f.view(f.aurora, func(r store.Reader) {
				seen, pages := map[hospes.Number]bool{}, 0
				for q := (store.Query{Schema: hospes.UserSchema, Order: order, Limit: 100, Bytes: 2500}); ; pages++ {
					page, err := r.List(q)
					f.must(err)
					if n := len(page.Documents); n == 0 || n > 3 {
						t.Errorf("%s: a page has %d objects", name, n)
					}
					for _, d := range page.Documents {
						seen[d.Number] = true
					}
					if page.Next == nil {
						break
					}
					q.After = *page.Next
				}
				if len(seen) != want || pages < 3 {
					t.Errorf("%s: %d objects on %d pages", name, len(seen), pages+1)
				}
			})
		}
	})
}
