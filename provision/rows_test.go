package provision_test

import (
	"context"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/invite"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// drop deletes a person of a tenant, for good if asked to.
func (w *world) drop(in hospes.Tenant, id hospes.ObjectID, forGood bool) {
	w.Helper()
	w.update(in, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Anywhere, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		if user.Deleted.IsZero() {
			if err := directory.DeleteUser(tx, user); err != nil || !forGood {
				return err
			}
		}
		return tx.Purge(user)
	})
}

// restore takes a person out of the bin.
func (w *world) restore(in hospes.Tenant, id hospes.ObjectID) {
	w.Helper()
	w.update(in, func(tx store.Tx) error {
		user, err := store.Find(tx, store.InBin, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		return directory.Restore(tx, user)
	})
}

// settings sets one synchronization secret.
func (w *world) settings(key, value string) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error { return w.engine.PutSettings(tx, w.sp, provision.Settings{key: value}) })
}

// countLogged counts the records of an action about a person.
func (w *world) countLogged(source *hospes.Object, action hospes.ProvisioningAction) (n int) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		list, err := r.Provisionings(store.LogQuery{SourceID: source.ID, Limit: 100})
		for _, p := range list {
			if p.Action == action {
				n++
			}
		}
		return err
	})
	return n
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// onJob does something to the job.
func (w *world) onJob(fn func(tx store.Tx, job hospes.Job) error) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error {
		job, err := tx.Job(w.job)
		if err != nil {
			return err
		}
		return fn(tx, job)
	})
}

func (w *world) live(source *hospes.Object) bool {
	w.Helper()
	twin := w.twin(source)
	return twin != nil && twin.Deleted.IsZero()
}

// invited puts a pending guest into the target, as an invitation by hand makes it.
func (w *world) invited(name, address string) *hospes.Object {
	w.Helper()
	var guest *hospes.Object
	w.update(w.target, func(tx store.Tx) error {
		guest = invite.NewGuest(tx, hospes.SystemRandom(), invite.Guest{
			Name: name, Address: address, DisplayName: "Guest", UserType: hospes.UserTypeGuest, State: hospes.PendingAcceptance,
		})
		return tx.Put(guest)
	})
	return guest
}

func TestX3_APendingGuestIsAdoptedAndItsNameMendedByARestart(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.cycle() // so that the next is an incremental one
		guest := w.invited("anna@old.example", "anna@aurora.example")
		anna := w.person("anna", true)
		if c := w.cycle(); c.Created != 0 || c.Updated != 1 || c.Failed != 0 {
			t.Fatalf("counts are %+v", c)
		}
		check := func(upn string) {
			t.Helper()
			twin := w.twin(anna)
			if twin == nil || twin.ID != guest.ID || twin.Text(hospes.UserExternalState) != "Accepted" || twin.Text(hospes.UserUserType) != "Guest" ||
				twin.Get(hospes.UserAltSecIDs) == hospes.Null || twin.Text(hospes.UserDisplayName) != "anna" {
				t.Errorf("the guest is %v", twin)
			}
			if got := twin.Text(hospes.UserPrincipalName); got != upn {
				t.Errorf("its name is %s, want %s", got, upn)
			}
		}
		check("anna_old.example#EXT#@borealis.example")
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		w.cycle()
		check("anna_old.example#EXT#@borealis.example")
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
		})
		w.cycle()
		check("anna_aurora.example#EXT#@borealis.example")
	})
}

func TestX11_WhoLeftTheTargetComesBack(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		before := w.twin(anna)
		leave := func(forGood bool) {
			w.update(w.target, func(tx store.Tx) error {
				user, err := store.Find(tx, store.Live, hospes.UserSchema, before.ID)
				if err != nil {
					return err
				}
				return directory.Leave(tx, user)
			})
			if forGood {
				w.change(w.source, anna.ID, "accountEnabled", false) // seen in the bin, and not wanted just now
				w.cycle()
				w.drop(w.target, before.ID, true)
				w.change(w.source, anna.ID, "accountEnabled", true)
			}
		}
		leave(false)
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if c := w.cycle(); c.Restored != 1 || !w.live(anna) || w.twin(anna).ID != before.ID {
			t.Errorf("while in the bin: %+v", c)
		}
		leave(true)
		if c := w.cycle(); c.Created != 1 || !w.live(anna) || w.twin(anna).ID == before.ID {
			t.Errorf("after the bin: %+v", c)
		}
	})
}

