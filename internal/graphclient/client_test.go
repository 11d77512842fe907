package graphclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
)

// newClient makes a client of a handler. Waiting is only noted.
func newClient(t *testing.T, handler http.HandlerFunc, change func(*Options)) (*Client, *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var waits []time.Duration
	o := Options{Base: server.URL, Wait: func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, &waits
}

func TestRequests(t *testing.T) {
	var got []string
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = append(got, strings.TrimSpace(r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+" "+string(text)))
		if r.Method == http.MethodGet || r.Method == http.MethodPost {
			_, _ = io.WriteString(w, `{"id":"1"}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}, nil)
	ctx := t.Context()
	var made struct{ ID string }
	errs := errors.Join(
		c.Get(ctx, Path("v1.0", "users", "a_b#EXT#@c/d"), url.Values{"$filter": {"a eq 'b+c'"}}, &made),
		c.Post(ctx, "/v1.0/users", map[string]int{"n": 1}, &made),
		c.Post(ctx, "/v1.0/start", nil, nil),
		c.Put(ctx, "/p", []int{1}), c.Patch(ctx, "/p", map[string]any{"a": nil}), c.Delete(ctx, "/p"),
	)
	if errs != nil || made.ID != "1" {
		t.Fatalf("%v, %+v", errs, made)
	}
	want := []string{
		"GET /v1.0/users/a_b%23EXT%23@c%2Fd?%24filter=a%20eq%20%27b%2Bc%27", `POST /v1.0/users application/json {"n":1}`, "POST /v1.0/start",
		"PUT /p application/json [1]", `PATCH /p application/json {"a":null}`, "DELETE /p",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestErrors(t *testing.T) {
	const graph = `{"error":{"code":"C","message":"It is so.","details":[%s],"innerError":{"request-id":"r"}}}`
	tests := []struct {
		name, body, text string
		status           int
		kind             hospes.Kind
	}{
		{"invalid", fmt.Sprintf(graph, ""), "It is so (C)", 400, hospes.KindInvalid},
		{"taken", fmt.Sprintf(graph, `{"code":"ObjectConflict","message":"m","target":"t"}`), "It is so (C)", 400, hospes.KindConflict},
		{"unauthenticated", fmt.Sprintf(graph, ""), "It is so (C)", 401, hospes.KindUnauthenticated},
		{"forbidden", fmt.Sprintf(graph, ""), "It is so (C)", 403, hospes.KindForbidden},
		{"too large", `{"error":{"code":"Directory_ResourceSizeExceeded","message":"It is so."}}`, "It is so (Directory_ResourceSizeExceeded)", 403, hospes.KindInvalid},
		{"not found", fmt.Sprintf(graph, ""), "It is so (C)", 404, hospes.KindNotFound},
		{"conflict", fmt.Sprintf(graph, ""), "It is so (C)", 409, hospes.KindConflict},
		{"gone", fmt.Sprintf(graph, ""), "It is so (C)", 410, hospes.KindPrecondition},
		{"throttled", fmt.Sprintf(graph, ""), "It is so (C)", 429, hospes.KindThrottled},
		{"internal", fmt.Sprintf(graph, ""), "It is so (C)", 500, hospes.KindInternal},
		{"unavailable", fmt.Sprintf(graph, ""), "It is so (C)", 503, hospes.KindUnavailable},
		{"unsupported", fmt.Sprintf(graph, ""), "It is so (C)", 501, hospes.KindUnsupported},
		{"oauth", `{"error":"invalid_client","error_description":"AADSTS7000215: No. Trace ID: x Correlation ID: y"}`, "AADSTS7000215: No (invalid_client)", 401, hospes.KindUnauthenticated},
		{"an unknown tenant", `{"error":"invalid_request","error_description":"AADSTS90002: No."}`, "AADSTS90002: No (invalid_request)", 400, hospes.KindNotFound},
		{"no JSON", "<html>", "GET /x answered 502 Bad Gateway", 502, hospes.KindUnavailable},
		{"a redirect", "", "GET /x answered 302 Found", 302, hospes.KindInternal},
		{"nothing", "", "GET /x answered 418 I'm a teapot", 418, hospes.KindInternal},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "https://elsewhere.example/")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}, nil)
			err := c.Get(t.Context(), "/x", nil, nil)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Status != test.status || err.Error() != test.text || hospes.KindOf(err) != test.kind {
				t.Errorf("got %v (%s), want %s (%s)", err, hospes.KindOf(err), test.text, test.kind)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	c, err := New(Options{Base: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Get(t.Context(), "/x", nil, nil); hospes.KindOf(err) != hospes.KindUnavailable || hospes.CodeOf(err) != CodeUnreachable {
		t.Errorf("got %v", err)
	}
	for _, base := range []string{"", "localhost", "ftp://x", "https://", "://"} {
		if _, err := New(Options{Base: base}); hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%q: %v", base, err)
		}
	}
}

func TestRepeats(t *testing.T) {
	tests := []struct {
		name, method string
		status       int
		calls        int
	}{
		{"throttled", http.MethodPost, 429, 3}, {"unavailable", http.MethodPost, 503, 3}, {"a gateway, reading", http.MethodGet, 504, 3},
		{"a gateway, writing", http.MethodPost, 504, 1}, {"a fault", http.MethodGet, 500, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			c, waits := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(test.status)
			}, func(o *Options) { o.Retries = 2 })
			if err := c.Do(t.Context(), Request{Method: test.method, Path: "/x", Body: 1}, nil); err == nil {
				t.Error("no error")
			}
			if calls != test.calls || len(*waits) != test.calls-1 {
				t.Errorf("%d calls, %d waits; want %d calls", calls, len(*waits), test.calls)
			}
			if len(*waits) > 0 && (*waits)[0] != 7*time.Second {
				t.Errorf("waited %v", *waits)
			}
		})
	}
}

func TestPages(t *testing.T) {
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("ConsistencyLevel") != "eventual" {
			t.Error("the header is gone")
		}
		switch r.URL.Query().Get("$skiptoken") {
		case "":
			_, _ = io.WriteString(w, `{"@odata.count":3,"@odata.nextLink":"https://elsewhere.example/v1.0/users?$skiptoken=a%2Bb","value":[1,2]}`)
		case "a+b":
			_, _ = io.WriteString(w, `{"value":[3]}`)
		}
	}, nil)
	var got []string
	for page, err := range c.Pages(t.Context(), "/v1.0/users", nil, http.Header{"Consistencylevel": {"eventual"}}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Value {
			got = append(got, string(item))
		}
	}
	if strings.Join(got, " ") != "1 2 3" {
		t.Errorf("got %v", got)
	}
}

func TestPagesEnd(t *testing.T) {
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("n") == "2" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, `{"@odata.nextLink":"/x?n=`+map[bool]string{true: "2", false: "1"}[r.URL.Path == "/broken"]+`","value":[1]}`)
	}, nil)
	for path, want := range map[string]hospes.Kind{"/x": hospes.KindInternal, "/broken": hospes.KindNotFound} {
		var items int
		var failure error
		for _, err := range c.Items(t.Context(), path, nil) {
			if err != nil {
				failure = err
				continue
			}
			items++
		}
		if failure == nil || hospes.KindOf(failure) != want || items > 2 {
			t.Errorf("%s: %d items, %v", path, items, failure)
		}
	}
	for range c.Items(t.Context(), "/x", nil) {
		break // a loop that has enough asks for no more
	}
}

// login answers tokens and checks them. Each is good for ten minutes, unless it is revoked.
type login struct {
	issued, calls int
	revoked       map[string]bool
}

func (l *login) handler(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			if r.Form.Get("client_secret") != "hush" || r.Form.Get("scope") != GraphScope || r.URL.Path != "/aurora.example/oauth2/v2.0/token" {
				t.Errorf("%s %v", r.URL.Path, r.Form)
			}
			l.issued++
			_, _ = fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":600,"access_token":"t%d"}`, l.issued)
			return
		}
		l.calls++
		raw := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if raw != fmt.Sprintf("t%d", l.issued) || l.revoked[raw] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.Copy(w, r.Body)
	}
}

