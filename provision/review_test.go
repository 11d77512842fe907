package provision_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// again is a store that carries out each transaction twice: the first is rolled back, as after a conflict.
type again struct{ store.Store }

var errOnceMore = errors.New("once more")

func (s again) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) error {
	var failed error
	err := s.Store.Update(ctx, w, func(tx store.Tx) error {
		failed = fn(tx)
		return errOnceMore
	})
	if failed != nil || !errors.Is(err, errOnceMore) {
		return errors.Join(failed, err)
	}
	return s.Store.Update(ctx, w, fn)
}

func (s again) UpdatePair(ctx context.Context, a, b store.Write, fn func(a, b store.Tx) error) error {
	var failed error
	err := s.Store.UpdatePair(ctx, a, b, func(x, y store.Tx) error {
		failed = fn(x, y)
		return errOnceMore
	})
	if failed != nil || !errors.Is(err, errOnceMore) {
		return errors.Join(failed, err)
	}
	return s.Store.UpdatePair(ctx, a, b, fn)
}

func TestATransactionThatRunsTwiceCountsOnce(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.Store = again{w.store}
		anna, bert := w.person("anna", true), w.person("bert", true)
		if c := w.cycle(); c.Created != 2 || c.Imported != 2 || w.status().Synchronized != 2 {
			t.Errorf("counts are %+v", c)
		}
		w.member(anna.ID, false)
		w.change(w.source, bert.ID, "accountEnabled", false)
		if c := w.cycle(); c.Deleted != 1 || c.Disabled != 1 || c.Staged != 2 || c.Failed != 0 {
			t.Errorf("leaving: %+v", c)
		}
		w.member(anna.ID, true)
		if c := w.cycle(); c.Restored != 1 || !w.live(anna) {
			t.Errorf("back: %+v", c)
		}
	})
}

func TestRemote_ATransactionThatRunsTwiceCountsOnce(t *testing.T) {
	systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
		w.engine.Store = again{w.store}
		anna := w.person("anna", true)
		if c := w.cycle(); c.Created != 1 || c.Imported != 1 || w.memory.Size() != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.member(anna.ID, false)
		if c := w.cycle(); c.Deleted != 1 || c.Staged != 1 || w.memory.Size() != 0 {
			t.Errorf("leaving: %+v", c)
		}
	})
}

func TestRemote_AnAnswerOnDemandThatWasLostIsAdoptedByTheNextCycle(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.cycle()
		anna := w.person("anna", true)
		w.memory.After = func(string) error { return errors.New("the connection was closed") }
		if _, err := w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "memory-rule", anna.ID); err == nil {
			t.Fatal("the answer was not lost")
		}
		w.memory.After = nil
		w.clock.Advance(5 * time.Minute)
		w.cycle()
		if n := w.memory.Size(); n != 1 || w.memory.Calls("create") != 1 || w.status().Synchronized != 1 {
			t.Errorf("%d people, status %+v", n, w.status())
		}
		w.noOpenIntents()
	})
}

func TestRemote_WhoWasMadeAnewByHandWithTheSameValuesIsLinkedAgain(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		old := w.entry(anna)
		w.memory.Remove(old.ID())
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		w.cycle() // InvalidAnchor
		fresh := w.memory.Add("userName", w.get(old, "userName"), "externalId", w.get(old, "externalId"), "displayName", "anna",
			"title", "Chemist", "department", w.get(old, "department"), "active", true)
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
		})
		if c := w.cycle(); c.Created+c.Failed != 0 {
			t.Errorf("after a restart: %+v", c)
		}
		w.change(w.source, anna.ID, "jobTitle", "Physicist")
		if c := w.cycle(); c.Updated != 1 || c.Failed != 0 {
			t.Errorf("the change after it: %+v", c)
		}
		if e := w.entry(anna); e.ID() != fresh || w.get(e, "title") != "Physicist" {
			t.Errorf("the link leads elsewhere: %v", e)
		}
	})
}

func TestRemote_WhoWasDeletedByUsAndMadeAnewByHandIsAdopted(t *testing.T) {
	systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		w.cycle()
		w.memory.Add("userName", "anna@aurora.example", "displayName", "by hand")
		w.member(anna.ID, true)
		if c := w.cycle(); c.Created != 0 || w.memory.Size() != 1 {
			t.Errorf("counts are %+v, and %d people are there", c, w.memory.Size())
		}
		w.expect(w.entry(anna), "displayName", "anna")
	})
}

