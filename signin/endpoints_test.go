package signin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// TestWire6_1_Userinfo tells who a token stands for, as far as its scopes go.
func TestWire6_1_Userinfo(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, b.code(w.anna, w.request(w.web)).Get("code")))
	b.header.Set("Authorization", "Bearer "+a.str("access_token"))
	for _, s := range []*screen{b.get("/oidc/userinfo", nil), b.post("/oidc/userinfo", nil)} {
		s.shows(`"sub":"` + claims(t, a.str("id_token"))["sub"].(string) + `"`).shows(`"name":"ANNA"`).shows(`"email":"anna@aurora.example"`)
	}
	w.change(w.aurora, w.anna.ID, edit(hospes.UserAccountEnabled, hospes.False))
	if s := b.get("/oidc/userinfo", nil); s.status != http.StatusUnauthorized || !strings.Contains(s.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("of a disabled person: %d %s", s.status, s.text)
	}
	w.change(w.aurora, w.anna.ID, edit(hospes.UserAccountEnabled, hospes.True), edit(hospes.UserSessionsValidFrom, hospes.Moment(w.Clock.Now().Add(time.Second))))
	if s := b.get("/oidc/userinfo", nil); s.status != http.StatusUnauthorized {
		t.Errorf("after the sessions were revoked: %d", s.status)
	}
	w.change(w.aurora, w.anna.ID, edit(hospes.UserSessionsValidFrom, hospes.Null))
	b.header.Set("Authorization", "Bearer "+a.str("id_token"))
	if s := b.get("/oidc/userinfo", nil); s.status != http.StatusUnauthorized {
		t.Errorf("with the id token: %d", s.status)
	}
	b.header = http.Header{}
	narrow := b.redeem(w.tokenPath(), w.codeForm(w.web, b.get(w.authorizePath(), w.request(w.web, "scope", "User.Read")).sent(webURI).Get("code")))
	b.header.Set("Authorization", "Bearer "+narrow.str("access_token"))
	if s := b.get("/oidc/userinfo", nil); s.status != http.StatusForbidden {
		t.Errorf("without openid: %d", s.status)
	}
}

// TestWire6_7_TheAliasWithoutATenant: the tenant follows from the host, from the application, or from who signs in.
func TestWire6_7_TheAliasWithoutATenant(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.get("/adfs/.well-known/openid-configuration", nil).shows(`"token_endpoint":"https://hospes.test:8443/adfs/oauth2/token"`).shows(`"issuer":"https://hospes.test:8443/adfs"`)
	client := url.Values{"grant_type": {"client_credentials"}, "client_id": {w.web.id}, "client_secret": {w.web.secret}, "scope": {"https://hospes.test:8443//.default"}}
	if a := b.redeem("/adfs/oauth2/token", client); a.status != http.StatusOK || claims(t, a.str("access_token"))["tid"] != w.aurora.ID.String() {
		t.Errorf("the application gets %v", a.body)
	}
	d := b.redeem("/adfs/oauth2/devicecode", url.Values{"client_id": {token.AzureCLIAppID}, "scope": {"https://hospes.test:8443//.default openid profile offline_access"}})
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna).submit("confirm")
	a := b.redeem("/adfs/oauth2/token", url.Values{"grant_type": {longGrant}, "client_id": {token.AzureCLIAppID}, "device_code": {d.str("device_code")}})
	if claims(t, a.str("id_token"))["preferred_username"] != "anna@aurora.example" || a.body["expires_in"] != 3599.0 {
		t.Errorf("the person gets %v", a.body)
	}
}

// TestWire6_1_UserRealm tells of domains, never of names.
func TestWire6_1_UserRealm(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for name, want := range map[string]string{"anna@aurora.example": "Managed", "nobody@aurora.example": "Managed", "x@elsewhere.example": "Unknown", "x": "Unknown"} {
		b.get("/common/userrealm/"+name, url.Values{"api-version": {"1.0"}}).shows(`"account_type":"` + want + `"`)
	}
}

