package provision_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type opener = func(testing.TB, hospes.Clock) (*sqlstore.Store, error)

var stores = map[string]opener{"sqlite": openSQLite, "postgres": openPostgres}

// engines runs a test on both stores.
func engines(t *testing.T, test func(t *testing.T, w *world)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, newWorld(t, open)) })
	}
}

func openSQLite(t testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
	return sqlstore.OpenSQLite(ctx, filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{Clock: clock})
}

func openPostgres(t testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
	return sqlstore.OpenPostgres(ctx, pgtest.Database(t), sqlstore.Options{Clock: clock})
}

var (
	ctx    = context.Background()
	tester = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseAPI}
	start  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// plainSealer seals nothing; what sealing does is proven in its own package.
type plainSealer struct{}

func (plainSealer) Seal(_ string, plaintext []byte) []byte       { return plaintext }
func (plainSealer) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }

// world is two tenants with a job between them.
type world struct {
	testing.TB
	store  *sqlstore.Store
	clock  *hospes.ManualClock
	engine *provision.Engine
	source hospes.Tenant
	target hospes.Tenant
	sp     *hospes.Object
	group  *hospes.Object
	job    string
}

func newWorld(t testing.TB, open opener) *world {
	t.Helper()
	return newWorldOf(t, open, provision.TemplateID)
}

// newWorldOf makes the job from one of several templates.
func newWorldOf(t testing.TB, open opener, template string, more ...provision.Template) *world {
	t.Helper()
	clock := hospes.NewManualClock(start)
	s, err := open(t, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{TB: t, store: s, clock: clock}
	w.engine = &provision.Engine{
		Store: s, Clock: clock, Random: hospes.SystemRandom(), Sealer: plainSealer{}, Log: slog.New(slog.DiscardHandler), Node: "test",
		Templates: more,
	}
	w.source = w.tenant("Aurora", "aurora.example")
	w.target = w.tenant("Borealis", "borealis.example")
	w.gates(true, true, true)
	w.update(w.source, func(tx store.Tx) (err error) {
		if _, w.sp, err = directory.InstantiateTemplate(tx, hospes.SystemRandom(), directory.CrossTenantSyncTemplate, "Borealis"); err != nil {
			return err
		}
		w.group, err = directory.CreateGroup(tx, hospes.SystemRandom(), edits(hospes.GroupSchema, "displayName", "Travellers", "mailNickname", "travellers", "mailEnabled", false, "securityEnabled", true))
		if err != nil {
			return err
		}
		roles, err := hospes.AppRoles(w.sp)
		if err != nil {
			return err
		}
		if _, err := directory.Assign(tx, hospes.SystemRandom(), w.sp, w.group, roles[0].ID); err != nil {
			return err
		}
		job, err := w.engine.CreateJob(tx, w.sp, template)
		if err != nil {
			return err
		}
		w.job = job.ID
		if err := w.engine.PutSettings(tx, w.sp, provision.Settings{"CompanyId": w.target.ID.String(), "AuthenticationType": "SyncPolicy"}); err != nil {
			return err
		}
		return w.engine.Start(tx, w.sp, job)
	})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("unexpected error: %v", err)
	}
}

func (w *world) tenant(name, domain string) hospes.Tenant {
	w.Helper()
	t, err := directory.CreateTenant(ctx, w.store, hospes.SystemRandom(), tester, hospes.Tenant{DisplayName: name, InitialDomain: domain}, nil)
	w.must(err)
	return t
}

// gates sets the three switches of provisioning 3.2.
func (w *world) gates(outbound, inbound, sync bool) {
	w.Helper()
	partner := func(in, other hospes.Tenant, consent string, identitySync string) {
		w.update(in, func(tx store.Tx) error {
			o, err := store.FindHolder(tx, hospes.SpacePartner, other.ID.String())
			if hospes.KindOf(err) == hospes.KindNotFound {
				o = hospes.NewObject(hospes.PartnerSchema, hospes.NewObjectID(hospes.SystemRandom()))
				o.Set(hospes.PartnerTenantID, hospes.String(other.ID.String()))
			} else if err != nil {
				return err
			}
			o.Set(hospes.PartnerAutomaticConsent, hospes.Value(consent))
			o.Set(hospes.PartnerIdentitySynchronization, hospes.Value(identitySync))
			return tx.Put(o)
		})
	}
	partner(w.source, w.target, fmt.Sprintf(`{"outboundAllowed":%v}`, outbound), "")
	partner(w.target, w.source, fmt.Sprintf(`{"inboundAllowed":%v}`, inbound), fmt.Sprintf(`{"userSyncInbound":{"isSyncAllowed":%v}}`, sync))
}

