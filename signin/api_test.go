package signin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

const (
	scopeRead  = "11111111-1111-4111-8111-111111111111"
	scopeAdmin = "22222222-2222-4222-8222-222222222222"
	scopeOff   = "33333333-3333-4333-8333-333333333333"
	roleClerk  = "44444444-4444-4444-8444-444444444444"
)

// written reads a value as a request writes it.
func written(text string) hospes.Value { return hospes.JSON(json.RawMessage(text)) }

// api registers an application that offers scopes and a role. One scope is disabled, one has a name that means something
// else.
func (w *world) api(name, uri string) app {
	w.Helper()
	return w.app(w.aurora, name, "", "", "", edit(hospes.ApplicationIdentifierURIs, hospes.Strings(uri)), edit(hospes.ApplicationAPI, written(`{"oauth2PermissionScopes":[
		{"id":"`+scopeRead+`","value":"Orders.Read","type":"User","isEnabled":true,"userConsentDisplayName":"Read your orders","adminConsentDisplayName":"Read orders"},
		{"id":"`+scopeAdmin+`","value":"Orders.All","type":"Admin","isEnabled":true,"adminConsentDisplayName":"Read everybody's orders"},
		{"id":"55555555-5555-4555-8555-555555555555","value":"openid","type":"User","isEnabled":true},
		{"id":"`+scopeOff+`","value":"Orders.Old","type":"User","isEnabled":false}]}`)),
		edit(hospes.ApplicationAppRoles, written(`[{"id":"`+roleClerk+`","value":"Clerk","displayName":"Work as a clerk","description":"","isEnabled":true,"allowedMemberTypes":["User","Application"]}]`)))
}

