package signin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// TestPortal7_WhatIsHiddenIsNotShown: the account name that password managers read stands above as text already, and a field
// that has a display in the style sheet is not hidden by the word alone.
func TestPortal7_WhatIsHiddenIsNotShown(t *testing.T) {
	w := newWorld(t)
	page := w.browser().get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example")).shows("Enter your password")
	if !strings.Contains(page.text, `autocomplete="username" readonly hidden>`) {
		t.Fatalf("the page has no hidden account name: %s", page.text)
	}
	style := w.browser().get("/signin/style.css", nil).text
	if strings.Contains(style, "input[type=text]") && !strings.Contains(style, "[hidden] { display: none !important; }") {
		t.Error("the style sheet shows what is hidden")
	}
}

// TestReliability5_2_PagesAreNotForgedOrFramed: a form is taken from the browser that it was made for, once it was made
// for one, and from no other site.
func TestReliability5_2_PagesAreNotForgedOrFramed(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	page := b.get(w.authorizePath(), w.request(w.web))
	for name, want := range map[string]string{
		"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin", "Content-Language": "en",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Content-Security-Policy":    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' https://app.example; frame-ancestors 'none'; base-uri 'none'",
	} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, c := range page.header.Values("Set-Cookie") {
		if !strings.HasPrefix(c, "__Host-") || !strings.Contains(c, "; Path=/; HttpOnly; Secure; SameSite=Lax") {
			t.Errorf("the cookie is %s", c)
		}
	}
	if len(all(page.doc, "script")) != 0 || strings.Contains(page.text, "style=") {
		t.Error("the page has scripts or styles in it")
	}
	form := page.filled("name", "name", "anna@aurora.example")
	other.post("/signin", form).shows("another window")
	other.get(w.authorizePath(), w.request(w.web))
	other.post("/signin", form).shows("another window")
	for _, site := range []string{"cross-site", "same-site"} {
		b.header.Set("Sec-Fetch-Site", site)
		b.post("/signin", form).shows("another window")
	}
	b.header = http.Header{}
	b.post("/signin", with(url.Values{}, "action", "name", "name", "anna@aurora.example")).shows("another window")
	b.post("/signin", with(form, "flow", form.Get("flow")[:200]+"AAAA"+form.Get("flow")[204:])).shows("another window")
	b.post("/signin", url.Values{"flow": {strings.Repeat("A", 1<<20)}}).shows("another window")
	w.Clock.Advance(31 * time.Minute)
	b.post("/signin", page.filled("name", "name", "anna@aurora.example")).shows("another window")
	b.get("/signin", nil).shows("AADSTS50089")
}

// TestReliability5_2_StepsAreNotSkipped: a later step, asked for early, leads to the one that is due.
func TestReliability5_2_StepsAreNotSkipped(t *testing.T) {
	w := newWorld(t)
	w.policy(w.aurora, hospes.MultifactorAll)
	b := w.browser()
	for _, action := range []string{"accept", "code", "enrol", "confirm", "change", "choose", "usercode", "language", "password"} {
		page := b.get(w.authorizePath(), w.request(w.web))
		s := b.post("/signin", with(page.filled("name"), "action", action, "code", "000000", "name", "anna@aurora.example"))
		if s.location != nil || s.title() != "Sign in" {
			t.Errorf("%s leads to %v, %s", action, s.location, s.title())
		}
	}
	page := b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).shows("asks for a second proof")
	for _, action := range []string{"accept", "code", "confirm"} {
		if s := b.post("/signin", with(page.filled("enrol"), "action", action, "code", "000000")); s.location != nil {
			t.Errorf("%s leads to %v", action, s.location)
		}
	}
	if s := b.get(w.authorizePath(), w.request(w.web)).shows("asks for a second proof"); s.location != nil {
		t.Errorf("a session without the second factor leads to %v", s.location)
	}
}

