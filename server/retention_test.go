package server_test

import (
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

// opened gives an instance with a clock that stands still.
func opened(t *testing.T) (*server.Instance, *hospes.ManualClock) {
	t.Helper()
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	i, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i, clock
}

func TestForget_ChangesAreKeptForThirtyDays(t *testing.T) {
	ctx := t.Context()
	i, clock := opened(t)
	id := hospes.NewTenantID(hospes.SystemRandom())
	_, err := i.Store.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: "Aurora", InitialDomain: "aurora.example", Salt: id.Compact()[:14]}, store.Write{Tenant: id}, func(tx store.Tx) error {
		for range 7000 { // more than one transaction takes
			o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
			o.Set(hospes.UserDisplayName, hospes.String("Anna"))
			if err := tx.Put(o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		passes time.Duration
		whole  hospes.Seq
	}{{30 * 24 * time.Hour, 1}, {time.Second, 7001}} {
		clock.Advance(step.passes)
		if err := i.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		err := i.Store.View(ctx, id, func(r store.Reader) error {
			oldest, err := r.OldestSeq()
			if oldest != step.whole {
				t.Errorf("after %v more the log is whole from %d on, want %d", step.passes, oldest, step.whole)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestForget_TheBinIsEmptiedAfterThirtyDays(t *testing.T) {
	ctx := t.Context()
	i, clock := opened(t)
	tenant, err := directory.CreateTenant(ctx, i.Store, hospes.SystemRandom(), hospes.By{}, hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	update := func(fn func(store.Tx) error) {
		t.Helper()
		if err := i.Store.Update(ctx, store.Write{Tenant: tenant.ID}, fn); err != nil {
			t.Fatal(err)
		}
	}
	var people []*hospes.Object
	update(func(tx store.Tx) error {
		people = nil
		for range 1200 { // more than one transaction takes
			o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
			o.Set(hospes.UserDisplayName, hospes.String("Anna"))
			people = append(people, o)
		}
		return tx.Put(people...)
	})
	deletePeople := func(some []*hospes.Object) {
		t.Helper()
		update(func(tx store.Tx) error {
			for _, p := range some {
				user, err := store.Find(tx, store.Live, hospes.UserSchema, p.ID)
				if err != nil {
					return err
				}
				if err := directory.DeleteUser(tx, user); err != nil {
					return err
				}
			}
			return nil
		})
	}
	deletePeople(people[:1100])
	clock.Advance(24 * time.Hour)
	deletePeople(people[1100:1150])
	for _, step := range []struct {
		passes time.Duration
		binned int64
	}{{28 * 24 * time.Hour, 1150}, {24 * time.Hour, 50}, {23 * time.Hour, 50}, {time.Hour, 0}} {
		clock.Advance(step.passes)
		if err := i.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		err := i.Store.View(ctx, tenant.ID, func(r store.Reader) error {
			binned, err := r.Count(store.Query{Schema: hospes.UserSchema, Bin: store.InBin})
			if err != nil {
				return err
			}
			live, err := r.Count(store.Query{Schema: hospes.UserSchema})
			if binned != step.binned || live != 50 {
				t.Errorf("after %v more %d are in the bin and %d live, want %d and 50", step.passes, binned, live, step.binned)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestForget_WhatIsLeftOfSignIns: proofs a day after their end, the log of sign-ins after thirty days.
func TestForget_WhatIsLeftOfSignIns(t *testing.T) {
	ctx := t.Context()
	i, clock := opened(t)
	id := hospes.NewTenantID(hospes.SystemRandom())
	proof := store.Proof{Kind: store.ProofSession, Digest: store.Digest{1}, Expires: clock.Now().Add(time.Hour)}
	_, err := i.Store.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: "Aurora", InitialDomain: "aurora.example", Salt: id.Compact()[:14]}, store.Write{Tenant: id}, func(tx store.Tx) error {
		if err := tx.AddProof(proof); err != nil {
			return err
		}
		if _, err := tx.Attempted("name", time.Hour); err != nil {
			return err
		}
		return tx.LogSignIn(&hospes.SignIn{ID: "1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		passes                   time.Duration
		proofs, attempts, signIn bool
	}{{time.Hour, true, true, true}, {time.Second, true, false, true}, {24 * time.Hour, false, false, true}, {29 * 24 * time.Hour, false, false, false}} {
		clock.Advance(step.passes)
		if err := i.Forget(ctx); err != nil {
			t.Fatal(err)
		}
		err := i.Store.View(ctx, id, func(r store.Reader) error {
			_, proofErr := r.Proof(proof.Kind, proof.Digest)
			attempts, err := r.Attempts("name")
			if err != nil {
				return err
			}
			list, err := r.SignIns(store.LogQuery{})
			if (proofErr == nil) != step.proofs || (len(attempts) == 1) != step.attempts || (len(list) == 1) != step.signIn {
				t.Errorf("after %v more: %v, %v, %v", step.passes, proofErr, attempts, list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
