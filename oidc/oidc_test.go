package oidc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

var ctx = context.Background()

// server is a handler over a World with two tenants and a client.
type server struct {
	*tokentest.World
	handler        *oidc.Handler
	config         oidc.Config
	log            bytes.Buffer
	aurora, boreas hospes.Tenant
	sync           tokentest.Client
}

func serve(t testing.TB) *server {
	s := &server{World: tokentest.New(t)}
	s.aurora, s.boreas = s.Tenant("Aurora", "aurora.example"), s.Tenant("Borealis", "borealis.example")
	s.sync = s.Client(s.aurora, "sync", "User.Read.All")
	people := authn.New(authn.Config{Store: s.Store, Box: s.Box, Clock: s.Clock, Random: hospes.SystemRandom()})
	grants := grant.New(grant.Config{Store: s.Store, Box: s.Box, Clock: s.Clock, Random: hospes.SystemRandom(), Authority: s.Authority, People: people, System: s.aurora.ID})
	s.config = oidc.Config{
		Store: s.Store, Authority: s.Authority, Clock: s.Clock, Random: hospes.SystemRandom(), Log: slog.New(slog.NewTextHandler(&s.log, nil)),
		People: people, Grants: grants, Origin: func(r *http.Request) string { return "https://" + r.Host },
	}
	s.handler = oidc.New(s.config)
	return s
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	body map[string]any
}

func (s *server) do(r *http.Request) answer {
	s.Helper()
	if !s.handler.Owns(r.URL.Path) {
		s.Fatalf("nobody owns %s", r.URL.Path)
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	s.handler.ServeHTTP(a, r)
	if text := a.Body.Bytes(); len(text) > 0 && text[0] == '{' {
		if err := json.Unmarshal(text, &a.body); err != nil {
			s.Fatalf("body %s: %v", text, err)
		}
	}
	return a
}

func (s *server) get(path string) answer {
	s.Helper()
	r := httptest.NewRequest(http.MethodGet, tokentest.Origin+path, nil)
	return s.do(r)
}

func post(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, tokentest.Origin+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// form is a sound request for a token, with changes: an empty value takes a field away.
func (s *server) form(changes ...string) url.Values {
	v := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {s.sync.AppID}, "client_secret": {s.sync.Secret},
		"scope": {"https://graph.microsoft.com/.default"},
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "" {
			v.Del(changes[i])
		} else {
			v.Set(changes[i], changes[i+1])
		}
	}
	return v
}

func (s *server) v2() string { return "/" + s.aurora.ID.String() + "/oauth2/v2.0/token" }

func TestToken(t *testing.T) {
	s := serve(t)
	tid := s.aurora.ID.String()
	for _, test := range []struct {
		name, path string
		form       url.Values
		audience   string
	}{
		{"tenant by id", s.v2(), s.form(), "https://graph.microsoft.com"},
		{"tenant by id in capitals", strings.ToUpper(s.v2()), s.form(), "https://graph.microsoft.com"},
		{"tenant by domain", "/Aurora.Example/oauth2/v2.0/token", s.form(), "https://graph.microsoft.com"},
		{"doubled slashes", "//" + tid + "//oauth2/v2.0//token", s.form(), "https://graph.microsoft.com"},
		{"query on the POST", s.v2() + "?client-request-id=" + tid + "&client_id=x&scope=y", s.form(), "https://graph.microsoft.com"},
		{"further fields", s.v2(), s.form("client_info", "1", "claims", `{"access_token":{"xms_cc":{"values":["CP1"]}}}`, "x-client-SKU", "MSAL.Python"), "https://graph.microsoft.com"},
		{"scopes of people", s.v2(), s.form("scope", "https://graph.microsoft.com/.default openid offline_access profile"), "https://graph.microsoft.com"},
		{"scopes of people first", s.v2(), s.form("scope", "openid  offline_access https://graph.microsoft.com/.default"), "https://graph.microsoft.com"},
		{"two slashes", s.v2(), s.form("scope", "https://graph.microsoft.com//.default"), "https://graph.microsoft.com/"},
		{"own origin", s.v2(), s.form("scope", tokentest.Origin+"/.default"), tokentest.Origin},
		{"own origin, two slashes", s.v2(), s.form("scope", tokentest.Origin+"//.default"), tokentest.Origin + "/"},
		{"application id", s.v2(), s.form("scope", token.GraphAppID+"/.default"), token.GraphAppID},
		{"the same resource twice", s.v2(), s.form("scope", "https://graph.microsoft.com/.default https://graph.microsoft.com//.default"), "https://graph.microsoft.com/"},
		{"v1", "/" + tid + "/oauth2/token", s.form("scope", "", "resource", "https://graph.microsoft.com"), "https://graph.microsoft.com"},
		{"v1 with a slash", "/" + tid + "/oauth2/token", s.form("scope", "", "resource", "https://graph.microsoft.com/"), "https://graph.microsoft.com/"},
		{"v1 with a scope", "/" + tid + "/oauth2/token", s.form(), "https://graph.microsoft.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.do(post(test.path, test.form))
			if a.Code != http.StatusOK {
				t.Fatalf("%d %s", a.Code, a.Body)
			}
			raw, _ := a.body["access_token"].(string)
			caller, err := s.Authority.Verify(ctx, raw)
			if err != nil {
				t.Fatal(err)
			}
			if caller.Audience != test.audience || caller.AppID != s.sync.AppID || caller.Tenant != s.aurora.ID || !caller.Has("User.Read.All") || caller.Has("User.ReadWrite.All") {
				t.Errorf("caller is %+v", caller)
			}
			want := `{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"` + raw + `"}` + "\n"
			if strings.HasPrefix(test.name, "v1") {
				want = `{"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":"1795179600","not_before":"1795175700",` +
					`"resource":"` + test.audience + `","access_token":"` + raw + `"}` + "\n"
			}
			if a.Body.String() != want {
				t.Errorf("body is %s, want %s", a.Body, want)
			}
			wantHeaders(t, a)
		})
	}
}

