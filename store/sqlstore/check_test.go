package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/store/storetest"
)

// damages are done to a sound store row by row, each on a copy of its own; the check that has to tell stands beside it.
var damages = []struct {
	name, text string
	check      store.Check
}{
	{"a tenant without counters", "DELETE FROM tenant_counters WHERE tenant NOT IN (SELECT tenant FROM audits)", store.CheckTenants},
	{"a domain of nobody", "UPDATE domains SET tenant = 99 WHERE name = 'borealis.example'", store.CheckTenants},
	{"a card that says something else", `UPDATE objects SET card = REPLACE(card, 'anna', 'hanna') WHERE upn = 'anna@aurora.example'`, store.CheckDocuments},
	{"a card that cannot be read", `UPDATE objects SET card = 'x' WHERE upn = 'anna@aurora.example'`, store.CheckDocuments},
	{"a name that is not the document's", "UPDATE objects SET name = 'zoe' WHERE upn = 'anna@aurora.example'", store.CheckDocuments},
	{"a mail that is not the document's", "UPDATE objects SET mail = NULL WHERE upn = 'anna@aurora.example'", store.CheckDocuments},
	{"facets that are not the document's", "UPDATE objects SET facets = '{}' WHERE upn = 'anna@aurora.example'", store.CheckDocuments},
	{"a unique value that is not noted", "DELETE FROM object_keys WHERE value = 'anna@aurora.example'", store.CheckKeys},
	{"a unique value of somebody else", "UPDATE object_keys SET number = (SELECT number FROM objects WHERE upn = 'ben@aurora.example') WHERE value = 'anna@aurora.example'", store.CheckKeys},
	{"a unique value of somebody in the bin", "UPDATE objects SET deleted = 1 WHERE upn = 'anna@aurora.example'", store.CheckKeys},
	{"a word that is not noted", "DELETE FROM search_tokens WHERE token = 'anna'", store.CheckKeys},
	{"a word of somebody else", "UPDATE search_tokens SET number = (SELECT number FROM objects WHERE upn = 'ben@aurora.example') WHERE token = 'anna'", store.CheckKeys},
	{"a word of nobody", "UPDATE search_tokens SET number = number + 1000 WHERE token = 'anna'", store.CheckKeys},
	{"a relation to nobody", "UPDATE relations SET related = related + 1000", store.CheckRelations},
	{"a relation of nobody", "UPDATE relations SET holder = holder + 1000", store.CheckRelations},
	{"an assignment of nobody", "UPDATE assignments SET principal = principal + 1000", store.CheckRelations},
	{"an assignment to nothing", "UPDATE assignments SET resource = resource + 1000", store.CheckRelations},
	{"a password of nobody", "UPDATE credentials SET owner = owner + 1000", store.CheckOwners},
	{"a setting of nothing", "UPDATE settings SET principal = principal + 1000", store.CheckOwners},
	{"a job of nothing", "UPDATE jobs SET principal = principal + 1000", store.CheckOwners},
	{"work of no job", "UPDATE due_work SET job = job + 1000", store.CheckOwners},
	{"a change that nobody made", "UPDATE changes SET write = write + 1000 WHERE seq = (SELECT MAX(seq) FROM changes)", store.CheckOwners},
	{"an application of nothing", "UPDATE application_ids SET number = number + 1000", store.CheckOwners},
	{"a link of no job", "UPDATE links SET job = job + 1000", store.CheckLinks},
	{"a link to somebody who was taken away", "DELETE FROM objects WHERE upn = 'twin@borealis.example'", store.CheckLinks},
	{"a link to a tenant that is not there", "UPDATE links SET target = 1152921504606846976", store.CheckLinks},
	{"a link of somebody who never was", "UPDATE links SET source = source + 1000 WHERE number = (SELECT MAX(number) FROM links)", store.CheckLinks},
	{"a number that was not given out", "UPDATE outbox SET number = number + 1000000", store.CheckNumbers},
	{"a gap in the change log", "DELETE FROM changes WHERE seq = (SELECT MIN(seq) + 1 FROM changes)", store.CheckChanges},
	{"a change log without its end", "DELETE FROM changes WHERE seq = (SELECT MAX(seq) FROM changes)", store.CheckChanges},
	{"a version from the future", "UPDATE objects SET version = 1000000 WHERE upn = 'anna@aurora.example'", store.CheckChanges},
	{"an audit record that was changed", "UPDATE audits SET activity = 'Nothing'", store.CheckAudits},
	{"an audit log without its end", "DELETE FROM audits WHERE number = (SELECT MAX(number) FROM audits)", store.CheckAudits},
	{"a message without content", "UPDATE outbox SET body = ''", store.CheckOutbox},
	{"a settled message with its content", "UPDATE outbox SET sent = 5", store.CheckOutbox},
}

func TestCheckSQLite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hospes.db")
	s, err := sqlstore.OpenSQLite(context.Background(), file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Populate(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "hospes.db")
			if err := sqlstore.Snapshot(t.Context(), file, copied); err != nil {
				t.Fatal(err)
			}
			damage(t, "sqlite", "file:"+copied, d.text)
			told(t, opened(t)(sqlstore.OpenSQLite(context.Background(), copied, sqlstore.Options{})), d.check)
		})
	}
}

// TestCheckPostgres does one damage for each check: a database of its own takes long to make, and the statements are those
// of SQLite.
func TestCheckPostgres(t *testing.T) {
	done := map[store.Check]bool{}
	for _, d := range damages {
		if done[d.check] {
			continue
		}
		done[d.check] = true
		t.Run(d.name, func(t *testing.T) {
			dsn := pgtest.Database(t)
			s := opened(t)(sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{}))
			storetest.Populate(t, s)
			damage(t, "pgx", dsn, d.text)
			told(t, s, d.check)
		})
	}
}

// damage runs one statement that has to hit something.
func damage(t *testing.T, driver, dsn, text string) {
	t.Helper()
	done, err := connect(t, driver, dsn).ExecContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%q hit %d rows, %v", text, n, err)
	}
}

// connect opens a database past the store.
func connect(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func told(t *testing.T, s store.Store, check store.Check) {
	t.Helper()
	found, _ := storetest.Check(t, s)
	if len(found[check]) == 0 {
		t.Errorf("%s tells nothing; found is %v", check, found)
	}
}