func (w *world) update(t hospes.Tenant, fn func(store.Tx) error) {
	w.Helper()
	w.must(w.store.Update(ctx, store.Write{Tenant: t.ID, By: tester}, fn))
}

func (w *world) view(t hospes.Tenant, fn func(store.Reader) error) {
	w.Helper()
	w.must(w.store.View(ctx, t.ID, fn))
}

// edits makes edits from names and values: texts, truth values.
func edits(s *hospes.Schema, pairs ...any) []hospes.Edit {
	var list []hospes.Edit
	for i := 0; i < len(pairs); i += 2 {
		var v hospes.Value
		switch x := pairs[i+1].(type) {
		case string:
			v = hospes.String(x)
		case bool:
			v = hospes.Bool(x)
		case []string:
			v = hospes.Strings(x...)
		case nil:
		}
		list = append(list, hospes.Edit{Property: s.Must(pairs[i].(string)), Value: v})
	}
	return list
}

// person makes an internal user of the source, in the assigned group or not.
func (w *world) person(name string, assigned bool, more ...any) *hospes.Object {
	w.Helper()
	var user *hospes.Object
	w.update(w.source, func(tx store.Tx) (err error) {
		all := append([]any{
			"accountEnabled", true, "displayName", name, "mailNickname", name, "userPrincipalName", name + "@aurora.example", "mail", name + "@aurora.example",
			"department", "Research",
		}, more...)
		if user, err = directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, all...), false); err != nil || !assigned {
			return err
		}
		return directory.AddMembers(tx, w.group, user)
	})
	return user
}

// change edits a person of a tenant.
func (w *world) change(t hospes.Tenant, id hospes.ObjectID, pairs ...any) {
	w.Helper()
	w.update(t, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		return directory.UpdateUser(tx, user, edits(hospes.UserSchema, pairs...))
	})
}

// cycle runs the job and gives the counts of the cycle.
func (w *world) cycle() hospes.CycleCounts {
	w.Helper()
	w.clock.Advance(time.Second)
	worked, err := w.engine.RunCycle(ctx, w.source.ID, w.job)
	w.must(err)
	if !worked {
		return hospes.CycleCounts{}
	}
	return w.status().Last.Counts
}

func (w *world) status() (s hospes.JobStatus) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		s = job.Status
		return err
	})
	return s
}

// linkOf gives the link of a person or group of the source; the zero Link where there is none.
func (w *world) linkOf(source hospes.Number) (link hospes.Link) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		if err != nil {
			return err
		}
		links, err := r.Links(job.Number, source)
		if len(links) == 1 {
			link = links[0]
		}
		return err
	})
	return link
}

// twin gives what a person of the source is in the target; nil when there is nobody, neither live nor in the bin.
func (w *world) twin(source *hospes.Object) (twin *hospes.Object) {
	w.Helper()
	id, _ := hospes.ParseObjectID(w.linkOf(source.Number).TargetID)
	w.view(w.target, func(r store.Reader) error {
		o, err := store.Find(r, store.Anywhere, hospes.UserSchema, id)
		if hospes.KindOf(err) == hospes.KindNotFound {
			return nil
		}
		twin = o
		return err
	})
	return twin
}

// logged gives the newest record about a person.
func (w *world) logged(source *hospes.Object) (p hospes.Provisioning) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		list, err := r.Provisionings(store.LogQuery{SourceID: source.ID, Limit: 1})
		if len(list) > 0 {
			p = list[0]
		}
		return err
	})
	return p
}

func TestX1_NewPersonIsCreatedAsB2BUser(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true, "jobTitle", "Chemist", "givenName", "Änna")
		out := w.person("otto", false)
		counts := w.cycle()
		if counts.Created != 1 || counts.Failed != 0 || counts.Skipped != 1 {
			t.Errorf("counts are %+v", counts)
		}
		twin := w.twin(anna)
		if twin == nil {
			t.Fatal("anna is not in the target")
		}
		for property, want := range map[string]string{
			"userPrincipalName": "anna_aurora.example#EXT#@borealis.example", "userType": "Member", "creationType": "Invitation",
			"externalUserState": "Accepted", "displayName": "anna", "mail": "anna@aurora.example", "jobTitle": "Chemist", "givenName": "Änna",
			"showInAddressList": "true", "accountEnabled": "true", "department": "Research",
		} {
			if got := twin.Text(hospes.UserSchema.Must(property)); got != want {
				t.Errorf("%s is %q, want %q", property, got, want)
			}
		}
		if w.twin(out) != nil {
			t.Error("otto is in the target without being assigned")
		}
		record := w.logged(anna)
		if record.Action != hospes.ActionCreate || record.Outcome != hospes.OutcomeSuccess || len(record.Steps) != 4 || len(record.Modified) < 10 || record.TargetID != twin.ID.String() {
			t.Errorf("record is %+v", record)
		}
		if again := w.cycle(); again.Created+again.Updated != 0 {
			t.Errorf("the second cycle did %+v", again)
		}
	})
}