// principal reads the service principal of an application.
func (w *world) principal(a app) (sp *hospes.Object) {
	w.Helper()
	if err := w.Store.View(ctx, w.aurora.ID, func(r store.Reader) (err error) {
		sp, err = store.FindHolder(r, hospes.SpacePrincipal, a.id)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return sp
}

// adjust writes a service principal anew.
func (w *world) adjust(a app, edits ...hospes.Edit) {
	w.Helper()
	w.Update(w.aurora, func(tx store.Tx) error {
		sp, err := store.FindHolder(tx, hospes.SpacePrincipal, a.id)
		if err != nil {
			return err
		}
		sp.Apply(edits)
		return tx.Put(sp)
	})
}

// TestWire6_4_TokensInAPersonsNameForApplications: an API of one's own gets tokens with the scopes that were consented to
// and the roles of the person, in the version it takes; Graph takes none of them.
func TestWire6_4_TokensInAPersonsNameForApplications(t *testing.T) {
	w := newWorld(t)
	orders := w.api("Orders", "api://orders")
	b := w.browser()
	query := w.request(w.web, "scope", "openid profile offline_access api://orders/orders.read")
	sent := b.get(w.authorizePath(), query).signIn(w.anna).shows("Orders: Read your orders").shows("Sign you in").submit("accept").sent(webURI)
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code")))
	if a.status != http.StatusOK || a.str("scope") != "api://orders/Orders.Read" || a.str("id_token") == "" {
		t.Fatalf("answers %d %v", a.status, a.body)
	}
	says := claims(t, a.str("access_token"))
	if says["aud"] != "api://orders" || says["ver"] != "1.0" || says["scp"] != "Orders.Read" || says["appid"] != w.web.id || says["oid"] != w.anna.ID.String() || says["roles"] != nil {
		t.Errorf("a token of version 1 says %v", says)
	}
	if says["sub"] == claims(t, a.str("id_token"))["sub"] {
		t.Error("two applications know the person by one name")
	}
	if _, err := w.Authority.Verify(ctx, a.str("access_token")); hospes.CodeOf(err) != token.CodeInvalidToken {
		t.Errorf("Graph takes a token for another: %v", err)
	}
	if again := b.get(w.authorizePath(), query).sent(webURI); again.Get("code") == "" {
		t.Errorf("what was consented to is asked again: %v", again)
	}

	// The refresh token is good for whatever was consented to, and nothing else.
	refresh := a.str("refresh_token")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "User.Read")).refuses(t, 400, "invalid_grant", "65001")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://orders/Orders.All")).refuses(t, 400, "invalid_grant", "65001")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://orders/Orders.Old")).refuses(t, 401, "invalid_client", "650053")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://orders/openid")).refuses(t, 401, "invalid_client", "650053")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://nobody/Read")).refuses(t, 400, "invalid_resource", "500011")
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://orders/Orders.Read User.Read")).refuses(t, 400, "invalid_scope", "70011")
	whole := b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", "api://orders/.default"))
	if whole.str("scope") != "api://orders/Orders.Read api://orders/.default" {
		t.Errorf("the default answers %v", whole.body)
	}

	// Roles reach people through their groups; version 2 names the application by its id.
	w.Update(w.aurora, func(tx store.Tx) error {
		app, err := store.FindHolder(tx, hospes.SpaceAppID, orders.id)
		if err != nil {
			return err
		}
		app.Set(hospes.ApplicationAPI, written(strings.Replace(string(app.Get(hospes.ApplicationAPI)), "{", `{"requestedAccessTokenVersion":2,`, 1)))
		return tx.Put(app)
	})
	w.adjust(orders, edit(hospes.PrincipalAssignmentRequired, hospes.True))
	ask := func() answer {
		return b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh, "scope", orders.id+"/Orders.Read"))
	}
	ask().refuses(t, 400, "invalid_grant", "50105")
	w.Update(w.aurora, func(tx store.Tx) error {
		clerks, err := directory.CreateGroup(tx, hospes.SystemRandom(), []hospes.Edit{
			edit(hospes.GroupDisplayName, `"Clerks"`), edit(hospes.GroupMailNickname, `"clerks"`), edit(hospes.GroupMailEnabled, hospes.False), edit(hospes.GroupSecurityEnabled, hospes.True),
		})
		if err != nil {
			return err
		}
		user, err := store.Find(tx, store.Live, hospes.UserSchema, w.anna.ID)
		if err != nil {
			return err
		}
		if err := directory.AddMembers(tx, clerks, user); err != nil {
			return err
		}
		id, _ := hospes.ParseObjectID(roleClerk)
		_, err = directory.Assign(tx, hospes.SystemRandom(), w.principal(orders), clerks, id)
		return err
	})
	a = ask()
	says = claims(t, a.str("access_token"))
	roles, _ := says["roles"].([]any)
	if says["aud"] != orders.id || says["ver"] != "2.0" || says["azp"] != w.web.id || says["azpacr"] != "1" || says["preferred_username"] != "anna@aurora.example" || says["appid"] != nil ||
		says["iss"] != "https://hospes.test:8443/"+w.aurora.ID.String()+"/v2.0" || !slices.Equal(roles, []any{"Clerk"}) {
		t.Errorf("a token of version 2 says %v", says)
	}
	w.adjust(orders, edit(hospes.PrincipalAccountEnabled, hospes.False))
	ask().refuses(t, 400, "invalid_resource", "500011")
}

// TestWire6_3_WhatCannotBeAskedOfAnAPI is what people are told on the page.
func TestWire6_3_WhatCannotBeAskedOfAnAPI(t *testing.T) {
	w := newWorld(t)
	w.api("Orders", "api://orders")
	b := w.browser()
	ask := func(scope string) *screen { return b.get(w.authorizePath(), w.request(w.web, "scope", scope)) }
	ask("api://orders/Orders.All").signIn(w.anna).shows("AADSTS90094")
	ask("api://orders/Orders.Lost").shows("AADSTS650053")
	ask("api://orders/.default").shows("AADSTS650057") // the registration does not list it
	if sent := ask("api://nobody/Read").sent(webURI); sent.Get("error") != "invalid_resource" {
		t.Errorf("sent %v", sent)
	}
}

