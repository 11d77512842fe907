package graphapi

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// Limits are what a client may do at most. The zero Limits are generous; Parity gives those of the original.
type Limits struct {
	OnDemand Limit        // provisionings on demand of one job
	Query    odata.Limits // what one filter may ask
}

// Limit is so many calls in a time, all of them at once if the client likes.
type Limit struct {
	Calls int
	In    time.Duration
}

// Parity gives the limits of the original (provisioning 1.7).
func Parity() Limits {
	return Limits{OnDemand: Limit{Calls: 5, In: 10 * time.Second}, Query: odata.EntraLimits()}
}

var generous = Limits{OnDemand: Limit{Calls: 100, In: 10 * time.Second}, Query: odata.DefaultLimits()}

// throttle counts the calls on each of many things, such as jobs, against one limit. It counts in this process: several
// nodes allow as many times as much.
type throttle struct {
	limit Limit
	clock hospes.Clock

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newThrottle(l, otherwise Limit, clock hospes.Clock) *throttle {
	if l.Calls == 0 {
		l = otherwise
	}
	return &throttle{limit: l, clock: clock, buckets: map[string]*rate.Limiter{}}
}

// mostBuckets is how many things are counted at once; those that nobody has called for a while are forgotten first.
const mostBuckets = 10000

// take counts one call on a thing. Throttled, with the time after which it may be made, where there have been too many.
func (t *throttle) take(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	b := t.buckets[key]
	if b == nil {
		if len(t.buckets) >= mostBuckets {
			t.forget(now)
		}
		b = rate.NewLimiter(rate.Every(t.limit.In/time.Duration(t.limit.Calls)), t.limit.Calls)
		t.buckets[key] = b
	}
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return &hospes.Error{
		Kind: hospes.KindThrottled, Op: "graphapi.throttle", RetryAfter: wait,
		Message: "Too many requests. Wait for as long as Retry-After says.",
	}
}

// forget drops the things whose calls have all been forgiven, which are as if they had never been counted.
func (t *throttle) forget(now time.Time) {
	for key, b := range t.buckets {
		if b.TokensAt(now) >= float64(t.limit.Calls) {
			delete(t.buckets, key)
		}
	}
}
