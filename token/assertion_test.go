package token_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

func keyCredentials(holders ...tokentest.Holder) hospes.Value {
	var list []map[string]any
	for _, h := range holders {
		list = append(list, map[string]any{"key": h.Certificate, "type": "AsymmetricX509Cert", "usage": "Verify"})
	}
	return hospes.JSON(list)
}

func register(w *tokentest.World, t hospes.Tenant, c tokentest.Client, v hospes.Value) error {
	return w.Store.Update(context.Background(), store.Write{Tenant: t.ID}, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, c.Application.ID)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, app, []hospes.Edit{{Property: hospes.ApplicationKeyCredentials, Value: v}})
	})
}

// TestWire6_3_Assertions: a certificate of the application signs for it, in the ways that libraries do, and each
// assertion serves once for each purpose.
func TestWire6_3_Assertions(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync", "User.Read.All")
	now := w.Clock.Now()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	second, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, e := tokentest.NewHolder(t, key, now.Add(-time.Hour), now.Add(48*time.Hour)), tokentest.NewHolder(t, curve, now.Add(-time.Hour), now.Add(48*time.Hour))
	stranger := tokentest.NewHolder(t, second, now.Add(-time.Hour), now.Add(48*time.Hour))
	if err := register(w, aurora, c, keyCredentials(h, e)); err != nil {
		t.Fatal(err)
	}
	bare := w.Client(aurora, "bare")
	const audience = "https://hospes.test/t/oauth2/v2.0/token"
	short, long := sha1.Sum(h.Certificate), sha256.Sum256(h.Certificate)
	x5t := map[jose.HeaderKey]any{"x5t": base64.RawURLEncoding.EncodeToString(short[:])}
	sound := func(changes map[string]any) map[string]any {
		claims := map[string]any{"iss": c.AppID, "sub": c.AppID, "aud": audience, "exp": now.Add(10 * time.Minute).Unix(), "nbf": now.Unix(), "jti": hospes.NewUUID(rand.Reader)}
		for name, v := range changes {
			if claims[name] = v; v == nil {
				delete(claims, name)
			}
		}
		return claims
	}
	used := h.Sign(t, jose.RS256, x5t, sound(nil))
	plain, curved := h.Sign(t, jose.RS256, x5t, sound(map[string]any{"jti": nil})), e.Sign(t, jose.ES256, nil, sound(map[string]any{"jti": nil}))
	forged := func() string { // by another key, under the name of ours
		return stranger.Sign(t, jose.RS256, x5t, sound(nil))
	}
	for _, test := range []struct {
		name, raw, code string
	}{
		{"RS256 by x5t", used, ""},
		{"the same again", used, token.CodeUsedAssertion},
		{"without jti", plain, ""},
		{"the same in other letters", plain[:len(plain)-1] + string(rune(plain[len(plain)-1]+1)), token.CodeBadAssertion},
		{"ES256 without jti", curved, ""},
		{"the same with the other signature", mirrored(t, curved), token.CodeUsedAssertion},
		{"PS256 by x5t#S256", h.Sign(t, jose.PS256, map[jose.HeaderKey]any{"x5t#S256": base64.RawURLEncoding.EncodeToString(long[:])}, sound(nil)), ""},
		{"kid in hexadecimal", h.Sign(t, jose.RS256, map[jose.HeaderKey]any{"kid": hex.EncodeToString(short[:])}, sound(nil)), ""},
		{"no name", h.Sign(t, jose.RS256, nil, sound(nil)), ""},
		{"ES256", e.Sign(t, jose.ES256, nil, sound(nil)), ""},
		{"a list of audiences", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"aud": []string{"x", audience}})), ""},
		{"without nbf and jti", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"nbf": nil, "jti": nil})), ""},
		{"another audience", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"aud": audience + "/"})), token.CodeAssertionAudience},
		{"expired", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"exp": now.Add(-6 * time.Minute).Unix()})), token.CodeAssertionTime},
		{"without an end", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"exp": nil})), token.CodeAssertionTime},
		{"for a year", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"exp": now.Add(365 * 24 * time.Hour).Unix()})), token.CodeAssertionTime},
		{"of tomorrow", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"nbf": now.Add(time.Hour).Unix()})), token.CodeAssertionTime},
		{"by a stranger", stranger.Sign(t, jose.RS256, nil, sound(nil)), token.CodeUnknownKey},
		{"by a stranger in our name", forged(), token.CodeUnknownKey},
		{"an unknown name", h.Sign(t, jose.RS256, map[jose.HeaderKey]any{"x5t": "AAAA"}, sound(nil)), token.CodeUnknownKey},
		{"of a client without keys", h.Sign(t, jose.RS256, nil, sound(map[string]any{"iss": bare.AppID, "sub": bare.AppID})), token.CodeNoKeys},
		{"of a client that is unknown", h.Sign(t, jose.RS256, nil, sound(map[string]any{"iss": aurora.ID.String(), "sub": aurora.ID.String()})), token.CodeUnknownClient},
		{"iss is not sub", h.Sign(t, jose.RS256, x5t, sound(map[string]any{"iss": "x"})), token.CodeAssertionClient},
		{"no JWT", "a.b.c", token.CodeBadAssertion},
		{"HS256", tokentest.Holder{Key: h.Certificate}.Sign(t, jose.HS256, nil, sound(nil)), token.CodeBadAssertion},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := token.ParseAssertion(test.raw)
			var got token.Client
			if err == nil {
				got, err = token.AuthenticateAssertion(ctx, w.Store, aurora.ID, a, []string{audience}, "graph")
			}
			if hospes.CodeOf(err) != test.code {
				t.Fatalf("error is %v, want %q", err, test.code)
			}
			if err == nil && (got.AppID != c.AppID || !got.Certified || len(got.Roles) != 1) {
				t.Errorf("the client is %+v", got)
			}
		})
	}
	a, err := token.ParseAssertion(used)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token.AuthenticateAssertion(ctx, w.Store, aurora.ID, a, []string{audience}, "another resource"); err != nil {
		t.Errorf("for another purpose: %v", err)
	}
	w.Clock.Advance(49 * time.Hour)
	now = w.Clock.Now()
	a, err = token.ParseAssertion(h.Sign(t, jose.RS256, x5t, sound(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token.AuthenticateAssertion(ctx, w.Store, aurora.ID, a, []string{audience}, "graph"); hospes.CodeOf(err) != token.CodeUnknownKey {
		t.Errorf("with a certificate that is over: %v", err)
	}
}

// mirrored gives an assertion the other signature that is as good: of r and s, whoever sees them can make r and n-s.
func mirrored(t testing.TB, raw string) string {
	t.Helper()
	at := strings.LastIndexByte(raw, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(raw[at:])
	if err != nil || len(signature) != 64 {
		t.Fatalf("a signature of %d bytes, %v", len(signature), err)
	}
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:])
	return raw[:at] + base64.RawURLEncoding.EncodeToString(signature)
}

// TestWire5_4_KeyCredentialsAreCertificates: what cannot verify anything is refused, and what is kept says what it is.
func TestWire5_4_KeyCredentialsAreCertificates(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	from, to := w.Clock.Now().Truncate(time.Second), w.Clock.Now().Truncate(time.Second).Add(time.Hour)
	good, weak := tokentest.NewHolder(t, key, from, to), tokentest.NewHolder(t, small, from, to)
	large := func(bits, exponent int) hospes.Value {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to}
		modulus := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
		certificate, err := x509.CreateCertificate(rand.Reader, template, template, &rsa.PublicKey{N: modulus, E: exponent}, key)
		if err != nil {
			t.Fatal(err)
		}
		return keyCredentials(tokentest.Holder{Certificate: certificate})
	}
	many := make([]any, 101)
	for i := range many {
		many[i] = map[string]any{"key": good.Certificate, "keyId": hospes.NewUUID(rand.Reader)}
	}
	for name, v := range map[string]hospes.Value{
		"so large that it costs much": large(5000, 1<<16+1), "an exponent that costs much": large(2048, 1<<31-1), "so many that they cost much": hospes.JSON(many),
		"no key": `[{"type":"AsymmetricX509Cert","usage":"Verify"}]`, "no certificate": `[{"key":"AAAA"}]`, "weak": keyCredentials(weak), "twice": keyCredentials(good, good),
		"another kind":         hospes.JSON([]any{map[string]any{"key": good.Certificate, "type": "Symmetric"}}),
		"another use":          hospes.JSON([]any{map[string]any{"key": good.Certificate, "usage": "Sign"}}),
		"longer than it is":    hospes.JSON([]any{map[string]any{"key": good.Certificate, "endDateTime": to.Add(time.Hour)}}),
		"an id that is none":   hospes.JSON([]any{map[string]any{"key": good.Certificate, "keyId": "mine"}}),
		"a value that is none": `[{"key":7}]`,
	} {
		if err := register(w, aurora, c, v); hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	read := func() (list []map[string]any) {
		w.Update(aurora, func(tx store.Tx) error {
			app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, c.Application.ID)
			if err != nil {
				return err
			}
			if v := app.Get(hospes.ApplicationKeyCredentials); v != hospes.Null {
				return v.Decode(&list)
			}
			return nil
		})
		return list
	}
	if err := register(w, aurora, c, keyCredentials(good)); err != nil {
		t.Fatal(err)
	}
	kept := read()
	print := sha1.Sum(good.Certificate)
	if len(kept) != 1 || kept[0]["customKeyIdentifier"] != base64.StdEncoding.EncodeToString(print[:]) || kept[0]["displayName"] != "CN=client" || kept[0]["endDateTime"] != to.Format(time.RFC3339) {
		t.Errorf("kept is %v", kept)
	}
	// As a client sends it back that has read it and knows no key.
	again := hospes.JSON([]any{map[string]any{"keyId": kept[0]["keyId"], "key": nil, "type": "AsymmetricX509Cert", "usage": "Verify"}})
	if err := register(w, aurora, c, again); err != nil {
		t.Fatal(err)
	}
	if same := read(); len(same) != 1 || same[0]["key"] != kept[0]["key"] {
		t.Errorf("kept is %v", same)
	}
	if err := register(w, aurora, c, hospes.Null); err != nil || len(read()) != 0 {
		t.Errorf("taken away: %v, %v", err, read())
	}
}
