package token

import (
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
)

const (
	defaultLifetime = time.Hour
	maxLifetime     = 24 * time.Hour
	defaultCache    = 16384

	// skew is how far the clocks of two machines may lie apart.
	skew = 5 * time.Minute
)

// Config is what an Authority needs from its surroundings.
type Config struct {
	Keys   *KeyRing
	Clock  hospes.Clock
	Random hospes.Random

	// Origins are the addresses under which this server is Graph, such as "https://localhost:8443". Only these are
	// believed as audiences: the Host header of a request says nothing about whom a token was made for.
	Origins []string

	// Issuers has the keys of others, whose tokens prove applications that trust them; nil where nobody else is asked.
	Issuers Issuers

	Lifetime time.Duration // of an access token; 0 for an hour, a day at most
	Cache    int           // how many verified tokens are remembered; 0 for the default
}

// Authority mints access tokens and verifies them. It is safe for concurrent use.
type Authority struct {
	config Config
	cache  *cache
}

// NewAuthority makes an Authority.
func NewAuthority(config Config) *Authority {
	if config.Lifetime <= 0 {
		config.Lifetime = defaultLifetime
	}
	config.Lifetime = min(config.Lifetime, maxLifetime)
	if config.Cache <= 0 {
		config.Cache = defaultCache
	}
	return &Authority{config: config, cache: newCache(config.Cache)}
}

// Keys gives the keys that the Authority signs with.
func (a *Authority) Keys() *KeyRing { return a.config.Keys }

// Origins gives the addresses under which this server is Graph.
func (a *Authority) Origins() []string { return slices.Clone(a.config.Origins) }