func wantHeaders(t *testing.T, a answer) {
	t.Helper()
	h := a.Header()
	if h.Get("Cache-Control") != "no-store" || h.Get("Pragma") != "no-cache" || h.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("headers are %v", h)
	}
	if _, ok := hospes.ParseObjectID(h.Get("x-ms-request-id")); !ok {
		t.Errorf("x-ms-request-id is %q", h.Get("x-ms-request-id"))
	}
}

func TestTokenWithBasic(t *testing.T) {
	s := serve(t)
	for _, test := range []struct {
		name, user, password string
		form                 url.Values
		status               int
	}{
		{"in the header", s.sync.AppID, s.sync.Secret, s.form("client_id", "", "client_secret", ""), 200},
		{"escaped", strings.ReplaceAll(s.sync.AppID, "-", "%2D"), fmt.Sprintf("%%%02X", s.sync.Secret[0]) + s.sync.Secret[1:], s.form("client_id", "", "client_secret", ""), 200},
		{"id in both", s.sync.AppID, s.sync.Secret, s.form("client_secret", ""), 200},
		{"another id in the body", s.sync.AppID, s.sync.Secret, s.form("client_id", s.aurora.ID.String(), "client_secret", ""), 400},
		{"the body counts", "x", "y", s.form(), 200},
		{"wrong", s.sync.AppID, "100%wrong", s.form("client_id", "", "client_secret", ""), 401},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := post(s.v2(), test.form)
			r.SetBasicAuth(test.user, test.password)
			a := s.do(r)
			if a.Code != test.status {
				t.Errorf("%d %s", a.Code, a.Body)
			}
			if (a.Header().Get("WWW-Authenticate") != "") != (test.status == 401) {
				t.Errorf("WWW-Authenticate is %q", a.Header().Get("WWW-Authenticate"))
			}
		})
	}
}

