package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Populate fills a store with something of every kind that Check looks at: people who came, went to the bin and went for
// good, a job with links across two tenants, logs and messages.
func Populate(t testing.TB, s store.Store) {
	t.Helper()
	f := &fixture{TB: t, Store: s}
	f.aurora, f.boreas = f.tenant("Aurora", "aurora.example"), f.tenant("Borealis", "borealis.example")
	anna, ben, gone, binned, staff := user("anna", "aurora.example"), user("ben", "aurora.example"), user("gone", "aurora.example"), user("binned", "aurora.example"), group("Staff")
	principal := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(hospes.SystemRandom()))
	principal.Set(hospes.PrincipalDisplayName, hospes.String("Borealis"))
	principal.Set(hospes.PrincipalAppID, hospes.String(hospes.NewObjectID(hospes.SystemRandom()).String()))
	f.put(f.aurora, anna, ben, gone, binned, staff, principal)
	twin, purged := user("twin", "borealis.example"), user("purged", "borealis.example")
	f.put(f.boreas, twin, purged)
	job := hospes.Job{ID: "Azure2Azure.x.y", Principal: principal.Number, Template: "Azure2Azure", State: hospes.JobActive, Interval: hospes.SyncInterval, Created: Start}
	f.update(f.aurora, func(tx store.Tx) error {
		f.must(tx.PutJob(&job))
		f.must(tx.Schedule(job.Number, Start))
		f.must(tx.PutLinks(
			&hospes.Link{Job: job.Number, Source: anna.Number, SourceID: anna.ID, Target: twin.Number, TargetID: twin.ID.String(), State: hospes.LinkActive, Written: "{}"},
			&hospes.Link{Job: job.Number, Source: ben.Number, SourceID: ben.ID, Target: purged.Number, TargetID: purged.ID.String(), State: hospes.LinkActive, Written: "{}"}))
		_, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: staff.Number, To: anna.Number}, hospes.Tie{Relation: hospes.RelationManager, From: ben.Number, To: anna.Number})
		f.must(err)
		_, err = tx.Assign(hospes.Assignment{Resource: principal.Number, Principal: staff.Number})
		f.must(err)
		f.must(tx.PutSettings(principal.Number, store.Setting{Key: "k", Sealed: []byte{1}}))
		f.must(tx.PutCredential(store.Credential{Owner: anna.Number, KeyID: "k", Kind: store.CredentialPassword, Digest: "d", Starts: Start, Ends: Start.Add(time.Hour)}))
		f.must(tx.Mail(store.Mail{Kind: "test", To: "a@x.example", Body: []byte{1}}))
		f.must(tx.Audit(&hospes.Audit{Activity: "Add user", Category: "UserManagement", Service: "Core Directory", Result: "success"}))
		return tx.Delete(binned, gone)
	})
	f.update(f.aurora, func(tx store.Tx) error {
		f.must(tx.Audit(&hospes.Audit{Activity: "Hard Delete user", Category: "UserManagement", Service: "Core Directory", Result: "success"}))
		return tx.Purge(gone)
	})
	f.update(f.boreas, func(tx store.Tx) error { return tx.Purge(purged) })
}

// Check gives the checks that have found something.
func Check(t testing.TB, s store.Store) (found map[store.Check][]string, looked []store.Check) {
	t.Helper()
	found = map[store.Check][]string{}
	err := s.Check(ctx, func(r store.CheckResult) {
		looked = append(looked, r.Check)
		if r.Rows == 0 {
			t.Errorf("%s has looked at nothing", r.Check)
		}
		if int(min(r.Damages, store.MaxDamage)) != len(r.Damage) {
			t.Errorf("%s counts %d damages and names %d", r.Check, r.Damages, len(r.Damage))
		}
		for _, d := range r.Damage {
			found[r.Check] = append(found[r.Check], d.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, looked
}

func testCheck(t *testing.T, open Open) {
	s := open(t, hospes.NewManualClock(Start))
	Populate(t, s)
	found, looked := Check(t, s)
	if len(found) > 0 {
		t.Errorf("a sound store is found damaged: %v", found)
	}
	if !slices.Equal(looked, store.Checks) {
		t.Errorf("it looked at %v", looked)
	}
}
