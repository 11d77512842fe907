package storetest

import (
	"crypto/sha256"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func digestOf(text string) store.Digest { return sha256.Sum256([]byte(text)) }

func testProofs(t *testing.T, open Open) {
	f := setUp(t, open)
	anna := user("anna", "aurora.example")
	f.put(f.aurora, anna)
	code := store.Proof{Kind: store.ProofCode, Digest: digestOf("a"), Owner: anna.Number, Family: "f", Document: `{"a":1}`, Expires: Start.Add(time.Minute)}
	f.update(f.aurora, func(tx store.Tx) error { return tx.AddProof(code) })
	f.wantKind(f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.AddProof(code) }), hospes.KindConflict)
	f.view(f.aurora, func(r store.Reader) {
		got, err := r.Proof(store.ProofCode, code.Digest)
		f.must(err)
		code.Made = Start
		if got != code {
			t.Errorf("got %+v, want %+v", got, code)
		}
		_, err = r.Proof(store.ProofRefresh, code.Digest)
		f.wantKind(err, hospes.KindNotFound)
	})
	f.view(f.boreas, func(r store.Reader) {
		_, err := r.Proof(store.ProofCode, code.Digest)
		f.wantKind(err, hospes.KindNotFound)
	})
	f.update(f.boreas, func(tx store.Tx) error {
		if first, err := tx.SpendProof(store.ProofCode, code.Digest); first || err != nil {
			t.Errorf("another tenant spends: %v, %v", first, err)
		}
		return tx.DropFamily("f")
	})

	changed := code
	changed.Document, changed.Expires, changed.Family, changed.Owner = "{}", Start.Add(time.Hour), "g", 0
	f.update(f.aurora, func(tx store.Tx) error { return tx.ChangeProof(changed) })
	f.view(f.aurora, func(r store.Reader) {
		if got, err := r.Proof(store.ProofCode, code.Digest); err != nil || got != changed {
			t.Errorf("got %+v, %v, want %+v", got, err, changed)
		}
	})
	missing := changed
	missing.Digest = digestOf("none")
	f.wantKind(f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.ChangeProof(missing) }), hospes.KindNotFound)
}

// testSpending has many spend one proof at once: one of them is first.
func testSpending(t *testing.T, open Open) {
	f := setUp(t, open)
	f.update(f.aurora, func(tx store.Tx) error {
		return tx.AddProof(store.Proof{Kind: store.ProofCode, Digest: digestOf("a"), Expires: Start.Add(time.Minute)})
	})
	var firsts atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			var won bool
			err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) (err error) {
				won, err = tx.SpendProof(store.ProofCode, digestOf("a"))
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if won {
				firsts.Add(1)
			}
		})
	}
	all.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d were first", n)
	}
}

func testForgetting(t *testing.T, open Open) {
	f := setUp(t, open)
	anna := user("anna", "aurora.example")
	f.put(f.aurora, anna)
	add := func(kind store.ProofKind, name, family string, owner hospes.Number, life time.Duration) {
		f.update(f.aurora, func(tx store.Tx) error {
			return tx.AddProof(store.Proof{Kind: kind, Digest: digestOf(name), Family: family, Owner: owner, Expires: Start.Add(life)})
		})
	}
	there := func(kind store.ProofKind, name string) (found bool) {
		f.view(f.aurora, func(r store.Reader) {
			_, err := r.Proof(kind, digestOf(name))
			found = err == nil
		})
		return found
	}
	add(store.ProofRefresh, "spent", "f", 0, time.Hour)
	add(store.ProofRefresh, "live", "f", 0, time.Hour)
	add(store.ProofCode, "code", "f", 0, time.Hour)
	add(store.ProofSession, "over", "", 0, time.Minute)
	add(store.ProofSession, "late", "", 0, 2*time.Minute)
	add(store.ProofDevice, "gone", "", 0, 2*time.Minute)
	add(store.ProofDevice, "waits", "", 0, time.Hour)
	add(store.ProofSession, "hers", "", anna.Number, time.Hour)
	add(store.ProofRefresh, "lone", "", 0, time.Hour)
	f.update(f.aurora, func(tx store.Tx) error {
		for kind, name := range map[store.ProofKind]string{store.ProofRefresh: "spent", store.ProofCode: "code"} {
			if first, err := tx.SpendProof(kind, digestOf(name)); !first || err != nil {
				t.Errorf("%s: %v, %v", name, first, err)
			}
		}
		return nil
	})
	f.clock.Advance(10 * time.Minute)
	f.update(f.aurora, func(tx store.Tx) error {
		n, err := tx.ForgetProofs(store.ProofsOver{Expired: Start.Add(90 * time.Second), Waited: tx.Now(), Spent: tx.Now()}, 10)
		if n != 3 {
			t.Errorf("%d forgotten, want the spent token, the session that is over long since, and the device", n)
		}
		return err
	})
	if there(store.ProofDevice, "gone") || !there(store.ProofDevice, "waits") || !there(store.ProofSession, "late") {
		t.Error("devices are not forgotten by a time of their own")
	}
	if there(store.ProofRefresh, "spent") || there(store.ProofSession, "over") || !there(store.ProofCode, "code") || !there(store.ProofRefresh, "live") || !there(store.ProofSession, "hers") {
		t.Error("others were forgotten than those that are over")
	}
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.DropFamily(""); err != nil {
			return err
		}
		return tx.DropFamily("f")
	})
	if there(store.ProofRefresh, "live") || there(store.ProofCode, "code") || !there(store.ProofRefresh, "lone") {
		t.Error("a family is more or less than what has its name")
	}
	f.update(f.aurora, func(tx store.Tx) error { return tx.DropProof(store.ProofRefresh, digestOf("lone")) })
	f.update(f.aurora, func(tx store.Tx) error {
		return tx.PutAuthenticator(store.Authenticator{Owner: anna.Number, Sealed: []byte{1}})
	})
	f.update(f.aurora, func(tx store.Tx) error { return tx.Purge(f.find(f.aurora, anna.ID)) })
	if there(store.ProofSession, "hers") || there(store.ProofRefresh, "lone") {
		t.Error("a session outlives its person, or what was dropped is there")
	}
	f.view(f.aurora, func(r store.Reader) {
		_, err := r.Authenticator(anna.Number)
		f.wantKind(err, hospes.KindNotFound)
	})
}

