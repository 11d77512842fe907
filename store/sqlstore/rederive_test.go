package sqlstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/store/storetest"
)

// asBefore makes a database one of the time before words were noted, with a text that was derived otherwise.
var asBefore = []string{
	"UPDATE objects SET facets = '{}' WHERE upn = 'anna@aurora.example'",
	"DELETE FROM goose_db_version WHERE version_id >= 7",
	"DROP TABLE search_tokens",
	"DROP TABLE group_rules",
	"DROP TABLE rule_watermarks",
}

func TestDerivedRowsAreMadeForAnOlderSQLiteFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hospes.db")
	s, err := sqlstore.OpenSQLite(context.Background(), file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Populate(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damageAll(t, "sqlite", "file:"+file)
	found, _ := storetest.Check(t, opened(t)(sqlstore.OpenSQLite(context.Background(), file, sqlstore.Options{})))
	if len(found) > 0 {
		t.Errorf("after the migration: %v", found)
	}
}

func TestDerivedRowsAreMadeForAnOlderPostgresDatabase(t *testing.T) {
	dsn := pgtest.Database(t)
	s, err := sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Populate(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damageAll(t, "pgx", dsn)
	found, _ := storetest.Check(t, opened(t)(sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{})))
	if len(found) > 0 {
		t.Errorf("after the migration: %v", found)
	}
}

func damageAll(t *testing.T, driver, dsn string) {
	t.Helper()
	db := connect(t, driver, dsn)
	for _, text := range asBefore {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}
