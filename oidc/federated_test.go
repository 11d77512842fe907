package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/federation"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/outbound"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// issuer is a site that publishes the keys of an issuer.
type issuer struct {
	*httptest.Server
	key   *rsa.PrivateKey
	asked atomic.Int64
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	i.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.asked.Add(1)
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys")
		case "/keys":
			set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Use: "sig"}}}
			if err := json.NewEncoder(w).Encode(set); err != nil {
				t.Error(err)
			}
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(i.Close)
	return i
}

// sign makes an assertion for a job.
func (i *issuer) sign(t *testing.T, s *server, kid, subject string) string {
	return tokentest.Holder{Key: i.key}.Sign(t, jose.RS256, map[jose.HeaderKey]any{"kid": kid}, map[string]any{
		"iss": i.URL, "sub": subject, "aud": "api://AzureADTokenExchange", "exp": s.Clock.Now().Add(time.Hour).Unix(),
	})
}

// believing makes the server ask issuers, those at the prefixes too.
func (s *server) believing(at *issuer, allowed ...string) {
	roots := x509.NewCertPool()
	roots.AddCert(at.Certificate())
	config := outbound.Config{Roots: roots}
	for _, p := range allowed {
		config.Allowed = append(config.Allowed, netip.MustParsePrefix(p))
	}
	s.config.Authority = token.NewAuthority(token.Config{
		Keys: s.Authority.Keys(), Clock: s.Clock, Random: hospes.SystemRandom(), Origins: []string{tokentest.Origin},
		Issuers: federation.New(federation.Config{Fetcher: outbound.New(config), Clock: s.Clock}),
	})
	s.handler = oidc.New(s.config)
}

// trust lets tokens of an issuer for a job prove the client.
func (s *server) trust(issuer string) {
	s.Update(s.aurora, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, s.sync.Application.ID)
		if err != nil {
			return err
		}
		_, err = directory.AddFederatedCredential(tx, hospes.SystemRandom(), app, hospes.FederatedCredential{
			Name: "main", Issuer: issuer, Subject: "job", Audiences: []string{"api://AzureADTokenExchange"},
		})
		return err
	})
}

