package token_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/federation"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

const exchange = "api://AzureADTokenExchange"

// pages are what issuers publish, by address.
type pages map[string]string

func (p pages) Get(_ context.Context, url string, _ int64) ([]byte, error) {
	if text, ok := p[url]; ok {
		return []byte(text), nil
	}
	return nil, &hospes.Error{Kind: hospes.KindUnavailable, Message: "nobody is there"}
}

// publish makes an issuer with one key.
func (p pages) publish(t testing.TB, issuer, id string, key crypto.PublicKey) {
	t.Helper()
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key, KeyID: id, Use: "sig"}}})
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSuffix(issuer, "/")
	p[base+"/.well-known/openid-configuration"] = `{"issuer":"` + issuer + `","jwks_uri":"` + base + `/keys"}`
	p[base+"/keys"] = string(set)
}

// trust lets tokens of an issuer prove an application.
func trust(w *tokentest.World, t hospes.Tenant, c tokentest.Client, name, issuer, subject, audience string) {
	w.Helper()
	w.Update(t, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, c.Application.ID)
		if err != nil {
			return err
		}
		_, err = directory.AddFederatedCredential(tx, hospes.SystemRandom(), app, hospes.FederatedCredential{Name: name, Issuer: issuer, Subject: subject, Audiences: []string{audience}})
		return err
	})
}

// believing gives the authority of a world that asks issuers.
func believing(w *tokentest.World, issuers token.Issuers) *token.Authority {
	return token.NewAuthority(token.Config{Keys: w.Authority.Keys(), Clock: w.Clock, Random: hospes.SystemRandom(), Origins: []string{tokentest.Origin}, Issuers: issuers})
}