// TestTokenOfTheHostHeader asks by an address that is not configured: the token is for Graph, not for that address.
func TestTokenOfTheHostHeader(t *testing.T) {
	s := serve(t)
	r := post(s.v2(), s.form("scope", "https://other.example/.default"))
	r.Host = "other.example"
	a := s.do(r)
	raw, _ := a.body["access_token"].(string)
	caller, err := s.Authority.Verify(ctx, raw)
	if err != nil || caller.Audience != token.GraphResource {
		t.Errorf("%d %s: %+v, %v", a.Code, a.Body, caller, err)
	}
}

func TestTokenRefusals(t *testing.T) {
	s := serve(t)
	now := s.Clock.Now()
	tid := s.aurora.ID.String()
	expired := s.Secret(s.aurora, s.sync.Application.Number, now.AddDate(-1, 0, 0), now)
	off := s.Client(s.aurora, "off")
	s.Update(s.aurora, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, nil, off.Principal.ID)
		if err != nil {
			return err
		}
		o.Set(hospes.PrincipalAccountEnabled, hospes.False)
		return tx.Put(o)
	})
	unknown := hospes.NewUUID(hospes.SystemRandom())
	twice := s.form()
	twice["scope"] = []string{"a/.default", "b/.default"}
	for _, test := range []struct {
		name, path string
		form       url.Values
		status     int
		error      string
		code       int
		text       string
	}{
		{"wrong secret", s.v2(), s.form("client_secret", "wrong"), 401, "invalid_client", 7000215, "Invalid client secret provided."},
		{"expired secret", s.v2(), s.form("client_secret", expired), 401, "invalid_client", 7000222, "expired"},
		{"unknown client", s.v2(), s.form("client_id", unknown), 400, "unauthorized_client", 700016, unknown},
		{"client of another tenant", "/borealis.example/oauth2/v2.0/token", s.form(), 400, "unauthorized_client", 700016, "was not found in the directory"},
		{"zero client", s.v2(), s.form("client_id", "00000000-0000-0000-0000-000000000000"), 400, "unauthorized_client", 700038, "00000000-0000-0000-0000-000000000000 is not a valid application identifier."},
		{"malformed client", s.v2(), s.form("client_id", "my-app"), 400, "unauthorized_client", 700038, "my-app is not a valid application identifier."},
		{"disabled", s.v2(), s.form("client_id", off.AppID, "client_secret", off.Secret), 400, "unauthorized_client", 7000112, "is disabled"},
		{"no client", s.v2(), s.form("client_id", ""), 400, "invalid_request", 900144, "'client_id'"},
		{"no secret", s.v2(), s.form("client_secret", ""), 401, "invalid_client", 7000216, "'client_assertion', 'client_secret'"},
		{"assertion", s.v2(), s.form("client_secret", "", "client_assertion", "a.b.c", "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), 401, "invalid_client", 50027, "assertion"},
		{"assertion of no type", s.v2(), s.form("client_secret", "", "client_assertion", "a.b.c"), 400, "invalid_request", 9002313, "client_assertion_type"},
		{"assertion and secret", s.v2(), s.form("client_assertion", "a.b.c"), 400, "invalid_request", 9002313, "not by both"},
		{"unknown resource", s.v2(), s.form("scope", "https://vault.example/.default"), 400, "invalid_resource", 500011, "https://vault.example"},
		{"unknown resource, v1", "/" + tid + "/oauth2/token", s.form("scope", "", "resource", "https://vault.example"), 400, "invalid_resource", 500011, "https://vault.example"},
		{"unknown resource, wrong secret", s.v2(), s.form("scope", "https://vault.example/.default", "client_secret", "x"), 401, "invalid_client", 7000215, ""},
		{"no grant type", s.v2(), s.form("grant_type", ""), 400, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'."},
		{"empty", s.v2(), url.Values{}, 400, "invalid_request", 900144, "'grant_type'"},
		{"no scope", s.v2(), s.form("scope", ""), 400, "invalid_request", 900144, "'scope'"},
		{"no resource", "/" + tid + "/oauth2/token", s.form("scope", ""), 400, "invalid_request", 900144, "'resource'"},
		{"unknown tenant", "/" + unknown + "/oauth2/v2.0/token", s.form(), 400, "invalid_request", 90002, "Tenant '" + unknown + "' not found."},
		{"unknown domain", "/nobody.example/oauth2/v2.0/token", s.form(), 400, "invalid_request", 90002, "Tenant 'nobody.example' not found."},
		{"no tenant at all", "/consumers/oauth2/v2.0/token", s.form(), 400, "invalid_request", 90002, "Tenant 'consumers' not found."},
		{"common", "/common/oauth2/v2.0/token", s.form(), 400, "invalid_request", 50059, "'common'"},
		{"organizations", "/organizations/oauth2/token", s.form(), 400, "invalid_request", 50059, "'organizations'"},
		{"one permission as scope", s.v2(), s.form("scope", "https://graph.microsoft.com/User.Read.All"), 400, "invalid_scope", 1002012, "/.default"},
		{"only scopes of people", s.v2(), s.form("scope", "openid profile"), 400, "invalid_scope", 1002012, "openid profile"},
		{"no resource in the scope", s.v2(), s.form("scope", "/.default"), 400, "invalid_scope", 1002012, "/.default"},
		{"two resources", s.v2(), s.form("scope", "https://graph.microsoft.com/.default https://vault.example/.default"), 400, "invalid_scope", 70011, "more than one"},
		{"a field twice", s.v2(), twice, 400, "invalid_request", 9000411, "'scope'"},
		{"too long", s.v2(), s.form("x", strings.Repeat("x", 64<<10)), 400, "invalid_request", 9002313, "65536"},
		{"password", s.v2(), s.form("grant_type", "password"), 400, "unsupported_grant_type", 70003, "'password'"},
		{"code", s.v2(), s.form("grant_type", "authorization_code"), 400, "invalid_request", 900144, "'code'"},
		{"device code", "/common/oauth2/v2.0/token", s.form("grant_type", "device_code"), 400, "invalid_request", 900144, "'device_code'"},
		{"refresh token", s.v2(), s.form("grant_type", "refresh_token"), 400, "invalid_request", 900144, "'refresh_token'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.do(post(test.path, test.form))
			wantFailure(t, a, test.status, test.error, test.code, test.text)
			if secret := test.form.Get("client_secret"); len(secret) > 10 && strings.Contains(a.Body.String(), secret) {
				t.Errorf("the answer quotes the secret: %s", a.Body)
			}
		})
	}
	if s.log.Len() > 0 {
		t.Errorf("logged %s", s.log.String())
	}
}

func wantFailure(t *testing.T, a answer, status int, name string, code int, text string) {
	t.Helper()
	if a.Code != status || a.body["error"] != name {
		t.Fatalf("%d %s, want %d %s", a.Code, a.Body, status, name)
	}
	number, _ := json.Marshal(code)
	wantHeaders(t, a)
	stamp, trace, correlation := "2026-11-20 12:00:00Z", a.Header().Get("x-ms-request-id"), a.body["correlation_id"].(string)
	description, _ := a.body["error_description"].(string)
	if !strings.HasPrefix(description, "AADSTS"+string(number)+": ") || !strings.Contains(description, text) ||
		!strings.HasSuffix(description, " Trace ID: "+trace+" Correlation ID: "+correlation+" Timestamp: "+stamp) {
		t.Errorf("error_description is %q", description)
	}
	codes, _ := json.Marshal(a.body["error_codes"])
	if string(codes) != "["+string(number)+"]" || a.body["timestamp"] != stamp || a.body["trace_id"] != trace ||
		a.body["error_uri"] != tokentest.Origin+"/error?code="+string(number) || len(a.body) != 7 {
		t.Errorf("body is %s", a.Body)
	}
}

func TestTokenBodies(t *testing.T) {
	s := serve(t)
	for _, test := range []struct {
		name, media, body string
		code              int
	}{
		{"JSON", "application/json", `{"grant_type":"client_credentials"}`, 900144},
		{"no type", "", s.form().Encode(), 900144},
		{"not a form", "application/x-www-form-urlencoded", "grant_type=%zz", 9002313},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := post(s.v2(), nil)
			r = httptest.NewRequest(http.MethodPost, r.URL.String(), strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.media)
			wantFailure(t, s.do(r), 400, "invalid_request", test.code, "")
		})
	}
	charset := post(s.v2(), s.form())
	charset.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	if a := s.do(charset); a.Code != 200 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