func TestX13_ABlockInTheTargetIsLiftedWhereTheJobIsToldTo(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.PutJobSettings(tx, w.sp, job, map[string]string{"targetBlock": "overwrite"})
		})
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.target, w.twin(anna).ID, "accountEnabled", false)
		w.change(w.source, anna.ID, "department", "Sales")
		if w.cycle(); !w.twin(anna).Get(hospes.UserAccountEnabled).Bool() {
			t.Error("anna is still blocked")
		}
	})
}

func TestAChangeThatNobodyWasToldOfIsFoundWhenTheSchedulerBegins(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.cycle()
		anna := w.person("anna", true) // the job is due in 40 minutes, and no scheduler runs
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		changed, forget := w.store.Watch()
		defer forget()
		go func() {
			defer close(ended)
			(&provision.Scheduler{Engine: w.engine}).Run(ctx)
		}()
		deadline := time.After(5 * time.Minute)
		for w.twin(anna) == nil {
			select {
			case <-changed:
			case <-deadline:
				t.Fatal("anna is not in the target after a minute")
			}
		}
		stop()
		<-ended
	})
}

func TestAnotherTargetBeginsAnew(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.person("anna", true)
		w.cycle()
		first := w.target
		w.target = w.tenant("Cumulus", "cumulus.example")
		w.gates(true, true, true)
		w.settings("CompanyId", w.target.ID.String())
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.view(first, func(r store.Reader) error {
			n, err := r.Count(store.Query{Schema: hospes.UserSchema})
			if n != 1 {
				t.Errorf("the first target has %d people, want the one it had", n)
			}
			return err
		})
	})
}

func TestX7_DisabledThenOutOfScopeStaysDisabled(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "accountEnabled", false)
		w.cycle()
		w.member(anna.ID, false)
		if counts := w.cycle(); counts.Deleted != 0 || !w.live(anna) || w.twin(anna).Get(hospes.UserAccountEnabled).Bool() {
			t.Errorf("anna is %v after %+v", w.twin(anna), counts)
		}
	})
}

func TestX9_PurgedAndBackInScopeIsMadeAnew(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		before := w.twin(anna)
		w.member(anna.ID, false)
		w.cycle()
		w.drop(w.target, before.ID, true)
		w.member(anna.ID, true)
		if counts := w.cycle(); counts.Created != 1 || !w.live(anna) || w.twin(anna).ID == before.ID {
			t.Errorf("anna is %v after %+v", w.twin(anna), counts)
		}
	})
}

func TestX10_DeletedByAnAdministratorOfTheTargetStaysDeleted(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.drop(w.target, w.twin(anna).ID, false)
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if counts := w.cycle(); counts.Restored+counts.Created+counts.Failed != 0 || w.live(anna) {
			t.Errorf("anna is %v after %+v", w.twin(anna), counts)
		}
	})
}

func TestX12_X13_EditsInTheTargetLastUntilTheSourceChanges(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true, "jobTitle", "Chemist")
		w.cycle()
		title := hospes.UserSchema.Must("jobTitle")
		w.change(w.target, w.twin(anna).ID, "jobTitle", "Guest of honour", "accountEnabled", false)
		w.person("bert", true)
		if w.cycle(); w.twin(anna).Text(title) != "Guest of honour" {
			t.Error("the edit is gone although anna did not change")
		}
		w.change(w.source, anna.ID, "department", "Sales")
		w.cycle()
		if twin := w.twin(anna); twin.Text(title) != "Chemist" || twin.Get(hospes.UserAccountEnabled).Bool() {
			t.Errorf("anna is %v, want the source's title and the target's block", twin)
		}
	})
}