// TestWire6_3_Federated: what an issuer signs for a subject proves the application that trusts it, and nothing else does.
func TestWire6_3_Federated(t *testing.T) {
	w := tokentest.New(t)
	aurora, boreas := w.Tenant("Aurora", "aurora.example"), w.Tenant("Borealis", "borealis.example")
	c := w.Client(aurora, "pipeline", "User.Read.All")
	w.Principal(aurora, boreas, c, "Group.Read.All")
	bare, off := w.Client(aurora, "bare"), w.Client(aurora, "off")
	const ci, other, away = "https://ci.example/team", "https://other.example", "https://away.example"
	const subject = "repo:Team/App:ref:refs/heads/main"
	for _, app := range []tokentest.Client{c, off} {
		trust(w, aurora, app, "main", ci, subject, exchange)
		trust(w, aurora, app, "other", other, subject, "api://hospes")
		trust(w, aurora, app, "away", away, subject, exchange)
	}
	disable(w, aurora, off.Principal.ID)
	keys := make([]*rsa.PrivateKey, 2)
	for i := range keys {
		var err error
		if keys[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
	}
	web := pages{}
	web.publish(t, ci, "1", keys[0].Public())
	web.publish(t, other, "1", keys[1].Public())
	a := believing(w, federation.New(federation.Config{Fetcher: web, Clock: w.Clock}))
	now := w.Clock.Now()
	claims := func(changes ...any) map[string]any {
		m := map[string]any{"iss": ci, "sub": subject, "aud": exchange, "exp": now.Add(time.Hour).Unix(), "nbf": now.Unix(), "iat": now.Unix()}
		for i := 0; i < len(changes); i += 2 {
			if m[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
				delete(m, changes[i].(string))
			}
		}
		return m
	}
	kid := func(id string) map[jose.HeaderKey]any { return map[jose.HeaderKey]any{"kid": id} }
	sign := func(key any, algorithm jose.SignatureAlgorithm, headers map[jose.HeaderKey]any, claims map[string]any) string {
		return tokentest.Holder{Key: key}.Sign(t, algorithm, headers, claims)
	}
	sound := sign(keys[0], jose.RS256, kid("1"), claims())
	payload := strings.Split(sound, ".")[1]
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	embedded, err := json.Marshal(jose.JSONWebKey{Key: keys[1].Public(), KeyID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		tenant hospes.Tenant
		client string
		raw    string
		code   string
	}{
		{"sound", aurora, c.AppID, sound, ""},
		{"as often as it is shown", aurora, c.AppID, sound, ""},
		{"in another tenant", boreas, c.AppID, sound, ""},
		{"without kid", aurora, c.AppID, sign(keys[0], jose.RS256, nil, claims()), ""},
		{"PS256", aurora, c.AppID, sign(keys[0], jose.PS256, kid("1"), claims()), ""},
		{"one audience of several", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("aud", []string{"x", exchange})), ""},
		{"for a month", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("exp", now.Add(720*time.Hour).Unix())), ""},
		{"by the key of another that is trusted", aurora, c.AppID, sign(keys[1], jose.RS256, kid("1"), claims()), token.CodeUnknownKey},
		{"of the other, for the audience of the first", aurora, c.AppID, sign(keys[1], jose.RS256, kid("1"), claims("iss", other)), token.CodeFederatedAudience},
		{"of the other", aurora, c.AppID, sign(keys[1], jose.RS256, kid("1"), claims("iss", other, "aud", "api://hospes")), ""},
		{"unknown kid", aurora, c.AppID, sign(keys[0], jose.RS256, kid("2"), claims()), token.CodeUnknownKey},
		{"kid that is a path", aurora, c.AppID, sign(keys[0], jose.RS256, kid("../../keys"), claims()), token.CodeUnknownKey},
		{"its own key in the header", aurora, c.AppID, part(`{"alg":"RS256","kid":"1","jwk":`+string(embedded)+`}`) + "." + payload + "." + strings.Split(sign(keys[1], jose.RS256, kid("1"), claims()), ".")[2], token.CodeUnknownKey},
		{"alg none", aurora, c.AppID, part(`{"alg":"none","kid":"1"}`) + "." + payload + ".", token.CodeBadAssertion},
		{"HS256 with the public key", aurora, c.AppID, sign(keys[0].N.Bytes(), jose.HS256, kid("1"), claims()), token.CodeBadAssertion},
		{"RS384", aurora, c.AppID, sign(keys[0], jose.RS384, kid("1"), claims()), token.CodeBadAssertion},
		{"another signature", aurora, c.AppID, sound[:len(sound)-8] + "AAAAAAA" + sound[len(sound)-1:], token.CodeUnknownKey},
		{"expired", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("exp", now.Add(-6*time.Minute).Unix())), token.CodeAssertionTime},
		{"without an end", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("exp", nil)), token.CodeAssertionTime},
		{"of tomorrow", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("nbf", now.Add(24*time.Hour).Unix())), token.CodeAssertionTime},
		{"another issuer", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("iss", ci+"/")), token.CodeFederatedIssuer},
		{"another subject", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("sub", subject+"2")), token.CodeFederatedSubject},
		{"no subject", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("sub", nil)), token.CodeFederatedSubject},
		{"subject in other letters", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("sub", strings.ToLower(subject))), token.CodeFederatedCase},
		{"another audience", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("aud", exchange+"/")), token.CodeFederatedAudience},
		{"no audience", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("aud", nil)), token.CodeFederatedAudience},
		{"an issuer that is away", aurora, c.AppID, sign(keys[0], jose.RS256, kid("1"), claims("iss", away)), token.CodeIssuerAway},
		{"of a client that trusts nobody", aurora, bare.AppID, sound, token.CodeFederatedIssuer},
		{"of a disabled client", aurora, off.AppID, sound, token.CodeDisabledClient},
		{"of a client that is unknown", aurora, aurora.ID.String(), sound, token.CodeUnknownClient},
	} {
		t.Run(test.name, func(t *testing.T) {
			as, err := token.ParseAssertion(test.raw)
			var got token.Client
			if err == nil {
				got, err = a.AuthenticateFederated(ctx, w.Store, test.tenant.ID, test.client, as, tokentest.Origin)
			}
			if hospes.CodeOf(err) != test.code || err != nil && test.code == "" {
				t.Fatalf("error is %v, want %q", err, test.code)
			}
			if err == nil && (got.AppID != c.AppID || !got.Certified || len(got.Roles) != 1 || got.Tenant.ID != test.tenant.ID) {
				t.Errorf("the client is %+v", got)
			}
		})
	}
	as, err := token.ParseAssertion(sound)
	if err != nil || !as.Federated() || as.ClientID != "" {
		t.Fatalf("%+v, %v", as, err)
	}
	if _, err := w.Authority.AuthenticateFederated(ctx, w.Store, aurora.ID, c.AppID, as, tokentest.Origin); hospes.CodeOf(err) != token.CodeIssuerAway {
		t.Errorf("where nobody else is asked: %v", err)
	}
	if _, err := token.AuthenticateAssertion(ctx, w.Store, aurora.ID, as, []string{exchange}, "graph"); err == nil {
		t.Error("it counts as an assertion of the client's own")
	}
}

