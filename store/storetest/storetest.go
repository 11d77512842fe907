// Package storetest is the suite that every engine of the store passes. It knows the contract and nothing of engines.
package storetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Open makes an empty store for one test.
type Open func(t testing.TB, clock hospes.Clock) store.Store

// Start is when the clock of a test begins.
var Start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		tests func(*testing.T, Open)
	}{
		{"Objects", testObjects}, {"Keys", testKeys}, {"Bin", testBin}, {"Sizes", testSizes}, {"List", testList}, {"Relations", testRelations},
		{"Changes", testChanges}, {"Retention", testRetention}, {"Assignments", testAssignments}, {"Transactions", testTransactions}, {"Pairs", testPairs},
		{"Proofs", testProofs}, {"Spending", testSpending}, {"Forgetting", testForgetting}, {"Authenticators", testAuthenticators}, {"Attempts", testAttempts}, {"SignIns", testSignIns}, {"SignInActivities", testSignInActivities}, {"Rules", testRules},
		{"Isolation", testIsolation}, {"Logs", testLogs}, {"Jobs", testJobs}, {"Instance", testInstance}, {"Outbox", testOutbox}, {"Filter", testFilter}, {"Search", testSearch}, {"Transitive", testTransitive},
		{"Hash", testHash}, {"Check", testCheck}, {"Closed", testClosed}, {"Deadline", testDeadline},
	} {
		t.Run(group.name, func(t *testing.T) { group.tests(t, open) })
	}
}

// fixture is a store with two tenants.
type fixture struct {
	testing.TB
	store.Store
	clock  *hospes.ManualClock
	aurora hospes.Tenant
	boreas hospes.Tenant
}

var ctx = context.Background()

func setUp(t testing.TB, open Open) *fixture {
	t.Helper()
	clock := hospes.NewManualClock(Start)
	f := &fixture{TB: t, clock: clock, Store: open(t, clock)}
	f.aurora = f.tenant("Aurora", "aurora.example")
	f.boreas = f.tenant("Borealis", "borealis.example")
	return f
}

func (f *fixture) tenant(name, domain string) hospes.Tenant {
	f.Helper()
	id := hospes.NewTenantID(hospes.SystemRandom())
	t, err := f.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: name, InitialDomain: domain, Salt: id.Compact()[:14]},
		store.Write{Tenant: id, By: tester}, func(store.Tx) error { return nil })
	f.must(err)
	return t
}

var tester = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "storetest"}, Cause: hospes.CauseAPI, Correlation: "c-1"}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatalf("unexpected error: %v", err)
	}
}

// wantUsers holds how many people the first tenant has.
func (f *fixture) wantUsers(want int64) {
	f.Helper()
	f.view(f.aurora, func(r store.Reader) {
		n, err := r.Count(store.Query{Schema: hospes.UserSchema})
		f.must(err)
		if n != want {
			f.Errorf("%d users, want %d", n, want)
		}
	})
}

func (f *fixture) wantKind(err error, kind hospes.Kind) {
	f.Helper()
	if err == nil || hospes.KindOf(err) != kind {
		f.Fatalf("error is %v, want kind %v", err, kind)
	}
}

func (f *fixture) update(t hospes.Tenant, fn func(store.Tx) error) {
	f.Helper()
	f.must(f.Update(ctx, store.Write{Tenant: t.ID, By: tester}, fn))
}

func (f *fixture) view(t hospes.Tenant, fn func(store.Reader)) {
	f.Helper()
	f.must(f.View(ctx, t.ID, func(r store.Reader) error {
		fn(r)
		return nil
	}))
}

