package federation

import (
	"context"
	"crypto"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
)

const (
	// fresh is how long keys are believed without asking again, and stale for how long while their issuer does not answer.
	fresh = time.Hour
	stale = 24 * time.Hour

	// retryEvery bounds how often an issuer is asked, whatever key ids are presented: anybody can write those.
	retryEvery = 30 * time.Second

	maxIssuers   = 500 // whose keys are held
	maxAtOnce    = 4   // that are asked for one tenant, so that a tenant's slow ones are nobody else's matter
	maxDocument  = 64 << 10
	maxKeySet    = 128 << 10
	maxKeys      = 100 // of one issuer
	minBits      = 2048
	maxBits      = 4096
	maxExponent  = 1<<16 + 1
	wellKnown    = "/.well-known/openid-configuration"
	signatureUse = "sig"
)

// Fetcher reads what an address answers, at most limit bytes of it; *outbound.Client is one.
type Fetcher interface {
	Get(ctx context.Context, url string, limit int64) ([]byte, error)
}

// Config is what Issuers needs from its surroundings.
type Config struct {
	Fetcher Fetcher
	Clock   hospes.Clock
}

// Issuers holds the keys of those that were asked for. It is safe for concurrent use.
type Issuers struct {
	config Config
	mu     sync.Mutex
	held   map[string]*issuer
	busy   map[hospes.TenantID]int
}

// New makes an Issuers that knows nobody yet.
func New(config Config) *Issuers {
	return &Issuers{config: config, held: map[string]*issuer{}, busy: map[hospes.TenantID]int{}}
}

// issuer is what is known of one; mu of Issuers guards all of it but turn.
type issuer struct {
	turn   chan struct{} // held by whoever asks it
	asked  bool          // somebody does just now
	keys   map[string][]crypto.PublicKey
	read   time.Time // when they came
	tried  time.Time // when somebody asked last
	failed error     // what came of that
	used   time.Time
}

// Keys gives the keys of an id that an issuer signs with, all that it has where there is no id. NotFound where it has no
// such key, Unavailable where it does not say which it has. Nothing waits but who needs a key that is not held.
func (i *Issuers) Keys(ctx context.Context, tenant hospes.TenantID, name, id string) ([]crypto.PublicKey, error) {
	of := i.find(name)
	if keys, err, known := i.known(of, id); known {
		return keys, err
	}
	select {
	case of.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-of.turn }()
	if keys, err, known := i.known(of, id); known { // somebody else has asked meanwhile
		return keys, err
	}
	if err := i.enter(tenant, of); err != nil {
		return nil, err
	}
	// Not given up where whoever asked goes away: a question that nobody waits for would not count, and could be put again
	// at once. The fetcher bounds how long it takes.
	all, err := i.ask(context.WithoutCancel(ctx), name)
	i.leave(tenant, of, all, err)
	keys, err, _ := i.known(of, id)
	return keys, err
}

// find gives what is known of an issuer. Where there are too many, the one that nobody has asked for the longest goes.
func (i *Issuers) find(name string) *issuer {
	i.mu.Lock()
	defer i.mu.Unlock()
	of := i.held[name]
	if of == nil {
		if len(i.held) >= maxIssuers {
			oldest := ""
			for other, o := range i.held {
				if oldest == "" || o.used.Before(i.held[oldest].used) {
					oldest = other
				}
			}
			delete(i.held, oldest)
		}
		of = &issuer{turn: make(chan struct{}, 1)}
		i.held[name] = of
	}
	of.used = i.config.Clock.Now()
	return of
}

// known answers from what is held; known is false where the issuer has to be asked.
func (i *Issuers) known(of *issuer, id string) (keys []crypto.PublicKey, err error, known bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.config.Clock.Now()
	age := now.Sub(of.read)
	waits := !of.tried.IsZero() && now.Sub(of.tried) < retryEvery
	if keys = of.find(id); len(keys) > 0 && (age < fresh || age < stale && (waits || of.asked)) {
		return keys, nil, true
	}
	switch {
	case !waits:
		return nil, nil, false
	case of.failed != nil:
		return nil, of.failed, true
	}
	return nil, hospes.NotFound("federation.Keys", id), true
}

func (o *issuer) find(id string) (list []crypto.PublicKey) {
	if id != "" {
		return o.keys[id]
	}
	for _, keys := range o.keys {
		list = append(list, keys...)
	}
	return list
}

// enter begins to ask an issuer.
func (i *Issuers) enter(tenant hospes.TenantID, of *issuer) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.busy[tenant] >= maxAtOnce {
		return &hospes.Error{
			Kind: hospes.KindThrottled, Op: "federation.Keys", Message: "Too many issuers are being asked for their keys just now. Try again.", RetryAfter: time.Second,
		}
	}
	i.busy[tenant]++
	of.asked = true
	return nil
}

// leave notes what came of it.
func (i *Issuers) leave(tenant hospes.TenantID, of *issuer, keys map[string][]crypto.PublicKey, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.busy[tenant]--; i.busy[tenant] == 0 {
		delete(i.busy, tenant)
	}
	of.asked, of.tried, of.failed = false, i.config.Clock.Now(), err
	if err == nil {
		of.keys, of.read = keys, of.tried
	}
}
