package sqlstore_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
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
	"DROP TABLE sign_in_activities",
}

func TestDerivedRowsAreMadeForAnOlderSQLiteFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hospes.db")
	s, err := sqlstore.OpenSQLite(context.Background(), file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Populate(t, s)
	before := signIns(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damageAll(t, "sqlite", "file:"+file)
	again := opened(t)(sqlstore.OpenSQLite(context.Background(), file, sqlstore.Options{}))
	found, _ := storetest.Check(t, again)
	sameSignIns(t, again, before)
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
	before := signIns(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damageAll(t, "pgx", dsn)
	again := opened(t)(sqlstore.OpenPostgres(context.Background(), dsn, sqlstore.Options{}))
	found, _ := storetest.Check(t, again)
	sameSignIns(t, again, before)
	if len(found) > 0 {
		t.Errorf("after the migration: %v", found)
	}
}

// signIns leaves records in the log of a tenant and gives when its people signed in last.
func signIns(t *testing.T, s store.Store) map[hospes.Number]hospes.SignInActivity {
	t.Helper()
	tenant, err := s.TenantOfDomain(t.Context(), "aurora.example")
	if err != nil {
		t.Fatal(err)
	}
	for i, record := range []hospes.SignIn{{Interactive: true}, {}, {Interactive: true, ErrorCode: 50126}, {ErrorCode: 50173}} {
		record.ID = strconv.Itoa(i)
		err := s.Update(t.Context(), store.Write{Tenant: tenant.ID}, func(tx store.Tx) error {
			page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: 2})
			for _, d := range page.Documents {
				record := record
				record.ID, record.UserID = record.ID+d.ID.String(), d.ID
				err = errors.Join(err, tx.LogSignIn(&record))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return activities(t, s, tenant)
}

func activities(t *testing.T, s store.Store, tenant hospes.Tenant) (found map[hospes.Number]hospes.SignInActivity) {
	t.Helper()
	err := s.View(t.Context(), tenant.ID, func(r store.Reader) error {
		page, err := r.List(store.Query{Schema: hospes.UserSchema, Limit: 2})
		if err != nil {
			return err
		}
		var users []hospes.Number
		for _, d := range page.Documents {
			users = append(users, d.Number)
		}
		found, err = r.SignInActivities(users...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 {
		t.Fatalf("%d people have signed in", len(found))
	}
	return found
}

// sameSignIns holds that the log gave back the moments; the ids of records are not taken along.
func sameSignIns(t *testing.T, s store.Store, before map[hospes.Number]hospes.SignInActivity) {
	t.Helper()
	tenant, err := s.TenantOfDomain(t.Context(), "aurora.example")
	if err != nil {
		t.Fatal(err)
	}
	for number, a := range before {
		a.Interactive.ID, a.Background.ID, a.Success.ID = "", "", ""
		before[number] = a
	}
	if after := activities(t, s, tenant); !reflect.DeepEqual(after, before) {
		t.Errorf("the log gives %+v, want %+v", after, before)
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
