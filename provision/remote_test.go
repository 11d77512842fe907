package provision_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/connectortest"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// remote is a tenant with a job to a system in memory.
type remote struct {
	*world
	memory *connectortest.Memory
}

// systems runs a test with a job to a system, on both stores.
func systems(t *testing.T, leaving connector.Leaving, test func(t *testing.T, w *remote)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, newRemote(t, open, leaving)) })
	}
}

func newRemote(t testing.TB, open opener, leaving connector.Leaving) *remote {
	memory := connectortest.NewMemory(connectortest.NewDirectory(leaving))
	return &remote{newWorldOf(t, open, "memory", memoryTemplate(memory)), memory}
}

func memoryTemplate(system connector.Remote) provision.Template {
	return provision.Template{
		ID: "memory", Schema: memorySchema,
		Directory: func(provision.Schema) *connector.Directory { return system.Directory() },
		Connect:   func(provision.Settings, *connector.Directory) (connector.Connector, error) { return system, nil },
	}
}

func memorySchema(job hospes.Job) provision.Schema {
	people := provision.ObjectMapping{Name: "people", Enabled: true, FlowTypes: "Add, Update, Delete", SourceObjectName: "User", TargetObjectName: "User"}
	for _, m := range []struct{ target, expression string }{
		{"userName", "[userPrincipalName]"}, {"externalId", "[objectId]"}, {"displayName", "[displayName]"}, {"title", "[jobTitle]"},
		{"department", "[department]"}, {"active", "Not([IsSoftDeleted])"}, {"tags", "[otherMails]"}, {"manager", "[manager]"},
	} {
		expr, err := mapping.Parse(m.expression)
		if err != nil {
			panic(err)
		}
		source := mapping.FromExpr(expr)
		a := provision.AttributeMapping{TargetAttributeName: m.target, FlowType: provision.FlowAlways, Source: &source}
		if m.target == "userName" {
			a.MatchingPriority = 1
		}
		people.AttributeMappings = append(people.AttributeMappings, a)
	}
	return provision.Schema{ID: job.ID, Rules: []provision.Rule{{ID: "memory-rule", ObjectMappings: []provision.ObjectMapping{people}}}}
}

// schema edits the schema of the job.
func (w *remote) schema(edit func(people *provision.ObjectMapping)) {
	w.Helper()
	w.onJob(func(tx store.Tx, job hospes.Job) error {
		schema, err := w.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		edit(&schema.Rules[0].ObjectMappings[0])
		return w.engine.PutSchema(tx, w.sp, job, &schema)
	})
}

// entry gives the one person of the system with the user name of a person of the source; nil for none.
func (w *remote) entry(of *hospes.Object) connector.Entry {
	w.Helper()
	list := w.memory.Find("userName", of.Text(hospes.UserPrincipalName))
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	w.Fatalf("%d people have the name %s", len(list), of.Text(hospes.UserPrincipalName))
	return nil
}

func (w *remote) get(e connector.Entry, attribute string) string {
	return e.Value(w.memory.Directory().Must(attribute)).Text()
}

// log checks the newest record about a person.
func (w *remote) log(of *hospes.Object, action hospes.ProvisioningAction, outcome hospes.Outcome, code string) {
	w.Helper()
	if p := w.logged(of); p.Action != action || p.Outcome != outcome || p.ErrCode != code {
		w.Errorf("the record is %s/%s/%s, want %s/%s/%s", p.Action, p.Outcome, p.ErrCode, action, outcome, code)
	}
}

func (w *remote) expect(e connector.Entry, pairs ...string) {
	w.Helper()
	if e == nil {
		w.Fatal("nobody is there")
	}
	for i := 0; i < len(pairs); i += 2 {
		if got := w.get(e, pairs[i]); got != pairs[i+1] {
			w.Errorf("%s is %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

func TestRow01_Create(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true, "jobTitle", "Chemist")
		if c := w.cycle(); c.Created != 1 || c.Failed != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "displayName", "anna", "title", "Chemist", "active", "true", "externalId", anna.ID.String())
		w.log(anna, hospes.ActionCreate, hospes.OutcomeSuccess, "")
		w.noOpenIntents()
	})
}

func TestRow01_NotWithoutTheFlowOfAdditions(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.schema(func(people *provision.ObjectMapping) { people.FlowTypes = "Update, Delete" })
		w.person("anna", true)
		if c := w.cycle(); c.Created != 0 || w.memory.Size() != 0 {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow02_OneMatchIsLinkedAndUpdated(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		id := w.memory.Add("userName", "ANNA@aurora.example", "displayName", "Old name", "active", true)
		anna := w.person("anna", true)
		if c := w.cycle(); c.Created != 0 || c.Updated != 1 {
			t.Errorf("counts are %+v", c)
		}
		e := w.entry(anna)
		w.expect(e, "displayName", "anna", "userName", "ANNA@aurora.example") // only the case differs
		if e.ID() != id || w.memory.Size() != 1 {
			t.Error("somebody else was made")
		}
		w.log(anna, hospes.ActionUpdate, hospes.OutcomeSuccess, "")
	})
}