// TestWire5_4_PreAuthorizedApplications: whom the API's own registration names needs nobody's consent, for just that.
func TestWire5_4_PreAuthorizedApplications(t *testing.T) {
	w := newWorld(t)
	orders := w.api("Orders", "api://orders")
	w.Update(w.aurora, func(tx store.Tx) error {
		app, err := store.FindHolder(tx, hospes.SpaceAppID, orders.id)
		if err != nil {
			return err
		}
		app.Set(hospes.ApplicationAPI, written(strings.Replace(string(app.Get(hospes.ApplicationAPI)), "{",
			`{"preAuthorizedApplications":[{"appId":"`+w.web.id+`","delegatedPermissionIds":["`+scopeAdmin+`","`+scopeOff+`","nonsense"]}],`, 1)))
		return tx.Put(app)
	})
	b := w.browser()
	sent := b.get(w.authorizePath(), w.request(w.web, "scope", "api://orders/Orders.All")).signIn(w.anna).sent(webURI)
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code")))
	if says := claims(t, a.str("access_token")); says["scp"] != "Orders.All" {
		t.Errorf("the token says %v", says)
	}
	b.get(w.authorizePath(), w.request(w.web, "scope", "api://orders/Orders.All api://orders/Orders.Read")).shows("Orders: Read your orders")
	b.get(w.authorizePath(), w.request(w.web, "scope", "api://orders/Orders.Old")).shows("AADSTS650053")
}

// TestWire6_4_RolesInIDTokens: an application reads off the sign-in what the person is there.
func TestWire6_4_RolesInIDTokens(t *testing.T) {
	w := newWorld(t)
	role := edit(hospes.ApplicationAppRoles, written(`[{"id":"`+roleClerk+`","value":"Clerk","displayName":"Clerk","description":"","isEnabled":true,"allowedMemberTypes":["User"]}]`))
	shop := w.app(w.aurora, "Shop", `{"redirectUris":["`+webURI+`"]}`, "", "", role)
	w.Update(w.aurora, func(tx store.Tx) error {
		id, _ := hospes.ParseObjectID(roleClerk)
		_, err := directory.Assign(tx, hospes.SystemRandom(), w.principal(shop), w.anna, id)
		return err
	})
	for _, test := range []struct {
		who  *hospes.Object
		want []any
	}{{w.anna, []any{"Clerk"}}, {w.admin, nil}} {
		b := w.browser()
		a := b.redeem(w.tokenPath(), w.codeForm(shop, b.code(test.who, w.request(shop)).Get("code")))
		if roles, _ := claims(t, a.str("id_token"))["roles"].([]any); !slices.Equal(roles, test.want) {
			t.Errorf("%s has the roles %v, want %v", test.who.Text(hospes.UserDisplayName), roles, test.want)
		}
	}
}