func testAuthenticators(t *testing.T, open Open) {
	f := setUp(t, open)
	anna := user("anna", "aurora.example")
	f.put(f.aurora, anna)
	f.update(f.aurora, func(tx store.Tx) error {
		return tx.PutAuthenticator(store.Authenticator{Owner: anna.Number, Sealed: []byte{1, 2}, Step: 5})
	})
	f.update(f.aurora, func(tx store.Tx) error {
		for _, test := range []struct {
			step int64
			good bool
		}{{5, false}, {7, true}, {7, false}, {6, false}, {8, true}} {
			if good, err := tx.UseStep(anna.Number, test.step); good != test.good || err != nil {
				t.Errorf("step %d: %v, %v", test.step, good, err)
			}
		}
		return nil
	})
	f.view(f.aurora, func(r store.Reader) {
		a, err := r.Authenticator(anna.Number)
		f.must(err)
		if len(a.Sealed) != 2 || a.Step != 8 || !a.Made.Equal(Start) {
			t.Errorf("got %+v", a)
		}
	})
	f.update(f.aurora, func(tx store.Tx) error { return tx.DropAuthenticator(anna.Number) })
	f.view(f.aurora, func(r store.Reader) {
		_, err := r.Authenticator(anna.Number)
		f.wantKind(err, hospes.KindNotFound)
	})
}

func testAttempts(t *testing.T, open Open) {
	f := setUp(t, open)
	attempt := func(subject string) (n int) {
		f.update(f.aurora, func(tx store.Tx) error {
			a, err := tx.Attempted(subject, time.Hour)
			n = a.Failures
			return err
		})
		return n
	}
	if a, b, c := attempt("x"), attempt("x"), attempt("y"); a != 1 || b != 2 || c != 1 {
		t.Errorf("counts are %d, %d, %d", a, b, c)
	}
	f.clock.Advance(2 * time.Hour)
	if n := attempt("x"); n != 1 {
		t.Errorf("after a pause the count is %d", n)
	}
	f.view(f.aurora, func(r store.Reader) {
		list, err := r.Attempts("x", "y", "z")
		f.must(err)
		if len(list) != 2 || list["x"].Failures != 1 || !list["x"].Last.Equal(Start.Add(2*time.Hour)) || !list["y"].Last.Equal(Start) {
			t.Errorf("got %+v", list)
		}
	})
	f.view(f.boreas, func(r store.Reader) {
		if list, err := r.Attempts("x"); err != nil || len(list) != 0 {
			t.Errorf("another tenant sees %v, %v", list, err)
		}
	})
	f.update(f.aurora, func(tx store.Tx) error {
		n, err := tx.ForgetAttempts(10)
		if n != 1 {
			t.Errorf("%d forgotten", n)
		}
		if err != nil {
			return err
		}
		return tx.ClearAttempts("x")
	})
	f.view(f.aurora, func(r store.Reader) {
		if list, err := r.Attempts("x", "y"); err != nil || len(list) != 0 {
			t.Errorf("left are %v, %v", list, err)
		}
	})
}

