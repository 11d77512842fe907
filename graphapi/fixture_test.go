package graphapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

var (
	ctx    = context.Background()
	random = hospes.SystemRandom()
	setup  = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "graphapi test"}, Cause: hospes.CauseSetup}
)

// plainSealer seals nothing; what sealing does is proven in its own package.
type plainSealer struct{}

func (plainSealer) Seal(_ string, plaintext []byte) []byte       { return plaintext }
func (plainSealer) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }

// fixture is an API that listens, over a store with two tenants.
type fixture struct {
	*tokentest.World
	engine   *provision.Engine
	server   *httptest.Server
	log      *slog.Logger
	logged   *bytes.Buffer // what the API wrote to its log
	source   *caller
	target   *caller
	operator *caller // of the system tenant; nil until asked for
	names    *net.Resolver
}

// caller is an application of one tenant, with a token.
type caller struct {
	testing.TB
	f      *fixture
	tenant hospes.Tenant
	client tokentest.Client
	bearer string
}

// allPermissions are the names of every application permission.
func allPermissions() []string {
	var names []string
	for _, p := range token.Permissions() {
		names = append(names, p.Name)
	}
	return names
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	return newFixtureOver(t, tokentest.New(t))
}

func newFixtureOver(t testing.TB, w *tokentest.World) *fixture {
	t.Helper()
	f := &fixture{World: w, logged: &bytes.Buffer{}}
	f.log = slog.New(slog.NewTextHandler(f.logged, nil))
	f.engine = &provision.Engine{Store: f.Store, Clock: f.Clock, Random: random, Sealer: plainSealer{}, Log: f.log, Node: "test"}
	f.server = httptest.NewServer(f.api(f.Store))
	t.Cleanup(f.server.Close)
	f.source = f.caller(hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"})
	f.target = f.caller(hospes.Tenant{DisplayName: "Borealis", InitialDomain: "borealis.example"})
	return f
}

// api makes an API over a store.
func (f *fixture) api(s store.Store) *graphapi.API {
	return graphapi.New(graphapi.API{
		Store: s, Engine: f.engine, Authority: f.Authority, Clock: f.Clock, Random: random, Log: f.log,
		Origin: func(r *http.Request) string { return "http://" + r.Host }, TokenKey: []byte("a key that signs positions"),
		Resolver: f, People: authn.New(authn.Config{Store: s, Box: f.Box, Clock: f.Clock, Random: random}),
	})
}

// LookupTXT asks the name server of the test; without one, no name exists.
func (f *fixture) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if f.names == nil {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return f.names.LookupTXT(ctx, name)
}

// caller makes a tenant with an application that has every permission.
func (f *fixture) caller(t hospes.Tenant) *caller {
	f.Helper()
	made, err := directory.CreateTenant(ctx, f.Store, random, setup, t, nil)
	if err != nil {
		f.Fatal(err)
	}
	c := &caller{TB: f.TB, f: f, tenant: made}
	c.client = f.Client(made, "Automation", allPermissions()...)
	c.bearer = f.Token(made, c.client)
	return c
}

// system gives the operator's application.
func (f *fixture) system() *caller {
	f.Helper()
	if f.operator == nil {
		f.operator = f.caller(hospes.Tenant{DisplayName: "Operator", InitialDomain: "operator.example", System: true})
	}
	return f.operator
}

// mint makes a token for the caller's application that carries the named permissions and no others.
func (c *caller) mint(permissions ...string) *caller {
	c.Helper()
	made, err := c.f.Authority.Mint(ctx, token.AppClaims{Client: token.Client{
		Tenant: c.tenant, Principal: c.client.Principal.ID, AppID: c.client.AppID, DisplayName: c.client.Name, Roles: permissions,
	}})
	if err != nil {
		c.Fatal(err)
	}
	return c.with(made.Raw)
}

// with gives the same caller with another token.
func (c *caller) with(bearer string) *caller {
	other := *c
	other.bearer = bearer
	return &other
}

// on gives the same caller whose failures are those of a subtest.
func (c *caller) on(t testing.TB) *caller {
	other := *c
	other.TB = t
	return &other
}

func (c *caller) view(fn func(store.Reader) error) {
	c.Helper()
	if err := c.f.Store.View(ctx, c.tenant.ID, fn); err != nil {
		c.Fatal(err)
	}
}

func (c *caller) update(fn func(store.Tx) error) {
	c.Helper()
	if err := c.f.Store.Update(ctx, store.Write{Tenant: c.tenant.ID, By: setup}, fn); err != nil {
		c.Fatal(err)
	}
}

// reply is an answer, read whole.
type reply struct {
	testing.TB
	call   string
	status int
	header http.Header
	text   string
	json   any
}

// do sends a request: "GET /users", with a body where it is not empty, and headers as pairs. A path without a version is
// one of v1.0.
func (c *caller) do(call, body string, headers ...string) *reply {
	c.Helper()
	method, path, _ := strings.Cut(call, " ")
	if first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); !slices.Contains([]string{"v1.0", "beta", "hospes"}, strings.ToLower(first)) {
		path = "/v1.0" + path
	}
	return c.send(method, c.f.server.URL+path, body, headers...)
}

