package hospes

import (
	"crypto/rand"
	"io"
	"sync"
	"time"
)

// Clock tells the time. Everything outside cmd is handed one.
type Clock interface {
	Now() time.Time
}

// SystemClock is the clock of the machine, in UTC with microseconds, which is what the store keeps.
type SystemClock struct{}

// Now gives the present moment.
func (SystemClock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// ManualClock stands still until it is moved. It is meant for tests and replays.
type ManualClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewManualClock starts at t.
func NewManualClock(t time.Time) *ManualClock {
	return &ManualClock{now: t.UTC().Truncate(time.Microsecond)}
}

// Now gives the time the clock was last set to.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Random is the source of ids, secrets and nonces; injected wherever outcomes are compared.
type Random = io.Reader

// SystemRandom is the operating system's source.
func SystemRandom() Random { return rand.Reader }
