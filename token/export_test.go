package token

import (
	"context"
	"crypto/rsa"
	"testing"
)

// PrivateKey gives the key that a ring signs with, for tests that forge tokens.
func PrivateKey(t testing.TB, r *KeyRing) *rsa.PrivateKey {
	t.Helper()
	k, err := r.Signer(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return k.private
}

// CacheSize counts the tokens that an Authority remembers.
func CacheSize(a *Authority) int {
	a.cache.mu.Lock()
	defer a.cache.mu.Unlock()
	return len(a.cache.now) + len(a.cache.old)
}
