package oidc_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token/tokentest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a body with a file; the ids of the tenant, which differ each time, are replaced by names.
func (s *server) golden(t *testing.T, name string, a answer) {
	t.Helper()
	text := strings.ReplaceAll(a.Body.String(), s.aurora.ID.String(), "TENANT")
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s is\n%swant\n%s", name, text, want)
	}
}

func TestConfiguration(t *testing.T) {
	s := serve(t)
	tid := s.aurora.ID.String()
	for _, test := range []struct{ name, path, golden string }{
		{"by id", "/" + tid + "/v2.0/.well-known/openid-configuration", "configuration_v2"},
		{"by domain", "/aurora.example/v2.0/.well-known/openid-configuration", "configuration_v2"},
		{"with a bare question mark", "/" + tid + "/v2.0/.well-known/openid-configuration?", "configuration_v2"},
		{"with doubled slashes", "//" + tid + "/v2.0//.well-known/openid-configuration", "configuration_v2"},
		{"v1", "/" + tid + "/.well-known/openid-configuration", "configuration_v1"},
		{"common", "/common/v2.0/.well-known/openid-configuration", "configuration_common"},
		{"organizations", "/organizations/v2.0/.well-known/openid-configuration", "configuration_organizations"},
		{"common, v1", "/common/.well-known/openid-configuration", "configuration_common_v1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.get(test.path)
			if a.Code != 200 || a.Header().Get("Cache-Control") != "private, max-age=3600" {
				t.Fatalf("%d %v %s", a.Code, a.Header(), a.Body)
			}
			s.golden(t, test.golden, a)
			for name, value := range a.body {
				if u, ok := value.(string); ok && strings.HasPrefix(u, "https://") && name != "issuer" && !strings.HasPrefix(u, tokentest.Origin) {
					t.Errorf("%s is %s", name, u)
				}
			}
		})
	}
}

// TestDocumentsNameEndpointsThatExist follows the addresses of a document that hospes answers already.
func TestDocumentsNameEndpointsThatExist(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/aurora.example/v2.0/.well-known/openid-configuration", "/aurora.example/.well-known/openid-configuration"} {
		body := s.get(path).body
		for _, name := range []string{"token_endpoint", "jwks_uri"} {
			u, err := url.Parse(body[name].(string))
			if err != nil || !s.handler.Owns(u.Path) {
				t.Errorf("%s of %s is %v", name, path, body[name])
			}
		}
	}
}

func TestUnknownTenantOfADocument(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"v2.0/.well-known/openid-configuration", ".well-known/openid-configuration", "discovery/v2.0/keys", "discovery/keys"} {
		wantFailure(t, s.get("/nobody.example/"+path), 400, "invalid_tenant", 90002, "Tenant 'nobody.example' not found.")
	}
	wantFailure(t, s.get("/"+strings.Repeat("x", 500)+"/discovery/keys"), 400, "invalid_tenant", 90002, strings.Repeat("x", 100)+"…")
}

// TestKeysVerifyTokens checks a token with nothing but the published keys, as somebody else would.
func TestKeysVerifyTokens(t *testing.T) {
	s := serve(t)
	s.Clock.Advance(48 * time.Hour)
	if _, _, err := s.Authority.Keys().Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	raw := s.Token(s.aurora, s.sync)
	for path, issuer := range map[string]string{
		"/aurora.example/discovery/v2.0/keys": s.aurora.ID.String(), "/common/discovery/keys": "{tenantid}", "/common/discovery/v2.0/keys": "{tenantid}",
	} {
		a := s.get(path)
		var set jose.JSONWebKeySet
		if err := json.Unmarshal(a.Body.Bytes(), &set); err != nil || len(set.Keys) != 2 {
			t.Fatalf("%s: %v", a.Body, err)
		}
		signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signed.Verify(&set); err != nil {
			t.Error(err)
		}
		for _, k := range a.body["keys"].([]any) {
			k := k.(map[string]any)
			der, err := base64.StdEncoding.DecodeString(k["x5c"].([]any)[0].(string))
			if err != nil {
				t.Fatal(err)
			}
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			n := base64.RawURLEncoding.EncodeToString(certificate.PublicKey.(*rsa.PublicKey).N.Bytes())
			if k["kty"] != "RSA" || k["use"] != "sig" || k["e"] != "AQAB" || k["n"] != n || k["kid"] != k["x5t"] || k["issuer"] != tokentest.Origin+"/"+issuer+"/v2.0" || len(k) != 8 {
				t.Errorf("key is %v", k)
			}
		}
	}
}

