package sqlstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/store/storetest"
)

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
	age(t, "sqlite", "file:"+file)
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
	age(t, "pgx", dsn)
	found, _ := storetest.Check(t, opened(t)(sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{})))
	if len(found) > 0 {
		t.Errorf("after the migration: %v", found)
	}
}

// age makes a database one of the time before words were noted, with a text that was derived otherwise.
func age(t *testing.T, driver, dsn string) {
	t.Helper()
	damage(t, driver, dsn, "UPDATE objects SET facets = '{}' WHERE upn = 'anna@aurora.example'")
	if err := sqlstore.MigrateDown(t.Context(), connect(t, driver, dsn), driver, 6); err != nil {
		t.Fatal(err)
	}
}
