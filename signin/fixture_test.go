package signin_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/signin"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
	"golang.org/x/net/html"
)

func TestMain(m *testing.M) { tokentest.Main(m) }

var ctx = context.Background()

const (
	password = "Correct-Horse-7"
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789"
	webURI   = "https://app.example/callback"
	spaURI   = "https://spa.example/"
)

// world is the whole sign-in over two tenants and some applications.
type world struct {
	*tokentest.World
	system, aurora, boreas hospes.Tenant
	anna                   *hospes.Object // of Aurora
	admin                  *hospes.Object // Global Administrator of Aurora
	handler                http.Handler
	web, phone             app
}

type app struct{ id, secret string }

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOver(tokentest.New(t))
}

func newWorldOver(over *tokentest.World) *world {
	w := &world{World: over}
	w.Helper()
	w.system = w.tenant(hospes.Tenant{DisplayName: "Operator", InitialDomain: "system.invalid", System: true})
	w.aurora = w.tenant(hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"})
	w.boreas = w.tenant(hospes.Tenant{DisplayName: "Borealis", InitialDomain: "borealis.example"})
	w.anna, w.admin = w.user(w.aurora, "anna", false), w.user(w.aurora, "admin", false)
	w.Update(w.aurora, func(tx store.Tx) error {
		role, _, err := directory.ActivateRole(tx, hospes.SystemRandom(), hospes.GlobalAdministrator.ID)
		if err != nil {
			return err
		}
		return directory.AddToRole(tx, role, w.admin)
	})
	w.serve()
	w.web = w.app(w.aurora, "Ledger", `{"redirectUris":["`+webURI+`","`+webURI+`?keep=1"]}`, "", "")
	w.phone = w.app(w.aurora, "Pocket", "", `{"redirectUris":["http://localhost","pocket://done"]}`, `{"redirectUris":["`+spaURI+`"]}`)
	return w
}

// serve puts the sign-in together over the store of the world.
func (w *world) serve() {
	random := hospes.SystemRandom()
	people := authn.New(authn.Config{Store: w.Store, Box: w.Box, Clock: w.Clock, Random: random})
	grants := grant.New(grant.Config{Store: w.Store, Box: w.Box, Clock: w.Clock, Random: random, Authority: w.Authority, People: people, System: w.system.ID})
	origin := func(r *http.Request) string { return "https://" + r.Host }
	pages := signin.New(signin.Config{Store: w.Store, People: people, Grants: grants, Box: w.Box, Origin: origin, Clock: w.Clock, Random: random})
	login := oidc.New(oidc.Config{Store: w.Store, Authority: w.Authority, People: people, Grants: grants, Pages: pages, Origin: origin, Clock: w.Clock, Random: random})
	w.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if pages.Owns(r.URL.Path) {
			pages.ServeHTTP(rw, r)
			return
		}
		login.ServeHTTP(rw, r)
	})
}

func (w *world) tenant(t hospes.Tenant) hospes.Tenant {
	w.Helper()
	made, err := directory.CreateTenant(ctx, w.Store, hospes.SystemRandom(), hospes.By{Cause: hospes.CauseSetup}, t, nil)
	if err != nil {
		w.Fatal(err)
	}
	return made
}

func edit(p *hospes.Property, v hospes.Value) hospes.Edit { return hospes.Edit{Property: p, Value: v} }

// user makes a person with the password of the tests.
func (w *world) user(t hospes.Tenant, name string, change bool) (user *hospes.Object) {
	w.Helper()
	digest, err := token.HashPassword(password)
	if err != nil {
		w.Fatal(err)
	}
	w.Update(t, func(tx store.Tx) (err error) {
		user, err = directory.CreateUser(tx, hospes.SystemRandom(), []hospes.Edit{
			edit(hospes.UserAccountEnabled, hospes.True), edit(hospes.UserDisplayName, hospes.String(strings.ToUpper(name))), edit(hospes.UserMailNickname, hospes.String(name)),
			edit(hospes.UserPrincipalName, hospes.String(name+"@"+t.InitialDomain)), edit(hospes.UserMail, hospes.String(name+"@"+t.InitialDomain)),
		}, false)
		if err != nil {
			return err
		}
		return directory.SetPassword(tx, user, digest, change)
	})
	return user
}

