package signin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// refreshed signs Anna in and gives her first refresh token.
func (b *browser) refreshed() string {
	b.Helper()
	a := b.redeem(b.tokenPath(), b.codeForm(b.web, b.code(b.anna, b.request(b.web)).Get("code")))
	if a.str("refresh_token") == "" {
		b.Fatalf("no refresh token: %v", a.body)
	}
	return a.str("refresh_token")
}

// TestWire6_3_RefreshTokensRotate: the one before stays good for ten minutes; who comes with it later ends them all.
func TestWire6_3_RefreshTokensRotate(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first := b.refreshed()
	second := b.redeem(w.tokenPath(), w.refreshForm(w.web, first))
	if second.status != http.StatusOK || second.str("refresh_token") == first || second.str("id_token") == "" || second.str("scope") != "User.Read email openid profile" {
		t.Fatalf("answers %v", second.body)
	}
	w.Clock.Advance(9 * time.Minute)
	parallel := b.redeem(w.tokenPath(), w.refreshForm(w.web, first))
	if parallel.status != http.StatusOK {
		t.Fatalf("within the grace it answers %v", parallel.body)
	}
	w.Clock.Advance(2 * time.Minute)
	b.redeem(w.tokenPath(), w.refreshForm(w.web, first)).refuses(t, 400, "invalid_grant", "70000")
	for _, a := range []answer{second, parallel} {
		b.redeem(w.tokenPath(), w.refreshForm(w.web, a.str("refresh_token"))).refuses(t, 400, "invalid_grant", "70000")
	}
}

// TestWire6_5_RefreshRefusals are the ways in which a refresh token is not taken.
func TestWire6_5_RefreshRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	other := w.app(w.aurora, "Other", `{"redirectUris":["`+webURI+`"]}`, "", "")
	good := b.refreshed()
	b.redeem(w.tokenPath(), w.refreshForm(other, good)).refuses(t, 400, "invalid_grant", "70000")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good, "client_secret", "")).refuses(t, 401, "invalid_client", "7000218")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, "1.AAAA")).refuses(t, 400, "invalid_grant", "70000")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good, "scope", "User.Read.All")).refuses(t, 400, "invalid_grant", "65001")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good, "scope", "Nobody.Knows")).refuses(t, 400, "invalid_scope", "70011")
	b.redeem("/"+w.boreas.ID.String()+"/oauth2/v2.0/token", w.refreshForm(w.web, good)).refuses(t, 400, "unauthorized_client", "700016")

	for _, test := range []struct {
		number string
		edit   hospes.Edit
		undo   hospes.Edit
	}{
		{"50057", edit(hospes.UserAccountEnabled, hospes.False), edit(hospes.UserAccountEnabled, hospes.True)},
		{"50173", edit(hospes.UserSessionsValidFrom, hospes.Moment(w.Clock.Now().Add(time.Second))), edit(hospes.UserSessionsValidFrom, hospes.Null)},
	} {
		w.change(w.aurora, w.anna.ID, test.edit)
		b.redeem(w.tokenPath(), w.refreshForm(w.web, good)).refuses(t, 400, "invalid_grant", test.number)
		w.change(w.aurora, w.anna.ID, test.undo)
	}
	if a := b.redeem(w.tokenPath(), w.refreshForm(w.web, good)); a.status != http.StatusOK {
		t.Fatalf("what is refused uses the token up: %v", a.body)
	}
	w.Clock.Advance(time.Minute)
	w.Update(w.aurora, func(tx store.Tx) error {
		digest, err := token.HashPassword(password + "x")
		if err != nil {
			return err
		}
		user, err := store.FindNumber(tx, store.Live, w.anna.Number)
		if err != nil {
			return err
		}
		return directory.SetPassword(tx, user, digest, false)
	})
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good)).refuses(t, 400, "invalid_grant", "50173")
	w.Update(w.aurora, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, w.anna.ID)
		if err != nil {
			return err
		}
		return directory.DeleteUser(tx, user)
	})
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good)).refuses(t, 400, "invalid_grant", "50034")
}

// TestWire6_3_RefreshTokensExpire: after ninety days without use, or a day for those of pages.
func TestWire6_3_RefreshTokensExpire(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first := b.refreshed()
	w.Clock.Advance(89 * 24 * time.Hour)
	second := b.redeem(w.tokenPath(), w.refreshForm(w.web, first))
	w.Clock.Advance(89 * 24 * time.Hour)
	third := b.redeem(w.tokenPath(), w.refreshForm(w.web, second.str("refresh_token")))
	if third.status != http.StatusOK {
		t.Fatalf("in use it answers %v", third.body)
	}
	w.Clock.Advance(91 * 24 * time.Hour)
	b.redeem(w.tokenPath(), w.refreshForm(w.web, third.str("refresh_token"))).refuses(t, 400, "invalid_grant", "700082")
}