// send is do with an address that is complete, as next links are.
func (c *caller) send(method, address, body string, headers ...string) *reply {
	c.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.f.server.Client().Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	witness(c.TB, method, r.URL.EscapedPath(), answer.StatusCode)
	out := &reply{TB: c.TB, call: method + " " + strings.TrimPrefix(address, c.f.server.URL), status: answer.StatusCode, header: answer.Header, text: string(text)}
	if strings.Contains(answer.Header.Get("Content-Type"), "json") && len(text) > 0 && answer.Header.Get("Content-Encoding") == "" &&
		!strings.Contains(answer.Header.Get("Content-Type"), "ndjson") {
		if err := json.Unmarshal(text, &out.json); err != nil {
			c.Fatalf("%s answers what is no JSON: %v\n%s", out.call, err, text)
		}
	}
	return out
}

// pages gives an answer and those that its next links lead to.
func (c *caller) pages(r *reply) iter.Seq[*reply] {
	return func(yield func(*reply) bool) {
		for range 1000 {
			next, more := r.at("@odata.nextLink").(string)
			if !yield(r) || !more {
				return
			}
			r = c.send("GET", next, "")
		}
		c.Fatalf("%s: the pages have no end", r.call)
	}
}

// is holds the status.
func (r *reply) is(status int) *reply {
	r.Helper()
	if r.status != status {
		r.Fatalf("%s answers %d, want %d\n%s", r.call, r.status, status, r.text)
	}
	return r
}

// empty holds a 204.
func (r *reply) empty() {
	r.Helper()
	r.is(http.StatusNoContent)
	if r.text != "" || r.header.Get("Content-Type") != "" {
		r.Errorf("%s answers 204 with a body of %q: %s", r.call, r.header.Get("Content-Type"), r.text)
	}
}

// fails holds an error: its status, its code, its text, and what every error has.
func (r *reply) fails(status int, code, message string) *reply {
	r.Helper()
	r.is(status)
	if got := r.at("error.code"); got != code {
		r.Errorf("%s fails with the code %v, want %s\n%s", r.call, got, code, r.text)
	}
	if got := r.at("error.message"); got != message {
		r.Errorf("%s fails with\n%v, want\n%s", r.call, got, message)
	}
	if id := r.header.Get("request-id"); id == "" || r.at("error.innerError.request-id") != id {
		r.Errorf("%s: the error has the request id %v, the header %q", r.call, r.at("error.innerError.request-id"), id)
	}
	if date, _ := r.at("error.innerError.date").(string); !dateWithoutZone.MatchString(date) {
		r.Errorf("%s: the error is dated %q", r.call, date)
	}
	return r
}

var dateWithoutZone = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)

// at gives the member at a path of names and indexes joined by dots; nil where there is none. Names hold no dots but
// for annotations, which have one: @odata.nextLink.
func (r *reply) at(path string) any { return at(r.json, path) }

