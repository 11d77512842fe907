package token_test

import (
	"crypto/rand"
	"crypto/x509"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/seal"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

func open(w *tokentest.World) *token.KeyRing { return w.Node().Keys() }

func published(t *testing.T, r *token.KeyRing) []string {
	t.Helper()
	keys, err := r.Published(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return ids
}

func signer(t *testing.T, r *token.KeyRing) string {
	t.Helper()
	k, err := r.Signer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return k.ID
}

func TestTheFirstKeyStays(t *testing.T) {
	w := tokentest.New(t)
	first := signer(t, w.Authority.Keys())
	if again := signer(t, open(w)); again != first {
		t.Errorf("signs with %s, then with %s", first, again)
	}
	keys, err := w.Authority.Keys().Published(ctx)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(keys[0].Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignature(x509.SHA256WithRSA, certificate.RawTBSCertificate, certificate.Signature); err != nil {
		t.Error(err)
	}
	if !keys[0].Public().Equal(certificate.PublicKey) || keys[0].Public().N.BitLen() != 2048 {
		t.Error("the certificate is not for the key")
	}
}

func TestKeysAreSealed(t *testing.T) {
	w := tokentest.New(t)
	rows, err := w.Store.Keys(ctx)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d keys, %v", len(rows), err)
	}
	if strings.Contains(string(rows[0].Sealed), "PRIVATE") {
		t.Error("the private key lies open in the store")
	}
	other := make([]byte, seal.KeySize)
	other[0] = 1
	box, err := seal.New(rand.Reader, other)
	if err != nil {
		t.Fatal(err)
	}
	_, err = token.OpenKeyRing(ctx, token.KeyRingConfig{Store: w.Store, Box: box, Clock: w.Clock, Random: rand.Reader})
	if hospes.CodeOf(err) != seal.CodeUnknownKey {
		t.Errorf("another master key: %v", err)
	}
	if rows, err = w.Store.Keys(ctx); err != nil || len(rows) != 1 {
		t.Errorf("%d keys after a start with a wrong master key, %v", len(rows), err)
	}
}

func TestRotate(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync")
	w.Clock.Advance(48 * time.Hour)
	ring, other := w.Authority.Keys(), w.Node()
	old := signer(t, ring)

	next, signs, err := ring.Rotate(ctx)
	if err != nil || next.ID == old || !signs.Equal(w.Clock.Now().Add(24*time.Hour)) {
		t.Fatalf("next is %v from %v, %v", next, signs, err)
	}
	if ids := published(t, ring); len(ids) != 2 || ids[0] != next.ID || ids[1] != old || signer(t, ring) != old {
		t.Errorf("published %v, signs with %s", ids, signer(t, ring))
	}
	if again, at, err := ring.Rotate(ctx); err != nil || again.ID != next.ID || !at.Equal(signs) {
		t.Errorf("a second Rotate gives %v from %v, %v", again, at, err)
	}

	w.Clock.Advance(24*time.Hour - time.Second)
	last := w.Token(aurora, c)
	if signer(t, ring) != old {
		t.Error("the next key signs too early")
	}
	w.Clock.Advance(time.Second)
	if signer(t, ring) != next.ID {
		t.Error("the next key does not sign")
	}
	fresh := w.Token(aurora, c)
	for name, a := range map[string]*token.Authority{"this node": w.Authority, "another node": other} {
		for _, raw := range []string{last, fresh} {
			if _, err := a.Verify(ctx, raw); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if id := signer(t, other.Keys()); id != next.ID {
		t.Error("the other node goes on with the old key")
	}

	w.Clock.Advance(25*time.Hour - time.Second)
	if ids := published(t, ring); len(ids) != 2 {
		t.Errorf("published %v before the last token of the old key has expired", ids)
	}
	w.Clock.Advance(time.Second)
	if ids := published(t, ring); len(ids) != 1 || ids[0] != next.ID {
		t.Errorf("published %v after", ids)
	}
	if id := signer(t, open(w)); id != next.ID {
		t.Errorf("a new node signs with %s", id)
	}
}

// TestTokensGoWithTheirKey keeps a verified token in the cache while its key retires.
func TestTokensGoWithTheirKey(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	raw := w.Token(aurora, w.Client(aurora, "sync"))
	if _, err := w.Authority.Verify(ctx, raw); err != nil {
		t.Fatal(err)
	}
	rows, err := w.Store.Keys(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows[0].Retires = w.Clock.Now().Add(time.Minute)
	if err := w.Store.PutKey(ctx, rows[0]); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(10 * time.Minute)
	if _, err := w.Authority.Keys().Published(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Authority.Verify(ctx, raw); asError(err).Message != "Invalid signature" {
		t.Errorf("error is %v", err)
	}
}

func TestUnknownKeyIDsRarelyReachTheStore(t *testing.T) {
	w := tokentest.New(t)
	counting := &countingStore{KeyStore: w.Store}
	ring, err := token.OpenKeyRing(ctx, token.KeyRingConfig{Store: counting, Box: w.Box, Clock: w.Clock, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	before := counting.reads
	w.Clock.Advance(time.Minute)
	for range 100 {
		if _, ok, err := ring.Find(ctx, "nobody's"); ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if n := counting.reads - before; n != 1 {
		t.Errorf("the store was asked %d times", n)
	}
}

func TestKeyRingInParallel(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	w.Clock.Advance(48 * time.Hour)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 10 {
				made, err := w.Authority.Mint(ctx, token.AppClaims{Client: token.Client{Tenant: aurora, AppID: "a"}})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := w.Authority.Verify(ctx, made.Raw); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		if _, _, err := w.Authority.Keys().Rotate(ctx); err != nil {
			t.Error(err)
		}
		w.Clock.Advance(30 * time.Minute) // less than a token lives, or one that is being looked at would be over
	})
	group.Wait()
}
