package provision_test

import (
	"context"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// withoutGroups saves a schema that says nothing of groups.
func (w *world) withoutGroups() {
	w.Helper()
	w.onJob(func(tx store.Tx, job hospes.Job) error {
		schema, err := w.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		schema.Rules[0].ObjectMappings = schema.Rules[0].ObjectMappings[:1]
		return w.engine.PutSchema(tx, w.sp, job, &schema)
	})
}

// interrupted runs a cycle whose process ends after so many pairs of transactions.
func (w *world) interrupted(after int) {
	w.Helper()
	running, stop := context.WithCancel(ctx)
	w.engine.Store = &closing{Store: w.store, after: after, close: stop}
	w.clock.Advance(time.Second)
	if _, err := w.engine.RunCycle(running, w.source.ID, w.job); err == nil {
		w.Fatal("the cycle came to its end")
	}
	w.engine.Store = w.store
	if w.status().Cycle == nil {
		w.Fatal("no cycle is under way")
	}
}

func TestGroups_3_7_ASchemaWithoutGroupsIsLikeOneThatIsOff(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.withGroups()
		w.person("anna", true)
		second := w.newGroup(w.source, "Second")
		w.assign(second, true)
		w.cycle()
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":0}`)
		w.assign(second, false)
		w.cycle() // the deletion of the group is held
		w.withoutGroups()
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Deletes: true})
		})
		if c := w.cycle(); c.Deleted != 0 {
			t.Errorf("counts are %+v", c)
		}
		if group, _ := w.targetGroup(second); group == nil {
			t.Error("a group was deleted though groups are nobody's business any more")
		}
	})
}

func TestGroups_3_7_ASchemaWithoutGroupsInTheMiddleOfACycle(t *testing.T) {
	for after := 1; after <= 4; after++ {
		engines(t, func(t *testing.T, w *world) {
			w.engine.BatchSize = 2
			w.withGroups()
			for _, name := range []string{"anna", "bert", "carl"} {
				w.person(name, true)
			}
			w.interrupted(after)
			w.withoutGroups()
			w.cycle()
			if s := w.status(); s.Cycle != nil {
				t.Errorf("the job is %+v", s)
			}
		})
	}
}

func TestGroups_3_7_AGateThatIsClosedWhileMembersComeStopsThem(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.BatchSize = 1
		w.withGroups()
		names := []string{"anna", "bert", "carl", "dora", "emil"}
		for _, name := range names {
			w.person(name, true)
		}
		var group *hospes.Object
		var members []string
		c := &closingAt{Store: w.store, look: func() bool {
			group, members = w.targetGroup(w.group)
			return group != nil && len(members) > 0
		}, close: func() { w.groupGate(false) }}
		w.engine.Store = c
		w.cycle()
		w.engine.Store = w.store
		if !c.closed {
			t.Fatal("the gate was never closed")
		}
		w.expectMembers(w.group, "anna")
		w.groupGate(true)
		w.cycle()
		w.expectMembers(w.group, names...)
	})
}

// closingAt is a store in which something is closed after the first transaction of which look is true.
type closingAt struct {
	store.Store
	look   func() bool
	close  func()
	closed bool
}

func (c *closingAt) UpdatePair(ctx context.Context, source, target store.Write, fn func(source, target store.Tx) error) error {
	err := c.Store.UpdatePair(ctx, source, target, fn)
	c.tell()
	return err
}

func (c *closingAt) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) error {
	err := c.Store.Update(ctx, w, fn)
	c.tell()
	return err
}

func (c *closingAt) tell() {
	if !c.closed && c.look() {
		c.closed = true
		c.close()
	}
}

func TestGroups_3_7_WhatAClosedGateHidFromABrokenCycleIsMadeUpFor(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.withGroups()
		anna := w.person("anna", true)
		w.cycle()
		w.update(w.source, func(tx store.Tx) error {
			return directory.UpdateGroup(tx, w.group, edits(hospes.GroupSchema, "description", "unseen"))
		})
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		w.groupGate(false)
		w.interrupted(2) // people, then the group, which the closed gate hides
		w.groupGate(true)
		w.cycle()
		w.cycle()
		if group, _ := w.targetGroup(w.group); group.Text(hospes.GroupDescription) != "unseen" {
			t.Error("what changed while the gate was closed was lost")
		}
	})
}

func TestGroups_OneThatComesBackAndWasNeverDeletedHasItsMembersLookedAt(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.withGroups()
		w.onJob(func(tx store.Tx, job hospes.Job) error { // leaving the scope deletes nobody
			schema, err := w.engine.SchemaOf(job)
			if err != nil {
				return err
			}
			schema.Rules[0].ObjectMappings[1].FlowTypes = "Add, Update"
			return w.engine.PutSchema(tx, w.sp, job, &schema)
		})
		second := w.newGroup(w.source, "Second")
		w.assign(second, true)
		anna, bert := w.person("anna", true), w.person("bert", true)
		w.update(w.source, func(tx store.Tx) error { return directory.AddMembers(tx, second, anna) })
		w.cycle()
		w.assign(second, false)
		w.cycle()
		w.update(w.source, func(tx store.Tx) error {
			if err := directory.AddMembers(tx, second, bert); err != nil {
				return err
			}
			return directory.RemoveMember(tx, second, anna)
		})
		w.cycle()
		w.expectMembers(second, "anna") // nobody's business meanwhile
		w.assign(second, true)
		w.cycle()
		w.expectMembers(second, "bert")
	})
}