// federated is a request for a token with an assertion.
func (s *server) federated(raw string) url.Values {
	return s.form("client_secret", "", "client_assertion", raw, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
}

// code gives the number of a refusal, and holds its status.
func (a answer) code(t *testing.T, status int) float64 {
	t.Helper()
	codes, _ := a.body["error_codes"].([]any)
	if a.Code != status || len(codes) != 1 {
		t.Fatalf("it answers %d %s, want %d", a.Code, a.Body, status)
	}
	return codes[0].(float64)
}

// TestWire6_3_FederatedAtTheTokenEndpoint: an assertion of an issuer gets a token as one of the client's own does, and may be
// shown again.
func TestWire6_3_FederatedAtTheTokenEndpoint(t *testing.T) {
	s, i := serve(t), newIssuer(t)
	s.trust(i.URL)
	s.believing(i, "127.0.0.1/32")
	raw := i.sign(t, s, "1", "job")
	for range 2 {
		a := s.do(post(s.v2(), s.federated(raw)))
		if a.Code != http.StatusOK {
			t.Fatalf("it answers %d %s", a.Code, a.Body)
		}
		text, _ := a.body["access_token"].(string)
		caller, err := s.Authority.Verify(ctx, text)
		if err != nil || caller.AppID != s.sync.AppID || len(caller.Roles) != 1 {
			t.Errorf("the token is of %+v, %v", caller, err)
		}
	}
	if n := i.asked.Load(); n != 2 {
		t.Errorf("the issuer was asked %d times, want 2: for its document and its keys", n)
	}
	for j := range 50 {
		if code := s.do(post(s.v2(), s.federated(i.sign(t, s, fmt.Sprint("x", j), "job")))).code(t, http.StatusUnauthorized); code != 700027 {
			t.Errorf("an unknown key: %v", code)
		}
	}
	if n := i.asked.Load(); n != 2 {
		t.Errorf("unknown keys made it asked %d times", n-2)
	}
	if code := s.do(post(s.v2(), s.federated(i.sign(t, s, "1", "another")))).code(t, http.StatusUnauthorized); code != 700213 {
		t.Errorf("another subject: %v", code)
	}
	without := s.federated(raw)
	without.Del("client_id")
	if code := s.do(post(s.v2(), without)).code(t, http.StatusBadRequest); code != 900144 {
		t.Errorf("without a client: %v", code)
	}
	both := s.federated(raw)
	both.Set("client_secret", s.sync.Secret)
	if code := s.do(post(s.v2(), both)).code(t, http.StatusBadRequest); code != 9002313 {
		t.Errorf("with a secret as well: %v", code)
	}
}

// TestWire6_3_FederatedBetweenTenants: an application of one tenant comes with a token of another of this instance, which is
// asked for like any other, and no issuer is read.
func TestWire6_3_FederatedBetweenTenants(t *testing.T) {
	s, nobody := serve(t), newIssuer(t)
	s.believing(nobody)
	exchange, workload := s.Client(s.boreas, "exchange"), s.Client(s.boreas, "workload")
	s.Update(s.boreas, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, exchange.Application.ID)
		if err != nil {
			return err
		}
		app.Set(hospes.ApplicationIdentifierURIs, hospes.Strings("api://AzureADTokenExchange"))
		return tx.Put(app)
	})
	own := s.do(post("/"+s.boreas.ID.String()+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {workload.AppID}, "client_secret": {workload.Secret}, "scope": {"api://AzureADTokenExchange/.default"},
	}))
	raw, _ := own.body["access_token"].(string)
	if own.Code != http.StatusOK {
		t.Fatalf("the token to come with: %d %s", own.Code, own.Body)
	}
	if code := s.do(post(s.v2(), s.federated(raw))).code(t, http.StatusUnauthorized); code != 700211 {
		t.Errorf("nobody trusts the tenant: %v", code)
	}
	s.Update(s.aurora, func(tx store.Tx) error {
		app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, s.sync.Application.ID)
		if err != nil {
			return err
		}
		_, err = directory.AddFederatedCredential(tx, hospes.SystemRandom(), app, hospes.FederatedCredential{
			Name: "boreas", Issuer: token.Issuer("", s.boreas.ID, true), Subject: workload.Principal.ID.String(), Audiences: []string{"api://AzureADTokenExchange"},
		})
		return err
	})
	a := s.do(post(s.v2(), s.federated(raw)))
	text, _ := a.body["access_token"].(string)
	if caller, err := s.Authority.Verify(ctx, text); err != nil || caller.Tenant != s.aurora.ID || caller.AppID != s.sync.AppID {
		t.Errorf("it answers %d %s: %+v, %v", a.Code, a.Body, caller, err)
	}
}

// TestReliabilitySSRF_IssuersInside: an issuer at an address that is not of the internet is not asked, unless the operator
// allows it, and the answer does not say why; the log does. One that nobody trusts is not asked at all.
func TestReliabilitySSRF_IssuersInside(t *testing.T) {
	s, i := serve(t), newIssuer(t)
	s.believing(i)
	raw := i.sign(t, s, "1", "job")
	if code := s.do(post(s.v2(), s.federated(raw))).code(t, http.StatusUnauthorized); code != 700211 {
		t.Errorf("nobody trusts it: %v", code)
	}
	s.trust(i.URL)
	a := s.do(post(s.v2(), s.federated(raw)))
	if code := a.code(t, http.StatusBadRequest); code != 501661 {
		t.Errorf("inside: %v", code)
	}
	if strings.Contains(a.Body.String(), "internet") || !strings.Contains(s.log.String(), "not an address of the internet") {
		t.Errorf("the answer is %s, the log %s", a.Body, s.log.String())
	}
	if n := i.asked.Load(); n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}