func TestX2_RedeemedGuestIsAdoptedAndKeepsItsType(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		twin := w.twin(anna)
		w.change(w.target, twin.ID, "userType", "Guest", "jobTitle", "old")
		w.update(w.source, func(tx store.Tx) error { // forget the link: the person has to be found again
			job, err := tx.Job(w.job)
			if err != nil {
				return err
			}
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Links: true, Watermark: true})
		})
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		counts := w.cycle()
		if counts.Created != 0 || counts.Updated != 1 {
			t.Errorf("counts are %+v", counts)
		}
		adopted := w.twin(anna)
		if adopted == nil || adopted.ID != twin.ID || adopted.Text(hospes.UserUserType) != "Guest" || adopted.Text(hospes.UserSchema.Must("jobTitle")) != "Chemist" {
			t.Errorf("adopted as %v", adopted)
		}
	})
}

func TestX4_AddressOfAnInternalUserIsAmbiguous(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.update(w.target, func(tx store.Tx) error {
			_, err := directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, "accountEnabled", true, "displayName", "Anna", "mailNickname", "anna",
				"userPrincipalName", "anna@borealis.example", "mail", "anna@aurora.example"), false)
			return err
		})
		anna, bert := w.person("anna", true), w.person("bert", true)
		counts := w.cycle()
		if counts.Created != 1 || counts.Failed != 1 {
			t.Errorf("counts are %+v", counts)
		}
		if record := w.logged(anna); record.ErrCode != "InvitationCreationFailureAmbiguousUser" || record.Outcome != hospes.OutcomeFailure {
			t.Errorf("record is %+v", record)
		}
		if w.twin(bert) == nil {
			t.Error("the failure of one stopped the other")
		}
		if state := w.status().Last.State; state != "EntryLevelErrors" {
			t.Errorf("the cycle ended as %s", state)
		}
	})
}

// leaving are the ways out of scope of rows X5 and X8, with the way back.
var leaving = map[string]struct {
	out, back func(w *world, id hospes.ObjectID)
}{
	"leaves the assigned group": {
		func(w *world, id hospes.ObjectID) { w.member(id, false) }, func(w *world, id hospes.ObjectID) { w.member(id, true) },
	},
	"is deleted in the source": {
		func(w *world, id hospes.ObjectID) {
			w.update(w.source, func(tx store.Tx) error {
				user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
				if err != nil {
					return err
				}
				return directory.DeleteUser(tx, user)
			})
		},
		func(w *world, id hospes.ObjectID) {
			w.update(w.source, func(tx store.Tx) error {
				user, err := store.Find(tx, store.InBin, hospes.UserSchema, id)
				if err != nil {
					return err
				}
				return directory.Restore(tx, user)
			})
		},
	},
	"fails the scoping filter": {
		func(w *world, id hospes.ObjectID) { w.change(w.source, id, "department", "Sales") },
		func(w *world, id hospes.ObjectID) { w.change(w.source, id, "department", "Research") },
	},
}

func (w *world) member(id hospes.ObjectID, in bool) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		if in {
			return directory.AddMembers(tx, w.group, user)
		}
		return directory.RemoveMember(tx, w.group, user)
	})
}

func TestX5_X8_OutOfScopeIsSoftDeletedAndBackInScopeRestored(t *testing.T) {
	for name, way := range leaving {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, w *world) {
				w.filter("department", "Research")
				anna := w.person("anna", true)
				w.cycle()
				before := w.twin(anna)
				if before == nil {
					t.Fatal("anna is not in the target")
				}
				way.out(w, anna.ID)
				if counts := w.cycle(); counts.Deleted != 1 || counts.Failed != 0 {
					t.Errorf("on the way out: %+v", counts)
				}
				if gone := w.twin(anna); gone == nil || gone.Deleted.IsZero() {
					t.Fatalf("anna is %v, want her in the bin", gone)
				}
				if record := w.logged(anna); record.Action != hospes.ActionDelete || record.Outcome != hospes.OutcomeSuccess {
					t.Errorf("record is %+v", record)
				}
				way.back(w, anna.ID)
				if counts := w.cycle(); counts.Restored != 1 || counts.Created != 0 || counts.Failed != 0 {
					t.Errorf("on the way back: %+v", counts)
				}
				after := w.twin(anna)
				if after == nil || after.ID != before.ID || !after.Deleted.IsZero() {
					t.Errorf("anna came back as %v, want object %s", after, before.ID)
				}
			})
		})
	}
}