func TestTokens(t *testing.T) {
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	l := &login{revoked: map[string]bool{}}
	c, _ := newClient(t, l.handler(t), func(o *Options) {
		o.Clock, o.Credentials = clock, &Credentials{Tenant: "aurora.example", ClientID: "c", ClientSecret: "hush"}
	})
	post := func(want int) {
		t.Helper()
		var echo string
		if err := c.Post(t.Context(), "/v1.0/x", "a", &echo); err != nil || echo != "a" || l.issued != want {
			t.Fatalf("%v, %q, %d tokens, want %d", err, echo, l.issued, want)
		}
	}
	post(1)
	clock.Advance(8 * time.Minute)
	post(1) // reused
	clock.Advance(2 * time.Minute)
	post(2) // renewed before its end
	l.revoked["t2"] = true
	post(3) // replaced when it was refused
	answer, err := c.Stream(t.Context(), Request{Method: http.MethodPost, Path: "/x"}, "text/csv", strings.NewReader("a,b"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Close() }()
	if text, err := io.ReadAll(answer); err != nil || string(text) != "a,b" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestRefusedForGood holds that a client does not ask for token after token.
func TestRefusedForGood(t *testing.T) {
	l := &login{revoked: map[string]bool{"t1": true, "t2": true}}
	c, _ := newClient(t, l.handler(t), func(o *Options) {
		o.Credentials = &Credentials{Tenant: "aurora.example", ClientID: "c", ClientSecret: "hush"}
	})
	if err := c.Get(t.Context(), "/x", nil, nil); hospes.KindOf(err) != hospes.KindUnauthenticated || l.calls != 2 || l.issued != 2 {
		t.Errorf("%v, %d calls, %d tokens", err, l.calls, l.issued)
	}
}

func TestSecretsStaySecret(t *testing.T) {
	credentials := Credentials{Tenant: "aurora.example", ClientID: "c", ClientSecret: "hush"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "credentials", credentials)
	texts := []string{fmt.Sprintf("%v %+v %#v %s", credentials, credentials, credentials, &credentials), log.String()}
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"access_token":["a-token"]}`)
	}, func(o *Options) { o.Credentials = &credentials })
	err := c.Get(t.Context(), "/x", nil, nil)
	if err == nil {
		t.Fatal("an answer without a token was taken")
	}
	for _, text := range append(texts, err.Error()) {
		if strings.Contains(text, "hush") || strings.Contains(text, "a-token") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
}

func TestAnswerThatDoesNotFit(t *testing.T) {
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":`) }, nil)
	if err := c.Get(t.Context(), "/x", nil, new(json.RawMessage)); hospes.KindOf(err) != hospes.KindInternal {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := c.Get(ctx, "/x", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