func TestMethods(t *testing.T) {
	s := serve(t)
	a := s.get(s.v2())
	wantFailure(t, a, 405, "invalid_request", 900561, "only accepts POST requests")
	if a.Header().Get("Allow") != "POST" {
		t.Errorf("Allow is %q", a.Header().Get("Allow"))
	}
	wantFailure(t, s.do(post("/common/discovery/keys", nil)), 405, "invalid_request", 900561, "only accepts GET requests")
	head := s.do(httptest.NewRequest(http.MethodHead, tokentest.Origin+"/common/discovery/keys", nil))
	if head.Code != 200 || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d %s", head.Code, head.Body)
	}
}

func TestCorrelation(t *testing.T) {
	s := serve(t)
	id := hospes.NewUUID(hospes.SystemRandom())
	r := post(s.v2(), s.form("client_secret", "wrong"))
	r.Header.Set("client-request-id", id)
	if a := s.do(r); a.Header().Get("client-request-id") != id || a.body["correlation_id"] != id {
		t.Errorf("%v %s", a.Header(), a.Body)
	}
	if a := s.do(post(s.v2()+"?client-request-id="+id, s.form("client_secret", "wrong"))); a.Header().Get("client-request-id") != id {
		t.Errorf("%v %s", a.Header(), a.Body)
	}
	r = post(s.v2(), s.form())
	r.Header.Set("client-request-id", "<script>")
	if a := s.do(r); a.Header().Get("client-request-id") != "" {
		t.Errorf("%v", a.Header())
	}
}

