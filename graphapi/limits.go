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
	OnDemand     Limit         // provisionings on demand of one job
	Units        []SizedLimit  // resource units of an application in a tenant
	Writes       Limit         // writes of an application in a tenant
	TenantWrites Limit         // writes of all applications in a tenant
	AppUnits     Limit         // resource units of an application in all tenants
	Logs         Limit         // requests for logs of an application in a tenant
	Query        odata.Limits  // what one filter may ask
	Read         time.Duration // how long a request may read what it answers
}

// Limit is so many calls in a time, all of them at once if the client likes.
type Limit struct {
	Calls int
	In    time.Duration
}

// SizedLimit is the limit in tenants of fewer people than it says; that of the others says none.
type SizedLimit struct {
	Below int64
	Limit
}

// Parity gives the limits of the original (provisioning 1.7, graph-wire 1.5 and 4.3).
func Parity() Limits {
	return Limits{
		OnDemand: Limit{5, 10 * time.Second},
		Units:    []SizedLimit{{50, Limit{3500, 10 * time.Second}}, {501, Limit{5000, 10 * time.Second}}, {0, Limit{8000, 10 * time.Second}}},
		Writes:   Limit{3000, 150 * time.Second}, TenantWrites: Limit{18_000, 5 * time.Minute},
		AppUnits: Limit{150_000, 20 * time.Second}, Logs: Limit{5, 10 * time.Second},
		Query: odata.EntraLimits(),
	}
}

// generous limits stop what has run wild, and nobody else: they are beyond what a small machine can answer.
var generous = Limits{
	OnDemand: Limit{100, 10 * time.Second},
	Units:    []SizedLimit{{0, Limit{1_000_000, 10 * time.Second}}},
	Writes:   Limit{10_000_000, 150 * time.Second}, TenantWrites: Limit{20_000_000, 5 * time.Minute},
	AppUnits: Limit{10_000_000, 20 * time.Second}, Logs: Limit{100_000, 10 * time.Second},
	Query: odata.DefaultLimits(), Read: 20 * time.Second,
}

// orGenerous fills in what is not limited.
func (l Limits) orGenerous() Limits {
	for _, pair := range []struct{ limit, otherwise *Limit }{
		{&l.OnDemand, &generous.OnDemand}, {&l.Writes, &generous.Writes}, {&l.TenantWrites, &generous.TenantWrites},
		{&l.AppUnits, &generous.AppUnits}, {&l.Logs, &generous.Logs},
	} {
		if pair.limit.Calls == 0 {
			*pair.limit = *pair.otherwise
		}
	}
	if l.Units == nil {
		l.Units = generous.Units
	}
	if l.Read == 0 {
		l.Read = generous.Read
	}
	if l.Query == (odata.Limits{}) {
		l.Query = generous.Query
	}
	return l
}

// throttle counts the calls on each of many things, such as jobs, against a limit. It counts in this process: several
// nodes allow as many times as much.
type throttle struct {
	limit Limit // of things that nobody has said another one of
	clock hospes.Clock

	mu      sync.Mutex
	buckets map[string]*bucket
	swept   time.Time
}

// bucket is what is left of the limit of one thing.
type bucket struct {
	*rate.Limiter
	limit Limit
	sized time.Time // when it was last asked how much it may hold
}

func newThrottle(l Limit, clock hospes.Clock) *throttle {
	return &throttle{limit: l, clock: clock, buckets: map[string]*bucket{}}
}

// mostBuckets is how many things are counted at once. Where there are more, those that nobody has called for a while are
// forgotten first, and then any: somebody gets a fresh bucket sooner than memory grows with the number of callers.
const mostBuckets = 10_000

// bucket gives that of a thing.
func (t *throttle) bucket(key string) *bucket {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[key]
	if b != nil {
		return b
	}
	if len(t.buckets) >= mostBuckets {
		t.forget()
	}
	b = &bucket{Limiter: rate.NewLimiter(t.limit.rate(), t.limit.Calls), limit: t.limit}
	t.buckets[key] = b
	return b
}

func (l Limit) rate() rate.Limit { return rate.Limit(float64(l.Calls) / l.In.Seconds()) }

// take counts one call on a thing. Throttled, with the time after which it may be made, where there have been too many.
func (t *throttle) take(key string) error {
	if _, wait := t.bucket(key).take(t.clock.Now(), 1); wait > 0 {
		return throttled("graphapi.throttle", wait)
	}
	return nil
}

// take takes some calls out of the bucket, or says how long it is until there are enough. A refusal costs nothing.
func (b *bucket) take(now time.Time, calls int) (taken *rate.Reservation, wait time.Duration) {
	r := b.ReserveN(now, calls)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return nil, wait
	}
	return r, 0
}

func throttled(op string, wait time.Duration) *hospes.Error {
	return &hospes.Error{Kind: hospes.KindThrottled, Op: op, RetryAfter: wait, Message: "Too many requests. Wait for as long as Retry-After says."}
}

// forget drops the things whose calls have all been forgiven, which are as if they had never been counted; it looks for
// them once in the time of the limit. Then it makes room for one.
func (t *throttle) forget() {
	now := t.clock.Now()
	if now.Sub(t.swept) >= t.limit.In {
		t.swept = now
		for key, b := range t.buckets {
			if b.TokensAt(now) >= float64(b.Burst()) {
				delete(t.buckets, key)
			}
		}
	}
	for key := range t.buckets {
		if len(t.buckets) < mostBuckets {
			return
		}
		delete(t.buckets, key)
	}
}