// app registers an application.
func (w *world) app(t hospes.Tenant, name, web, native, spa string, more ...hospes.Edit) app {
	w.Helper()
	out := app{id: hospes.NewUUID(hospes.SystemRandom())}
	text, digest, hint := token.NewSecret(hospes.SystemRandom())
	out.secret = text
	edits := append([]hospes.Edit{edit(hospes.ApplicationDisplayName, hospes.String(name)), edit(hospes.ApplicationAppID, hospes.String(out.id))}, more...)
	for p, v := range map[*hospes.Property]string{hospes.ApplicationWeb: web, hospes.ApplicationPublicClient: native, hospes.ApplicationSPA: spa} {
		if v != "" {
			edits = append(edits, edit(p, hospes.Value(v)))
		}
	}
	if native != "" {
		edits = append(edits, edit(hospes.ApplicationFallbackPublic, hospes.True))
	}
	w.Update(t, func(tx store.Tx) error {
		o, err := directory.CreateApplication(tx, hospes.SystemRandom(), edits)
		if err != nil {
			return err
		}
		if _, err := directory.CreatePrincipal(tx, hospes.SystemRandom(), o, nil); err != nil {
			return err
		}
		return directory.AddSecret(tx, o, store.Credential{Owner: o.Number, KeyID: hospes.NewUUID(hospes.SystemRandom()), Kind: store.CredentialClientSecret, Digest: digest, Hint: hint, Starts: tx.Now(), Ends: tx.Now().AddDate(1, 0, 0)})
	})
	return out
}

// change writes a person anew.
func (w *world) change(t hospes.Tenant, id hospes.ObjectID, edits ...hospes.Edit) {
	w.Helper()
	w.Update(t, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		user.Apply(edits)
		return tx.Put(user)
	})
}

