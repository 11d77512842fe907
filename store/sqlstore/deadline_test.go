package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/storetest"
)

// TestDeadline_TheServerStopsToo: what is broken off does not go on in PostgreSQL, where nobody waits for it. What it would
// have done takes far longer than the test waits.
func TestDeadline_TheServerStopsToo(t *testing.T) {
	p := newPair(t, never)
	db, err := sql.Open("pgx", p.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	slow := storetest.HeavyFilter(t, p.a, p.tenant)
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err = p.a.View(short, p.tenant.ID, func(r store.Reader) error {
		_, err := r.List(store.Query{Schema: hospes.UserSchema, Filter: slow})
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	patient, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for running := 1; running > 0; {
		err := db.QueryRowContext(patient, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()").Scan(&running)
		if err != nil {
			t.Fatal(err)
		}
	}
}