// TestWire6_3_Federated_TenantsOfThisInstance: where a tenant of this instance is the issuer, its keys are at hand, and what
// another tenant signs does not count although the keys are the same.
func TestWire6_3_Federated_TenantsOfThisInstance(t *testing.T) {
	w := tokentest.New(t)
	aurora, boreas := w.Tenant("Aurora", "aurora.example"), w.Tenant("Borealis", "borealis.example")
	c, workload := w.Client(aurora, "pipeline", "User.Read.All"), w.Client(boreas, "workload")
	stranger := w.Client(aurora, "stranger")
	const v1 = "https://sts.windows.net/"
	v2 := token.Issuer(tokentest.Origin, boreas.ID, false)
	subject := workload.Principal.ID.String()
	trust(w, aurora, c, "old", v1+boreas.ID.String()+"/", subject, exchange)
	trust(w, aurora, c, "new", v2, subject, workload.AppID)
	elsewhere := hospes.NewTenantID(hospes.SystemRandom())
	trust(w, aurora, c, "elsewhere", v1+elsewhere.String()+"/", subject, exchange)
	a := believing(w, federation.New(federation.Config{Fetcher: pages{}, Clock: w.Clock})) // nobody answers
	made := func(t hospes.Tenant, of tokentest.Client, version int, audience string) token.Assertion {
		w.Helper()
		raw, err := w.Authority.Mint(ctx, token.AppClaims{
			Client: token.Client{Tenant: t, Principal: workload.Principal.ID, AppID: of.AppID, DisplayName: of.Name}, Audience: audience, Origin: tokentest.Origin,
			For: &token.Resource{AppID: of.AppID, Version: version},
		})
		if err != nil {
			w.Fatal(err)
		}
		as, err := token.ParseAssertion(raw.Raw)
		if err != nil {
			w.Fatal(err)
		}
		return as
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	forged := func(issuer, kid string) token.Assertion {
		as, err := token.ParseAssertion(tokentest.Holder{Key: key}.Sign(t, jose.RS256, map[jose.HeaderKey]any{"kid": kid}, map[string]any{
			"iss": issuer, "sub": subject, "aud": []string{exchange, workload.AppID}, "exp": w.Clock.Now().Add(time.Hour).Unix(),
		}))
		if err != nil {
			t.Fatal(err)
		}
		return as
	}
	signer, err := w.Authority.Keys().Signer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		as   token.Assertion
		code string
	}{
		{"version 1", made(boreas, workload, 1, exchange), ""},
		{"version 2", made(boreas, workload, 2, ""), ""},
		{"of another tenant", made(aurora, stranger, 1, exchange), token.CodeFederatedIssuer},
		{"another audience", made(boreas, workload, 1, token.GraphResource), token.CodeFederatedAudience},
		{"forged", forged(v2, signer.ID), token.CodeUnknownKey},
		{"forged in version 1", forged(v1+boreas.ID.String()+"/", signer.ID), token.CodeUnknownKey},
		{"by a key that is unknown", forged(v2, "x"), token.CodeUnknownKey},
		{"of a tenant that is not here", forged(v1+elsewhere.String()+"/", signer.ID), token.CodeIssuerAway},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := a.AuthenticateFederated(ctx, w.Store, aurora.ID, c.AppID, test.as, tokentest.Origin)
			if hospes.CodeOf(err) != test.code || err != nil && test.code == "" {
				t.Fatalf("error is %v, want %q", err, test.code)
			}
			if err == nil && got.AppID != c.AppID {
				t.Errorf("the client is %+v", got)
			}
		})
	}
}

// FuzzAuthenticateFederated holds that no text makes an application of whoever wrote it.
func FuzzAuthenticateFederated(f *testing.F) {
	w := tokentest.New(f)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "pipeline")
	trust(w, aurora, c, "main", "https://ci.example", "job", exchange)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	web := pages{}
	web.publish(f, "https://ci.example", "1", key.Public())
	a := believing(w, federation.New(federation.Config{Fetcher: web, Clock: w.Clock}))
	claims := map[string]any{"iss": "https://ci.example", "sub": "job", "aud": exchange, "exp": w.Clock.Now().Add(time.Hour).Unix()}
	sound := tokentest.Holder{Key: key}.Sign(f, jose.RS256, map[jose.HeaderKey]any{"kid": "1"}, claims)
	f.Add(sound[:len(sound)-4])
	f.Add(sound + ".")
	f.Add("eyJhbGciOiJub25lIn0." + strings.Split(sound, ".")[1] + ".")
	f.Add("e30.e30.e30")
	f.Fuzz(func(t *testing.T, raw string) {
		as, err := token.ParseAssertion(raw)
		if err != nil || !as.Federated() || raw == sound {
			return
		}
		if got, err := a.AuthenticateFederated(ctx, w.Store, aurora.ID, c.AppID, as, tokentest.Origin); err == nil {
			t.Errorf("%q makes %+v", raw, got)
		}
	})
}
