package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func testLogs(t *testing.T, open Open) {
	f := setUp(t, open)
	u := user("anna", "aurora.example")
	f.put(f.aurora, u)
	record := hospes.Provisioning{
		Job: 7, Cycle: "c", ChangeID: "x", Action: hospes.ActionCreate, Outcome: hospes.OutcomeFailure, ErrCode: "EntryConflict", ErrText: `a "quoted" text`,
		Took: 4 * time.Millisecond, SourceID: u.ID, SourceName: "Anna", SourceUPN: "anna@aurora.example", TargetID: "t-1", TargetName: "T",
		Steps: []hospes.ProvisioningStep{
			{Code: "EntryImportAdd", Type: hospes.StepImport, Outcome: hospes.OutcomeSuccess, Details: map[string]string{"objectId": u.ID.String()}},
			{Code: "EntrySynchronizationScoping", Type: hospes.StepScoping, Outcome: hospes.OutcomeSuccess},
		},
		Modified: []hospes.ModifiedProperty{{Name: "displayName", Old: hospes.String(`"x"`), New: hospes.String("é\n")}, {Name: "mail"}},
	}
	kept := record
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.LogProvisioning(&kept); err != nil {
			return err
		}
		for _, activity := range []string{"Add user", "Update user", "Delete user"} {
			if err := tx.Audit(&hospes.Audit{Activity: activity, Category: "UserManagement", Service: "Core Directory", Result: "success", Targets: []hospes.AuditTarget{{ID: u.ID.String(), Type: "User"}}}); err != nil {
				return err
			}
		}
		return nil
	})
	f.view(f.aurora, func(r store.Reader) {
		list, err := r.Provisionings(store.LogQuery{SourceID: u.ID})
		f.must(err)
		if len(list) != 1 {
			t.Fatalf("%d records, want 1", len(list))
		}
		got := list[0]
		if got.Action != record.Action || got.ErrText != record.ErrText || got.Took != record.Took || len(got.Steps) != 2 || got.Steps[0].Details["objectId"] != u.ID.String() ||
			got.Modified[0] != record.Modified[0] || got.Modified[1] != record.Modified[1] || got.SourceUPN != record.SourceUPN || got.TargetID != "t-1" || !got.At.Equal(Start) {
			t.Errorf("record is %+v", got)
		}
		audits, err := r.Audits(store.LogQuery{Limit: 2})
		f.must(err)
		if len(audits) != 2 || audits[0].Activity != "Delete user" || audits[0].By.Correlation != "c-1" {
			t.Errorf("audits are %+v", audits)
		}
		rest, err := r.Audits(store.LogQuery{Before: audits[1].Number})
		f.must(err)
		if len(rest) != 1 || rest[0].Activity != "Add user" {
			t.Errorf("the page after is %+v", rest)
		}
		sound, broken, err := r.VerifyAudits()
		f.must(err)
		if sound != 3 || broken != 0 {
			t.Errorf("%d records hold, %d is broken", sound, broken)
		}
	})
}