// TestReliability5_2_SessionsAreNotFixed: the ticket changes with each sign-in, and the one before is no good any more.
func TestReliability5_2_SessionsAreNotFixed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	site, _ := url.Parse("https://hospes.test:8443/")
	ticket := func() string {
		for _, c := range b.client.Jar.Cookies(site) {
			if c.Name == "__Host-hospes-sessions" {
				return c.Value
			}
		}
		return ""
	}
	b.client.Jar.SetCookies(site, []*http.Cookie{{Name: "__Host-hospes-sessions", Value: strings.Repeat("A", 64), Path: "/", Secure: true}})
	b.code(w.anna, w.request(w.web))
	first := ticket()
	b.get(w.authorizePath(), w.request(w.web, "prompt", "login", "login_hint", "anna@aurora.example")).submit("password", "password", password).sent(webURI)
	second := ticket()
	if first == "" || first == strings.Repeat("A", 64) || first == second {
		t.Errorf("the tickets are %q and %q", first, second)
	}
	people := authn.New(authn.Config{Store: w.Store, Box: w.Box, Clock: w.Clock, Random: hospes.SystemRandom()})
	if _, err := people.Resume(ctx, first); hospes.CodeOf(err) != authn.CodeNoSession {
		t.Errorf("the ticket before: %v", err)
	}
	if s, err := people.Resume(ctx, second); err != nil || s.Number != w.anna.Number {
		t.Errorf("the ticket: %+v, %v", s, err)
	}
	w.Clock.Advance(25 * time.Hour)
	if _, err := people.Resume(ctx, second); hospes.CodeOf(err) != authn.CodeNoSession {
		t.Errorf("a day later: %v", err)
	}
}

// TestReliability5_2_NamesAreNotGuessed: somebody who is not there, one without a password, a guest and a wrong password
// get one answer, and the same lock.
func TestReliability5_2_NamesAreNotGuessed(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	w.guest(bea, hospes.Accepted)
	bare := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	bare.Apply([]hospes.Edit{edit(hospes.UserAccountEnabled, hospes.True), edit(hospes.UserPrincipalName, hospes.String("bare@aurora.example"))})
	w.Update(w.aurora, func(tx store.Tx) error { return tx.Put(bare) })
	w.change(w.aurora, w.admin.ID, edit(hospes.UserAccountEnabled, hospes.False))
	var texts []string
	for i, name := range []string{"anna@aurora.example", "nobody@aurora.example", "bare@aurora.example", "bea_borealis.example#EXT#@aurora.example", "admin@aurora.example"} {
		b := w.browser()
		b.address = "192.0.2." + string(rune('1'+i)) + ":1"
		page := b.get(w.authorizePath(), w.request(w.web)).submit("name", "name", name)
		var last *screen
		for range 10 {
			last = page.submit("password", "password", "Wrong-Horse-7")
		}
		locked := page.submit("password", "password", password)
		texts = append(texts, strings.ReplaceAll(last.brief()+" / "+locked.brief(), name, "NAME"))
	}
	if slices.Sort(texts); texts[0] != texts[len(texts)-1] || !strings.Contains(texts[0], "The name or the password is wrong") || !strings.Contains(texts[0], "too many wrong attempts") {
		t.Errorf("the answers are %q", texts)
	}
}

// TestWire6_5_50053_StrangersDoNotLockPeopleOut: from where somebody has signed in before, they still can.
func TestWire6_5_50053_StrangersDoNotLockPeopleOut(t *testing.T) {
	w := newWorld(t)
	home := w.browser()
	home.code(w.anna, w.request(w.web))
	for i := range 6 {
		stranger := w.browser()
		stranger.address = "203.0.113." + string(rune('1'+i)) + ":1"
		page := stranger.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example")
		for range 10 {
			page.submit("password", "password", "Wrong-Horse-7")
		}
	}
	fresh := w.browser()
	fresh.address = "203.0.113.99:1"
	fresh.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).shows("too many wrong attempts")
	again := w.browser()
	again.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).sent(webURI)
	w.Clock.Advance(11 * time.Minute)
	fresh.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).sent(webURI)
}

// TestWire6_5_50053_LocksEnd: after a minute, after two when it goes on, and with the right password at once.
func TestWire6_5_50053_LocksEnd(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	page := b.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example")
	for range 10 {
		page.submit("password", "password", "Wrong-Horse-7").shows("The name or the password is wrong")
	}
	page.submit("password", "password", password).shows("too many wrong attempts")
	w.Clock.Advance(61 * time.Second)
	page.submit("password", "password", "Wrong-Horse-7").shows("The name or the password is wrong")
	w.Clock.Advance(61 * time.Second)
	page.submit("password", "password", password).shows("too many wrong attempts")
	w.Clock.Advance(60 * time.Second)
	page.submit("password", "password", password).submit("accept").sent(webURI)
	w.browser().get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example").submit("password", "password", "Wrong-Horse-7").shows("The name or the password is wrong")
}