func at(v any, path string) any {
	for path != "" {
		var name string
		if before, after, annotation := strings.Cut(path, "."); annotation && strings.HasPrefix(path, "@") {
			name, path, _ = strings.Cut(after, ".")
			name = before + "." + name
		} else {
			name, path = before, after
		}
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i := 0
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// str is at for what must be a text.
func (r *reply) str(path string) string {
	r.Helper()
	s, ok := r.at(path).(string)
	if !ok {
		r.Fatalf("%s has no text at %s\n%s", r.call, path, r.text)
	}
	return s
}

// items gives one member of each item of a collection.
func (r *reply) items(member string) []string {
	r.Helper()
	list, ok := r.at("value").([]any)
	if !ok {
		r.Fatalf("%s is no collection\n%s", r.call, r.text)
	}
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = fmt.Sprint(at(item, member))
	}
	return out
}

// has holds members, by path and value in JSON.
func (r *reply) has(pairs ...string) *reply {
	r.Helper()
	for i := 0; i < len(pairs); i += 2 {
		var want any
		if err := json.Unmarshal([]byte(pairs[i+1]), &want); err != nil {
			r.Fatalf("%q is no JSON", pairs[i+1])
		}
		if got := r.at(pairs[i]); !reflect.DeepEqual(got, want) {
			r.Errorf("%s: %s is %v, want %v\n%s", r.call, pairs[i], got, want, r.text)
		}
	}
	return r
}

// reads holds the whole body. In want, "*" stands for any text, "#" for any id, and ORIGIN for the server.
func (r *reply) reads(origin, want string) *reply {
	r.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(want, "ORIGIN", origin)), &wanted); err != nil {
		r.Fatalf("%v in %s", err, want)
	}
	if where := differs(r.json, wanted, ""); where != "" {
		r.Errorf("%s differs at %s:\n%s\nwant\n%s", r.call, where, r.text, want)
	}
	return r
}

func differs(got, want any, path string) string {
	switch w := want.(type) {
	case string:
		text, ok := got.(string)
		switch {
		case !ok, w == "#" && !isID(text), w != "*" && w != "#" && text != w:
			return fmt.Sprintf("%s (%v)", path, got)
		}
		return ""
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return path
		}
		for name := range g {
			if _, ok := w[name]; !ok {
				return path + "/" + name + " (not wanted)"
			}
		}
		for name, v := range w {
			have, ok := g[name]
			if !ok {
				return path + "/" + name + " (missing)"
			}
			if where := differs(have, v, path+"/"+name); where != "" {
				return where
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return path + " (length)"
		}
		for i := range w {
			if where := differs(g[i], w[i], fmt.Sprintf("%s/%d", path, i)); where != "" {
				return where
			}
		}
		return ""
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Sprintf("%s (%v)", path, got)
	}
	return ""
}

func isID(s string) bool {
	_, ok := hospes.ParseObjectID(s)
	return ok
}

// body writes JSON from names and values.
func body(pairs ...any) string {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const password = "Corr3ct-horse"

// person makes a user over the wire and gives its id.
func (c *caller) person(name string, more ...any) string {
	c.Helper()
	pairs := append([]any{
		"accountEnabled", true, "displayName", name, "mailNickname", name, "userPrincipalName", name + "@" + c.tenant.InitialDomain,
		"passwordProfile", map[string]any{"password": password},
	}, more...)
	return c.do("POST /users", body(pairs...)).is(http.StatusCreated).str("id")
}

// group makes a security group over the wire and gives its id.
func (c *caller) group(name string, more ...any) string {
	c.Helper()
	pairs := append([]any{"displayName", name, "mailNickname", strings.ToLower(name), "mailEnabled", false, "securityEnabled", true}, more...)
	return c.do("POST /groups", body(pairs...)).is(http.StatusCreated).str("id")
}

// ref is the body of a reference, with the address that m365 sends whatever the server.
func ref(id string) string {
	return `{"@odata.id":"https://graph.microsoft.com/v1.0/users/` + id + `"}`
}

// query writes query options; the values are encoded.
func query(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, pairs[i]+"="+url.QueryEscape(pairs[i+1]))
	}
	return "?" + strings.Join(list, "&")
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