func testJobs(t *testing.T, open Open) {
	f := setUp(t, open)
	job := hospes.Job{ID: "Azure2Azure.x.y", Principal: hospes.MakeNumber(f.aurora.Number, hospes.ClassServicePrincipal, 9), Template: "Azure2Azure", State: hospes.JobDisabled, Interval: hospes.SyncInterval, Created: Start}
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutJob(&job) })
	lease, err := f.Acquire(ctx, "job/1", "node-a", time.Minute)
	f.must(err)
	_, err = f.Acquire(ctx, "job/1", "node-b", time.Minute)
	f.wantKind(err, hospes.KindConflict)
	again, err := f.Acquire(ctx, "job/1", "node-a", time.Minute)
	f.must(err)
	if again.Fence != lease.Fence {
		t.Errorf("a renewal moves the fence from %d to %d", lease.Fence, again.Fence)
	}
	status := func(l store.Lease) error {
		return f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
			j, err := tx.Job(job.ID)
			if err != nil {
				return err
			}
			j.Status.Watermark = 42
			j.Status.Cycle = &hospes.CycleProgress{ID: "c", Kind: hospes.CycleInitial, Position: 5}
			return tx.PutStatus(&j, l)
		})
	}
	f.must(status(lease))
	f.clock.Advance(2 * time.Minute)
	taken, err := f.Acquire(ctx, "job/1", "node-b", time.Minute)
	f.must(err)
	if taken.Fence <= lease.Fence {
		t.Errorf("the fence of the new holder is %d, not above %d", taken.Fence, lease.Fence)
	}
	f.wantKind(status(lease), hospes.KindPrecondition) // the one who overslept is found out
	f.must(status(taken))

	l := &hospes.Link{Job: job.Number, Source: hospes.MakeNumber(f.aurora.Number, hospes.ClassUser, 3), TargetID: "t", State: hospes.LinkActive, Written: "{}"}
	m := &hospes.Link{Job: job.Number, Source: hospes.MakeNumber(f.aurora.Number, hospes.ClassUser, 5), TargetID: "u", State: hospes.LinkActive, Pending: "delete", Written: "{}"}
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutLinks(l, m) })
	l.State, l.Tombstone = hospes.LinkDeleted, hospes.TombstoneScope
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.PutLinks(l); err != nil {
			return err
		}
		return tx.Schedule(job.Number, Start.Add(time.Hour))
	})
	f.view(f.aurora, func(r store.Reader) {
		got, err := r.Job(job.ID)
		f.must(err)
		if got.Status.Watermark != 42 || got.Status.Cycle.Position != 5 || got.Interval != hospes.SyncInterval || got.State != hospes.JobDisabled {
			t.Errorf("job is %+v", got)
		}
		links, err := r.Links(job.Number, l.Source, m.Source, m.Source+1)
		f.must(err)
		if len(links) != 2 || links[0].State != hospes.LinkDeleted || links[0].Tombstone != hospes.TombstoneScope {
			t.Errorf("links are %+v", links)
		}
		pending, err := r.LinksBetween(job.Number, 0, 1<<62, true, 10)
		f.must(err)
		n, err := r.CountStaged(job.Number)
		f.must(err)
		if len(pending) != 1 || pending[0].Source != m.Source || n != 1 {
			t.Errorf("pending are %+v, counted %d", pending, n)
		}
	})
	testEscrows(f, job.Number, l.Source, m.Source)
	due, err := f.Due(ctx, Start, 10)
	f.must(err)
	if len(due) != 0 {
		t.Errorf("due already: %v", due)
	}
	next, err := f.NextDue(ctx)
	f.must(err)
	if !next.Equal(Start.Add(time.Hour)) {
		t.Errorf("next due %v", next)
	}
	due, err = f.Due(ctx, Start.Add(time.Hour), 10)
	f.must(err)
	if len(due) != 1 || due[0].Job != job.Number || due[0].Tenant != f.aurora.Number {
		t.Errorf("due is %v", due)
	}
	intent := &store.Intent{Job: job.Number, Source: l.Source, Operation: "create", Document: "{}", Started: Start}
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutIntents(intent) })
	f.view(f.aurora, func(r store.Reader) {
		open, err := r.OpenIntents(job.Number)
		f.must(err)
		if len(open) != 1 || open[0].Operation != "create" {
			t.Errorf("open intents are %v", open)
		}
	})
	f.update(f.aurora, func(tx store.Tx) error { // links to remote people are found by them; those to tenants are not
		return tx.PutLinks(&hospes.Link{Job: job.Number, Source: l.Source + 10, TargetID: "remote", State: hospes.LinkActive, Written: "{}"},
			&hospes.Link{Job: job.Number, Source: l.Source + 11, Target: 5, TargetID: "local", State: hospes.LinkActive, Written: "{}"})
	})
	f.view(f.aurora, func(r store.Reader) {
		links, err := r.LinksTo(job.Number, "remote", "local", "nobody")
		f.must(err)
		if len(links) != 1 || links[0].TargetID != "remote" {
			t.Errorf("links by their targets are %+v", links)
		}
		links, err = r.LinksInto(job.Number, 5, 6)
		f.must(err)
		if len(links) != 1 || links[0].TargetID != "local" {
			t.Errorf("links into a tenant are %+v", links)
		}
	})
	intent.Outcome, intent.TargetID, intent.Finished = "ok", "t", Start
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutIntents(intent) })
	f.update(f.aurora, func(tx store.Tx) error {
		open, err := tx.OpenIntents(job.Number)
		if len(open) != 0 {
			t.Errorf("open intents are %v", open)
		}
		if err != nil {
			return err
		}
		j, err := tx.Job(job.ID)
		if err != nil {
			return err
		}
		return tx.DeleteJob(j)
	})
	f.view(f.aurora, func(r store.Reader) {
		links, err := r.LinksBetween(job.Number, 0, 1<<62, false, 10)
		f.must(err)
		if len(links) != 0 {
			t.Errorf("links outlive their job: %v", links)
		}
	})
}