// browser keeps cookies and follows redirects within the server.
type browser struct {
	*world
	client  *http.Client
	header  http.Header
	address string // of the network
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	b := &browser{world: w, header: http.Header{}, address: "192.0.2.1:5000"}
	b.client = &http.Client{Jar: jar, Transport: b, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != "hospes.test:8443" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// RoundTrip implements http.RoundTripper: nothing goes over a network.
func (b *browser) RoundTrip(r *http.Request) (*http.Response, error) {
	for name, values := range b.header {
		r.Header[name] = values
	}
	r.RemoteAddr, r.Host = b.address, r.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, r)
	res := recorder.Result()
	res.Request = r
	return res, nil
}

// screen is a page that came back, or where the browser was sent to.
type screen struct {
	*browser
	status   int
	header   http.Header
	location *url.URL // elsewhere
	text     string
	doc      *html.Node
}

func (b *browser) screen(res *http.Response, err error) *screen {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	s := &screen{browser: b, status: res.StatusCode, header: res.Header}
	if to := res.Header.Get("Location"); to != "" {
		if s.location, err = url.Parse(to); err != nil {
			b.Fatal(err)
		}
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	s.text = string(text)
	if s.doc, err = html.Parse(strings.NewReader(s.text)); err != nil {
		b.Fatal(err)
	}
	return s
}

func (b *browser) get(path string, query url.Values) *screen {
	b.Helper()
	target := tokentest.Origin + path
	if query != nil {
		target += "?" + query.Encode()
	}
	return b.screen(b.client.Get(target))
}

func (b *browser) post(path string, form url.Values) *screen {
	b.Helper()
	return b.screen(b.client.PostForm(tokentest.Origin+path, form))
}

// request is a sound authorization request, with changes: an empty value takes a parameter away.
func (w *world) request(a app, changes ...string) url.Values {
	sum := sha256.Sum256([]byte(verifier))
	v := url.Values{
		"client_id": {a.id}, "response_type": {"code"}, "redirect_uri": {webURI}, "scope": {"openid profile email offline_access User.Read"}, "state": {"s t&a+te"}, "nonce": {"n-1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	return with(v, changes...)
}

func with(v url.Values, changes ...string) url.Values {
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "" {
			v.Del(changes[i])
		} else {
			v.Set(changes[i], changes[i+1])
		}
	}
	return v
}

func (w *world) authorizePath() string { return "/" + w.aurora.ID.String() + "/oauth2/v2.0/authorize" }
func (w *world) tokenPath() string     { return "/" + w.aurora.ID.String() + "/oauth2/v2.0/token" }

// all gives the elements of a page.
func all(n *html.Node, name string) (list []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			list = append(list, d)
		}
	}
	return list
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// submit presses the button of an action, with fields filled in.
func (s *screen) submit(action string, fields ...string) *screen {
	s.Helper()
	return s.post("/signin", s.filled(action, fields...))
}

func (s *screen) filled(action string, fields ...string) url.Values {
	s.Helper()
	for _, form := range all(s.doc, "form") {
		values, has := url.Values{}, false
		for _, input := range all(form, "input") {
			if attr(input, "type") == "hidden" {
				values.Set(attr(input, "name"), attr(input, "value"))
			}
			has = has || attr(input, "name") == "action" && attr(input, "value") == action
		}
		for _, button := range all(form, "button") {
			has = has || attr(button, "name") == "action" && attr(button, "value") == action
		}
		if has {
			values.Set("action", action)
			return with(values, fields...)
		}
	}
	s.Fatalf("no action %s on the page: %d %s %v", action, s.status, s.title(), s.location)
	return nil
}

// brief is what a person reads of a page.
func (s *screen) brief() string {
	for _, main := range all(s.doc, "main") {
		var b strings.Builder
		for n := range main.Descendants() {
			if n.Type == html.TextNode {
				b.WriteString(" " + strings.TrimSpace(n.Data))
			}
		}
		return strings.Join(strings.Fields(b.String()), " ")
	}
	return s.text
}

func (s *screen) title() string {
	for _, h := range all(s.doc, "h1") {
		return h.FirstChild.Data
	}
	return ""
}

// shows fails unless the page says something.
func (s *screen) shows(text string) *screen {
	s.Helper()
	if !strings.Contains(html.UnescapeString(s.text), text) {
		s.Fatalf("the page does not say %q: %d %v %s", text, s.status, s.location, s.brief())
	}
	return s
}

// sent gives the parameters that an application was sent.
func (s *screen) sent(to string) url.Values {
	s.Helper()
	if s.location == nil || !strings.HasPrefix(s.location.String(), to) {
		s.Fatalf("not sent to %s but %v: %d %s", to, s.location, s.status, s.brief())
	}
	if s.location.EscapedFragment() != "" {
		v, err := url.ParseQuery(s.location.EscapedFragment())
		if err != nil {
			s.Fatal(err)
		}
		return v
	}
	return s.location.Query()
}

// signIn goes through name and password.
func (s *screen) signIn(user *hospes.Object) *screen {
	s.Helper()
	return s.submit("name", "name", user.Text(hospes.UserPrincipalName)).submit("password", "password", password)
}

// code signs somebody in from nothing and gives the authorization code.
func (b *browser) code(user *hospes.Object, query url.Values) url.Values {
	b.Helper()
	s := b.get(b.authorizePath(), query).signIn(user)
	if s.location == nil {
		s = s.submit("accept")
	}
	return s.sent(query.Get("redirect_uri"))
}

// answer is what the token endpoint says.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (a answer) str(name string) string { s, _ := a.body[name].(string); return s }

// redeem posts to the token endpoint.
func (b *browser) redeem(path string, form url.Values) answer {
	b.Helper()
	s := b.post(path, form)
	a := answer{status: s.status, header: s.header}
	if err := json.Unmarshal([]byte(s.text), &a.body); err != nil {
		b.Fatalf("%d %s: %v", s.status, s.text, err)
	}
	return a
}

// codeForm redeems a code of the web application.
func (w *world) codeForm(a app, code string, changes ...string) url.Values {
	return with(url.Values{
		"grant_type": {"authorization_code"}, "client_id": {a.id}, "client_secret": {a.secret}, "code": {code}, "redirect_uri": {webURI}, "code_verifier": {verifier},
	}, changes...)
}

func (w *world) refreshForm(a app, refresh string, changes ...string) url.Values {
	return with(url.Values{"grant_type": {"refresh_token"}, "client_id": {a.id}, "client_secret": {a.secret}, "refresh_token": {refresh}}, changes...)
}

// refuses checks an error of the token endpoint.
func (a answer) refuses(t testing.TB, status int, name, number string) {
	t.Helper()
	if a.status != status || a.str("error") != name || !strings.HasPrefix(a.str("error_description"), "AADSTS"+number+":") {
		t.Errorf("answers %d %v, want %d %s %s", a.status, a.body, status, name, number)
	}
}

// claims reads a token.
func claims(t testing.TB, raw string) map[string]any {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", raw)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