func TestX15_AClosedGateDeletesNobody(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.gates(true, true, false)
		w.member(anna.ID, false)
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); hospes.KindOf(err) != hospes.KindForbidden {
			t.Errorf("the cycle ended with %v", err)
		}
		if s := w.status(); !w.live(anna) || s.Code != hospes.JobCodeQuarantine || !s.Quarantine.NextAttempt.After(w.clock.Now()) {
			t.Errorf("anna is %v, the job %+v", w.twin(anna), s)
		}
		w.gates(true, true, true)
		if counts := w.cycle(); counts.Deleted != 1 || w.status().Quarantine != nil {
			t.Errorf("once it is open: %+v", counts)
		}
	})
}

func TestX18_WhoBecomesAGuestOfTheSourceLeavesTheScope(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, gast := w.person("anna", true), w.person("gast", true, "userType", "Guest")
		if counts := w.cycle(); counts.Created != 1 || w.twin(gast) != nil {
			t.Errorf("a guest of the source was taken: %+v", counts)
		}
		w.change(w.source, anna.ID, "userType", "Guest")
		if counts := w.cycle(); counts.Deleted != 1 {
			t.Errorf("counts are %+v", counts)
		}
	})
}

func TestX18_WhoSignsInBySMSLeavesTheScope(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		twin := w.twin(anna)
		sms := func(on bool) {
			w.update(w.source, func(tx store.Tx) error {
				user, err := store.Find(tx, store.Live, hospes.UserSchema, anna.ID)
				if err != nil {
					return err
				}
				return directory.SetSMSSignIn(tx, user, hospes.PhoneMobile, on)
			})
		}
		w.update(w.source, func(tx store.Tx) error {
			user, err := store.Find(tx, store.Live, hospes.UserSchema, anna.ID)
			if err != nil {
				return err
			}
			return directory.AddPhone(tx, user, hospes.PhoneMethod{Type: hospes.PhoneMobile, Number: "+39 0471000000"})
		})
		if counts := w.cycle(); counts.Deleted != 0 {
			t.Errorf("a phone alone is no reason: %+v", counts)
		}
		sms(true)
		if counts := w.cycle(); counts.Deleted != 1 {
			t.Errorf("counts are %+v", counts)
		}
		sms(false)
		if counts := w.cycle(); counts.Restored != 1 || w.twin(anna).ID != twin.ID {
			t.Errorf("without SMS sign-in the same person is back: %+v", counts)
		}
	})
}

func Test12_5_TooManyDeletionsAreHeldUntilTheyAreAllowed(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.update(w.source, func(tx store.Tx) error {
			return w.engine.PutSettings(tx, w.sp, provision.Settings{"SyncNotificationSettings": `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":3}`})
		})
		var people []*hospes.Object
		for _, name := range []string{"anna", "bert", "carl", "dora"} {
			people = append(people, w.person(name, true))
		}
		w.cycle()
		for _, p := range people {
			w.member(p.ID, false)
		}
		held := func(how string) {
			t.Helper()
			if counts := w.cycle(); counts.Deleted != 0 {
				t.Fatalf("%s: %+v", how, counts)
			}
			if s := w.status(); s.Quarantine == nil || s.Quarantine.Reason != "TooManyDeletes" {
				t.Errorf("%s: the job is %+v", how, s)
			}
			for _, p := range people {
				if record := w.logged(p); !w.live(p) || record.Action != hospes.ActionStagedDelete {
					t.Errorf("%s: record is %+v", how, record)
				}
			}
		}
		held("at first")
		w.onJob(func(tx store.Tx, job hospes.Job) error { return w.engine.Start(tx, w.sp, job) })
		held("after a start that nothing was mended for")
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Deletes: true})
		})
		if counts := w.cycle(); counts.Deleted != 4 || w.status().Quarantine != nil {
			t.Errorf("allowed: %+v", counts)
		}
	})
}

func TestWhoLeftAGroupBeforeItWasUnassignedIsNotForgotten(t *testing.T) {
	for name, end := range map[string]func(w *world, tx store.Tx) error{
		"unassigned": func(w *world, tx store.Tx) error {
			list, err := tx.AssignmentsOf(w.group.Number)
			if err != nil {
				return err
			}
			return tx.Unassign(list[0])
		},
		"purged": func(w *world, tx store.Tx) error { return directory.DeleteGroup(tx, w.group) },
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, w *world) {
				anna := w.person("anna", true)
				w.person("bert", true)
				w.cycle()
				w.member(anna.ID, false)
				w.update(w.source, func(tx store.Tx) error { return end(w, tx) })
				if counts := w.cycle(); counts.Deleted != 2 {
					t.Errorf("counts are %+v", counts)
				}
			})
		})
	}
}

