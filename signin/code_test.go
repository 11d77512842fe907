package signin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// TestWire6_3_AuthorizationCode goes from the first page to the tokens.
func TestWire6_3_AuthorizationCode(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first := b.get(w.authorizePath(), w.request(w.web, "client_info", "1")).shows("to go on to Ledger")
	consent := first.signIn(w.anna).shows("Sign you in and see your profile").shows("anna@aurora.example in Aurora")
	accepted := consent.submit("accept")
	if accepted.status != http.StatusSeeOther { // RFC 9700, section 4.12
		t.Errorf("after the form the browser is sent on by %d", accepted.status)
	}
	sent := accepted.sent(webURI)
	if sent.Get("state") != "s t&a+te" || sent.Get("iss") != "https://hospes.test:8443/"+w.aurora.ID.String()+"/v2.0" || sent.Get("session_state") == "" || sent.Get("client_info") == "" {
		t.Errorf("sent %v", sent)
	}
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code"), "client_info", "1"))
	if a.status != http.StatusOK || a.str("token_type") != "Bearer" || a.str("scope") != "User.Read email openid profile" || a.body["expires_in"] != 3599.0 || a.str("client_info") != sent.Get("client_info") {
		t.Fatalf("answers %d %v", a.status, a.body)
	}
	caller, err := w.Authority.Verify(ctx, a.str("access_token"))
	if err != nil || !caller.Delegated || caller.Principal != w.anna.ID || !caller.Has("User.Read") || caller.AppID != w.web.id {
		t.Errorf("the token is of %+v, %v", caller, err)
	}
	id := claims(t, a.str("id_token"))
	for name, want := range map[string]any{
		"aud": w.web.id, "iss": "https://hospes.test:8443/" + w.aurora.ID.String() + "/v2.0", "nonce": "n-1", "name": "ANNA", "preferred_username": "anna@aurora.example",
		"oid": w.anna.ID.String(), "tid": w.aurora.ID.String(), "ver": "2.0", "email": "anna@aurora.example",
	} {
		if id[name] != want {
			t.Errorf("%s is %v, want %v", name, id[name], want)
		}
	}
	if access := claims(t, a.str("access_token")); access["appidacr"] != "1" || access["sub"] != id["sub"] {
		t.Errorf("the access token says %v", access)
	}

	// Signed in and consented to once, nobody is asked again.
	again := b.get(w.authorizePath(), w.request(w.web, "prompt", "none")).sent(webURI)
	if again.Get("code") == "" || again.Get("code") == sent.Get("code") {
		t.Errorf("silently sent %v", again)
	}
	var log []hospes.SignIn
	if err := w.Store.View(ctx, w.aurora.ID, func(r store.Reader) (err error) {
		log, err = r.SignIns(store.LogQuery{SourceID: w.anna.ID})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(log) != 3 || log[2].ErrorCode != 0 || !log[2].Interactive || log[2].AppName != "Ledger" || log[1].Interactive || log[1].Protocol != "authorizationCode" {
		t.Errorf("the log is %+v", log)
	}
}

// TestWire6_3_ResponseModes sends the code in each of the three ways, and in the query of an address that has one.
func TestWire6_3_ResponseModes(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.code(w.anna, w.request(w.web))
	if s := b.get(w.authorizePath(), w.request(w.web, "response_mode", "fragment")); s.location.RawQuery != "" || s.sent(webURI).Get("code") == "" {
		t.Errorf("sent to %s", s.location)
	}
	if s := b.get(w.authorizePath(), w.request(w.web, "redirect_uri", webURI+"?keep=1")); s.location.Query().Get("keep") != "1" || s.sent(webURI).Get("code") == "" {
		t.Errorf("sent to %s", s.location)
	}
	s := b.get(w.authorizePath(), w.request(w.web, "response_mode", "form_post", "state", `"><script>`))
	form := all(s.doc, "form")[0]
	values := map[string]string{}
	for _, input := range all(form, "input") {
		values[attr(input, "name")] = attr(input, "value")
	}
	if attr(form, "action") != webURI || attr(form, "method") != "post" || values["code"] == "" || values["state"] != `"><script>` {
		t.Errorf("the form is %s", s.text)
	}
	if csp := s.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; script-src 'sha256-") || strings.Contains(csp, "unsafe") {
		t.Errorf("the policy is %s", csp)
	}
	if s := b.screen(b.client.PostForm("https://hospes.test:8443"+w.authorizePath(), w.request(w.web))); s.sent(webURI).Get("code") == "" {
		t.Errorf("a request by POST ends at %v", s.location)
	}
}

// TestWire6_5_AuthorizationRefusals are what the application is told, by the number of the code.
func TestWire6_5_AuthorizationRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for _, test := range []struct {
		number, error string
		changes       []string
	}{
		{"700051", "unsupported_response_type", []string{"response_type", "token"}},
		{"700051", "unsupported_response_type", []string{"response_type", "code id_token"}},
		{"900144", "invalid_request", []string{"response_type", ""}},
		{"50147", "invalid_request", []string{"code_challenge_method", "plain"}},
		{"50147", "invalid_request", []string{"code_challenge", ""}},
		{"501491", "invalid_request", []string{"code_challenge", "short"}},
		{"70011", "invalid_scope", []string{"scope", "openid Nobody.Knows"}},
		{"70011", "invalid_scope", []string{"scope", "User.Read https://management.azure.com/.default"}},
		{"500011", "invalid_resource", []string{"scope", "https://vault.example/.default"}},
		{"900144", "invalid_request", []string{"scope", ""}},
		{"9002313", "invalid_request", []string{"prompt", "none login"}},
		{"9002313", "invalid_request", []string{"prompt", "create"}},
		{"9002313", "invalid_request", []string{"max_age", "soon"}},
		{"90023", "request_not_supported", []string{"request", "e30.e30."}},
		{"900231", "request_uri_not_supported", []string{"request_uri", "https://app.example/r"}},
		{"50058", "login_required", []string{"prompt", "none"}},
	} {
		sent := b.get(w.authorizePath(), w.request(w.web, test.changes...)).sent(webURI)
		if sent.Get("error") != test.error || !strings.HasPrefix(sent.Get("error_description"), "AADSTS"+test.number+":") || sent.Get("state") != "s t&a+te" || sent.Get("code") != "" || sent.Get("iss") == "" {
			t.Errorf("%v sends %v", test.changes, sent)
		}
	}
}

