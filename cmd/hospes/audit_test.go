package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// TestAuditVerify changes one record behind the program's back.
func TestAuditVerify(t *testing.T) {
	dir := t.TempDir()
	run := runs(t, "--data", dir)
	run(exitOK, "tenant", "create", "Aurora", "--domain", "aurora.example")
	run(exitOK, "user", "create", "anna@aurora.example", "--tenant", "aurora.example")
	if got := run(exitOK, "audit", "verify", "--tenant", "aurora.example", "-o", "json"); !strings.Contains(got, `"isSound": true`) {
		t.Errorf("a log that nobody touched: %s", got)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "hospes.db"))
	if err != nil {
		t.Fatal(err)
	}
	done, err := db.Exec("UPDATE audits SET activity = 'Update user' WHERE activity = 'Add user'")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%d records changed, %v", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := run(exitFailed, "audit", "verify", "--tenant", "aurora.example"); !strings.Contains(got, "the audit log was changed") {
		t.Errorf("a log that was changed: %s", got)
	}
}