// testSignInActivities keeps when somebody signed in last, when the log is gone, for as long as the person is there.
func testSignInActivities(t *testing.T, open Open) {
	f := setUp(t, open)
	anna, ben, cleo := user("anna", "aurora.example"), user("ben", "aurora.example"), user("cleo", "aurora.example")
	f.put(f.aurora, anna, ben, cleo)
	log := func(id string, who *hospes.Object, interactive bool, code int) hospes.SignInMark {
		f.clock.Advance(time.Hour)
		f.update(f.aurora, func(tx store.Tx) error {
			return tx.LogSignIn(&hospes.SignIn{ID: id, UserID: who.ID, Interactive: interactive, ErrorCode: code})
		})
		return hospes.SignInMark{At: f.clock.Now(), ID: id}
	}
	log("a1", anna, true, 0)
	success := log("a2", anna, false, 0)
	want := map[hospes.Number]hospes.SignInActivity{
		anna.Number: {Interactive: log("a3", anna, true, 50126), Success: success, Background: log("a4", anna, false, 50173)},
		ben.Number:  {Interactive: log("b1", ben, true, 50126)},
	}
	f.update(f.aurora, func(tx store.Tx) error {
		_, err := tx.ForgetSignIns(f.clock.Now().Add(time.Hour), 100)
		return err
	})
	read := func(in hospes.Tenant) (got map[hospes.Number]hospes.SignInActivity) {
		f.view(in, func(r store.Reader) {
			var err error
			got, err = r.SignInActivities(anna.Number, ben.Number, cleo.Number)
			f.must(err)
		})
		return got
	}
	if got := read(f.aurora); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := read(f.boreas); len(got) != 0 {
		t.Errorf("another tenant sees %+v", got)
	}
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.Delete(ben); err != nil {
			return err
		}
		return tx.Purge(ben)
	})
	delete(want, ben.Number)
	if got := read(f.aurora); !reflect.DeepEqual(got, want) {
		t.Errorf("with somebody gone, got %+v", got)
	}
}

func testSignIns(t *testing.T, open Open) {
	f := setUp(t, open)
	id := hospes.NewObjectID(hospes.SystemRandom())
	first := hospes.SignIn{ID: "1", UserID: id, UPN: "anna@aurora.example", ErrorCode: 50126, Home: f.aurora.ID, Host: f.boreas.ID, AMR: []string{"pwd"}, Interactive: true}
	f.update(f.aurora, func(tx store.Tx) error { return tx.LogSignIn(&first) })
	f.clock.Advance(time.Hour)
	f.update(f.aurora, func(tx store.Tx) error { return tx.LogSignIn(&hospes.SignIn{ID: "2"}) })
	f.view(f.aurora, func(r store.Reader) {
		all, err := r.SignIns(store.LogQuery{})
		f.must(err)
		hers, err := r.SignIns(store.LogQuery{SourceID: id})
		f.must(err)
		before, err := r.SignIns(store.LogQuery{Before: all[0].Number, Limit: 1})
		f.must(err)
		early, err := r.SignIns(store.LogQuery{Until: Start.Add(time.Minute)})
		f.must(err)
		named, err := r.SignIns(store.LogQuery{ID: "1"})
		f.must(err)
		if len(all) != 2 || len(named) != 1 || named[0].Number != hers[0].Number || all[0].ID != "2" || len(hers) != 1 || len(before) != 1 || before[0].ID != "1" || len(early) != 1 {
			t.Fatalf("got %+v, %+v, %+v, %+v", all, hers, before, early)
		}
		got := hers[0]
		if got.UPN != first.UPN || got.ErrorCode != 50126 || !got.CrossTenant() || !got.At.Equal(Start) || got.UserID != id || got.AMR[0] != "pwd" || !got.Interactive {
			t.Errorf("got %+v", got)
		}
	})
	f.view(f.boreas, func(r store.Reader) {
		if list, err := r.SignIns(store.LogQuery{}); err != nil || len(list) != 0 {
			t.Errorf("another tenant sees %v, %v", list, err)
		}
	})
	f.update(f.aurora, func(tx store.Tx) error {
		n, err := tx.ForgetSignIns(Start.Add(time.Minute), 10)
		if n != 1 {
			t.Errorf("%d forgotten", n)
		}
		return err
	})
}