func TestInstance(t *testing.T) {
	s := serve(t)
	tid := s.aurora.ID.String()
	for _, test := range []struct{ name, version, asked, want string }{
		{"a tenant", "1.1", tokentest.Origin + "/" + tid + "/oauth2/v2.0/authorize",
			`{"tenant_discovery_endpoint":"https://hospes.test:8443/` + tid + `/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[{"preferred_network":"hospes.test:8443","preferred_cache":"hospes.test:8443","aliases":["hospes.test:8443"]}]}`},
		{"version 1.0", "1.0", tokentest.Origin + "/common/oauth2/authorize",
			`{"tenant_discovery_endpoint":"https://hospes.test:8443/common/v2.0/.well-known/openid-configuration","api-version":"1.0","metadata":[{"preferred_network":"hospes.test:8443","preferred_cache":"hospes.test:8443","aliases":["hospes.test:8443"]}]}`},
		{"without the port", "1.1", "https://hospes.test/aurora.example/oauth2/v2.0/authorize",
			`{"tenant_discovery_endpoint":"https://hospes.test:8443/aurora.example/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[{"preferred_network":"hospes.test:8443","preferred_cache":"hospes.test:8443","aliases":["hospes.test:8443","hospes.test"]}]}`},
		{"odd tenant", "1.1", tokentest.Origin + "/%22%3E/oauth2",
			`{"tenant_discovery_endpoint":"https://hospes.test:8443/common/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[{"preferred_network":"hospes.test:8443","preferred_cache":"hospes.test:8443","aliases":["hospes.test:8443"]}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.get("/common/discovery/instance?api-version=" + test.version + "&authorization_endpoint=" + url.QueryEscape(test.asked))
			if a.Code != 200 || strings.TrimSpace(a.Body.String()) != test.want {
				t.Errorf("%d %s, want %s", a.Code, a.Body, test.want)
			}
		})
	}
	for _, asked := range []string{"https://evil.example/common/oauth2/authorize", "nonsense", "://", "https://hospes.test.evil.example/"} {
		wantFailure(t, s.get("/common/discovery/instance?authorization_endpoint="+url.QueryEscape(asked)), 400, "invalid_instance", 50049, "Unknown or invalid instance.")
	}
	wantFailure(t, s.get("/common/discovery/instance"), 400, "invalid_request", 900144, "'authorization_endpoint'")

	// A mapped name asks about the configured address, as az does with a cloud of its own.
	r := httptest.NewRequest("GET", "https://login.microsoftonline.com/common/discovery/instance?authorization_endpoint="+url.QueryEscape(tokentest.Origin+"/common/oauth2/authorize"), nil)
	if a := s.do(r); a.Code != 200 || !strings.HasPrefix(a.body["tenant_discovery_endpoint"].(string), tokentest.Origin) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

func TestCloud(t *testing.T) {
	s := serve(t)
	a := s.get("/metadata/endpoints?api-version=2022-09-01")
	s.golden(t, "cloud", a)
	if a.body["authentication"].(map[string]any)["loginEndpoint"] != tokentest.Origin {
		t.Error("loginEndpoint must not end in a slash")
	}
	for _, version := range []string{"2019-05-01", "2020-06-01"} {
		list := s.get("/metadata/endpoints?api-version=" + version)
		if got, want := strings.TrimSpace(list.Body.String()), "["+strings.TrimSpace(a.Body.String())+"]"; got != want {
			t.Errorf("%s: %s", version, got)
		}
	}
}

func TestOwns(t *testing.T) {
	h := oidc.New(oidc.Config{})
	for path, want := range map[string]bool{
		"/common/discovery/keys": true, "//t/oauth2/token": true, "/T/OAUTH2/V2.0/TOKEN": true, "/metadata/endpoints": true, "/t/discovery/instance": true,
		"/": false, "": false, "/oauth2/token": false, "/t": false, "/t/oauth2/v2.0/token/x": false, "/v1.0/users": false, "/metadata": false,
		"/t/oauth2/v2.0/authorize": true, "/adfs/oauth2/token": true, "/adfs/oauth2/v2.0/token": false, "/common/userrealm/anna@x.example": true, "/oidc/userinfo": true,
		"/.well-known/openid-configuration": false,
	} {
		if h.Owns(path) != want {
			t.Errorf("Owns(%q) is %v", path, !want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/v1.0/users", nil))
	if w.Code != 404 {
		t.Errorf("a path of somebody else answers %d", w.Code)
	}
}
