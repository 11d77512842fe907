package authn

import (
	"context"
	"errors"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestReliability5_2_TheQueueOfPasswordsIsBounded: who finds it full is sent away, who gives up leaves his place.
func TestReliability5_2_TheQueueOfPasswordsIsBounded(t *testing.T) {
	q := newQueue()
	ran := 0
	run := func(ctx context.Context) error {
		return q.do(ctx, func() error {
			ran++
			return nil
		})
	}
	for range cap(q.waiting) {
		q.waiting <- struct{}{}
	}
	var busy *hospes.Error
	if err := run(t.Context()); !errors.As(err, &busy) || busy.Code != CodeBusy || busy.RetryAfter <= 0 {
		t.Errorf("a full queue answers %v", err)
	}
	<-q.waiting
	for range cap(q.running) {
		q.running <- struct{}{}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up gets %v", err)
	}
	<-q.running
	if err := run(t.Context()); err != nil || ran != 1 {
		t.Errorf("a free place answers %v, and ran %d", err, ran)
	}
	if len(q.waiting) != cap(q.waiting)-1 {
		t.Errorf("%d wait, want %d: places are not given back", len(q.waiting), cap(q.waiting)-1)
	}
}