func TestRemote_ADeletionThatKeepsFailingIsTriedAtGrowingDistances(t *testing.T) {
	systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.memory.Refuse = func(write *connector.Write) *connector.Failure {
			if write.Operation == connector.Delete {
				return &connector.Failure{Code: "Locked", Message: "Not now."}
			}
			return nil
		}
		w.member(anna.ID, false)
		w.cycle()
		for n, wait := range []int{6, 12, 24} {
			w.clock.Advance(hours(wait) - time.Minute)
			if w.cycle(); w.memory.Calls("delete") != n+1 {
				t.Fatalf("attempt %d came early", n+2)
			}
			w.clock.Advance(2 * time.Minute)
			if w.cycle(); w.memory.Calls("delete") != n+2 {
				t.Fatalf("attempt %d never came", n+2)
			}
		}
		w.memory.Refuse = nil
		w.clock.Advance(hours(25))
		if c := w.cycle(); c.Deleted != 1 || w.memory.Size() != 0 {
			t.Errorf("at last: %+v", c)
		}
	})
}

func TestRemote_WhatChangesBetweenTheLookAtAJobAndItsCycleIsNotLost(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true, "jobTitle", "Chemist")
		w.cycle()
		bert := w.person("bert", true)
		once := true
		w.memory.Before = func(call string) error {
			if call == "test" && once {
				once = false
				w.schema(func(people *provision.ObjectMapping) {
					for i := range people.AttributeMappings {
						if m := &people.AttributeMappings[i]; m.TargetAttributeName == "title" {
							m.Source.Name, m.Source.Expression = "companyName", "[companyName]"
						}
					}
				})
				w.change(w.source, anna.ID, "companyName", "Aurora")
			}
			return nil
		}
		for range 3 {
			w.clock.Advance(time.Second)
			if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil && !errors.Is(err, hospes.ErrConflict) {
				t.Fatal(err)
			}
		}
		w.expect(w.entry(anna), "title", "Aurora")
		w.expect(w.entry(bert), "displayName", "bert")
	})
}

func TestX15_AGateThatClosesWhileACycleIsBrokenOffStopsTheRest(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.BatchSize = 1
		w.person("anna", true)
		bert := w.person("bert", true)
		w.onJob(func(tx store.Tx, job hospes.Job) error { // as it was when the process died
			seq, err := tx.Seq()
			job.Status.Cycle = &hospes.CycleProgress{ID: "running", Kind: hospes.CycleInitial, Phase: hospes.PhaseObjects, To: seq, Began: w.clock.Now()}
			if err != nil {
				return err
			}
			return tx.PutJob(&job)
		})
		w.gates(true, true, false)
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); hospes.KindOf(err) != hospes.KindForbidden || w.twin(bert) != nil {
			t.Errorf("the cycle ended with %v, and bert is %v", err, w.twin(bert))
		}
		if s := w.status(); s.Quarantine == nil {
			t.Errorf("the job is %+v", s)
		}
		w.gates(true, true, true)
		if c := w.cycle(); c.Created != 2 || w.status().Quarantine != nil {
			t.Errorf("once it is open: %+v", c)
		}
	})
}

func TestWhoWasRestoredButNotUpdatedLeavesAgain(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		w.cycle()
		w.invited("carl@old.example", "taken@aurora.example")
		w.change(w.source, anna.ID, "mail", "taken@aurora.example")
		w.member(anna.ID, true)
		c := w.cycle()
		if c.Failed != 1 {
			t.Fatalf("the address was free: %+v", c)
		}
		w.member(anna.ID, false)
		if w.cycle(); w.live(anna) {
			t.Error("anna is out of scope and lives in the target")
		}
	})
}

func TestRemote_AttemptsThatGetOnAreNotCountedInARow(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		for i := range 150 { // two groups
			w.person(fmt.Sprintf("person%d", i), true)
		}
		down := errors.New("connection refused")
		fails := true
		w.memory.Before = func(call string) error {
			if call != "match" {
				return nil
			}
			if fails = !fails; !fails {
				return down
			}
			return nil
		}
		for range 2 {
			if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, down) {
				t.Fatal(err)
			}
		}
		if n := w.status().Failures; n != 1 {
			t.Errorf("%d failures in a row, although the first group went through", n)
		}
	})
}

func TestARestartThatForgetsTheLinksCountsAnew(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.person("anna", true)
		w.cycle()
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Links: true})
		})
		if w.cycle(); w.status().Synchronized != 1 {
			t.Errorf("%d people are synchronized", w.status().Synchronized)
		}
	})
}