// TestWire6_5_50055_PasswordsThatHaveToBeChanged: before anything else, and with what was given before revoked.
func TestWire6_5_50055_PasswordsThatHaveToBeChanged(t *testing.T) {
	w := newWorld(t)
	carl := w.user(w.aurora, "carl", true)
	b := w.browser()
	page := b.get(w.authorizePath(), w.request(w.web)).signIn(carl).shows("Choose a new password")
	page.submit("change", "password", password, "new", "Another-Horse-8", "again", "Another-Horse-9").shows("The two new passwords differ")
	page.submit("change", "password", password, "new", "simple", "again", "simple").shows("too simple")
	page.submit("change", "password", password, "new", password, "again", password).shows("it is the old one")
	page.submit("change", "password", "Wrong-Horse-7", "new", "Another-Horse-8", "again", "Another-Horse-8").shows("The name or the password is wrong")
	page.submit("change", "password", password, "new", "Another-Horse-8", "again", "Another-Horse-8").submit("accept").sent(webURI)
	w.browser().get(w.authorizePath(), w.request(w.web)).signIn(carl).shows("The name or the password is wrong")
	var audits []hospes.Audit
	if err := w.Store.View(ctx, w.aurora.ID, func(r store.Reader) (err error) {
		audits, err = r.Audits(store.LogQuery{Activity: "Change user password"})
		return err
	}); err != nil || len(audits) != 1 || audits[0].By.Actor.UPN != "carl@aurora.example" {
		t.Errorf("audited is %+v, %v", audits, err)
	}
}

// TestWire6_3_Prompts: which account, signing in anew, consenting anew, and how long ago.
func TestWire6_3_Prompts(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.code(w.anna, w.request(w.web))
	b.get(w.authorizePath(), w.request(w.web, "prompt", "consent")).shows("Permissions requested").submit("decline").sent(webURI)
	if sent := b.get(w.authorizePath(), w.request(w.web, "prompt", "consent")).submit("accept").sent(webURI); sent.Get("code") == "" {
		t.Errorf("sent %v", sent)
	}
	b.get(w.authorizePath(), w.request(w.web, "prompt", "login")).shows("Choose an account").submit("choose", "account", sid(t, b.get(w.authorizePath(), w.request(w.web, "prompt", "login")))).shows("Enter your password")
	choose := b.get(w.authorizePath(), w.request(w.web, "prompt", "select_account")).shows("Choose an account").shows("anna@aurora.example")
	choose.submit("another").signIn(w.admin).submit("accept").sent(webURI)
	both := b.get(w.authorizePath(), w.request(w.web))
	both.shows("anna@aurora.example").shows("admin@aurora.example")
	if sent := b.get(w.authorizePath(), w.request(w.web, "prompt", "none")).sent(webURI); sent.Get("error") != "account_selection_required" || !strings.HasPrefix(sent.Get("error_description"), "AADSTS16000:") {
		t.Errorf("silently sent %v", sent)
	}
	b.get(w.authorizePath(), w.request(w.web, "prompt", "none", "login_hint", "ANNA@aurora.example")).sent(webURI)
	b.get(w.authorizePath(), w.request(w.web, "login_hint", "bea@aurora.example")).shows("Enter your password").shows("bea@aurora.example")

	w.Clock.Advance(time.Hour)
	b.get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example", "max_age", "7200")).sent(webURI)
	b.get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example", "max_age", "60")).shows("Enter your password")
	if sent := b.get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example", "max_age", "60", "prompt", "none")).sent(webURI); sent.Get("error") != "login_required" {
		t.Errorf("silently sent %v", sent)
	}
}

// sid reads the first account to choose off the page.
func sid(t *testing.T, s *screen) string {
	t.Helper()
	for _, button := range all(s.doc, "button") {
		if attr(button, "name") == "account" {
			return attr(button, "value")
		}
	}
	t.Fatalf("no account on the page: %s", s.brief())
	return ""
}

// TestWire6_5_90094_ConsentOfAdministrators: people consent for themselves to what is theirs, administrators for all.
func TestWire6_5_90094_ConsentOfAdministrators(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	query := w.request(w.web, "scope", "openid User.Read.All")
	b.get(w.authorizePath(), query).signIn(w.anna).shows("AADSTS90094").submit("leave").sent(webURI)
	admin := w.browser()
	page := admin.get(w.authorizePath(), query).signIn(w.admin).shows("Consent for everybody in Aurora")
	page.submit("accept", "everybody", "1").sent(webURI)
	sent := b.get(w.authorizePath(), query).sent(webURI)
	if a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code"))); a.str("scope") != "User.Read.All openid" {
		t.Errorf("answers %v", a.body)
	}

	path := "/" + w.aurora.ID.String() + "/v2.0/adminconsent"
	ask := url.Values{"client_id": {w.phone.id}, "redirect_uri": {"pocket://done"}, "state": {"7"}, "scope": {"https://graph.microsoft.com/Group.Read.All"}}
	b.get(path, ask).shows("AADSTS90094")
	done := admin.get(path, ask).shows("Permissions for everybody in Aurora").submit("accept").sent("pocket://done")
	if done.Get("admin_consent") != "True" || done.Get("tenant") != w.aurora.ID.String() || done.Get("state") != "7" {
		t.Errorf("sent %v", done)
	}
	admin.get("/"+w.aurora.ID.String()+"/adminconsent", with(ask, "redirect_uri", "https://evil.example")).shows("AADSTS50011")
	admin.get(path, with(ask, "redirect_uri", "pocket://done")).submit("decline").sent("pocket://done")
}

