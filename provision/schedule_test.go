package provision_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/provision"
)

func TestRemote_ACycleThatBrokeOffWaitsForItsTimeWhateverChanges(t *testing.T) {
	w := newRemote(t, openSQLite, connector.LeaveBlocked)
	anna := w.person("anna", true)
	var calls atomic.Int64
	w.memory.Before = func(call string) error {
		if call != "match" {
			return nil
		}
		calls.Add(1)
		time.Sleep(100 * time.Millisecond) // longer than the scheduler's look at what is due
		return errors.New("connection refused")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&provision.Scheduler{Engine: w.engine, Poll: 10 * time.Millisecond}).Run(ctx)
	}()
	for _, title := range []string{"Chemist", "Physicist", "Poet", "Painter", "Potter"} {
		time.Sleep(150 * time.Millisecond)
		w.change(w.source, anna.ID, "jobTitle", title)
	}
	time.Sleep(300 * time.Millisecond)
	stop()
	<-ended
	if n := calls.Load(); n != 1 { // the clock stands still: the second attempt is a second away
		t.Errorf("the target was asked %d times", n)
	}
}
