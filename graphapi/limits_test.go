package graphapi

import (
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
)

// TestThrottle_1_7 counts calls against the limit of provisionings on demand (provisioning 1.7).
func TestThrottle_1_7(t *testing.T) {
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	limit := newThrottle(Parity().OnDemand, clock)
	take := func(key string, want time.Duration) {
		t.Helper()
		err := limit.take(key)
		if want == 0 {
			if err != nil {
				t.Errorf("%s was refused: %v", key, err)
			}
			return
		}
		known, ok := err.(*hospes.Error)
		if !ok || known.Kind != hospes.KindThrottled || known.RetryAfter != want {
			t.Errorf("%s: %v, want to be asked again after %v", key, err, want)
		}
	}
	for range 5 {
		take("one", 0)
	}
	take("one", 2*time.Second)
	take("another", 0)
	take("one", 2*time.Second) // a refusal does not count
	clock.Advance(2 * time.Second)
	take("one", 0)
	take("one", 2*time.Second)
	clock.Advance(10 * time.Second)
	for range 5 {
		take("one", 0)
	}
	take("one", 2*time.Second)
}

func TestThrottle_ForgetsWhoHasNotCalledForLong(t *testing.T) {
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	limit := newThrottle(Limit{Calls: 1, In: time.Second}, clock)
	for i := range mostBuckets {
		if err := limit.take(string(rune(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		if err := limit.take("somebody else " + string(rune('a'+i))); err != nil || len(limit.buckets) > mostBuckets {
			t.Fatalf("%d are remembered while everybody calls, %v", len(limit.buckets), err)
		}
	}
	clock.Advance(time.Minute)
	if err := limit.take("the next"); err != nil || len(limit.buckets) != 1 {
		t.Errorf("%d are remembered, %v", len(limit.buckets), err)
	}
}