// testEscrows keeps the failures of two people.
func testEscrows(f *fixture, job, first, second hospes.Number) {
	f.Helper()
	one := store.Escrow{Job: job, Source: first, Code: "Timeout", Attempts: 1, First: Start, Next: Start.Add(time.Hour)}
	two := store.Escrow{Job: job, Source: second, Code: "InvalidValue", Attempts: 2, First: Start, Next: Start.Add(2 * time.Hour)}
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutEscrows(one, two) })
	one.Attempts, one.Code = 3, "TooManyRequests"
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutEscrows(one) })
	f.view(f.aurora, func(r store.Reader) {
		list, err := r.Escrows(job, second, first, second+1)
		f.must(err)
		if len(list) != 2 || list[0] != one || list[1] != two {
			f.Errorf("escrows are %+v", list)
		}
		between, err := r.EscrowsBetween(job, first, second+1)
		f.must(err)
		if len(between) != 1 || between[0] != two {
			f.Errorf("escrows between are %+v", between)
		}
		due, err := r.DueEscrows(job, 0, Start.Add(90*time.Minute), 10)
		f.must(err)
		if len(due) != 1 || due[0] != one {
			f.Errorf("due are %+v", due)
		}
		after, err := r.DueEscrows(job, first, Start.Add(3*time.Hour), 1)
		f.must(err)
		if len(after) != 1 || after[0] != two {
			f.Errorf("due after the first are %+v", after)
		}
	})
	f.view(f.boreas, func(r store.Reader) {
		if list, err := r.Escrows(job, first); err != nil || len(list) != 0 {
			f.Errorf("another tenant sees %v, %v", list, err)
		}
	})
	f.update(f.aurora, func(tx store.Tx) error { return tx.DeleteEscrows(one) })
	f.update(f.aurora, func(tx store.Tx) error { return tx.ClearEscrows(job) })
	f.view(f.aurora, func(r store.Reader) {
		if list, err := r.Escrows(job, first, second); err != nil || len(list) != 0 {
			f.Errorf("after all are cleared: %v, %v", list, err)
		}
	})
}

func testOutbox(t *testing.T, open Open) {
	f := setUp(t, open)
	f.update(f.aurora, func(tx store.Tx) error {
		for _, to := range []string{"a@x.example", "b@x.example"} {
			if err := tx.Mail(store.Mail{Kind: "test", To: to, Body: []byte{1, 2, 3}}); err != nil {
				return err
			}
		}
		return nil
	})
	due, err := f.DueMail(ctx, f.Now(), 10)
	f.must(err)
	if len(due) != 2 || due[0].To != "a@x.example" || due[0].Tenant != f.aurora.Number || len(due[0].Body) != 3 || due[0].Written.IsZero() {
		t.Fatalf("due is %+v", due)
	}
	later := f.Now().Add(time.Hour)
	f.must(f.SettleMail(ctx, store.MailOutcome{Tenant: f.aurora.Number, Number: due[0].Number, Attempts: 1, Next: later}))
	f.must(f.SettleMail(ctx, store.MailOutcome{Tenant: f.aurora.Number, Number: due[1].Number, Attempts: 1, GivenUp: true}))
	if now, err := f.DueMail(ctx, f.Now(), 10); err != nil || len(now) != 0 {
		t.Errorf("due now: %+v, %v", now, err)
	}
	f.view(f.aurora, func(r store.Reader) {
		list, err := r.Mails(store.LogQuery{Limit: 1})
		f.must(err)
		rest, err := r.Mails(store.LogQuery{Before: list[0].Number})
		f.must(err)
		if len(list) != 1 || len(rest) != 1 || !list[0].GivenUp || !list[0].Next.IsZero() || list[0].To != "b@x.example" || list[0].Attempts != 1 ||
			rest[0].GivenUp || !rest[0].Next.Equal(later) || !rest[0].Sent.IsZero() || !rest[0].Written.Equal(due[0].Written) || rest[0].Kind != "test" {
			f.Errorf("the messages are %+v and %+v", list, rest)
		}
	})
	f.view(f.boreas, func(r store.Reader) {
		if list, err := r.Mails(store.LogQuery{}); err != nil || len(list) != 0 {
			f.Errorf("another tenant sees %+v, %v", list, err)
		}
	})
	again, err := f.DueMail(ctx, later, 10)
	f.must(err)
	if len(again) != 1 || again[0].Attempts != 1 || !again[0].Written.Equal(due[0].Written) {
		t.Fatalf("due later: %+v", again)
	}
	f.must(f.SettleMail(ctx, store.MailOutcome{Tenant: f.aurora.Number, Number: again[0].Number, Attempts: 2, Sent: later}))
	if rest, err := f.DueMail(ctx, later.Add(1000*time.Hour), 10); err != nil || len(rest) != 0 {
		t.Errorf("after all are settled: %+v, %v", rest, err)
	}
}

