package storetest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// testDeadline: reads whose caller runs out of time are broken off, also where they have found something by then, and
// nobody has to wait for them. What they would have done takes far longer than a test may.
func testDeadline(t *testing.T, open Open) {
	f := setUp(t, open)
	slow := HeavyFilter(t, f, f.aurora)
	for name, read := range map[string]func(store.Reader) error{
		"a page": func(r store.Reader) error {
			_, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: slow})
			return err
		},
		"a page by name": func(r store.Reader) error {
			_, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: slow, Order: store.Order{By: hospes.UserDisplayName}})
			return err
		},
		"a page by a facet": func(r store.Reader) error {
			_, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: slow, Order: store.Order{By: hospes.UserUserType, Descending: true}})
			return err
		},
		"a count": func(r store.Reader) error {
			_, err := r.Count(store.Query{Schema: hospes.UserSchema, Filter: slow})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			if err := f.View(short, f.aurora.ID, read); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("answers %v", err)
			}
		})
	}
	f.view(f.aurora, func(r store.Reader) {
		if _, err := r.List(store.Query{Schema: hospes.UserSchema}); err != nil {
			t.Error(err)
		}
	})
}

// HeavyFilter makes people, and a filter that finds the first of them at once, and nobody in a quarter of an hour after.
func HeavyFilter(t testing.TB, s store.Store, tenant hospes.Tenant) *odata.Filter {
	t.Helper()
	const people = 10_000
	title := hospes.UserSchema.Must("jobTitle")
	at := odata.Ref{Path: title.Name}
	either := odata.Or{odata.Compare{Ref: at, Op: odata.Eq, Text: "first"}}
	for range 500 {
		either = append(either, odata.Substring{Ref: at, Func: odata.Contains, Text: strings.Repeat("a", 200) + "b"})
	}
	err := s.Update(ctx, store.Write{Tenant: tenant.ID, By: tester, Bulk: true}, func(tx store.Tx) error {
		list := make([]*hospes.Object, people)
		for i := range list {
			list[i] = user("heavy"+strconv.Itoa(i), tenant.InitialDomain)
			list[i].Set(title, hospes.String(strings.Repeat("a", 1000)))
		}
		list[0].Set(title, hospes.String("first"))
		refused, err := tx.PutEach(list)
		for _, why := range refused {
			err = errors.Join(err, why)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &odata.Filter{Root: either}
}