// filter saves a schema with one clause: attribute EQUALS value.
func (w *world) filter(attribute, value string) {
	w.Helper()
	w.filterBy(scope.Clause{OperatorName: "EQUALS", SourceOperandName: attribute, TargetOperand: scope.Operand{Values: []string{value}}})
}

// filterBy saves a schema with one group of clauses.
func (w *world) filterBy(clauses ...scope.Clause) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error {
		job, err := tx.Job(w.job)
		if err != nil {
			return err
		}
		schema, err := w.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		schema.Rules[0].ObjectMappings[0].Scope = &scope.Filter{Groups: []scope.Group{{Name: "test", Clauses: clauses}}}
		return w.engine.PutSchema(tx, w.sp, job, &schema)
	})
}

func TestX6_DisabledInTheSourceIsDisabledNotDeleted(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna := w.person("anna", true)
		w.cycle()
		w.change(w.source, anna.ID, "accountEnabled", false)
		if counts := w.cycle(); counts.Disabled != 1 || counts.Deleted != 0 {
			t.Errorf("counts are %+v", counts)
		}
		twin := w.twin(anna)
		if twin == nil || !twin.Deleted.IsZero() || twin.Get(hospes.UserAccountEnabled).Bool() {
			t.Errorf("anna is %v, want her disabled", twin)
		}
		if record := w.logged(anna); record.Action != hospes.ActionDisable {
			t.Errorf("record is %+v", record)
		}
		w.change(w.source, anna.ID, "accountEnabled", true)
		w.cycle()
		if twin := w.twin(anna); twin == nil || !twin.Get(hospes.UserAccountEnabled).Bool() {
			t.Errorf("anna is %v, want her enabled again", twin)
		}
	})
}

func TestManagersFollow(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, chief := w.person("anna", true), w.person("chief", false)
		w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, anna, chief) })
		w.cycle()
		managerOf := func() int {
			n := 0
			w.view(w.target, func(r store.Reader) error {
				ties, err := r.Related(hospes.RelationManager, w.twin(anna).Number)
				n = len(ties)
				return err
			})
			return n
		}
		if managerOf() != 0 {
			t.Error("anna has a manager who is not in the target")
		}
		w.member(chief.ID, true) // once he arrives, the reference that waits for him is repaired
		w.cycle()
		if managerOf() != 1 {
			t.Error("anna's manager has arrived, and she does not have him")
		}
	})
}

func Test12_8_OneOfEightCombinationsValidates(t *testing.T) {
	w := newWorld(t, openSQLite)
	for i := range 8 {
		outbound, inbound, sync := i&1 != 0, i&2 != 0, i&4 != 0
		t.Run(fmt.Sprintf("outbound=%v inbound=%v sync=%v", outbound, inbound, sync), func(t *testing.T) {
			w.gates(outbound, inbound, sync)
			err := w.engine.Validate(ctx, w.source.ID, provision.Settings{"CompanyId": w.target.ID.String(), "AuthenticationType": "SyncPolicy"})
			if outbound && inbound && sync {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if code := hospes.CodeOf(err); code != "AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure" {
				t.Fatalf("code is %q (%v)", code, err)
			}
			side := "The target tenant has not enabled inbound synchronization"
			if !outbound {
				side = "The source tenant has not enabled automatic user consent"
			}
			if text := err.Error(); !contains(text, side) || !contains(text, "You appear to have entered invalid credentials.") {
				t.Errorf("text is %q, want the side: %s", text, side)
			}
			w.person(fmt.Sprintf("p%d", i), true)
			if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); hospes.CodeOf(err) != "AzureDirectoryB2BManagementPolicyCheckFailure" {
				t.Errorf("the cycle went on: %v", err)
			}
		})
	}
}

func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func TestProvisionOnDemand(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, otto := w.person("anna", true), w.person("otto", false)
		record, err := w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "", anna.ID)
		w.must(err)
		if record.Action != hospes.ActionCreate || record.Outcome != hospes.OutcomeSuccess || w.twin(anna) == nil {
			t.Errorf("record is %+v", record)
		}
		record, err = w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "", anna.ID)
		w.must(err)
		if record.Outcome != hospes.OutcomeSkipped || record.ErrCode != "RedundantExport" {
			t.Errorf("the second time: %+v", record)
		}
		record, err = w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "", otto.ID)
		w.must(err)
		if record.Outcome != hospes.OutcomeSkipped || record.ErrCode != "NotEffectivelyEntitled" {
			t.Errorf("out of scope: %+v", record)
		}
		if counts := w.cycle(); counts.Created != 0 {
			t.Errorf("the cycle after made %d", counts.Created)
		}
	})
}