func TestRow03_SeveralMatchesAreAFailure(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.memory.Add("userName", "anna@aurora.example")
		w.memory.Add("userName", "anna@aurora.example")
		anna := w.person("anna", true)
		if c := w.cycle(); c.Failed != 1 || c.Created+c.Updated != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.log(anna, hospes.ActionCreate, hospes.OutcomeFailure, "DuplicateTargetEntries")
	})
}

func TestRow03_TwoOfTheSourceWithOneNameAreAFailure(t *testing.T) {
	for _, apart := range []bool{false, true} {
		systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
			w.schema(func(people *provision.ObjectMapping) {
				source := mapping.Source{Type: "Attribute", Name: "department", Expression: "[department]"}
				people.AttributeMappings[0].Source = &source // everybody is called Research
			})
			w.person("anna", true)
			if apart {
				w.cycle()
			}
			bert := w.person("bert", true)
			if c := w.cycle(); c.Failed != 1 || w.memory.Size() != 1 {
				t.Errorf("apart %v: counts are %+v, people %d", apart, c, w.memory.Size())
			}
			w.log(bert, hospes.ActionCreate, hospes.OutcomeFailure, "DuplicateSourceEntries")
		})
	}
}

func TestRow04_Row05_OnlyWhatDiffersIsWritten(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if c := w.cycle(); c.Updated != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "title", "Chemist")
		if p := w.logged(anna); len(p.Modified) != 1 || p.Modified[0].Name != "title" {
			t.Errorf("modified are %+v", p.Modified)
		}
		w.memory.Change(w.entry(anna).ID(), "department", "Sales")
		w.change(w.source, anna.ID, "department", "Sales")
		if c := w.cycle(); c.Updated != 0 || c.Skipped != 1 {
			t.Errorf("with both sides alike: %+v", c)
		}
		w.log(anna, hospes.ActionOther, hospes.OutcomeSkipped, "RedundantExport")
	})
}

func TestRow06_AVanishedTargetIsAnErrorUntilARestart(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.memory.Remove(w.entry(anna).ID())
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if c := w.cycle(); c.Failed != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.log(anna, hospes.ActionUpdate, hospes.OutcomeFailure, "InvalidAnchor")
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
		})
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("after a restart: %+v", c)
		}
	})
}

func TestRow07_TheDisabledAreNotCreated(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true, "accountEnabled", false)
		if c := w.cycle(); c.Created != 0 || w.memory.Size() != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.log(anna, hospes.ActionOther, hospes.OutcomeSkipped, "NotEffectivelyEntitled")
	})
}

func TestRow08_Row09_DisabledAndEnabledAgain(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "accountEnabled", false)
		if c := w.cycle(); c.Disabled != 1 || c.Deleted != 0 {
			t.Errorf("disabled: %+v", c)
		}
		w.expect(w.entry(anna), "active", "false")
		w.log(anna, hospes.ActionDisable, hospes.OutcomeSuccess, "")
		w.change(w.source, anna.ID, "accountEnabled", true)
		if c := w.cycle(); c.Updated != 1 {
			t.Errorf("enabled: %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
	})
}

func TestRow10_OutOfScopeIsBlocked(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		if c := w.cycle(); c.Disabled != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "active", "false", "displayName", "anna")
		w.member(anna.ID, true)
		if c := w.cycle(); c.Updated != 1 {
			t.Errorf("back: %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
	})
}

func TestRow10_OutOfScopeIsDeletedWhereNothingCanBeBlocked(t *testing.T) {
	systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		if c := w.cycle(); c.Deleted != 1 || w.memory.Size() != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.log(anna, hospes.ActionDelete, hospes.OutcomeSuccess, "")
		w.member(anna.ID, true)
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("back: %+v", c)
		}
	})
}

func TestRow10_NothingHappensWithoutTheMappingOfIsSoftDeleted(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.schema(func(people *provision.ObjectMapping) {
			people.AttributeMappings = append(people.AttributeMappings[:5:5], people.AttributeMappings[6:]...)
		})
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow11_OutOfScopeIsLeftAloneWhereAskedTo(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.settings("SkipOutOfScopeDeletions", "true")
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		if c := w.cycle(); c.Exported() != 0 || c.Skipped != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
	})
}