// user makes a user that is not stored yet.
func user(name, domain string) *hospes.Object {
	u := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	u.Set(hospes.UserDisplayName, hospes.String(name))
	u.Set(hospes.UserPrincipalName, hospes.String(name+"@"+domain))
	u.Set(hospes.UserMail, hospes.String(name+"@"+domain))
	u.Set(hospes.UserProxyAddresses, hospes.Strings("SMTP:"+name+"@"+domain))
	u.Set(hospes.UserAccountEnabled, hospes.True)
	u.Set(hospes.UserUserType, hospes.String(string(hospes.UserTypeMember)))
	return u
}

func group(name string) *hospes.Object {
	g := hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(hospes.SystemRandom()))
	g.Set(hospes.GroupDisplayName, hospes.String(name))
	g.Set(hospes.GroupSecurityEnabled, hospes.True)
	return g
}

// put stores objects and gives them back.
func (f *fixture) put(t hospes.Tenant, objects ...*hospes.Object) {
	f.Helper()
	f.update(t, func(tx store.Tx) error { return tx.Put(objects...) })
}

// find reads an object that must be there.
func (f *fixture) find(t hospes.Tenant, id hospes.ObjectID) *hospes.Object {
	f.Helper()
	var o *hospes.Object
	f.view(t, func(r store.Reader) {
		var err error
		o, err = store.Find(r, store.Live, nil, id)
		f.must(err)
	})
	return o
}

func testObjects(t *testing.T, open Open) {
	t.Run("reads what was put", func(t *testing.T) {
		f := setUp(t, open)
		u := user("Åsa \"the\" Berg\\ \n ☃", "aurora.example")
		u.Set(hospes.UserBusinessPhones, hospes.Strings("+46 1", "+46 2"))
		u.Set(hospes.UserSchema.Must("department"), hospes.String("Forschung & Räte"))
		f.put(f.aurora, u)
		got := f.find(f.aurora, u.ID)
		for _, p := range hospes.UserSchema.Properties {
			if got.Get(p) != u.Get(p) {
				t.Errorf("%s is %s, want %s", p.Name, got.Get(p), u.Get(p))
			}
		}
		if got.Version == 0 || got.Number.Tenant() != f.aurora.Number || got.Number.Class() != hospes.ClassUser {
			t.Errorf("version %d, number %d", got.Version, got.Number)
		}
	})
	t.Run("an update leaves one change with mask and old values", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.put(f.aurora, u)
		f.update(f.aurora, func(tx store.Tx) error {
			o, err := store.Find(tx, store.Live, hospes.UserSchema, u.ID)
			if err != nil {
				return err
			}
			o.Set(hospes.UserDisplayName, hospes.String("Anna"))
			o.Set(hospes.UserMail, hospes.Null)
			return tx.Put(o)
		})
		f.view(f.aurora, func(r store.Reader) {
			changes, err := r.Changes(0, 10)
			f.must(err)
			if len(changes) != 2 {
				t.Fatalf("%d changes, want 2", len(changes))
			}
			c := changes[1]
			if c.Operation != hospes.OperationUpdate || !c.Mask.Has(hospes.UserDisplayName) || !c.Mask.Has(hospes.UserMail) || c.Mask.Has(hospes.UserPrincipalName) {
				t.Errorf("change is %v", c)
			}
			old, err := r.OldValues(c.Seq)
			f.must(err)
			if want := `{"displayName":"anna","mail":"anna@aurora.example"}`; old != want {
				t.Errorf("old values are %s, want %s", old, want)
			}
			_, err = r.OldValues(c.Seq + 1)
			f.wantKind(err, hospes.KindNotFound)
			if c.By.Correlation != "c-1" || !c.At.Equal(Start) || c.ID != u.ID {
				t.Errorf("by %v at %v of %v", c.By, c.At, c.ID)
			}
		})
		if got := f.find(f.aurora, u.ID); got.Version != 2 {
			t.Errorf("version is %d, want 2", got.Version)
		}
	})
	t.Run("a put that changes nothing leaves nothing", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.put(f.aurora, u)
		f.update(f.aurora, func(tx store.Tx) error {
			o, err := store.Find(tx, store.Live, hospes.UserSchema, u.ID)
			if err != nil {
				return err
			}
			o.Set(hospes.UserDisplayName, hospes.String("other"))
			o.Set(hospes.UserDisplayName, hospes.String("anna"))
			return tx.Put(o)
		})
		f.view(f.aurora, func(r store.Reader) {
			seq, err := r.Seq()
			f.must(err)
			if seq != 1 {
				t.Errorf("seq is %d, want 1", seq)
			}
		})
	})
	t.Run("a transaction reads what it wrote", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.update(f.aurora, func(tx store.Tx) error {
			if err := tx.Put(u); err != nil {
				return err
			}
			page, err := tx.List(store.Query{Schema: hospes.UserSchema})
			if err != nil {
				return err
			}
			if len(page.Documents) != 1 || page.Documents[0].ID != u.ID {
				t.Errorf("%d users listed inside the transaction, want the one", len(page.Documents))
			}
			return nil
		})
	})
	t.Run("an object of another tenant cannot be written", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.put(f.aurora, u)
		u.Set(hospes.UserDisplayName, hospes.String("stolen"))
		err := f.Update(ctx, store.Write{Tenant: f.boreas.ID, By: tester}, func(tx store.Tx) error { return tx.Put(u) })
		f.wantKind(err, hospes.KindInternal)
	})
}