func testInstance(t *testing.T, open Open) {
	f := setUp(t, open)
	found, err := f.TenantOfDomain(ctx, "AURORA.example")
	f.must(err)
	if found.ID != f.aurora.ID || found.Salt == "" {
		t.Errorf("the domain is of %v", found)
	}
	_, err = f.TenantOfDomain(ctx, "nobody.example")
	f.wantKind(err, hospes.KindNotFound)
	_, err = f.Tenant(ctx, hospes.NewTenantID(hospes.SystemRandom()))
	f.wantKind(err, hospes.KindNotFound)
	id := hospes.NewTenantID(hospes.SystemRandom())
	_, err = f.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: "Thief", InitialDomain: "aurora.example", Salt: "s"}, store.Write{Tenant: id, By: tester}, func(store.Tx) error { return nil })
	f.wantKind(err, hospes.KindConflict)
	f.update(f.aurora, func(tx store.Tx) error {
		return tx.PutDomain(hospes.Domain{Name: "two.example", Verified: true, Created: Start})
	})
	err = f.Update(ctx, store.Write{Tenant: f.boreas.ID, By: tester}, func(tx store.Tx) error {
		return tx.PutDomain(hospes.Domain{Name: "TWO.example", Verified: true, Created: Start})
	})
	f.wantKind(err, hospes.KindConflict)
	claims(f)
	f.view(f.aurora, func(r store.Reader) {
		domains, err := r.Domains()
		f.must(err)
		if len(domains) != 2 || !domains[0].Initial || domains[1].Name != "two.example" {
			t.Errorf("domains are %v", domains)
		}
	})
	f.must(f.PutKey(ctx, store.SealedKey{ID: "k1", Sealed: []byte{1, 2}, Created: Start}))
	keys, err := f.Keys(ctx)
	f.must(err)
	if len(keys) != 1 || keys[0].ID != "k1" || !keys[0].Retires.IsZero() {
		t.Errorf("keys are %v", keys)
	}
}

// claims holds that several tenants may name a domain, that one of them verifies it, and that it is gone from the others
// only when they give it up.
func claims(f *fixture) {
	f.Helper()
	claim := hospes.Domain{Name: "Three.example", Created: Start}
	proven := claim
	proven.Verified = true
	names := func(t hospes.Tenant) (list []string) {
		f.view(t, func(r store.Reader) {
			domains, err := r.Domains()
			f.must(err)
			for _, d := range domains {
				if d.Name == "three.example" {
					list = append(list, map[bool]string{false: "claimed", true: "verified"}[d.Verified])
				}
			}
		})
		return list
	}
	want := func(aurora, boreas string) {
		f.Helper()
		if got := [2]string{strings.Join(names(f.aurora), " "), strings.Join(names(f.boreas), " ")}; got != [2]string{aurora, boreas} {
			f.Errorf("the domain is %q, want %q and %q", got, aurora, boreas)
		}
	}
	for _, t := range []hospes.Tenant{f.aurora, f.boreas, f.aurora} {
		f.update(t, func(tx store.Tx) error { return tx.PutDomain(claim) })
	}
	want("claimed", "claimed")
	_, err := f.TenantOfDomain(ctx, "three.example")
	f.wantKind(err, hospes.KindNotFound)
	f.update(f.boreas, func(tx store.Tx) error { return tx.PutDomain(proven) })
	want("claimed", "verified")
	err = f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.PutDomain(proven) })
	f.wantKind(err, hospes.KindConflict)
	want("claimed", "verified")
	f.update(f.boreas, func(tx store.Tx) error { return tx.DeleteDomain("THREE.example") })
	f.update(f.aurora, func(tx store.Tx) error { return tx.PutDomain(proven) })
	want("verified", "")
	f.update(f.aurora, func(tx store.Tx) error { return tx.DeleteDomain("three.example") })
	want("", "")
}