func TestRow12_UnassignedIsNobodysBusinessWhenDeletedLater(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		w.cycle()
		w.drop(w.source, anna.ID, false)
		w.cycle()
		w.drop(w.source, anna.ID, true)
		if c := w.cycle(); c.Deleted != 0 || w.memory.Size() != 1 {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow13_OutOfScopeAndUnknownIsNothing(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.person("anna", false)
		if c := w.cycle(); c.Exported() != 0 || c.OutScope != 1 {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow14_Row15_Row16_DeletedRestoredAndDeletedForGood(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.drop(w.source, anna.ID, false)
		if c := w.cycle(); c.Disabled != 1 {
			t.Errorf("deleted: %+v", c)
		}
		w.expect(w.entry(anna), "active", "false")
		w.restore(w.source, anna.ID)
		if c := w.cycle(); c.Updated != 1 {
			t.Errorf("restored: %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
		w.drop(w.source, anna.ID, false)
		w.cycle()
		w.drop(w.source, anna.ID, true)
		if c := w.cycle(); c.Deleted != 1 || w.memory.Size() != 0 {
			t.Errorf("deleted for good: %+v", c)
		}
	})
}

func TestRow17_DeletedForGoodAndUnknownIsNothing(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true, "accountEnabled", false)
		w.cycle()
		w.drop(w.source, anna.ID, true)
		if c := w.cycle(); c.Exported()+c.Failed != 0 {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow18_BlocksAndDeletionsBeyondTheThresholdAreHeld(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":1}`)
		anna, bert := w.person("anna", true), w.person("bert", true)
		w.cycle()
		w.member(anna.ID, false)
		w.change(w.source, bert.ID, "accountEnabled", false)
		if c := w.cycle(); c.Disabled != 0 || w.status().Quarantine.Reason != "TooManyDeletes" {
			t.Errorf("held: %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
		w.log(bert, hospes.ActionStagedDelete, hospes.OutcomeSkipped, "")
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Deletes: true})
		})
		if c := w.cycle(); c.Disabled != 2 || w.status().Quarantine != nil {
			t.Errorf("allowed: %+v", c)
		}
	})
}

func TestRow19_AFailureWaitsForItsTime(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		refused := 0
		w.memory.Refuse = func(*connector.Write) *connector.Failure {
			refused++
			return &connector.Failure{Code: "InvalidValue", Message: "no"}
		}
		anna := w.person("anna", true)
		w.cycle()
		w.log(anna, hospes.ActionCreate, hospes.OutcomeFailure, "InvalidValue")
		for _, wait := range []struct {
			hours int
			tries int
		}{{1, 1}, {5, 2}, {6, 2}, {6, 3}, {23, 3}, {1, 4}, {24, 5}} {
			w.clock.Advance(hours(wait.hours))
			if w.cycle(); refused != wait.tries {
				t.Errorf("%d hours later there were %d attempts, want %d", wait.hours, refused, wait.tries)
			}
		}
		w.change(w.source, anna.ID, "jobTitle", "Chemist") // who changed is tried at once
		if w.cycle(); refused != 6 {
			t.Errorf("after a change there were %d attempts", refused)
		}
		w.memory.Refuse = nil
		w.clock.Advance(hours(25))
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("at last: %+v", c)
		}
		w.clock.Advance(hours(25))
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("and again: %+v", c)
		}
	})
}

func TestRow19_AFailureThatMayPassIsTriedInTheNextCycles(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		refused := 0
		w.memory.Refuse = func(*connector.Write) *connector.Failure {
			refused++
			return &connector.Failure{Code: "TooManyRequests", Message: "later", Transient: true}
		}
		w.person("anna", true)
		for range 6 {
			w.cycle()
		}
		if refused != 4 {
			t.Errorf("there were %d attempts in a row, want the first and three more", refused)
		}
	})
}

func TestRow20_AFilterThatIsNarrowedBlocks(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna, bert := w.person("anna", true), w.person("bert", true, "department", "Sales")
		w.cycle()
		w.filter("department", "Sales")
		if c := w.cycle(); c.Disabled != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "active", "false")
		w.expect(w.entry(bert), "active", "true")
	})
}

func TestRow21_AMatchThatIsBlockedIsAdoptedAndEnabled(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.memory.Add("userName", "anna@aurora.example", "active", false)
		anna := w.person("anna", true)
		if c := w.cycle(); c.Updated != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "active", "true")
	})
}

func TestRow22_OnlyATombstoneOfOurOwnIsRestored(t *testing.T) {
	systems(t, connector.LeaveToBin, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		id := w.entry(anna).ID()
		w.settings("SyncAll", "false")
		w.drop(w.source, anna.ID, false)
		w.cycle()
		w.restore(w.source, anna.ID)
		w.cycle()
		if e := w.entry(anna); e == nil || e.ID() != id {
			t.Errorf("anna is %v, want %s", e, id)
		}
	})
}

func TestRow23_BlockedThenUnassignedIsNothingNew(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "accountEnabled", false)
		w.cycle()
		w.member(anna.ID, false)
		if c := w.cycle(); c.Exported() != 0 || c.Skipped != 1 {
			t.Errorf("counts are %+v", c)
		}
		w.log(anna, hospes.ActionOther, hospes.OutcomeSkipped, "")
	})
}

func TestRow24_SyncAllNeedsNoAssignment(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.settings("SyncAll", "true")
		anna := w.person("anna", false)
		if c := w.cycle(); c.Created != 1 || w.entry(anna) == nil {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestRow25_AMappingThatIsOffDoesNothing(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		w.cycle()
		w.schema(func(people *provision.ObjectMapping) { people.FlowTypes = "Add, Delete" })
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("without updates: %+v", c)
		}
		w.schema(func(people *provision.ObjectMapping) { people.Enabled = false })
		w.member(anna.ID, false)
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("switched off: %+v", c)
		}
		w.log(anna, hospes.ActionOther, hospes.OutcomeSkipped, "EntityTypeNotSupported")
	})
}