// TestWire6_1_Logout ends the session, and leads to registered addresses only.
func TestWire6_1_Logout(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, b.code(w.anna, w.request(w.web)).Get("code")))
	path := "/" + w.aurora.ID.String() + "/oauth2/v2.0/logout"
	for _, to := range []string{"https://evil.example/", webURI + "/x", "javascript:alert(1)", "//evil.example"} {
		if s := b.get(path, url.Values{"client_id": {w.web.id}, "post_logout_redirect_uri": {to}}); s.location != nil {
			t.Errorf("%s leads to %v", to, s.location)
		}
	}
	b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).sent(webURI)
	out := b.get(path, url.Values{"id_token_hint": {a.str("id_token")}, "post_logout_redirect_uri": {webURI}, "state": {"9"}})
	if out.location == nil || out.location.String() != webURI+"?state=9" {
		t.Errorf("sent to %v", out.location)
	}
	if s := b.get(w.authorizePath(), w.request(w.web, "prompt", "none")).sent(webURI); s.Get("error") != "login_required" {
		t.Errorf("after the sign-out: %v", s)
	}
	b.get(path, nil).shows("You are signed out")
}

// TestPagesSpeakTheLanguageOfTheirReader: by the browser, or as chosen in the menu.
func TestPagesSpeakTheLanguageOfTheirReader(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.header.Set("Accept-Language", "fr-CH,fr;q=0.9")
	page := b.get(w.authorizePath(), w.request(w.web)).shows("Se connecter")
	if attr(all(page.doc, "html")[0], "lang") != "fr" {
		t.Error("the page does not say its language")
	}
	b.post("/signin", with(page.filled("language"), "lang", "de")).shows("Anmelden")
	wrong := b.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "x").shows("Keine Organisation")
	for _, input := range all(wrong.doc, "input") {
		if attr(input, "name") == "name" && (attr(input, "aria-describedby") != "wrong" || attr(input, "aria-invalid") != "true") {
			t.Error("the field does not point to what is wrong")
		}
	}
	for _, p := range []*screen{page, wrong} {
		labelled := map[string]bool{}
		for _, label := range all(p.doc, "label") {
			labelled[attr(label, "for")] = true
		}
		for _, input := range all(p.doc, "input") {
			if attr(input, "type") != "hidden" && !labelled[attr(input, "id")] {
				t.Errorf("the field %s has no label", attr(input, "name"))
			}
		}
	}
}

// TestReliability5_2_WhatOneHasProvenCountsForNoOther: who signs in anew and then takes another account has to prove that
// one too.
func TestReliability5_2_WhatOneHasProvenCountsForNoOther(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.code(w.admin, w.request(w.web))
	w.Clock.Advance(time.Hour)
	// Anna proves who she is, is asked for her consent, and takes the administrator's account, which is an hour old
	page := b.get(w.authorizePath(), w.request(w.web, "max_age", "60", "login_hint", "anna@aurora.example")).submit("password", "password", password).shows("Permissions requested")
	taken := page.filled("accept")
	taken.Set("action", "another")
	page.post("/signin", taken).submit("name", "name", "admin@aurora.example").shows("Enter your password")
}

// TestReliability5_2_NoAddressLeadsElsewhere: an authorization request by POST goes on at the same host.
func TestReliability5_2_NoAddressLeadsElsewhere(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"//evil.example/oauth2/v2.0/authorize", "///evil.example/oauth2/v2.0/authorize", "/\\evil.example/oauth2/v2.0/authorize"} {
		r := httptest.NewRequest(http.MethodPost, "https://hospes.test/", strings.NewReader("client_id=x"))
		r.URL.Path = path
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		location, err := url.Parse(answer.Header().Get("Location"))
		if err != nil || location.Host != "" || strings.HasPrefix(answer.Header().Get("Location"), "/\\") {
			t.Errorf("%s leads to %s", path, answer.Header().Get("Location"))
		}
	}
}