func TestAReferenceThatWaitsForSomebodyWhoseTwinIsPurgedStopsNobody(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, chief := w.person("anna", true), w.person("chief", false)
		w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, anna, chief) })
		w.cycle()
		w.drop(w.target, w.twin(anna).ID, true)
		w.member(chief.ID, true)
		if counts := w.cycle(); counts.Created != 1 {
			t.Errorf("counts are %+v", counts)
		}
	})
}

func TestX14_ARemovedManagerStaysInTheTarget(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, chief := w.person("anna", true), w.person("chief", true)
		w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, anna, chief) })
		w.cycle()
		w.update(w.source, func(tx store.Tx) error {
			_, err := tx.Unrelate(hospes.Tie{Relation: hospes.RelationManager, From: anna.Number, To: chief.Number})
			return err
		})
		w.cycle()
		w.view(w.target, func(r store.Reader) error {
			ties, err := r.Related(hospes.RelationManager, w.twin(anna).Number)
			if len(ties) != 1 {
				t.Errorf("ties are %v", ties)
			}
			return err
		})
	})
}

func TestSyncAllTakesEverybodyAsSoonAsItIsSet(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		otto := w.person("otto", false)
		w.cycle()
		w.update(w.source, func(tx store.Tx) error { return w.engine.PutSettings(tx, w.sp, provision.Settings{"SyncAll": "true"}) })
		if w.cycle(); !w.live(otto) {
			t.Error("otto is not in the target")
		}
	})
}

func TestASchemaThatIsSavedWhileACycleRunsHoldsForEverybody(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.onJob(func(tx store.Tx, job hospes.Job) error { // a cycle that has looked at everybody already
			seq, err := tx.Seq()
			job.Status.Cycle = &hospes.CycleProgress{ID: "running", Kind: hospes.CycleInitial, Phase: hospes.PhaseDeletions, To: seq, Began: w.clock.Now()}
			if err != nil {
				return err
			}
			return tx.PutJob(&job)
		})
		w.filter("department", "Sales")
		w.cycle()
		if w.cycle(); w.live(anna) {
			t.Error("the new filter was never put to anna")
		}
	})
}

func TestATwinWhoseNameHasDigitsIsFoundAgain(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.update(w.target, func(tx store.Tx) error {
			_, err := directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, "accountEnabled", true, "displayName", "In the way",
				"mailNickname", "other", "userPrincipalName", "anna_aurora.example#EXT#@borealis.example"), false)
			return err
		})
		anna := w.person("anna", true)
		w.cycle()
		before := w.twin(anna)
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Links: true})
		})
		if counts := w.cycle(); counts.Failed != 0 || w.twin(anna) == nil || w.twin(anna).ID != before.ID {
			t.Errorf("anna is %v after %+v", w.twin(anna), counts)
		}
	})
}

// One transaction may write an object more than once before it reads; no unique value may stay behind.
func TestUniqueValuesOfAnObjectThatIsWrittenTwiceInOneTransaction(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", false)
		w.update(w.source, func(tx store.Tx) error {
			user, err := store.Find(tx, store.Live, hospes.UserSchema, anna.ID)
			if err != nil {
				return err
			}
			for _, name := range []string{"one", "two"} {
				user.Set(hospes.UserPrincipalName, hospes.String(name+"@aurora.example"))
				if err := tx.Put(user); err != nil {
					return err
				}
			}
			return tx.Delete(user)
		})
		w.view(w.source, func(r store.Reader) error {
			holders, err := r.Holders(hospes.SpaceUPN, "anna@aurora.example", "one@aurora.example", "two@aurora.example")
			if len(holders) != 0 {
				t.Errorf("still taken: %v", holders)
			}
			return err
		})
	})
}
