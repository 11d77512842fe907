package token_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
	"pgregory.net/rapid"
)

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func decoded(t testing.TB, part string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMintedClaims(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync", "User.Read.All")
	parts := strings.Split(w.Token(aurora, c), ".")
	header := decoded(t, parts[0])
	kid := header["kid"]
	keys, err := w.Authority.Keys().Published(ctx)
	if err != nil || len(keys) != 1 {
		t.Fatalf("keys are %v, %v", keys, err)
	}
	sum := sha1.Sum(keys[0].Certificate)
	if want := base64.RawURLEncoding.EncodeToString(sum[:]); kid != want || header["x5t"] != want || header["alg"] != "RS256" || header["typ"] != "JWT" || len(header) != 4 {
		t.Errorf("header is %v", header)
	}

	claims := decoded(t, parts[1])
	tid, oid, now := aurora.ID.String(), c.Principal.ID.String(), float64(tokentest.Start.Unix())
	want := map[string]any{
		"aud": "https://graph.microsoft.com", "iss": "https://sts.windows.net/" + tid + "/", "iat": now, "nbf": now - 300, "exp": now + 3600,
		"app_displayname": "sync", "appid": c.AppID, "appidacr": "1", "idp": "https://sts.windows.net/" + tid + "/", "idtyp": "app",
		"oid": oid, "roles": []any{"User.Read.All"}, "sub": oid, "tenant_region_scope": "WW", "tid": tid, "ver": "1.0",
		"wids": []any{"0997a1d0-0d1d-4acb-b408-d5ca73121e90"}, "xms_tcdt": now,
	}
	for name, value := range want {
		if got, _ := json.Marshal(claims[name]); string(got) != mustJSON(value) {
			t.Errorf("%s is %s, want %s", name, got, mustJSON(value))
		}
	}
	for _, opaque := range []string{"aio", "rh", "uti"} {
		if s, _ := claims[opaque].(string); len(s) < 20 {
			t.Errorf("%s is %v", opaque, claims[opaque])
		}
		delete(claims, opaque)
	}
	if len(claims) != len(want) {
		t.Errorf("claims are %v", slices.Sorted(maps.Keys(claims)))
	}
	if without := decoded(t, strings.Split(w.Token(aurora, w.Client(aurora, "none")), ".")[1]); without["roles"] != nil {
		t.Errorf("roles without a grant: %v", without["roles"])
	}
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestMintedTokensVerify is the property that whatever is minted is believed, and nothing else of its kind.
func TestMintedTokensVerify(t *testing.T) {
	w := tokentest.New(t)
	names := make([]string, 0, 40)
	for _, p := range token.Permissions() {
		names = append(names, p.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		client := token.Client{
			Tenant:      hospes.Tenant{ID: hospes.NewTenantID(rand.Reader), Created: time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "created"), 0)},
			Principal:   hospes.NewObjectID(rand.Reader),
			AppID:       hospes.NewUUID(rand.Reader),
			DisplayName: strings.ToValidUTF8(rapid.String().Draw(t, "name"), ""),
			Roles:       rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(t, "roles"),
		}
		audience := rapid.SampledFrom([]string{
			"", "https://graph.microsoft.com", "https://graph.microsoft.com/", token.GraphAppID, tokentest.Origin, tokentest.Origin + "/", tokentest.Origin + "//",
		}).Draw(t, "audience")
		made, err := w.Authority.Mint(ctx, token.AppClaims{Client: client, Audience: audience})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time from the cache
			got, err := w.Authority.Verify(ctx, made.Raw)
			if err != nil {
				t.Fatal(err)
			}
			if got.Tenant != client.Tenant.ID || got.Principal != client.Principal || got.AppID != client.AppID || got.DisplayName != client.DisplayName ||
				!slices.Equal(got.Roles, client.Roles) || got.Audience != made.Audience || !got.Expires.Equal(made.Expires) || got.ID == "" {
				t.Fatalf("minted %+v, got %+v", client, got)
			}
		}
		parts := strings.Split(made.Raw, ".")
		part := rapid.IntRange(0, 2).Draw(t, "part")
		at := rapid.IntRange(0, len(parts[part])-1).Draw(t, "at")
		changed := []byte(parts[part])
		changed[at] = "AB"[b2i(changed[at] == 'A')]
		parts[part] = string(changed)
		if _, err := w.Authority.Verify(ctx, strings.Join(parts, ".")); hospes.KindOf(err) != hospes.KindUnauthenticated {
			t.Fatalf("changed token: %v", err)
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// forge signs claims with a key that hospes believes, as nobody but hospes can.
type forge struct {
	*tokentest.World
	claims map[string]any
}

func (f *forge) sign(change func(map[string]any)) string {
	f.Helper()
	claims := maps.Clone(f.claims)
	change(claims)
	key := token.PrivateKey(f.TB, f.Authority.Keys())
	return signed(f.TB, jose.RS256, key, kidOf(f.TB, f.World), claims)
}

func kidOf(t testing.TB, w *tokentest.World) string {
	t.Helper()
	key, err := w.Authority.Keys().Signer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return key.ID
}

func signed(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := signer.Sign([]byte(mustJSON(claims)))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestVerifyRefuses(t *testing.T) {
	w := tokentest.New(t)
	aurora, boreas := w.Tenant("Aurora", "aurora.example"), w.Tenant("Borealis", "borealis.example")
	raw := w.Token(aurora, w.Client(aurora, "sync", "User.Read.All"))
	parts := strings.Split(raw, ".")
	f := &forge{World: w, claims: decoded(t, parts[1])}
	kid := kidOf(t, w)
	now := tokentest.Start.Unix()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.Authority.Keys().Published(ctx)
	if err != nil {
		t.Fatal(err)
	}

	hs256 := encoded(`{"alg":"HS256","kid":"`+kid+`"}`) + "." + parts[1]
	mac := hmac.New(sha256.New, keys[0].Certificate) // the classic: a public text as the secret of a symmetric key
	mac.Write([]byte(hs256))
	hs256 += "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))

	const (
		malformed = "CompactToken parsing failed with error code: 80049217"
		failure   = "Access token validation failure."
		signature = "Invalid signature"
		expired   = "Lifetime validation failed, the token is expired."
		early     = "Access token has expired or is not yet valid."
		audience  = "Access token validation failure. Invalid audience."
	)
	set := func(name string, value any) string { return f.sign(func(m map[string]any) { m[name] = value }) }
	for _, test := range []struct{ name, raw, text string }{
		{"sound", raw, ""},
		{"forged soundly", f.sign(func(map[string]any) {}), ""},
		{"empty", "", "Access token is empty."},
		{"no token", "hello", malformed},
		{"no token with dots", "a.b.c", malformed},
		{"too long", strings.Repeat("a", 20000), malformed},
		{"with a line break", raw[:50] + "\n" + raw[50:], malformed},
		{"JSON serialization", `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, malformed},
		{"alg none", encoded(`{"alg":"none","kid":"`+kid+`"}`) + "." + parts[1] + ".", failure},
		{"alg None", encoded(`{"alg":"None","kid":"`+kid+`"}`) + "." + parts[1] + ".", failure},
		{"alg none with the signature", encoded(`{"alg":"none","kid":"`+kid+`"}`) + "." + parts[1] + "." + parts[2], failure},
		{"alg HS256", hs256, failure},
		{"alg PS256", signed(t, jose.PS256, token.PrivateKey(t, w.Authority.Keys()), kid, f.claims), failure},
		{"no signature", parts[0] + "." + parts[1] + ".", signature},
		{"another header", encoded(`{"alg":"RS256","kid":"`+kid+`","x":1}`) + "." + parts[1] + "." + parts[2], signature},
		{"a stranger's key", signed(t, jose.RS256, stranger, kid, f.claims), signature},
		{"a stranger's key id", signed(t, jose.RS256, stranger, "stranger", f.claims), signature},
		{"no key id", signed(t, jose.RS256, stranger, "", f.claims), signature},
		{"other claims", parts[0] + "." + encoded(strings.Replace(mustJSON(f.claims), "User.Read.All", "User.ReadWrite.All", 1)) + "." + parts[2], signature},
		{"expired", set("exp", now-300), expired},
		{"expired within the skew", set("exp", now-299), ""},
		{"no expiry", f.sign(func(m map[string]any) { delete(m, "exp") }), expired},
		{"not yet", set("nbf", now+301), early},
		{"not yet within the skew", set("nbf", now+300), ""},
		{"another tenant", set("tid", boreas.ID.String()), failure},
		{"another issuer", set("iss", "https://sts.windows.net/"+boreas.ID.String()+"/"), failure},
		{"no tenant", f.sign(func(m map[string]any) { delete(m, "tid") }), failure},
		{"no oid", f.sign(func(m map[string]any) { delete(m, "oid") }), failure},
		{"no appid", f.sign(func(m map[string]any) { delete(m, "appid") }), failure},
		{"of neither an application nor a user", set("idtyp", "device"), failure},
		{"claims of another shape", set("roles", "User.Read.All"), failure},
		{"wrong audience", set("aud", "https://vault.example"), audience},
		{"audience that begins alike", set("aud", "https://graph.microsoft.com.evil.example"), audience},
		{"audience of another port", set("aud", "https://hospes.test:9443"), audience},
		{"no audience", f.sign(func(m map[string]any) { delete(m, "aud") }), audience},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 2 { // a refusal is not remembered as anything else
				_, err := w.Authority.Verify(ctx, test.raw)
				if test.text == "" {
					if err != nil {
						t.Fatal(err)
					}
					continue
				}
				if e := asError(err); e.Message != test.text || e.Code != "InvalidAuthenticationToken" || e.Kind != hospes.KindUnauthenticated {
					t.Fatalf("error is %v with code %q", err, e.Code)
				}
			}
		})
	}
}

func asError(err error) hospes.Error {
	e, ok := err.(*hospes.Error)
	if !ok {
		return hospes.Error{}
	}
	return *e
}

func TestCachedTokensExpire(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	raw := w.Token(aurora, w.Client(aurora, "sync"))
	for _, step := range []struct {
		by time.Duration
		ok bool
	}{{0, true}, {time.Hour - time.Second, true}, {5 * time.Minute, true}, {time.Second, false}} {
		w.Clock.Advance(step.by)
		if _, err := w.Authority.Verify(ctx, raw); (err == nil) != step.ok {
			t.Errorf("at %v: %v", w.Clock.Now(), err)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	small := token.NewAuthority(token.Config{Keys: w.Authority.Keys(), Clock: w.Clock, Random: rand.Reader, Cache: 4})
	for range 20 {
		made, err := small.Mint(ctx, token.AppClaims{Client: token.Client{Tenant: aurora, AppID: "a"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := small.Verify(ctx, made.Raw); err != nil {
			t.Fatal(err)
		}
		if n := token.CacheSize(small); n > 4 {
			t.Fatalf("%d tokens are remembered", n)
		}
	}
}

func FuzzVerify(f *testing.F) {
	w := tokentest.New(f)
	aurora := w.Tenant("Aurora", "aurora.example")
	minted := w.Token(aurora, w.Client(aurora, "sync", "User.Read.All"))
	parts := strings.Split(minted, ".")
	f.Add(minted)
	f.Add(encoded(`{"alg":"none"}`) + "." + parts[1] + ".")
	f.Add(encoded(`{"alg":"RS256","crit":["b64"],"b64":false,"kid":"x"}`) + "." + parts[1] + "." + parts[2])
	f.Add("a.b.c")
	f.Add("..")
	f.Fuzz(func(t *testing.T, raw string) {
		_, err := w.Authority.Verify(ctx, raw)
		if err != nil {
			if e := asError(err); raw != "" && (e.Kind != hospes.KindUnauthenticated || e.Code != token.CodeInvalidToken) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		if raw != minted {
			t.Fatalf("believed %q", raw)
		}
	})
}
