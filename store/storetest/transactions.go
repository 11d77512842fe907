package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func testTransactions(t *testing.T, open Open) {
	t.Run("nothing stays of a transaction that fails", func(t *testing.T) {
		f := setUp(t, open)
		boom := errors.New("boom")
		err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
			u := user("anna", "aurora.example")
			if err := tx.Put(u); err != nil {
				return err
			}
			if err := tx.Audit(&hospes.Audit{Activity: "Add user"}); err != nil {
				return err
			}
			if _, err := tx.List(store.Query{Schema: hospes.UserSchema}); err != nil { // writes what is staged
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("error is %v, want boom", err)
		}
		f.view(f.aurora, func(r store.Reader) {
			n, err := r.Count(store.Query{Schema: hospes.UserSchema})
			f.must(err)
			seq, err := r.Seq()
			f.must(err)
			audits, err := r.Audits(store.LogQuery{})
			f.must(err)
			if n != 0 || seq != 0 || len(audits) != 0 {
				t.Errorf("%d users, seq %d, %d audits stay", n, seq, len(audits))
			}
		})
		f.put(f.aurora, user("anna", "aurora.example"))
	})
	t.Run("of callers that share a commit each fails alone", func(t *testing.T) {
		f := setUp(t, open)
		const callers = 40
		var wg sync.WaitGroup
		results := make([]error, callers)
		for i := range callers {
			wg.Go(func() {
				results[i] = f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
					if err := tx.Put(user(fmt.Sprintf("u%d", i), "aurora.example")); err != nil {
						return err
					}
					if i%3 == 0 {
						return hospes.Invalidf("test", "no")
					}
					return nil
				})
			})
		}
		wg.Wait()
		for i, err := range results {
			if (err != nil) != (i%3 == 0) {
				t.Errorf("caller %d got %v", i, err)
			}
		}
		f.wantUsers(callers - (callers+2)/3)
	})
	t.Run("two writers of one object do not lose an update", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.put(f.aurora, u)
		const writers = 10
		var wg sync.WaitGroup
		errs := make(chan error, writers)
		phones := hospes.UserBusinessPhones
		for i := range writers {
			wg.Go(func() {
				errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
					o, err := store.Find(tx, store.Live, hospes.UserSchema, u.ID)
					if err != nil {
						return err
					}
					o.Set(phones, hospes.Strings(append(o.Get(phones).Texts(), fmt.Sprint(i))...))
					return tx.Put(o)
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			f.must(err)
		}
		if got := f.find(f.aurora, u.ID).Get(phones).Texts(); len(got) != writers {
			t.Errorf("%d of %d updates are left: %v", len(got), writers, got)
		}
	})
	t.Run("what is read alone stays true", func(t *testing.T) {
		f := setUp(t, open)
		group := group("Team")
		people := []*hospes.Object{group}
		for i := range 6 {
			people = append(people, user(fmt.Sprintf("user%d", i), "aurora.example"))
		}
		f.put(f.aurora, people...)
		f.update(f.aurora, func(tx store.Tx) error {
			for _, p := range people[1:] {
				if _, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: group.Number, To: p.Number}); err != nil {
					return err
				}
			}
			return nil
		})
		var wg sync.WaitGroup
		errs := make(chan error, len(people))
		for _, p := range people[1:] { // each leaves, unless it is the last
			wg.Go(func() {
				errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
					if err := tx.Alone(); err != nil {
						return err
					}
					left, err := tx.Related(hospes.RelationMember, group.Number)
					if err != nil || len(left) == 1 {
						return err
					}
					_, err = tx.Unrelate(hospes.Tie{Relation: hospes.RelationMember, From: group.Number, To: p.Number})
					return err
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			f.must(err)
		}
		f.view(f.aurora, func(r store.Reader) {
			left, err := r.Related(hospes.RelationMember, group.Number)
			f.must(err)
			if len(left) != 1 {
				t.Errorf("%d are left, want the last", len(left))
			}
		})
	})
	t.Run("a panic comes out at its caller and leaves nothing", func(t *testing.T) {
		f := setUp(t, open)
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v, want boom", p)
				}
			}()
			_ = f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
				f.must(tx.Put(user("anna", "aurora.example")))
				panic("boom")
			})
		}()
		f.put(f.aurora, user("anna", "aurora.example"))
	})
	t.Run("a caller that ends its goroutine leaves nothing, and the others go on", func(t *testing.T) {
		f := setUp(t, open)
		leave := func(tx store.Tx) error {
			if err := tx.Put(user("anna", "aurora.example")); err != nil {
				return err
			}
			runtime.Goexit() // what t.FailNow does
			return nil
		}
		const callers = 20
		var wg sync.WaitGroup
		errs := make(chan error, 4*callers)
		for i := range callers {
			wg.Go(func() { errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, leave) })
			wg.Go(func() { errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester, Bulk: true}, leave) })
			wg.Go(func() {
				pair := func(source, _ store.Tx) error { return leave(source) }
				errs <- f.UpdatePair(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, store.Write{Tenant: f.boreas.ID, By: tester}, pair)
			})
			wg.Go(func() {
				errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
					return tx.Put(user(fmt.Sprintf("u%d", i), "aurora.example"))
				})
			})
		}
		wg.Wait()
		close(errs)
		ended := 0
		for err := range errs {
			f.must(err)
			ended++
		}
		if ended != callers {
			t.Errorf("%d calls came back, want the %d that did not leave", ended, callers)
		}
		f.wantUsers(callers)
		f.put(f.aurora, user("anna", "aurora.example"))
	})
	t.Run("a reader that ends its goroutine or panics gives its place back", func(t *testing.T) {
		f := setUp(t, open)
		for i := range 50 { // more than there are places
			done := make(chan any)
			go func() {
				defer func() { done <- recover() }()
				_ = f.View(ctx, f.aurora.ID, func(store.Reader) error {
					if i%2 == 0 {
						panic("boom")
					}
					runtime.Goexit()
					return nil
				})
			}()
			if p := <-done; (p == "boom") != (i%2 == 0) {
				t.Fatalf("recovered %v", p)
			}
		}
		f.view(f.aurora, func(store.Reader) {})
		f.put(f.aurora, user("anna", "aurora.example"))
	})
}

