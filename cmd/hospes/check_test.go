package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckCommand looks at a demo of several tenants, which is sound, and then at what somebody has done to its database.
func TestCheckCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	run := runs(t, "--data", dir)
	run(exitNotFound, "check")
	run(exitOK, "demo", "--tenants", "4", "--users", "40", "--exit")
	run(exitOK, "guest", "invite", "greta@guests.example", "--tenant", "aurora.example")
	run(exitOK, "guest", "revoke", "greta@guests.example", "--tenant", "aurora.example")
	run(exitOK, "user", "delete", "visitor@cumulus.example", "--tenant", "cumulus.example")
	sound := run(exitOK, "check")
	for _, name := range []string{"CHECK", "engine", "tenants", "documents", "uniqueValues", "relations", "owners", "links", "counters", "changes", "audits", "outbox"} {
		if !strings.Contains(sound, name) {
			t.Errorf("%q is missing in\n%s", name, sound)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "hospes.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, harm := range []string{"DELETE FROM object_keys WHERE value LIKE 'admin@borealis%'", "UPDATE audits SET activity = 'Nothing' WHERE number = (SELECT MAX(number) FROM audits)"} {
		if _, err := db.ExecContext(t.Context(), harm); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	damaged := run(exitFailed, "check")
	for _, part := range []string{
		"✗ uniqueValues: The userPrincipalName 'admin@borealis.example' of user ", "is noted for nobody.", "✗ audits: The audit record numbered ",
		"remedy  somebody has changed the log", "there are 2 damages; nothing was repaired",
	} {
		if !strings.Contains(damaged, part) {
			t.Errorf("%q is missing in\n%s", part, damaged)
		}
	}
	if got := run(exitFailed, "check", "-o", "json"); !strings.Contains(got, `"damages": 1`) || !strings.Contains(got, `"remedy": "restore the last backup`) {
		t.Errorf("as JSON it is\n%s", got)
	}
}
