package token_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

type countingStore struct {
	token.KeyStore
	reads int
}

func (s *countingStore) Keys(ctx context.Context) ([]store.SealedKey, error) {
	s.reads++
	return s.KeyStore.Keys(ctx)
}

// BenchmarkIssue measures a token from client id and secret to text, beside its parts and the bare RSA signature that
// is the floor.
func BenchmarkIssue(b *testing.B) {
	w := tokentest.New(b)
	aurora := w.Tenant("Aurora", "aurora.example")
	var names []string
	for _, p := range token.Permissions() {
		names = append(names, p.Name)
	}
	few, all := w.Client(aurora, "few", "User.Read.All"), w.Client(aurora, "all", names...)
	authenticate := func(b *testing.B, c tokentest.Client) token.Client {
		client, err := token.Authenticate(ctx, w.Store, aurora.ID, c.AppID, c.Secret)
		if err != nil {
			b.Fatal(err)
		}
		return client
	}
	mint := func(b *testing.B, c token.Client) {
		if _, err := w.Authority.Mint(ctx, token.AppClaims{Client: c}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("sign", func(b *testing.B) {
		key := token.PrivateKey(b, w.Authority.Keys())
		sum := sha256.Sum256([]byte("x"))
		for b.Loop() {
			if _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, c := range []tokentest.Client{few, all} {
		client := authenticate(b, c)
		b.Run(fmt.Sprintf("authenticate/roles=%d", len(client.Roles)), func(b *testing.B) {
			for b.Loop() {
				authenticate(b, c)
			}
		})
		b.Run(fmt.Sprintf("mint/roles=%d", len(client.Roles)), func(b *testing.B) {
			for b.Loop() {
				mint(b, client)
			}
		})
		b.Run(fmt.Sprintf("whole/roles=%d", len(client.Roles)), func(b *testing.B) {
			for b.Loop() {
				mint(b, authenticate(b, c))
			}
		})
	}
}

// BenchmarkVerify measures what a Graph request pays for its token.
func BenchmarkVerify(b *testing.B) {
	w := tokentest.New(b)
	aurora := w.Tenant("Aurora", "aurora.example")
	raw := w.Token(aurora, w.Client(aurora, "sync", "User.Read.All", "Group.Read.All"))
	verify := func(b *testing.B, a *token.Authority) {
		if _, err := a.Verify(ctx, raw); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			verify(b, w.Authority)
		}
	})
	b.Run("cached parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				verify(b, w.Authority)
			}
		})
	})
	b.Run("uncached", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			a := token.NewAuthority(token.Config{Keys: w.Authority.Keys(), Clock: w.Clock, Random: hospes.SystemRandom(), Cache: 2})
			b.StartTimer()
			verify(b, a)
		}
	})
}

func BenchmarkPassword(b *testing.B) {
	hash, err := token.HashPassword("correct horse")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, err := token.VerifyPassword("correct horse", hash); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}
