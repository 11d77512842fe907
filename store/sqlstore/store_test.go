package sqlstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t testing.TB, clock hospes.Clock) store.Store {
		return opened(t)(sqlstore.OpenSQLite(context.Background(), filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{Clock: clock}))
	})
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t testing.TB, clock hospes.Clock) store.Store {
		return opened(t)(sqlstore.OpenPostgres(context.Background(), pgtest.Database(t), sqlstore.Options{Clock: clock}))
	})
}

func opened(t testing.TB) func(*sqlstore.Store, error) store.Store {
	return func(s *sqlstore.Store, err error) store.Store {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
}
