package provision_test

import (
	"context"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// TestOutage_ADatabaseThatGoesDownInTheMiddleOfACycle stops PostgreSQL as a crash does. The scheduler goes on by itself
// once it is back, over the store that was open all the time.
func TestOutage_ADatabaseThatGoesDownInTheMiddleOfACycle(t *testing.T) {
	const people, batch = 200, 20
	cluster, err := pgtest.Start("fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	w := newWorld(t, func(_ testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenPostgres(ctx, cluster.DSN("postgres"), sqlstore.Options{Clock: clock})
	})
	w.fill(people)
	w.engine.BatchSize = batch
	steps := &stepped{looked: make(chan struct{}), Store: &interrupted{Store: w.store, n: 4, happen: func() { w.must(cluster.Stop("immediate")) }}}
	w.engine.Store = steps
	for n := range 3 { // the first meets a database that goes, the others one that is gone
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); hospes.KindOf(err) != hospes.KindUnavailable {
			t.Errorf("attempt %d ends with %v", n, err)
		}
	}
	scheduled, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&provision.Scheduler{Engine: w.engine, Poll: 10 * time.Millisecond}).Run(scheduled)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	for range 5 { // it looks, and finds nobody
		<-steps.looked
	}
	w.must(cluster.Resume())
	for range 1000 {
		<-steps.looked
		if s := w.status(); s.Last != nil {
			break
		}
	}
	w.checkComplete(people)
}
