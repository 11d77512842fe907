package provision_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// stepped is a store whose due work is looked at once for each value that is taken from looked.
type stepped struct {
	store.Store
	looked chan struct{}
}

func (s *stepped) Due(ctx context.Context, now time.Time, limit int) ([]store.DueWork, error) {
	select {
	case s.looked <- struct{}{}:
	case <-ctx.Done():
	}
	return s.Store.Due(ctx, now, limit)
}

func TestRemote_ACycleThatBrokeOffWaitsForItsTimeWhateverChanges(t *testing.T) {
	w := newRemote(t, openSQLite, connector.LeaveBlocked)
	anna := w.person("anna", true)
	steps := &stepped{Store: w.store, looked: make(chan struct{})}
	w.engine.Store = steps
	looks := func(n int) { // lets the scheduler look so many times at what is due
		for range n {
			<-steps.looked
		}
	}
	var calls atomic.Int64
	w.memory.Before = func(call string) error {
		if call != "match" {
			return nil
		}
		calls.Add(1)
		looks(2) // the scheduler looks again while the job is at work
		return errors.New("connection refused")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&provision.Scheduler{Engine: w.engine, Poll: 10 * time.Millisecond}).Run(ctx)
	}()
	for _, title := range []string{"Chemist", "Physicist", "Poet", "Painter", "Potter"} {
		looks(15) // more than a change waits for its like
		w.change(w.source, anna.ID, "jobTitle", title)
	}
	looks(30)
	stop()
	<-ended
	if n := calls.Load(); n != 1 { // the clock stands still: the second attempt is a second away
		t.Errorf("the target was asked %d times", n)
	}
}

// overtaken is a store in which something happens just before the next change that the engine makes.
type overtaken struct {
	store.Store
	before func()
}

func (s *overtaken) Update(ctx context.Context, by store.Write, fn func(store.Tx) error) error {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	return s.Store.Update(ctx, by, fn)
}

// TestProvisioning1_4_ARestartThatOvertakesAnIdleLookIsNotPutOff: the scheduler finds nothing to do, the job is restarted, and
// only then does the scheduler note when the job is due again.
func TestProvisioning1_4_ARestartThatOvertakesAnIdleLookIsNotPutOff(t *testing.T) {
	w := newWorld(t, openSQLite)
	w.person("anna", true)
	w.cycle()
	first := w.status().Last.ID
	w.onJob(func(tx store.Tx, job hospes.Job) error { return tx.Schedule(job.Number, tx.Now()) })
	steps := &stepped{Store: w.store, looked: make(chan struct{})}
	w.engine.Store = &overtaken{Store: steps, before: func() {
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
		})
	}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&provision.Scheduler{Engine: w.engine, Poll: 10 * time.Millisecond}).Run(ctx)
	}()
	const enough = 2000 // looks, of which the second one finds what is due
	for look := 0; look < enough && w.status().Last.ID == first; look++ {
		<-steps.looked
	}
	stop()
	<-ended
	if w.status().Last.ID == first {
		t.Error("the job was restarted, and nobody looked at everybody again")
	}
}
