package provision_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/disktest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// interrupted is a store on which something happens before the n-th transaction over both tenants.
type interrupted struct {
	store.Store
	n      int
	happen func()
}

func (s *interrupted) UpdatePair(ctx context.Context, source, target store.Write, fn func(source, target store.Tx) error) error {
	if s.n--; s.n == 0 {
		s.happen()
	}
	return s.Store.UpdatePair(ctx, source, target, fn)
}

// TestFull_ADiskThatIsFullInTheMiddleOfACycle breaks the cycle off with a clear error, and with nothing half written.
func TestFull_ADiskThatIsFullInTheMiddleOfACycle(t *testing.T) {
	const people, batch, before = 200, 20, 4
	w := newWorld(t, openSQLite)
	w.fill(people)
	w.engine.BatchSize = batch
	w.engine.Store = &interrupted{Store: w.store, n: before + 1, happen: func() { w.must(w.store.LimitPages(ctx, 1)) }}
	full := w.breaksOffFull()
	for range 3 { // it does not get better by itself
		w.clock.Advance(hours(1))
		full += w.breaksOffFull()
	}
	if full == 0 {
		t.Fatal("the disk was never full")
	}
	if done := w.count(w.target); done < before*batch || done%batch != 0 || done == people {
		t.Errorf("%d people are in the target, want whole groups of %d", done, batch)
	}
	w.checkSound()
	w.must(w.store.LimitPages(ctx, 0))
	w.clock.Advance(hours(1))
	w.cycle()
	w.checkComplete(people)
}

// TestFull_AFileSystemWithoutRoom is the same on a file system that is full indeed, with the log of SQLite on it too.
func TestFull_AFileSystemWithoutRoom(t *testing.T) {
	const people, batch = 300, 25
	dir := disktest.Mount(t, "64m")
	if dir == "" {
		return // a limit on the database alone proves it above
	}
	w := newWorld(t, func(_ testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenSQLite(ctx, filepath.Join(dir, "hospes.db"), sqlstore.Options{Clock: clock})
	})
	w.fill(people)
	w.engine.BatchSize = batch
	var free func()
	w.engine.Store = &interrupted{Store: w.store, n: 3, happen: func() { free = disktest.Fill(t, dir) }}
	if w.breaksOffFull() == 0 {
		t.Fatal("the disk was never full")
	}
	w.checkSound()
	free()
	w.clock.Advance(hours(1))
	w.cycle()
	w.checkComplete(people)
}

// breaksOffFull runs the job on a full disk and gives 1 where it broke off for that reason, 0 where it ended.
func (w *world) breaksOffFull() int {
	w.Helper()
	_, err := w.engine.RunCycle(ctx, w.source.ID, w.job)
	if err == nil {
		return 0
	}
	if hospes.KindOf(err) != hospes.KindUnavailable || hospes.CodeOf(err) != hospes.CodeStorageFull || !strings.Contains(err.Error(), "free some room") {
		w.Fatalf("the cycle broke off with %v", err)
	}
	return 1
}

// count counts the people of a tenant.
func (w *world) count(in hospes.Tenant) (n int64) {
	w.Helper()
	w.view(in, func(r store.Reader) (err error) {
		n, err = r.Count(store.Query{Schema: hospes.UserSchema})
		return err
	})
	return n
}

// checkSound proves that whoever is in the target has one link, and that the audit chains hold.
func (w *world) checkSound() {
	w.Helper()
	people := w.count(w.target)
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		if err != nil {
			return err
		}
		links, err := r.LinksBetween(job.Number, 0, 1<<62, false, 1<<20)
		if int64(len(links)) != people {
			w.Errorf("%d links to %d people", len(links), people)
		}
		return err
	})
	w.checkChains()
}

// checkChains proves that the audit logs of both tenants are whole.
func (w *world) checkChains() {
	w.Helper()
	for _, tenant := range []hospes.Tenant{w.source, w.target} {
		w.view(tenant, func(r store.Reader) error {
			_, broken, err := r.VerifyAudits()
			if broken != 0 {
				w.Errorf("the audit chain of %s breaks at %d", tenant.DisplayName, broken)
			}
			return err
		})
	}
}
