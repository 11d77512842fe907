package graphapi_test

import (
	"errors"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// TestOutage_TheAPIWhileTheDatabaseIsDown answers 503, and as before once it is back.
func TestOutage_TheAPIWhileTheDatabaseIsDown(t *testing.T) {
	cluster, err := pgtest.Start("fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	f := newFixtureOver(t, tokentest.NewOver(t, func(clock hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenPostgres(ctx, cluster.DSN("postgres"), sqlstore.Options{Clock: clock})
	}))
	calls := []struct{ call, body string }{
		{"GET /users", ""}, {"GET /groups", ""}, {"GET /organization", ""},
		{"POST /groups", `{"displayName":"Later","mailNickname":"later","mailEnabled":false,"securityEnabled":true}`},
	}
	all := func(status func(method string) int, message string) {
		t.Helper()
		for range 10 { // more often than there are connections
			for _, c := range calls {
				r := f.source.do(c.call, c.body)
				if want := status(c.call[:3]); r.status != want || want == 503 && (r.at("error.code") != "ServiceUnavailable" || r.header.Get("Retry-After") == "") {
					t.Errorf("%s: %s answers %d\n%s", message, c.call, r.status, r.text)
				}
			}
		}
	}
	up := func(method string) int { return map[string]int{"GET": 200, "POS": 201}[method] }
	all(up, "before")
	if err := cluster.Stop("immediate"); err != nil {
		t.Fatal(err)
	}
	all(func(string) int { return 503 }, "down")
	if err := cluster.Resume(); err != nil {
		t.Fatal(err)
	}
	all(up, "back")
	if err := errors.Join(cluster.Stop("immediate"), cluster.Resume()); err != nil {
		t.Fatal(err)
	}
	all(up, "nobody has noticed")
}