// TestWire6_3_SecondTenantByRefreshToken: az shows one refresh token at the endpoint of each tenant that knows the person.
func TestWire6_3_SecondTenantByRefreshToken(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	az := app{id: token.AzureCLIAppID}
	b := w.browser()
	d := b.redeem("/organizations/oauth2/v2.0/devicecode", url.Values{"client_id": {az.id}, "scope": {"https://graph.microsoft.com//.default offline_access openid profile"}})
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(bea).submit("confirm")
	home := b.redeem("/organizations/oauth2/v2.0/token", url.Values{"grant_type": {longGrant}, "client_id": {az.id}, "device_code": {d.str("device_code")}})
	form := w.refreshForm(az, home.str("refresh_token"), "client_secret", "", "client_info", "1")
	b.redeem(w.tokenPath(), form).refuses(t, 400, "invalid_grant", "50020")
	guest := w.guest(bea, hospes.Accepted)
	there := b.redeem(w.tokenPath(), form)
	if got := claims(t, there.str("access_token")); got["tid"] != w.aurora.ID.String() || got["oid"] != guest.ID.String() {
		t.Fatalf("answers %v", there.body)
	}
	b.header.Set("Authorization", "Bearer "+home.str("access_token"))
	list := b.get("/tenants", nil).shows(w.aurora.ID.String()).shows(w.boreas.ID.String())
	if strings.Contains(list.text, w.system.ID.String()) {
		t.Errorf("the list is %s", list.text)
	}
	b.header = http.Header{}
	code := b.get(w.authorizePath(), w.request(w.web)).submit("accept").sent(webURI).Get("code")
	b.header.Set("Authorization", "Bearer "+b.redeem(w.tokenPath(), w.codeForm(w.web, code)).str("access_token"))
	if list := b.get("/tenants", nil); strings.Contains(list.text, w.boreas.ID.String()) || !strings.Contains(list.text, w.aurora.ID.String()) {
		t.Errorf("another application learns %s", list.text)
	}
}

// TestReliability5_2_KeysRotateUnderSignIn: what was given before stays good, what is given after is signed anew.
func TestReliability5_2_KeysRotateUnderSignIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first := b.redeem(w.tokenPath(), w.codeForm(w.web, b.code(w.anna, w.request(w.web)).Get("code")))
	keys := "/" + w.aurora.ID.String() + "/discovery/v2.0/keys"
	old := kid(t, b.get(keys, nil), 1)
	w.Clock.Advance(time.Minute)
	if _, _, err := w.Authority.Keys().Rotate(context.Background()); err != nil {
		t.Fatal(err)
	}
	published := kid(t, b.get(keys, nil), 2)
	w.Clock.Advance(25 * time.Hour)
	second := b.redeem(w.tokenPath(), w.refreshForm(w.web, first.str("refresh_token")))
	if _, err := w.Authority.Verify(ctx, second.str("access_token")); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	if published == old {
		t.Error("the next key is not published first")
	}
	w.Clock.Advance(48 * time.Hour)
	if third := b.redeem(w.tokenPath(), w.refreshForm(w.web, second.str("refresh_token"))); third.status != http.StatusOK {
		t.Errorf("long after: %v", third.body)
	}
	kid(t, b.get(keys, nil), 1)
}

// TestReliability5_3_IDTokensVerify by the published keys, with nothing known but the configuration document.
func TestReliability5_3_IDTokensVerify(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, b.code(w.anna, w.request(w.web)).Get("code")))
	var config struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal([]byte(b.get("/"+w.aurora.ID.String()+"/v2.0/.well-known/openid-configuration", nil).text), &config); err != nil {
		t.Fatal(err)
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(b.get(strings.TrimPrefix(config.Keys, "https://hospes.test:8443"), nil).text), &keys); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSigned(a.str("id_token"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signed.Verify(keys); err != nil {
		t.Errorf("the signature: %v", err)
	}
	if claims(t, a.str("id_token"))["iss"] != config.Issuer {
		t.Errorf("the issuer is %v, want %s", claims(t, a.str("id_token"))["iss"], config.Issuer)
	}
}

// kid gives the name of the newest key, of so many.
func kid(t *testing.T, s *screen, count int) string {
	t.Helper()
	parts := strings.Split(s.text, `"kid":"`)
	if len(parts) != count+1 {
		t.Fatalf("%d keys, want %d: %s", len(parts)-1, count, s.text)
	}
	return strings.SplitN(parts[1], `"`, 2)[0]
}

// TestWire6_5_7000112_DisabledApplications get nobody in and nothing out.
func TestWire6_5_7000112_DisabledApplications(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	refresh := b.refreshed()
	w.Update(w.aurora, func(tx store.Tx) error {
		sp, err := store.FindHolder(tx, hospes.SpacePrincipal, w.web.id)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, sp, []hospes.Edit{edit(hospes.PrincipalAccountEnabled, hospes.False)})
	})
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh)).refuses(t, 400, "unauthorized_client", "7000112")
	b.get(w.authorizePath(), w.request(w.web)).shows("AADSTS7000112")
}

// TestWire6_6_PagesOfOtherOrigins may ask, and are answered where an application has registered them.
func TestWire6_6_PagesOfOtherOrigins(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	ask := func(path string) *screen {
		r, err := http.NewRequest(http.MethodOptions, "https://hospes.test:8443"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://spa.example")
		return b.screen(b.client.Do(r))
	}
	if s := ask(w.tokenPath()); s.status != http.StatusNoContent || s.header.Get("Access-Control-Allow-Origin") != "https://spa.example" || s.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("the token endpoint answers %d %v", s.status, s.header)
	}
	if s := ask(w.authorizePath()); s.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the authorization endpoint answers %v", s.header)
	}
	if s := b.get("/common/v2.0/.well-known/openid-configuration", nil); s.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the configuration answers %v", s.header)
	}
}
