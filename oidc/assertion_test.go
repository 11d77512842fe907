package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// TestWire6_3_AssertionsAtTheTokenEndpoint takes the forms of the audience that libraries write, and each assertion once.
func TestWire6_3_AssertionsAtTheTokenEndpoint(t *testing.T) {
	s := serve(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := s.Clock.Now()
	holder := tokentest.NewHolder(t, key, now.Add(-time.Hour), now.Add(time.Hour))
	s.Update(s.aurora, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, s.sync.Application.ID)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, app, []hospes.Edit{{Property: hospes.ApplicationKeyCredentials, Value: hospes.JSON([]any{map[string]any{"key": holder.Certificate}})}})
	})
	sign := func(audience string) string {
		return holder.Sign(t, jose.PS256, nil, map[string]any{"iss": s.sync.AppID, "sub": s.sync.AppID, "aud": audience, "exp": now.Add(time.Minute).Unix(), "jti": hospes.NewUUID(rand.Reader)})
	}
	form := func(assertion string) url.Values {
		return s.form("client_secret", "", "client_id", "", "client_assertion", assertion, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	}
	base := tokentest.Origin + "/" + s.aurora.ID.String()
	for _, audience := range []string{base + "/oauth2/v2.0/token", base + "/v2.0", base + "/oauth2/token"} {
		a := s.do(post(s.v2(), form(sign(audience))))
		raw, _ := a.body["access_token"].(string)
		parts := strings.Split(raw, ".")
		if a.Code != http.StatusOK || len(parts) != 3 {
			t.Fatalf("%s answers %d %s", audience, a.Code, a.Body)
		}
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || !strings.Contains(string(payload), `"appidacr":"2"`) {
			t.Errorf("%s gives %s, %v", audience, payload, err)
		}
	}
	if a := s.do(post("/Aurora.Example/oauth2/v2.0/token", form(sign(tokentest.Origin+"/Aurora.Example/oauth2/v2.0/token")))); a.Code != http.StatusOK {
		t.Errorf("by domain: %s", a.Body)
	}
	used := sign(base + "/v2.0")
	for i, want := range []float64{0, 50012} {
		a := s.do(post(s.v2(), form(used)))
		codes, _ := a.body["error_codes"].([]any)
		if i == 0 && a.Code != http.StatusOK || i == 1 && (a.Code != http.StatusUnauthorized || len(codes) != 1 || codes[0] != want) {
			t.Errorf("use %d answers %d %s", i+1, a.Code, a.Body)
		}
	}
	for _, audience := range []string{"https://login.elsewhere.example/" + s.aurora.ID.String() + "/v2.0", tokentest.Origin + "/" + s.boreas.ID.String() + "/v2.0"} {
		a := s.do(post(s.v2(), form(sign(audience))))
		codes, _ := a.body["error_codes"].([]any)
		if a.Code != http.StatusUnauthorized || len(codes) != 1 || codes[0] != 700023.0 {
			t.Errorf("%s answers %d %s", audience, a.Code, a.Body)
		}
	}
	other := form(sign(base + "/v2.0"))
	other.Set("client_id", s.aurora.ID.String())
	if a := s.do(post(s.v2(), other)); a.Code != http.StatusUnauthorized || !strings.Contains(a.Body.String(), "AADSTS700021") {
		t.Errorf("of another client: %d %s", a.Code, a.Body)
	}
}