// TestWire6_3_PublicClients: a device has no secret, a page has its origin.
func TestWire6_3_PublicClients(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	local := "http://localhost:51234"
	code := b.code(w.anna, w.request(w.phone, "redirect_uri", local, "scope", "https://graph.microsoft.com/User.Read offline_access openid profile email")).Get("code")
	b.redeem(w.tokenPath(), w.codeForm(w.phone, code, "redirect_uri", local)).refuses(t, 401, "invalid_client", "700025")
	a := b.redeem(w.tokenPath(), w.codeForm(w.phone, code, "redirect_uri", local, "client_secret", ""))
	if a.status != http.StatusOK || a.str("scope") != "https://graph.microsoft.com/User.Read email openid profile" || claims(t, a.str("access_token"))["appidacr"] != "0" {
		t.Fatalf("answers %v", a.body)
	}
	if s := b.get(w.authorizePath(), w.request(w.phone, "redirect_uri", "pocket://done")); s.sent("pocket://done").Get("code") == "" {
		t.Errorf("sent to %v", s.location)
	}

	page := b.get(w.authorizePath(), w.request(w.phone, "redirect_uri", spaURI)).sent(spaURI).Get("code")
	form := w.codeForm(w.phone, page, "redirect_uri", spaURI, "client_secret", "")
	b.redeem(w.tokenPath(), form).refuses(t, 400, "invalid_request", "9002327")
	b.header.Set("Origin", "https://evil.example")
	evil := b.redeem(w.tokenPath(), form)
	evil.refuses(t, 400, "invalid_request", "9002327")
	b.header.Set("Origin", "https://spa.example")
	a = b.redeem(w.tokenPath(), form)
	if a.status != http.StatusOK || a.header.Get("Access-Control-Allow-Origin") != "https://spa.example" || evil.header.Get("Access-Control-Allow-Origin") != "" {
		t.Fatalf("answers %v, %v", a.body, a.header)
	}
	w.Clock.Advance(23 * time.Hour)
	next := b.redeem(w.tokenPath(), w.refreshForm(w.phone, a.str("refresh_token"), "client_secret", ""))
	w.Clock.Advance(2 * time.Hour)
	b.redeem(w.tokenPath(), w.refreshForm(w.phone, next.str("refresh_token"), "client_secret", "")).refuses(t, 400, "invalid_grant", "700084")
}

// TestWire6_3_V1 speaks the older form: numbers as texts, a resource instead of scopes.
func TestWire6_3_V1(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	path := "/" + w.aurora.ID.String() + "/oauth2/"
	s := b.get(path+"authorize", w.request(w.web, "scope", "", "resource", "https://graph.microsoft.com/")).signIn(w.anna).submit("accept")
	sent := s.sent(webURI)
	if sent.Get("iss") != "https://sts.windows.net/"+w.aurora.ID.String()+"/" {
		t.Errorf("the issuer is %s", sent.Get("iss"))
	}
	a := b.redeem(path+"token", w.codeForm(w.web, sent.Get("code")))
	if a.str("expires_in") != "3599" || a.str("resource") != "https://graph.microsoft.com/" || a.str("expires_on") == "" || a.str("refresh_token") == "" {
		t.Fatalf("answers %v", a.body)
	}
	if id := claims(t, a.str("id_token")); id["ver"] != "1.0" || id["upn"] != "anna@aurora.example" || id["iss"] != sent.Get("iss") {
		t.Errorf("the id token says %v", id)
	}
	if aud := claims(t, a.str("access_token"))["aud"]; aud != "https://graph.microsoft.com/" {
		t.Errorf("the audience is %v", aud)
	}
}

// TestWire6_3_Scopes: the default stands for all that was consented to, and the answer repeats what was asked.
func TestWire6_3_Scopes(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.code(w.anna, w.request(w.web))
	for _, test := range []struct{ scope, want, audience string }{
		{"https://graph.microsoft.com/.default", "email https://graph.microsoft.com/User.Read openid profile https://graph.microsoft.com/.default", "https://graph.microsoft.com"},
		{"https://hospes.test:8443//.default openid", "email https://hospes.test:8443//User.Read openid profile https://hospes.test:8443//.default", "https://hospes.test:8443/"},
		{"00000003-0000-0000-c000-000000000000/User.Read", "00000003-0000-0000-c000-000000000000/User.Read", "00000003-0000-0000-c000-000000000000"},
		{"openid profile", "openid profile", "https://graph.microsoft.com"},
		{"user.read", "User.Read", "https://graph.microsoft.com"},
	} {
		code := b.get(w.authorizePath(), w.request(w.web, "scope", test.scope)).sent(webURI).Get("code")
		a := b.redeem(w.tokenPath(), w.codeForm(w.web, code))
		got := strings.Fields(a.str("scope"))
		if !sameWords(got, strings.Fields(test.want)) || claims(t, a.str("access_token"))["aud"] != test.audience || a.str("refresh_token") != "" {
			t.Errorf("%s answers %v, want %s", test.scope, a.body, test.want)
		}
	}
}

func sameWords(a, b []string) bool {
	count := map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestReliability5_2_OneOfManyRedeems shows a code twenty times at once: one caller gets tokens, and they are revoked by
// the others, who came second.
func TestReliability5_2_OneOfManyRedeems(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	code := b.code(w.anna, w.request(w.web)).Get("code")
	answers := make([]string, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodPost, tokentest.Origin+w.tokenPath(), strings.NewReader(w.codeForm(w.web, code).Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, r)
			answers[i] = recorder.Body.String()
		})
	}
	all.Wait()
	refresh := ""
	for _, text := range answers {
		var body struct {
			Refresh string `json:"refresh_token"`
			Codes   []int  `json:"error_codes"`
		}
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatal(err)
		}
		switch {
		case body.Refresh != "" && refresh != "":
			t.Error("two callers got tokens")
		case body.Refresh != "":
			refresh = body.Refresh
		case len(body.Codes) != 1 || body.Codes[0] != 54005:
			t.Errorf("a caller got %s", text)
		}
	}
	if refresh == "" {
		t.Fatal("nobody got tokens")
	}
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh)).refuses(t, 400, "invalid_grant", "70000")
}