// broken is a store that fails, the way a store fails.
type broken struct {
	store.Store
	err error
}

func (b broken) View(context.Context, hospes.TenantID, func(store.Reader) error) error { return b.err }

func TestFaultsOfOurs(t *testing.T) {
	s := serve(t)
	for _, test := range []struct {
		name   string
		err    error
		status int
		error  string
		code   int
		retry  string
	}{
		{"internal", errors.New("disk on fire"), 500, "server_error", 50000, ""},
		{"away", &hospes.Error{Kind: hospes.KindUnavailable, RetryAfter: 1500e6, Err: errors.New("disk on fire")}, 503, "temporarily_unavailable", 90033, "2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.log.Reset()
			config := s.config
			config.Store = broken{s.Store, test.err}
			handler := s.handler
			defer func() { s.handler = handler }()
			s.handler = oidc.New(config)
			a := s.do(post(s.v2(), s.form()))
			wantFailure(t, a, test.status, test.error, test.code, "")
			if a.Header().Get("Retry-After") != test.retry || strings.Contains(a.Body.String(), "fire") {
				t.Errorf("%v %s", a.Header(), a.Body)
			}
			if log := s.log.String(); !strings.Contains(log, "disk on fire") || !strings.Contains(log, a.Header().Get("x-ms-request-id")) || strings.Contains(log, s.sync.Secret) {
				t.Errorf("log is %s", log)
			}
		})
	}
}

func BenchmarkToken(b *testing.B) {
	s := serve(b)
	form := s.form().Encode()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, tokentest.Origin+s.v2(), strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