func testKeys(t *testing.T, open Open) {
	t.Run("graph-wire 7.3: names are unique without regard to case", func(t *testing.T) {
		f := setUp(t, open)
		f.put(f.aurora, user("anna", "aurora.example"))
		err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
			return tx.Put(user("ANNA", "aurora.example"))
		})
		f.wantKind(err, hospes.KindConflict)
		f.wantUsers(1)
		f.put(f.boreas, user("anna", "aurora.example")) // another tenant is another space
	})
	t.Run("graph-wire 7.4: addresses are unique across users and groups", func(t *testing.T) {
		f := setUp(t, open)
		f.put(f.aurora, user("team", "aurora.example"))
		g := group("Team")
		g.Set(hospes.GroupProxyAddresses, hospes.Strings("SMTP:TEAM@aurora.example"))
		err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.Put(g) })
		f.wantKind(err, hospes.KindConflict)
	})
	t.Run("of many objects only the clashing ones are refused", func(t *testing.T) {
		f := setUp(t, open)
		f.put(f.aurora, user("b", "aurora.example"))
		many := []*hospes.Object{user("a", "aurora.example"), user("b", "aurora.example"), user("c", "aurora.example"), user("C", "aurora.example")}
		f.update(f.aurora, func(tx store.Tx) error {
			refused, err := tx.PutEach(many)
			if err != nil {
				return err
			}
			if len(refused) != 2 || hospes.KindOf(refused[1]) != hospes.KindConflict || hospes.KindOf(refused[3]) != hospes.KindConflict {
				t.Errorf("refused %v, want 1 and 3", refused)
			}
			return nil
		})
		f.wantUsers(3)
		f.put(f.aurora, user("d", "aurora.example"))
	})
	t.Run("a name that was given up can be taken", func(t *testing.T) {
		f := setUp(t, open)
		u := user("anna", "aurora.example")
		f.put(f.aurora, u)
		u.Set(hospes.UserPrincipalName, hospes.String("anne@aurora.example"))
		u.Set(hospes.UserProxyAddresses, hospes.Null)
		f.put(f.aurora, u)
		f.put(f.aurora, user("anna", "aurora.example"))
	})
	t.Run("many holders are found, near and far", func(t *testing.T) {
		f := setUp(t, open)
		var names []string
		var users []*hospes.Object
		for i := range 300 {
			u := user(fmt.Sprintf("u%04d", i), "aurora.example")
			users = append(users, u)
			if i%2 == 0 {
				names = append(names, fmt.Sprintf("u%04d@aurora.example", i))
			}
		}
		f.put(f.aurora, users...)
		f.view(f.aurora, func(r store.Reader) {
			for _, list := range [][]string{names, names[:3], append([]string{"absent@aurora.example"}, names[100:]...)} {
				found, err := r.Holders(hospes.SpaceUPN, list...)
				f.must(err)
				for _, name := range list {
					if (found[name] != 0) == (name == "absent@aurora.example") {
						t.Errorf("%s: number %d", name, found[name])
					}
				}
			}
		})
	})
}

