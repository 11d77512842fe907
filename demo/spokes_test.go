package demo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

// rows gives what came of each pair, as text.
func rows(r demo.Report) (list []string) {
	for _, p := range r.Pairs {
		if p.Refused {
			list = append(list, p.Source+" > "+p.Target+" refused")
			continue
		}
		list = append(list, fmt.Sprintf("%s > %s %d created %d failed", p.Source, p.Target, p.Cycle.Created, p.Cycle.Failed))
	}
	return list
}

func TestTenants_AHubWithThirteenSpokes(t *testing.T) {
	dir := t.TempDir()
	report, text := runMany(t, dir, 0, 14)
	want := []string{"Aurora > Borealis 304 created 0 failed", "Aurora > Cumulus 303 created 1 failed"}
	for _, name := range strings.Fields("Drumlin Equinox Firn Glacier Halo Isthmus Jetstream Karst Lagoon Meridian Nimbus") {
		want = append(want, "Aurora > "+name+" 304 created 0 failed")
	}
	for _, name := range strings.Fields("Borealis Equinox Halo Karst") {
		want = append(want, name+" > Aurora 12 created 0 failed")
	}
	if want = append(want, "Nimbus > Aurora refused"); !slices.Equal(rows(report), want) {
		t.Errorf("who came is\n%s\nwant\n%s", strings.Join(rows(report), "\n"), strings.Join(want, "\n"))
	}
	if report.Target.DisplayName != "Borealis" || report.Cycle != report.Pairs[0].Cycle || len(report.Tenants) != 14 {
		t.Errorf("the report is about %s with %+v, and %d tenants", report.Target.DisplayName, report.Cycle, len(report.Tenants))
	}
	domains := map[string]bool{}
	for _, side := range report.Tenants {
		if domains[side.Domain] = true; side.ClientSecret == "" {
			t.Errorf("%s has no client", side.DisplayName)
		}
	}
	if len(domains) != 14 {
		t.Errorf("the domains are %v", domains)
	}
	if len(report.Patients) != 2 || report.Patients[0].Domain != "nimbus.example" || report.Patients[1].Domain != "aurora.example" {
		t.Errorf("the patients are %v", report.Patients)
	}
	for _, line := range []string{"FROM      INTO", "Nimbus    Aurora     refused"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
	if strings.Contains(text, "nothing was changed") {
		t.Error("the first run says that nothing was changed")
	}
}

// settle lets every job that may run come to rest. Spokes synchronize into the hub, so what is synchronized last gives the
// jobs of the hub something to look at, and a run does not wait for that.
func settle(t *testing.T, dir string) {
	t.Helper()
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for worked := true; worked; {
		worked = workOnce(t, i)
	}
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
}

// workOnce gives each job that is not held one go, and tells whether any had work.
func workOnce(t *testing.T, i *server.Instance) (worked bool) {
	t.Helper()
	tenants, err := i.Store.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range tenants {
		var jobs []hospes.Job
		err := i.Store.View(t.Context(), tenant.ID, func(r store.Reader) (err error) {
			jobs, err = r.Jobs(0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, job := range jobs {
			if job.Status.Quarantine != nil {
				continue
			}
			did, err := i.Engine.RunCycle(t.Context(), tenant.ID, job.ID)
			if err != nil {
				t.Fatal(err)
			}
			worked = worked || did
		}
	}
	return worked
}

func TestTenants_ASecondRunChangesNothingAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	first, _ := runMany(t, dir, 40, 3)
	settle(t, dir)
	before := portray(t, dir).State
	second, text := runMany(t, dir, 40, 3)
	settle(t, dir)
	if !strings.Contains(text, "Everything was there already; nothing was changed.") || strings.Contains(text, "Made the tenant") {
		t.Errorf("it says\n%s", text)
	}
	want := []string{
		"Aurora > Borealis 0 created 0 failed", "Aurora > Cumulus 0 created 1 failed", "Borealis > Aurora 0 created 0 failed", "Cumulus > Aurora refused",
	}
	if got := rows(second); !slices.Equal(got, want) {
		t.Errorf("who came is %q", got)
	}
	if !slices.Equal(second.Tenants, first.Tenants) || !slices.Equal(second.Patients, first.Patients) {
		t.Error("the second run has other tenants or patients")
	}
	for domain, was := range before {
		if is := portray(t, dir).State[domain]; is.Hash != was.Hash {
			t.Errorf("%s has changed", domain)
		}
	}
}

// TestTenants_ARunThatBreaksOffIsGoneOnWith breaks a run off at every stage, and runs it to its end.
func TestTenants_ARunThatBreaksOffIsGoneOnWith(t *testing.T) {
	dir := t.TempDir()
	stages := []struct {
		label string
		done  int64
	}{{"Making tenants", 2}, {"Importing people", 0}, {"Connecting", 1}, {"Connecting", 4}, {"Synchronizing", 1}}
	for _, stage := range stages {
		reached := false
		_, text, err := attempt(t, dir, 40, 3, func(label string, done int64) bool {
			reached = reached || label == stage.label && done >= stage.done
			return !reached
		})
		if err == nil || !reached {
			t.Fatalf("at %v it did not break off: %v\n%s", stage, err, text)
		}
	}
	report, text := runMany(t, dir, 40, 3)
	for i, want := range []string{"Aurora > Borealis", "Aurora > Cumulus", "Borealis > Aurora", "Cumulus > Aurora refused"} {
		if got := rows(report); i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("who came is %q\n%s", got, text)
		}
	}
	if len(report.Patients) != 2 {
		t.Errorf("the patients are %v", report.Patients)
	}
}

// TestTenants_ADoorThatSomebodyOpensStaysOpen holds that what was mended is not broken again, and that a door that is
// closed by hand is met.
func TestTenants_ADoorThatSomebodyOpensStaysOpen(t *testing.T) {
	dir := t.TempDir()
	first, _ := runMany(t, dir, 20, 3)
	door := func(open bool) {
		t.Helper()
		i, err := server.Open(t.Context(), server.Options{DataDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		hub, _ := hospes.ParseTenantID(first.Source.TenantID)
		c, err := graphclient.New(graphclient.Options{Base: "http://localhost", Transport: i.Operator(hub)})
		if err != nil {
			t.Fatal(err)
		}
		path := "/v1.0/policies/crossTenantAccessPolicy/partners/" + first.Tenants[2].TenantID + "/identitySynchronization"
		if err := c.Patch(t.Context(), path, map[string]any{"userSyncInbound": map[string]bool{"isSyncAllowed": open}}); err != nil {
			t.Fatal(err)
		}
		if err := i.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for open, want := range map[bool]int{true: 1, false: 2} {
		door(open)
		report, text := runMany(t, dir, 20, 3)
		if report.Pairs[3].Refused == open || len(report.Patients) != want {
			t.Errorf("with the door open %v: %q, patients %v\n%s", open, rows(report), report.Patients, text)
		}
	}
}
