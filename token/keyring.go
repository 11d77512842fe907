package token

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	// defaultLead is how long a new key is published before it signs: longer than anybody keeps a copy of the key set.
	defaultLead = 24 * time.Hour

	// retention is how long a key is believed after the last token it signed: the longest token life and some skew.
	retention = maxLifetime + time.Hour

	// refreshEvery bounds how long a node overlooks what another node did to the keys.
	refreshEvery = 5 * time.Minute

	// missEvery bounds how often unknown key ids, which anybody can send, reach the store.
	missEvery = 30 * time.Second
)

// KeyStore keeps the sealed keys; store.Instance is one.
type KeyStore interface {
	Keys(ctx context.Context) ([]store.SealedKey, error)
	PutKey(ctx context.Context, k store.SealedKey) error
}

// Box seals and opens; *seal.Box is one.
type Box interface {
	Seal(aad string, plaintext []byte) []byte
	Open(aad string, sealed []byte) ([]byte, error)
}

// KeyRingConfig is what a KeyRing needs from its surroundings.
type KeyRingConfig struct {
	Store  KeyStore
	Box    Box
	Clock  hospes.Clock
	Random hospes.Random
	Lead   time.Duration // how long a new key is published before it signs; 0 for a day
}

// KeyRing holds the signing keys of the instance in memory and follows what other nodes do to them. It is safe for
// concurrent use.
type KeyRing struct {
	config KeyRingConfig
	held   atomic.Pointer[keySet]
	mu     sync.Mutex // one load or rotation at a time
}

// keySet is the state of the keys at one moment; it is never changed.
type keySet struct {
	keys   []*Key // newest first
	loaded time.Time
}

// OpenKeyRing loads the keys, and makes the first one where there is none. Precondition where the master key is not the
// one they were sealed under.
func OpenKeyRing(ctx context.Context, config KeyRingConfig) (*KeyRing, error) {
	if config.Lead == 0 {
		config.Lead = defaultLead
	}
	r := &KeyRing{config: config}
	r.mu.Lock()
	defer r.mu.Unlock()
	set, err := r.load(ctx)
	if err != nil {
		return nil, err
	}
	if r.signing(set) == nil {
		if _, err := r.add(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// load reads the keys; the caller holds mu. Keys that are open already are not opened again.
func (r *KeyRing) load(ctx context.Context) (*keySet, error) {
	const op = "token.KeyRing"
	now := r.config.Clock.Now()
	rows, err := r.config.Store.Keys(ctx)
	if err != nil {
		return nil, err
	}
	set := &keySet{loaded: now}
	for _, row := range rows {
		if !row.Retires.IsZero() && !now.Before(row.Retires) {
			continue
		}
		var k *Key
		if known := r.known(row.ID); known != nil {
			updated := *known
			updated.Retires = row.Retires
			k = &updated
		} else if k, err = openKey(r.config.Box, row); err != nil {
			if hospes.KindOf(err) == hospes.KindPrecondition {
				return nil, err
			}
			return nil, hospes.Internal(op, err)
		}
		set.keys = append(set.keys, k)
	}
	r.held.Store(set)
	return set, nil
}

func (r *KeyRing) known(id string) *Key {
	if set := r.held.Load(); set != nil {
		return set.find(id)
	}
	return nil
}

func (s *keySet) find(id string) *Key {
	for _, k := range s.keys {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// add makes a key and stores it; the caller holds mu.
func (r *KeyRing) add(ctx context.Context) (*Key, error) {
	const op = "token.KeyRing"
	k, err := newKey(r.config.Random, r.config.Clock.Now())
	if err != nil {
		return nil, hospes.Internal(op, err)
	}
	row, err := k.sealed(r.config.Box)
	if err != nil {
		return nil, hospes.Internal(op, err)
	}
	if err := r.config.Store.PutKey(ctx, row); err != nil {
		return nil, err
	}
	_, err = r.load(ctx)
	return k, err
}

// signing gives the key that signs now: the newest that has been published long enough, else the oldest, so that all
// nodes agree even when two of them made a first key at once. Nil when there is none.
func (r *KeyRing) signing(set *keySet) *Key {
	now := r.config.Clock.Now()
	var chosen *Key
	for _, k := range set.keys {
		if !k.live(now) {
			continue
		}
		chosen = k
		if !now.Before(k.Created.Add(r.config.Lead)) {
			break
		}
	}
	return chosen
}

// Signer gives the key that signs now.
func (r *KeyRing) Signer(ctx context.Context) (*Key, error) {
	set := r.held.Load()
	if r.config.Clock.Now().Sub(set.loaded) >= refreshEvery {
		var err error
		if set, err = r.reload(ctx, refreshEvery); err != nil {
			return nil, err
		}
	}
	if k := r.signing(set); k != nil {
		return k, nil
	}
	return nil, &hospes.Error{Kind: hospes.KindUnavailable, Op: "token.Signer", Message: "There is no signing key.", RetryAfter: time.Minute}
}

// Find gives the key with an id as long as it is believed; ok is false where there is none. An id that is not known may
// be another node's new key, so the store is asked, though not often.
func (r *KeyRing) Find(ctx context.Context, id string) (k *Key, ok bool, err error) {
	set := r.held.Load()
	now := r.config.Clock.Now()
	if k = set.find(id); k == nil && now.Sub(set.loaded) >= missEvery {
		if set, err = r.reload(ctx, missEvery); err != nil {
			return nil, false, err
		}
		k = set.find(id)
	}
	return k, k != nil && k.live(now), nil
}

// reload loads the keys unless somebody has done so within age.
func (r *KeyRing) reload(ctx context.Context, age time.Duration) (*keySet, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if set := r.held.Load(); r.config.Clock.Now().Sub(set.loaded) < age {
		return set, nil
	}
	return r.load(ctx)
}

// Published gives the keys that whoever verifies a token has to know, newest first. The next one is among them.
func (r *KeyRing) Published(ctx context.Context) ([]*Key, error) {
	set := r.held.Load()
	now := r.config.Clock.Now()
	if now.Sub(set.loaded) >= refreshEvery {
		var err error
		if set, err = r.reload(ctx, refreshEvery); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(set.keys), func(k *Key) bool { return !k.live(now) }), nil
}

// Rotate publishes the next key and answers when it begins to sign. The keys before it retire once the last token they
// signed has expired. While a next key waits already, nothing is done: Rotate can be repeated after a failure.
func (r *KeyRing) Rotate(ctx context.Context) (next *Key, signs time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	set, err := r.load(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	if current := r.signing(set); current != nil && set.keys[0].ID != current.ID {
		next = set.keys[0]
	} else if next, err = r.add(ctx); err != nil {
		return nil, time.Time{}, err
	}
	signs = next.Created.Add(r.config.Lead)
	for _, k := range r.held.Load().keys {
		if k.ID == next.ID || !k.Retires.IsZero() {
			continue
		}
		if err := r.retire(ctx, k, signs.Add(retention)); err != nil {
			return nil, time.Time{}, err
		}
	}
	_, err = r.load(ctx)
	return next, signs, err
}

func (r *KeyRing) retire(ctx context.Context, k *Key, at time.Time) error {
	row, err := k.sealed(r.config.Box)
	if err != nil {
		return hospes.Internal("token.Rotate", err)
	}
	row.Retires = at
	return r.config.Store.PutKey(ctx, row)
}