// TestReliability5_3_OnlyThePersonOfTheIDTokenHintIsAnsweredFor: another person who is signed in is none (OpenID Connect
// Core 3.1.2.1), whether the application was told names or not.
func TestReliability5_3_OnlyThePersonOfTheIDTokenHintIsAnsweredFor(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	w.guest(bea, hospes.Accepted)
	for _, scope := range []string{"openid", "openid profile"} {
		tokenOf := func(b *browser, who *hospes.Object) string {
			sent := b.code(who, w.request(w.web, "scope", scope))
			return b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code"))).str("id_token")
		}
		annas, admins := w.browser(), w.browser()
		hint, other := tokenOf(annas, w.anna), tokenOf(admins, w.admin)
		if sent := annas.get(w.authorizePath(), w.request(w.web, "scope", scope, "prompt", "none", "id_token_hint", hint)).sent(webURI); sent.Get("code") == "" {
			t.Errorf("%s: she herself gets %v", scope, sent)
		}
		if sent := annas.get(w.authorizePath(), w.request(w.web, "scope", scope, "prompt", "none", "id_token_hint", other)).sent(webURI); sent.Get("error") != "login_required" || sent.Get("code") != "" {
			t.Errorf("%s: the hint at another gets %v", scope, sent)
		}
		// Of several who are signed in, it says which; a guest is known to the application by another name than at home.
		beas := tokenOf(w.browser(), bea)
		annas.get(w.authorizePath(), w.request(w.web, "scope", scope, "prompt", "select_account")).submit("another").signIn(bea).sent(webURI)
		for _, one := range []string{hint, beas} {
			sent := annas.get(w.authorizePath(), w.request(w.web, "scope", scope, "prompt", "none", "id_token_hint", one)).sent(webURI)
			got := claims(t, annas.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code"))).str("id_token"))
			if want := claims(t, one)["sub"]; got["sub"] != want {
				t.Errorf("%s: the hint at %v gets %v", scope, want, got["sub"])
			}
		}
		for _, bad := range []string{"x", hint + "x"} {
			if sent := annas.get(w.authorizePath(), w.request(w.web, "id_token_hint", bad)).sent(webURI); sent.Get("error") != "invalid_request" {
				t.Errorf("%s: a hint that is none gets %v", scope, sent)
			}
		}
	}
}

// TestWire6_5_PagesBeforeTheRedirectIsProven shows what is wrong to the person, and sends nobody anywhere.
func TestWire6_5_PagesBeforeTheRedirectIsProven(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for _, test := range []struct {
		number  string
		path    string
		changes []string
	}{
		{"50011", w.authorizePath(), []string{"redirect_uri", "https://evil.example/"}},
		{"50011", w.authorizePath(), []string{"redirect_uri", ""}},
		{"900144", w.authorizePath(), []string{"client_id", ""}},
		{"700016", w.authorizePath(), []string{"client_id", hospes.NewUUID(hospes.SystemRandom())}},
		{"700038", w.authorizePath(), []string{"client_id", "my-app"}},
		{"90002", "/nowhere.example/oauth2/v2.0/authorize", nil},
		{"50194", "/common/oauth2/v2.0/authorize", nil},
		{"9002313", w.authorizePath(), []string{"state", strings.Repeat("x", 20000)}},
	} {
		s := b.get(test.path, w.request(w.web, test.changes...))
		if s.location != nil || s.status != http.StatusBadRequest {
			t.Errorf("%s: %d, sent to %v", test.number, s.status, s.location)
		}
		s.shows("AADSTS" + test.number)
	}
	double := w.request(w.web)
	double.Add("redirect_uri", "https://evil.example/")
	if s := b.get(w.authorizePath(), double).shows("AADSTS9000411"); s.location != nil {
		t.Errorf("sent to %v", s.location)
	}
}

// TestWire6_5_CodeRefusals are the ways in which a code is not redeemed; the last redemption shows that it was good.
func TestWire6_5_CodeRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	other := w.app(w.aurora, "Other", `{"redirectUris":["`+webURI+`"]}`, "", "")
	code := b.code(w.anna, w.request(w.web)).Get("code")
	for _, test := range []struct {
		name    string
		status  int
		error   string
		number  string
		client  app
		changes []string
	}{
		{"another client", 400, "invalid_grant", "700005", other, nil},
		{"another redirect", 400, "invalid_grant", "500112", w.web, []string{"redirect_uri", webURI + "?keep=1"}},
		{"another verifier", 400, "invalid_grant", "501481", w.web, []string{"code_verifier", strings.Repeat("x", 50)}},
		{"no verifier", 400, "invalid_grant", "501491", w.web, []string{"code_verifier", ""}},
		{"short verifier", 400, "invalid_grant", "501491", w.web, []string{"code_verifier", "x"}},
		{"changed", 400, "invalid_grant", "70000", w.web, []string{"code", code[:len(code)-2] + "xx"}},
		{"nonsense", 400, "invalid_grant", "70000", w.web, []string{"code", "0.abc"}},
		{"no secret", 401, "invalid_client", "7000218", w.web, []string{"client_secret", ""}},
		{"wrong secret", 401, "invalid_client", "7000215", w.web, []string{"client_secret", "x"}},
		{"as a refresh token", 400, "invalid_grant", "70000", w.web, []string{"grant_type", "refresh_token", "refresh_token", code}},
		{"from a page", 400, "invalid_request", "9002326", w.web, []string{"Origin", "https://spa.example"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.header = http.Header{}
			if len(test.changes) > 0 && test.changes[0] == "Origin" {
				b.header.Set("Origin", test.changes[1])
				test.changes = nil
			}
			b.redeem(w.tokenPath(), w.codeForm(test.client, code, test.changes...)).refuses(t, test.status, test.error, test.number)
		})
	}
	b.header = http.Header{}
	good := b.redeem("/common/oauth2/v2.0/token", w.codeForm(w.web, code))
	if good.status != http.StatusOK {
		t.Fatalf("the code itself answers %v", good.body)
	}
	b.redeem(w.tokenPath(), w.codeForm(w.web, code)).refuses(t, 400, "invalid_grant", "54005")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, good.str("refresh_token"))).refuses(t, 400, "invalid_grant", "70000")

	late := b.get(w.authorizePath(), w.request(w.web)).sent(webURI).Get("code")
	w.Clock.Advance(61 * time.Second)
	b.redeem(w.tokenPath(), w.codeForm(w.web, late)).refuses(t, 400, "invalid_grant", "70008")
}
