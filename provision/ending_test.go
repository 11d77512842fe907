package provision_test

import (
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

func (w *world) deprovision() {
	w.Helper()
	w.onJob(func(tx store.Tx, job hospes.Job) error { return w.engine.Deprovision(tx, w.sp, job) })
}

// jobIsGone tells that the job has been deleted with its links.
func (w *world) jobIsGone() (gone bool) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		_, err := r.Job(w.job)
		if gone = hospes.KindOf(err) == hospes.KindNotFound; gone {
			err = nil
		}
		return err
	})
	return gone
}

func TestDelete_KeepsThePeople(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		twin := w.twin(anna)
		w.onJob(func(tx store.Tx, job hospes.Job) error { return w.engine.Delete(tx, w.sp, job) })
		if !w.jobIsGone() {
			t.Error("the job is still there")
		}
		w.view(w.target, func(r store.Reader) error {
			_, err := store.Find(r, store.Live, hospes.UserSchema, twin.ID)
			return err
		})
	})
}

func TestDeprovision_TakesEverybodyAwayAndDeletesTheJob(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.BatchSize = 2
		w.withGroups()
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":1}`) // does not hold what was asked for
		people := []*hospes.Object{w.person("anna", true), w.person("ben", true), w.person("cleo", true)}
		blocked := w.person("dora", true)
		w.person("otto", false)
		w.cycle()
		w.change(w.source, blocked.ID, "accountEnabled", false)
		w.cycle()
		people = append(people, blocked) // row X7 leaves who was blocked first; the end of a job does not
		var twins []hospes.ObjectID
		for _, p := range people {
			twins = append(twins, w.twin(p).ID)
		}
		group, _ := w.targetGroup(w.group)
		w.deprovision()
		w.clock.Advance(time.Second)
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil {
			t.Fatal(err)
		}
		if !w.jobIsGone() {
			t.Fatalf("the job is still there: %+v", w.status())
		}
		w.view(w.target, func(r store.Reader) error {
			docs, err := r.Documents(store.InBin, twins...)
			for i, d := range docs {
				if d.Schema == nil {
					t.Errorf("%s is not in the bin", people[i].Text(hospes.UserDisplayName))
				}
			}
			if _, err := store.Find(r, store.Anywhere, hospes.GroupSchema, group.ID); hospes.KindOf(err) != hospes.KindNotFound {
				t.Errorf("the group is still there: %v", err)
			}
			return err
		})
		if w.audited("Delete provisioning configuration") != 1 {
			t.Error("the end of the job is not in the audit log")
		}
	})
}

func TestDeprovision_IsTakenBackByARestart(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.deprovision()
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{})
		})
		w.cycle()
		if w.jobIsGone() || !w.live(anna) {
			t.Error("the restart did not take it back")
		}
	})
}

func TestDeprovision_IsRefusedWhereAnotherJobHoldsTheSamePeople(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.update(w.source, func(tx store.Tx) error {
			_, sp, err := directory.InstantiateTemplate(tx, hospes.SystemRandom(), directory.CrossTenantSyncTemplate, "Borealis again")
			if err != nil {
				return err
			}
			if _, err := w.engine.CreateJob(tx, sp, provision.TemplateID); err != nil {
				return err
			}
			return w.engine.PutSettings(tx, sp, provision.Settings{"CompanyId": w.target.ID.String(), "AuthenticationType": "SyncPolicy"})
		})
		err := w.store.Update(ctx, store.Write{Tenant: w.source.ID, By: tester}, func(tx store.Tx) error {
			job, err := tx.Job(w.job)
			if err != nil {
				return err
			}
			return w.engine.Deprovision(tx, w.sp, job)
		})
		if hospes.KindOf(err) != hospes.KindConflict {
			t.Errorf("it was not refused: %v", err)
		}
		if w.status().Ending || !w.live(anna) {
			t.Error("the job ends all the same")
		}
	})
}
