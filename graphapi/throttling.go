package graphapi

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// throttles count what applications do.
type throttles struct {
	units, writes, tenantWrites, appUnits, logs *throttle
}

func newThrottles(l Limits, clock hospes.Clock) throttles {
	return throttles{
		units: newThrottle(l.Units[len(l.Units)-1].Limit, clock), writes: newThrottle(l.Writes, clock), tenantWrites: newThrottle(l.TenantWrites, clock),
		appUnits: newThrottle(l.AppUnits, clock), logs: newThrottle(l.Logs, clock),
	}
}

// sizeAgain is after how long it is asked anew how large a tenant is.
const sizeAgain = time.Minute

// percentageFrom is the share of a limit from which on a caller is told how much of it is used (graph-wire 4.3).
const percentageFrom = 0.8

// throttle counts the request against the limits of the caller (graph-wire 4.3). A batch costs what its steps do.
func (c *call) throttle() error {
	if c.inProcess || c.route.Key == batchKey {
		return nil
	}
	h := c.w.Header()
	units := c.cost()
	h.Set("x-ms-resource-unit", strconv.Itoa(units))
	now := c.api.Clock.Now()
	tenant, app := c.caller.Tenant.String(), c.caller.AppID
	both := app + "/" + tenant
	own := c.api.throttles.units.bucket(both)
	if err := c.size(own, now); err != nil {
		return err
	}
	type charge struct {
		bucket      *bucket
		calls       int
		scope, what string
	}
	charges := []charge{
		{own, units, "Tenant_Application", "ResourceUnitLimitExceeded"},
		{c.api.throttles.appUnits.bucket(app), units, "Application", "ResourceUnitLimitExceeded"},
	}
	if c.writes() {
		charges = append(charges,
			charge{c.api.throttles.writes.bucket(both), 1, "Tenant_Application", "WriteLimitExceeded"},
			charge{c.api.throttles.tenantWrites.bucket(tenant), 1, "Tenant", "WriteLimitExceeded"})
	}
	if strings.HasPrefix(c.route.Key, "GET /auditLogs/") {
		charges = append(charges, charge{c.api.throttles.logs.bucket(both), 1, "Tenant_Application", "CPULimitExceeded"})
	}
	var taken []*rate.Reservation
	for _, x := range charges {
		r, wait := x.bucket.take(now, x.calls)
		if wait == 0 {
			taken = append(taken, r)
			continue
		}
		for _, r := range taken {
			r.CancelAt(now)
		}
		h.Set("x-ms-throttle-limit-percentage", "1.0")
		h.Set("x-ms-throttle-scope", x.scope+"/ReadWrite/"+both)
		h.Set("x-ms-throttle-information", x.what)
		return throttled("graphapi.throttle", wait)
	}
	if used := 1 - own.TokensAt(now)/float64(own.Burst()); used > percentageFrom {
		h.Set("x-ms-throttle-limit-percentage", strconv.FormatFloat(used, 'f', 1, 64))
	}
	return nil
}

// size gives a bucket the limit that holds in a tenant as large as the caller's.
func (c *call) size(b *bucket, now time.Time) error {
	limits := c.api.Limits.Units
	if len(limits) == 1 || !c.api.throttles.units.outgrown(b, now) {
		return nil
	}
	var people int64
	if err := c.view(func(r store.Reader) (err error) {
		people, err = r.Count(store.Query{Schema: hospes.UserSchema})
		return err
	}); err != nil {
		return err
	}
	for _, l := range limits {
		if people < l.Below || l.Below == 0 {
			c.api.throttles.units.resize(b, now, l.Limit)
			return nil
		}
	}
	return nil
}

// outgrown tells, once in a while, that it is time to ask how much a bucket may hold.
func (t *throttle) outgrown(b *bucket, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !b.sized.IsZero() && now.Sub(b.sized) < sizeAgain {
		return false
	}
	b.sized = now
	return true
}

// resize gives a bucket another limit; what is taken out of it stays taken, as far as it holds so much.
func (t *throttle) resize(b *bucket, now time.Time, l Limit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b.limit != l {
		b.limit = l
		b.SetLimitAt(now, l.rate())
		b.SetBurstAt(now, l.Calls)
	}
}
