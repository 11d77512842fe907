package dynamic_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// TestGroups7_9_MembersFollowTheRuleAndItsChanges goes through the life of a rule (graph-wire 7.9).
func TestGroups7_9_MembersFollowTheRuleAndItsChanges(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, ben := w.person("anna", "department", "Sales"), w.person("ben", "department", "Legal")
		sales := w.group("Sales", `user.department -eq "sales"`)
		w.has(sales, "anna")
		w.change(ben, "department", "Sales")
		w.has(sales, "anna", "ben")
		w.change(anna, "department", hospes.Null)
		w.has(sales, "ben")
		w.person("cleo", "department", "SALES")
		w.has(sales, "ben", "cleo")
		w.change(sales, "membershipRule", `user.department -ne "Sales"`)
		members := w.members(sales)
		if w.process(); slices.Contains(w.members(sales), "ben") || !slices.Contains(w.members(sales), "anna") {
			t.Errorf("after the rule was turned round, %v became %v", members, w.members(sales))
		}
		w.change(sales, "membershipRuleProcessingState", "Paused")
		w.process()
		before := w.members(sales)
		w.change(anna, "department", "Sales")
		w.has(sales, before...)
		w.change(sales, "membershipRuleProcessingState", "On")
		if w.process(); slices.Contains(w.members(sales), "anna") {
			t.Error("what changed while the rule was paused is not made up for")
		}
		before = w.members(sales)
		w.change(sales, "groupTypes", hospes.Null)
		w.has(sales, before...)
		w.update(func(tx store.Tx) error {
			group, err := store.FindNumber(tx, store.Live, sales.Number)
			if err != nil {
				return err
			}
			return directory.AddMembers(tx, group, anna)
		})
		w.has(sales, append([]string{"anna"}, before...)...)
		w.change(sales, "groupTypes", []string{hospes.GroupTypeDynamic}, "membershipRule", `user.displayName -eq "cleo"`, "membershipRuleProcessingState", "On")
		w.has(sales, "cleo")
	})
}

// TestGroups7_9_AGroupThatBecomesDynamicKeepsNoMemberThatTheRuleDoesNotTake has a group as a member before.
func TestGroups7_9_AGroupThatBecomesDynamicKeepsNoMemberThatTheRuleDoesNotTake(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, inner, team := w.person("anna", "city", "Bergen"), w.group("Inner", ""), w.group("Team", "")
		ben := w.person("ben")
		w.update(func(tx store.Tx) error { return directory.AddMembers(tx, team, anna, ben, inner) })
		w.has(team, "Inner", "anna", "ben")
		w.change(team, "groupTypes", []string{hospes.GroupTypeDynamic}, "membershipRule", `user.city -eq "bergen"`, "membershipRuleProcessingState", "On")
		w.has(team, "anna")
	})
}

// TestGroups7_9_RulesThatFollowManagersAndGroups follows reports and members, and those who leave and come back.
func TestGroups7_9_RulesThatFollowManagersAndGroups(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, ben, cleo, team := w.person("anna"), w.person("ben"), w.person("cleo"), w.group("Team", "")
		reports := w.group("Reports", fmt.Sprintf(`Direct Reports for "%s"`, anna.ID))
		copied := w.group("Copied", fmt.Sprintf(`user.memberOf -any (group.objectId -in ['%s'])`, team.ID))
		w.has(reports)
		w.update(func(tx store.Tx) error { return directory.SetManager(tx, ben, anna) })
		w.has(reports, "ben")
		w.update(func(tx store.Tx) error { return directory.SetManager(tx, ben, cleo) })
		w.has(reports)
		w.update(func(tx store.Tx) error { return directory.AddMembers(tx, team, anna, ben) })
		w.has(copied, "anna", "ben")
		w.update(func(tx store.Tx) error { return directory.RemoveMember(tx, team, anna) })
		w.has(copied, "ben")
		w.update(func(tx store.Tx) error {
			user, err := store.FindNumber(tx, store.Live, ben.Number)
			if err != nil {
				return err
			}
			return directory.DeleteUser(tx, user)
		})
		w.has(copied)
		w.update(func(tx store.Tx) error {
			user, err := store.FindNumber(tx, store.InBin, ben.Number)
			if err != nil {
				return err
			}
			return directory.Restore(tx, user)
		})
		w.has(copied, "ben")
		w.update(func(tx store.Tx) error {
			group, err := store.FindNumber(tx, store.Live, team.Number)
			if err != nil {
				return err
			}
			return directory.DeleteGroup(tx, group)
		})
		w.has(copied)
	})
}

