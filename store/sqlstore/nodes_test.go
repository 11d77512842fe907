package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// never is longer than any test: a store that looks again so seldom hears only what it is told.
const never = 24 * time.Hour

// pair is two stores over one database, as two nodes have them, and what the second hears.
type pair struct {
	testing.TB
	dsn    string
	a, b   store.Store
	tenant hospes.Tenant
	heard  <-chan hospes.TenantNumber
}

func newPair(t *testing.T, rescan time.Duration) pair {
	t.Helper()
	ctx := context.Background()
	p := pair{TB: t, dsn: pgtest.Database(t)}
	before, err := sqlstore.OpenPostgres(ctx, p.dsn, sqlstore.Options{Rescan: never})
	if err != nil {
		t.Fatal(err)
	}
	id := hospes.NewTenantID(hospes.SystemRandom())
	p.tenant, err = before.CreateTenant(ctx, hospes.Tenant{ID: id, DisplayName: "Aurora", InitialDomain: "aurora.example", Salt: id.Compact()[:14]},
		store.Write{Tenant: id}, func(store.Tx) error { return nil })
	if err := errors.Join(err, before.Close()); err != nil { // a store that is closed has said all it had to say
		t.Fatal(err)
	}
	p.a = opened(t)(sqlstore.OpenPostgres(ctx, p.dsn, sqlstore.Options{Rescan: never}))
	p.b = opened(t)(sqlstore.OpenPostgres(ctx, p.dsn, sqlstore.Options{Rescan: rescan}))
	var stop func()
	p.heard, stop = p.b.Watch()
	t.Cleanup(stop)
	return p
}

// change commits something through a store.
func (p pair) change(through store.Store) {
	p.Helper()
	err := through.Update(context.Background(), store.Write{Tenant: p.tenant.ID}, func(tx store.Tx) error {
		o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
		o.Set(hospes.UserDisplayName, hospes.String("Anna"))
		return tx.Put(o)
	})
	if err != nil {
		p.Fatal(err)
	}
}

// hears waits until the second store is told of the tenant.
func (p pair) hears(what string) {
	p.Helper()
	select {
	case n := <-p.heard:
		if n != p.tenant.Number {
			p.Errorf("%s: tenant %d, want %d", what, n, p.tenant.Number)
		}
	case <-time.After(5 * time.Minute):
		p.Fatalf("%s was not heard of", what)
	}
}

// run executes a statement on a connection of its own, past both stores.
func (p pair) run(text string) {
	p.Helper()
	db, err := sql.Open("pgx", p.dsn)
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only asked once
	if _, err := db.Exec(text); err != nil {
		p.Fatal(err)
	}
}

func TestNodes_ACommitIsHeardByTheOther(t *testing.T) {
	p := newPair(t, never)
	for range 3 {
		p.change(p.a)
		p.hears("a commit of the other node")
		p.change(p.b)
		p.hears("a commit of its own")
	}
}

func TestNodes_ACommitIsHeardOfOnce(t *testing.T) {
	p := newPair(t, 10*time.Millisecond) // looks again all the time, and must find nothing that it was told of
	p.change(p.a)
	p.hears("the commit")
	// Notifications arrive in order: when this one is here, whatever else was said of the first commit is as well.
	p.run("SELECT pg_notify('hospes_commits', 'somebody 99:1')")
	select {
	case n := <-p.heard:
		if n != 99 {
			t.Errorf("tenant %d was heard of again", n)
		}
	case <-time.After(5 * time.Minute):
		t.Fatal("nothing was heard")
	}
}

func TestNodes_ATenantThatWasNeverChangedIsNoNews(t *testing.T) {
	p := newPair(t, time.Millisecond)
	for range 20 { // while it looks again and again
		p.run("SELECT pg_notify('hospes_commits', 'somebody 99:0')")
		select {
		case n := <-p.heard:
			if n != 99 {
				t.Fatalf("tenant %d was heard of", n)
			}
		case <-time.After(5 * time.Minute):
			t.Fatal("nothing was heard")
		}
	}
}

func TestNodes_AConnectionThatIsLostComesBackAndNothingIsMissed(t *testing.T) {
	p := newPair(t, never)
	for range 3 {
		p.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'hospes listener' AND datname = current_database()")
		p.change(p.a) // nobody listens, or somebody does again; it is found either way
		p.hears("a commit while the connection was lost")
		p.change(p.a)
		p.hears("a commit after it came back")
	}
}

func TestNodes_ACommitThatNobodyAnnouncedIsFound(t *testing.T) {
	p := newPair(t, 10*time.Millisecond)
	p.run("UPDATE tenant_counters SET seq = seq + 1")
	p.hears("a commit without a word")
}