// TestWire6_1_AdminConsentToAllThatARegistrationAsksFor: scopes for everybody, of every API, and roles for the application
// itself. Roles at Graph are given by those alone who may give every role.
func TestWire6_1_AdminConsentToAllThatARegistrationAsksFor(t *testing.T) {
	w := newWorld(t)
	orders := w.api("Orders", "api://orders")
	id := func(name string) string {
		t.Helper()
		if s, ok := token.ScopeNamed(name); ok {
			return s.ID.String()
		}
		t.Fatalf("no scope %s", name)
		return ""
	}
	all, ok := token.PermissionNamed("User.Read.All")
	if !ok {
		t.Fatal("no permission User.Read.All")
	}
	robot := w.app(w.aurora, "Robot", `{"redirectUris":["`+webURI+`"]}`, "", "", edit(hospes.ApplicationRequiredAccess, written(`[
		{"resourceAppId":"`+token.GraphAppID+`","resourceAccess":[{"id":"`+id("User.Read")+`","type":"Scope"},{"id":"`+id("Group.Read.All")+`","type":"Scope"},{"id":"`+all.ID.String()+`","type":"Role"}]},
		{"resourceAppId":"`+orders.id+`","resourceAccess":[{"id":"`+scopeRead+`","type":"Scope"},{"id":"`+scopeAdmin+`","type":"Scope"},{"id":"`+roleClerk+`","type":"Role"},{"id":"`+scopeOff+`","type":"Scope"}]},
		{"resourceAppId":"99999999-9999-4999-8999-999999999999","resourceAccess":[{"id":"`+scopeOff+`","type":"Scope"}]}]`)))
	path := "/" + w.aurora.ID.String() + "/adminconsent"
	ask := url.Values{"client_id": {robot.id}, "redirect_uri": {webURI}, "state": {"7"}}
	clerk := w.user(w.aurora, "appadmin", false)
	w.Update(w.aurora, func(tx store.Tx) error {
		role, _, err := directory.ActivateRole(tx, hospes.SystemRandom(), hospes.ApplicationAdministrator.ID)
		if err != nil {
			return err
		}
		return directory.AddToRole(tx, role, clerk)
	})
	w.browser().get(path, ask).signIn(clerk).shows("AADSTS90094")

	own := func(form url.Values) []any {
		t.Helper()
		a := w.browser().redeem(w.tokenPath(), with(form, "grant_type", "client_credentials", "client_id", robot.id, "client_secret", robot.secret))
		if a.status != http.StatusOK {
			t.Fatalf("answers %v", a.body)
		}
		roles, _ := claims(t, a.str("access_token"))["roles"].([]any)
		return roles
	}
	graph, api := url.Values{"scope": {"https://graph.microsoft.com/.default"}}, url.Values{"scope": {"api://orders/.default"}}
	if has := append(own(graph), own(api)...); len(has) > 0 {
		t.Errorf("before the consent it has %v", has)
	}
	before := w.activities()
	admin := w.browser()
	page := admin.get(path, ask).signIn(w.admin).shows("Permissions for everybody in Aurora").shows("See groups and their members").shows("Orders: Read everybody's orders").shows("Orders: Read orders").
		shows("See every person's full profile (by itself").shows("Orders: Work as a clerk (by itself")
	done := page.submit("accept").sent(webURI)
	if done.Get("admin_consent") != "True" || done.Get("tenant") != w.aurora.ID.String() {
		t.Errorf("sent %v", done)
	}
	for at, form := range map[string]url.Values{"User.Read.All": graph, "Clerk": api} {
		if got := own(form); !slices.Equal(got, []any{at}) {
			t.Errorf("it has the roles %v, want %s", got, at)
		}
	}
	// again, nothing is asked twice or written twice
	if again := admin.get(path, ask).shows("Orders: Work as a clerk").submit("accept").sent(webURI); again.Get("admin_consent") != "True" {
		t.Errorf("sent %v", again)
	}
	b := w.browser()
	sent := b.get(w.authorizePath(), w.request(robot, "scope", "api://orders/Orders.All")).signIn(w.anna).sent(webURI)
	if a := b.redeem(w.tokenPath(), w.codeForm(robot, sent.Get("code"))); a.str("scope") != "api://orders/Orders.All" {
		t.Errorf("answers %v", a.body)
	}
	if gave := w.activities(); gave["Add app role assignment grant to service principal"] != 2 || gave["Add delegated permission grant"]-before["Add delegated permission grant"] != 2 {
		t.Errorf("the log tells of %v, before it was %v", gave, before)
	}
}

// activities counts what the audit log tells of.
func (w *world) activities() map[string]int {
	w.Helper()
	counts := map[string]int{}
	if err := w.Store.View(ctx, w.aurora.ID, func(r store.Reader) error {
		audits, err := r.Audits(store.LogQuery{})
		for _, a := range audits {
			counts[a.Activity]++
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return counts
}

// TestWire6_3_AnApplicationAsksForItself: the browser half of an application for tokens of its other half.
func TestWire6_3_AnApplicationAsksForItself(t *testing.T) {
	w := newWorld(t)
	page := w.app(w.aurora, "Page", `{"redirectUris":["`+webURI+`"]}`, "", "", edit(hospes.ApplicationAPI, written(`{"oauth2PermissionScopes":[
		{"id":"`+scopeRead+`","value":"access_as_user","type":"User","isEnabled":true,"userConsentDisplayName":"Be used by you"}]}`)))
	b := w.browser()
	sent := b.get(w.authorizePath(), w.request(page, "scope", page.id+"/.default openid")).signIn(w.anna).shows("Page: Be used by you").submit("accept").sent(webURI)
	a := b.redeem(w.tokenPath(), w.codeForm(page, sent.Get("code")))
	if says := claims(t, a.str("access_token")); says["aud"] != page.id || says["scp"] != "access_as_user" {
		t.Errorf("the token says %v", says)
	}
	bare := w.app(w.aurora, "Bare", `{"redirectUris":["`+webURI+`"]}`, "", "")
	sent = b.get(w.authorizePath(), w.request(bare, "scope", bare.id+"/.default")).sent(webURI)
	a = b.redeem(w.tokenPath(), w.codeForm(bare, sent.Get("code")))
	if says := claims(t, a.str("access_token")); says["aud"] != bare.id || says["scp"] != "" {
		t.Errorf("the token of one that offers nothing says %v", says)
	}
}