func TestGroups_WhomADemandRestoresComesIntoTheGroups(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.filter("department", "Research")
		w.withGroups()
		second := w.newGroup(w.source, "Second")
		w.assign(second, true)
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "department", "Sales")
		w.cycle()
		w.update(w.source, func(tx store.Tx) error { return directory.AddMembers(tx, second, anna) })
		w.cycle() // she is in the bin of the target, and comes into no group
		w.change(w.source, anna.ID, "department", "Research")
		if _, err := w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "", anna.ID); err != nil {
			t.Fatal(err)
		}
		w.cycle()
		w.expectMembers(second, "anna")
	})
}

func TestGroups_WhomTheTargetRestoresComesIntoTheGroups(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.withGroups()
		second := w.newGroup(w.source, "Second")
		w.assign(second, true)
		anna := w.person("anna", true)
		w.cycle()
		twin := w.twin(anna)
		w.drop(w.target, twin.ID, false)
		w.update(w.source, func(tx store.Tx) error { return directory.AddMembers(tx, second, anna) })
		w.cycle()
		w.restore(w.target, twin.ID)
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		w.cycle()
		w.expectMembers(second, "anna")
	})
}

func TestDeprovision_TakesGroupsAlsoWhereTheirMappingIsOff(t *testing.T) {
	for name, off := range map[string]func(*world){
		"mapping":  func(w *world) { w.groupMapping(false) },
		"everyone": func(w *world) { w.settings("SyncAll", "true") },
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, w *world) {
				w.withGroups()
				w.person("anna", true)
				w.cycle()
				group, _ := w.targetGroup(w.group)
				off(w)
				w.cycle()
				w.deprovision()
				w.clock.Advance(time.Second)
				if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil {
					t.Fatal(err)
				}
				if !w.jobIsGone() {
					t.Fatalf("the job is still there: %+v", w.status())
				}
				w.view(w.target, func(r store.Reader) error {
					if _, err := store.Find(r, store.Anywhere, hospes.GroupSchema, group.ID); hospes.KindOf(err) != hospes.KindNotFound {
						t.Errorf("the group is nobody's and still there: %v", err)
					}
					return nil
				})
			})
		})
	}
}

func TestDeprovision_WhomTheTargetKeepsIsTriedAgainInGoodTime(t *testing.T) {
	systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
		w.person("anna", true)
		w.cycle()
		w.memory.Refuse = func(write *connector.Write) *connector.Failure {
			if write.Operation != connector.Delete {
				return nil
			}
			return &connector.Failure{Code: "Protected", Message: "Not that one."}
		}
		w.deprovision()
		w.cycle()
		w.clock.Advance(time.Minute)
		due, err := w.store.Due(ctx, w.clock.Now(), 10)
		w.must(err)
		if len(due) != 0 {
			t.Errorf("a pass over everybody is due again at once: %+v", due)
		}
		w.memory.Refuse = nil
		w.clock.Advance(time.Hour)
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil {
			t.Fatal(err)
		}
		if !w.jobIsGone() || w.memory.Size() != 0 {
			t.Errorf("the job is still there: %+v", w.status())
		}
	})
}

func TestGroups_ARestartWhileMembersComeLosesNone(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.BatchSize = 1
		w.withGroups()
		names := []string{"anna", "bert", "carl", "dora", "emil"}
		for _, name := range names {
			w.person(name, true)
		}
		running, stop := context.WithCancel(ctx)
		w.engine.Store = &closingAt{Store: w.store, look: func() bool {
			_, members := w.targetGroup(w.group)
			return len(members) > 0
		}, close: stop}
		if _, err := w.engine.RunCycle(running, w.source.ID, w.job); err == nil {
			t.Fatal("the cycle came to its end")
		}
		w.engine.Store = w.store
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
		})
		w.cycle()
		w.expectMembers(w.group, names...)
	})
}

// TestGroups_3_7_AMappingThatIsOffIsNotLookedInto: a schema that was exported from the original, or kept by an earlier
// version, may say of groups what is not known here, and people go on all the same.
func TestGroups_3_7_AMappingThatIsOffIsNotLookedInto(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		strange := func(on bool) (refused error) {
			w.onJob(func(tx store.Tx, job hospes.Job) error {
				schema, err := w.engine.SchemaOf(job)
				if err != nil {
					return err
				}
				m := &schema.Rules[0].ObjectMappings[1]
				m.Enabled, m.AttributeMappings[0].MatchingPriority = on, 1
				if refused = w.engine.PutSchema(tx, w.sp, job, &schema); refused != nil && hospes.KindOf(refused) != hospes.KindInvalid {
					return refused
				}
				return nil
			})
			return refused
		}
		if err := strange(false); err != nil {
			t.Errorf("off: %v", err)
		}
		w.person("anna", true)
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("counts are %+v", c)
		}
		if p := w.logged(w.group); p.ErrCode != "EntityTypeNotSupported" {
			t.Errorf("of the group the log says %+v", p)
		}
		if err := strange(true); err == nil {
			t.Error("switched on it is taken")
		}
	})
}
