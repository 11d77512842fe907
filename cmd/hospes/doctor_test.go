package main

import (
	"strings"
	"testing"
)

// TestDoctorCommand asks about somebody who is not assigned, mends it, and asks again; then of somebody whom the target has deleted.
func TestDoctorCommand(t *testing.T) {
	dir := t.TempDir()
	run := runs(t, "--data", dir)
	run(exitOK, "tenant", "create", "Aurora", "--domain", "aurora.example")
	run(exitOK, "tenant", "create", "Borealis", "--domain", "borealis.example")
	run(exitOK, "user", "create", "anna@aurora.example", "--tenant", "aurora.example")
	if got := run(exitOK, "doctor", "anna@aurora.example", "--tenant", "aurora.example"); !strings.Contains(got, "no synchronization concerns them") {
		t.Errorf("without a synchronization it says %q", got)
	}
	run(exitOK, "sync", "create", "--name", "Borealis", "--target", "borealis.example", "--tenant", "aurora.example")
	got := run(exitFailed, "doctor", "anna@aurora.example", "--tenant", "aurora.example")
	for _, part := range []string{"is not assigned to “Borealis”", "does not let", "source", "target", "something is wrong"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing in\n%s", part, got)
		}
	}
	got = run(exitOK, "doctor", "anna@aurora.example", "--tenant", "aurora.example", "--fix")
	if !strings.Contains(got, "Nothing stands in the way") {
		t.Errorf("after the fix it says\n%s", got)
	}
	run(exitOK, "sync", "provision", "Borealis", "anna@aurora.example", "--tenant", "aurora.example")
	twin := strings.TrimSpace(run(exitOK, "user", "list", "--tenant", "borealis.example", "--select", "id", "-o", "csv"))
	twin = twin[strings.LastIndex(twin, "\n")+1:]
	run(exitOK, "user", "delete", twin, "--tenant", "borealis.example")
	if got := run(exitFailed, "doctor", "anna@aurora.example", "--tenant", "aurora.example"); !strings.Contains(got, "POST /v1.0/directory/deletedItems/"+twin+"/restore") {
		t.Errorf("row X10: of the deleted twin it says\n%s", got)
	}
	got = run(exitOK, "doctor", "anna@aurora.example", "--tenant", "aurora.example", "--fix")
	if !strings.Contains(got, "everything is right") {
		t.Errorf("row X10: after the fix it says\n%s", got)
	}
	if got := run(exitOK, "user", "list", "--tenant", "borealis.example", "--select", "id", "-o", "csv"); !strings.Contains(got, twin) {
		t.Errorf("row X10: it is not the same object that is back: %s", got)
	}
	run(exitNotFound, "doctor", "nobody@aurora.example", "--tenant", "aurora.example")
}