func testPairs(t *testing.T, open Open) {
	t.Run("design 2.1.3: both tenants change, or neither", func(t *testing.T) {
		f := setUp(t, open)
		for _, fail := range []bool{true, false} {
			err := f.UpdatePair(ctx, store.Write{Tenant: f.boreas.ID, By: tester}, store.Write{Tenant: f.aurora.ID, By: tester}, func(source, target store.Tx) error {
				if source.Tenant().ID != f.boreas.ID || target.Tenant().ID != f.aurora.ID {
					t.Error("the tenants are in the wrong order")
				}
				if err := source.Put(user("anna", "borealis.example")); err != nil {
					return err
				}
				if err := target.Put(user("anna", "aurora.example")); err != nil {
					return err
				}
				if fail {
					return hospes.Invalidf("test", "no")
				}
				return nil
			})
			want := int64(1)
			if fail {
				f.wantKind(err, hospes.KindInvalid)
				want = 0
			} else {
				f.must(err)
			}
			for _, tenant := range []hospes.Tenant{f.aurora, f.boreas} {
				f.view(tenant, func(r store.Reader) {
					n, err := r.Count(store.Query{Schema: hospes.UserSchema})
					f.must(err)
					seq, err := r.Seq()
					f.must(err)
					if n != want || int64(seq) != want {
						t.Errorf("%s: %d users, seq %d, want %d", tenant.DisplayName, n, seq, want)
					}
				})
			}
		}
	})
	t.Run("pairs in both directions at once do not block each other", func(t *testing.T) {
		f := setUp(t, open)
		var wg sync.WaitGroup
		errs := make(chan error, 40)
		for i := range 40 {
			a, b := f.aurora.ID, f.boreas.ID
			if i%2 == 0 {
				a, b = b, a
			}
			wg.Go(func() {
				errs <- f.UpdatePair(ctx, store.Write{Tenant: a, By: tester}, store.Write{Tenant: b, By: tester}, func(source, target store.Tx) error {
					if err := source.Put(user(fmt.Sprintf("s%d", i), "x.example")); err != nil {
						return err
					}
					return target.Put(user(fmt.Sprintf("t%d", i), "x.example"))
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			f.must(err)
		}
	})
}

// testIsolation plants twins in two tenants and asks every reading of one for what is in the other.
func testIsolation(t *testing.T, open Open) {
	f := setUp(t, open)
	u, g := user("anna", "x.example"), group("G")
	f.put(f.boreas, u, g)
	f.update(f.boreas, func(tx store.Tx) error {
		if _, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: g.Number, To: u.Number}); err != nil {
			return err
		}
		if _, err := tx.Assign(hospes.Assignment{ID: "a", Principal: u.Number, Resource: g.Number, Created: Start}); err != nil {
			return err
		}
		if err := tx.Audit(&hospes.Audit{Activity: "x"}); err != nil {
			return err
		}
		if err := tx.PutCredential(store.Credential{Owner: u.Number, KeyID: "k"}); err != nil {
			return err
		}
		return tx.LogProvisioning(&hospes.Provisioning{SourceID: u.ID})
	})
	f.view(f.aurora, func(r store.Reader) {
		_, err := store.Find(r, store.Anywhere, nil, u.ID)
		f.wantKind(err, hospes.KindNotFound)
		_, err = store.FindNumber(r, store.Anywhere, u.Number)
		f.wantKind(err, hospes.KindNotFound)
		holders, err := r.Holders(hospes.SpaceUPN, "anna@x.example")
		f.must(err)
		page, err := r.List(store.Query{Schema: hospes.UserSchema, Between: [2]hospes.Number{1, 1 << 62}})
		f.must(err)
		via, err := r.List(store.Query{Via: &store.Via{Relation: hospes.RelationMember, Of: g.Number}})
		f.must(err)
		ties, err := r.Related(hospes.RelationMember, g.Number)
		f.must(err)
		reverse, err := r.RelatedTo(hospes.RelationMember, u.Number)
		f.must(err)
		between, err := r.RelatedBetween(hospes.RelationMember, []hospes.Number{g.Number}, 0, 1<<62, 10)
		f.must(err)
		changes, err := r.Changes(0, 10)
		f.must(err)
		assigned, err := r.AssignedTo(g.Number, hospes.Assignment{}, 10)
		f.must(err)
		of, err := r.AssignmentsOf(u.Number)
		f.must(err)
		audits, err := r.Audits(store.LogQuery{})
		f.must(err)
		records, err := r.Provisionings(store.LogQuery{SourceID: u.ID})
		f.must(err)
		credentials, err := r.Credentials(u.Number)
		f.must(err)
		for name, n := range map[string]int{
			"holders": len(holders), "list": len(page.Documents), "via": len(via.Documents), "related": len(ties), "related to": len(reverse),
			"related between": len(between), "changes": len(changes), "assigned to": len(assigned), "assignments of": len(of),
			"audits": len(audits), "provisionings": len(records), "credentials": len(credentials),
		} {
			if n != 0 {
				t.Errorf("%s shows %d of another tenant", name, n)
			}
		}
	})
}

// testClosed asks a store that is closed already: it must say so at once.
func testClosed(t *testing.T, open Open) {
	f := setUp(t, open)
	f.must(f.Close())
	f.wantKind(f.View(ctx, f.aurora.ID, func(store.Reader) error { return nil }), hospes.KindUnavailable)
	f.wantKind(f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(store.Tx) error { return nil }), hospes.KindUnavailable)
	f.must(f.Close())
}