// TestGroups7_9_WhoComesAndGoesStandsInTheAuditLog finds one record for each, by the system.
func TestGroups7_9_WhoComesAndGoesStandsInTheAuditLog(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", "department", "Sales")
		sales := w.group("Sales", `user.department -eq "Sales"`)
		w.has(sales, "anna")
		w.change(anna, "department", "Legal")
		w.has(sales)
		var got []string
		w.view(func(r store.Reader) error {
			records, err := r.Audits(store.LogQuery{Limit: 100})
			for _, a := range records {
				if a.By.Cause == hospes.CauseRule {
					got = append(got, fmt.Sprintf("%s %s %s %s by %s", a.Category, a.Activity, a.Targets[0].ID, a.Targets[1].ID, a.By.Actor.Kind))
				}
			}
			return err
		})
		slices.Sort(got)
		want := []string{
			fmt.Sprintf("GroupManagement Add member to group %s %s by system", anna.ID, sales.ID),
			fmt.Sprintf("GroupManagement Remove member from group %s %s by system", anna.ID, sales.ID),
		}
		if !slices.Equal(got, want) {
			t.Errorf("the audit log tells\n%v\nnot\n%v", got, want)
		}
	})
}

// TestProcessor_ComesToRest writes nothing more once the groups are right, however often it is asked.
func TestProcessor_ComesToRest(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		for i := range 20 {
			w.person(fmt.Sprintf("p%02d", i), "department", "Sales")
		}
		w.group("Sales", `user.department -eq "Sales"`)
		if steps := w.process(); steps > 3 {
			t.Errorf("twenty people took %d steps", steps)
		}
		w.change(w.group("Ordinary", ""), "description", "x")
		w.process()
		w.change(w.person("zoe"), "jobTitle", "Baker") // no rule asks about it, but about whoever is new
		w.process()
		var seq hospes.Seq
		read := func() (now hospes.Seq) {
			w.view(func(r store.Reader) (err error) { now, err = r.Seq(); return err })
			return now
		}
		seq = read()
		if steps := w.process(); steps != 0 || read() != seq {
			t.Errorf("at rest it took %d steps, from %d to %d", steps, seq, read())
		}
	})
}

// TestProcessor_ATenantIsWorkedOnByOneNodeAtATime refuses a second node until the first gives up or its lease runs out.
func TestProcessor_ATenantIsWorkedOnByOneNodeAtATime(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.person("anna", "department", "Sales")
		sales := w.group("Sales", `user.department -eq "Sales"`)
		other := openProcessor(w, "other")
		if _, err := other.Step(ctx, w.tenant.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.processor.Step(ctx, w.tenant.ID); hospes.KindOf(err) != hospes.KindConflict {
			t.Fatalf("the second node works: %v", err)
		}
		w.clock.Advance(leaseLife)
		w.has(sales, "anna")
		w.person("ben", "department", "Sales")
		w.clock.Advance(leaseLife / 4)
		if _, err := other.Step(ctx, w.tenant.ID); hospes.KindOf(err) != hospes.KindConflict {
			t.Fatalf("a node that overslept works: %v", err)
		}
		w.has(sales, "anna", "ben")
	})
}

// TestProcessor_ALogThatWasShortenedIsMadeUpFor has changes forgotten before they were read.
func TestProcessor_ALogThatWasShortenedIsMadeUpFor(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", "department", "Legal")
		sales := w.group("Sales", `user.department -eq "Sales"`)
		w.has(sales)
		w.change(anna, "department", "Sales")
		w.clock.Advance(leaseLife)
		w.person("ben", "department", "Sales")
		w.update(func(tx store.Tx) error { _, err := tx.Forget(w.clock.Now(), 1000); return err })
		w.has(sales, "anna", "ben")
	})
}

// TestProcessor_WakesForWhatChanges runs beside somebody who writes.
func TestProcessor_WakesForWhatChanges(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		changed, stop := w.store.Watch()
		defer stop()
		run, end := context.WithCancel(ctx)
		var background sync.WaitGroup
		background.Go(func() { w.processor.Run(run) })
		defer background.Wait()
		defer end()
		sales := w.group("Sales", `user.department -eq "Sales"`)
		for i := range 3 {
			name := fmt.Sprintf("p%d", i)
			w.person(name, "department", "Sales")
			for !slices.Contains(w.members(sales), name) {
				<-changed // a commit that makes the member comes, or the test runs out of time
			}
		}
	})
}
