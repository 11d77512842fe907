package token

import (
	"sync"
	"time"
)

// digest names a token in the cache, so that the memory holds nothing that could be used.
type digest [32]byte

// verified is what the cache remembers of a token. The key is looked up again at each hit, so that a key that goes takes
// its tokens along.
type verified struct {
	caller Caller
	key    string
}

// cache remembers verified tokens in two generations: when the younger is full it becomes the older, and the older is
// forgotten. That bounds it without a walk, and what is in use is carried over.
type cache struct {
	mu       sync.Mutex
	size     int // of one generation
	now, old map[digest]verified
}

func newCache(size int) *cache {
	return &cache{size: max(1, size/2), now: map[digest]verified{}}
}

// get gives what is remembered of a token that has not expired.
func (c *cache) get(d digest, now time.Time) (verified, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.now[d]
	if !ok {
		if v, ok = c.old[d]; ok {
			c.add(d, v)
		}
	}
	if !ok || !now.Before(v.caller.Expires) {
		return verified{}, false
	}
	return v, true
}

func (c *cache) put(d digest, v verified) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(d, v)
}

func (c *cache) add(d digest, v verified) {
	if len(c.now) >= c.size {
		c.old, c.now = c.now, make(map[digest]verified, c.size)
	}
	c.now[d] = v
}