// TestReliability5_2_ConsentTakesTheSecondFactor: what was shown to somebody who has proven it is not accepted in the name
// of an administrator whose password is all that was proven.
func TestReliability5_2_ConsentTakesTheSecondFactor(t *testing.T) {
	w := newWorld(t)
	w.policy(w.aurora, hospes.MultifactorAll)
	b := w.browser()
	b.get(w.authorizePath(), w.request(w.web)).signIn(w.admin).shows("asks for a second proof")
	page := b.get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example")).submit("password", "password", password).shows("asks for a second proof")
	page = page.submit("enrol", "code", code(t, key(page), w.Clock.Now())).shows("Permissions requested")
	page = page.post("/signin", with(page.filled("accept"), "action", "another")).submit("name", "name", "admin@aurora.example").shows("asks for a second proof")
	page.post("/signin", with(page.filled("enrol"), "action", "accept", "everybody", "1")).shows("asks for a second proof")
	b.get(w.authorizePath(), w.request(w.web, "login_hint", "anna@aurora.example")).shows("Permissions requested")
}

// TestReliability5_2_GuessesAtOnceCountOneByOne: whoever sends many guesses at once has no more of them than one after
// another, and does not learn from the answers which was right.
func TestReliability5_2_GuessesAtOnceCountOneByOne(t *testing.T) {
	w := newWorld(t)
	guess := func(b *browser, forms []url.Values, wrong string) (told int) {
		var wait sync.WaitGroup
		texts := make([]string, len(forms))
		for i, form := range forms {
			wait.Go(func() {
				res, err := b.client.PostForm(tokentest.Origin+"/signin", form)
				if err != nil {
					t.Error(err)
					return
				}
				text, err := io.ReadAll(res.Body)
				if err != nil {
					t.Error(err)
				}
				texts[i] = string(text)
			})
		}
		wait.Wait()
		for _, text := range texts {
			if strings.Contains(text, wrong) {
				told++
			}
		}
		return told
	}
	b := w.browser()
	page := b.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example")
	var forms []url.Values
	for i := range 30 {
		forms = append(forms, page.filled("password", "password", "guess-"+strconv.Itoa(i)))
	}
	if n := guess(b, forms, "The name or the password is wrong"); n != 10 {
		t.Errorf("%d of 30 passwords were looked at", n)
	}

	w.policy(w.aurora, hospes.MultifactorAll)
	w.Clock.Advance(time.Hour)
	b = w.browser()
	page = b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).shows("asks for a second proof")
	page.submit("enrol", "code", code(t, key(page), w.Clock.Now())).shows("Permissions requested")
	b = w.browser()
	page = b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).shows("Enter a one-time code")
	forms = nil
	for range 60 {
		forms = append(forms, page.filled("code", "code", "wrong"))
	}
	if n := guess(b, forms, "The code is wrong"); n != 10 {
		t.Errorf("%d of 60 codes were looked at", n)
	}
}

// TestReliability5_2_SignInsUnderWayEndWithTheOldPassword: a password that is changed while somebody signs in with the old
// one begins no session, and a second factor does not make an old proof a new one.
func TestReliability5_2_SignInsUnderWayEndWithTheOldPassword(t *testing.T) {
	w := newWorld(t)
	people := authn.New(authn.Config{Store: w.Store, Box: w.Box, Clock: w.Clock, Random: hospes.SystemRandom()})
	proven, err := people.Password(ctx, w.aurora, "anna@aurora.example", password, authn.Attempt{})
	if err != nil {
		t.Fatal(err)
	}
	begin := func() authn.Session {
		t.Helper()
		s, err := people.Begin(ctx, proven, []string{authn.MethodPassword}, nil, authn.Caller{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := begin()
	w.Clock.Advance(time.Minute)
	if raised, err := people.StepUp(ctx, before, w.aurora.ID, authn.Caller{}); err != nil || !raised.At.Equal(before.At) {
		t.Errorf("a second factor makes the proof one of %s instead of %s: %v", raised.At, before.At, err)
	}
	digest, err := token.HashPassword("Another-Horse-8")
	if err != nil {
		t.Fatal(err)
	}
	w.Update(w.aurora, func(tx store.Tx) error { return directory.SetPassword(tx, w.anna, digest, false) })
	w.Clock.Advance(time.Minute)
	if _, err := people.Resume(ctx, begin().Ticket()); hospes.CodeOf(err) != authn.CodeNoSession {
		t.Errorf("the session of the old password: %v", err)
	}
}