func testBin(t *testing.T, open Open) {
	f := setUp(t, open)
	u := user("anna", "aurora.example")
	f.put(f.aurora, u)
	f.update(f.aurora, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, hospes.UserSchema, u.ID)
		if err != nil {
			return err
		}
		return tx.Delete(o)
	})
	f.view(f.aurora, func(r store.Reader) {
		_, err := store.Find(r, store.Live, hospes.UserSchema, u.ID)
		f.wantKind(err, hospes.KindNotFound)
		o, err := store.Find(r, store.InBin, hospes.UserSchema, u.ID)
		f.must(err)
		if !o.Deleted.Equal(Start) {
			t.Errorf("deleted %v, want %v", o.Deleted, Start)
		}
		page, err := r.List(store.Query{Schema: hospes.UserSchema, Bin: store.InBin, Order: store.Order{Deleted: true, Descending: true}})
		f.must(err)
		if len(page.Documents) != 1 {
			t.Errorf("%d in the bin, want 1", len(page.Documents))
		}
	})
	twin := user("anna", "aurora.example")
	f.put(f.aurora, twin) // the name is free while its owner is in the bin
	restore := func() error {
		return f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
			o, err := store.Find(tx, store.InBin, hospes.UserSchema, u.ID)
			if err != nil {
				return err
			}
			return tx.Restore(o)
		})
	}
	f.wantKind(restore(), hospes.KindConflict)
	f.update(f.aurora, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, hospes.UserSchema, twin.ID)
		if err != nil {
			return err
		}
		return tx.Purge(o)
	})
	f.must(restore())
	if got := f.find(f.aurora, u.ID); got.Number != u.Number || !got.Deleted.IsZero() {
		t.Errorf("restored as %d, deleted %v", got.Number, got.Deleted)
	}
	f.view(f.aurora, func(r store.Reader) {
		_, err := store.Find(r, store.Anywhere, hospes.UserSchema, twin.ID)
		f.wantKind(err, hospes.KindNotFound)
		changes, err := r.Changes(0, 100)
		f.must(err)
		var got []string
		for _, c := range changes {
			got = append(got, c.Operation.String())
		}
		if want := "[add delete add purge restore]"; fmt.Sprint(got) != want {
			t.Errorf("operations %v, want %s", got, want)
		}
	})
}

func testHash(t *testing.T, open Open) {
	f := setUp(t, open)
	a, b := user("a", "aurora.example"), user("b", "aurora.example")
	g := group("G")
	digest := func() (h [32]byte) {
		f.view(f.aurora, func(r store.Reader) {
			var err error
			h, err = r.ContentHash()
			f.must(err)
		})
		return h
	}
	empty := digest()
	f.put(f.aurora, a, b, g)
	before := digest()
	if before == empty {
		t.Error("three objects do not change the hash")
	}
	tie := hospes.Tie{Relation: hospes.RelationMember, From: g.Number, To: a.Number}
	f.update(f.aurora, func(tx store.Tx) error {
		_, err := tx.Relate(tie)
		return err
	})
	if digest() == before {
		t.Error("a member does not change the hash")
	}
	f.clock.Advance(time.Hour)
	f.update(f.aurora, func(tx store.Tx) error {
		_, err := tx.Unrelate(tie)
		return err
	})
	if after := digest(); !bytes.Equal(after[:], before[:]) {
		t.Error("a member that came and went leaves a trace in the hash")
	}
}
