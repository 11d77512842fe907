package signin_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/pquerna/otp/totp"
)

// guest makes a person of Borealis known in Aurora: pending, or by the account at home.
func (w *world) guest(user *hospes.Object, state hospes.ExternalUserState) *hospes.Object {
	w.Helper()
	mail := user.Text(hospes.UserMail)
	g := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	g.Apply([]hospes.Edit{
		edit(hospes.UserAccountEnabled, hospes.True), edit(hospes.UserDisplayName, user.Get(hospes.UserDisplayName)), edit(hospes.UserMail, hospes.String(mail)),
		edit(hospes.UserPrincipalName, hospes.String(hospes.ExternalUPN(mail, "aurora.example"))), edit(hospes.UserUserType, hospes.String("Guest")),
		edit(hospes.UserCreationType, hospes.String(hospes.CreationTypeInvitation)), edit(hospes.UserExternalState, hospes.String(string(state))),
		edit(hospes.UserProxyAddresses, hospes.Strings("SMTP:"+mail)),
	})
	if state == hospes.Accepted {
		g.Set(hospes.UserAltSecIDs, "["+hospes.AltSecID(user.Text(hospes.UserNetID))+"]")
	}
	w.Update(w.aurora, func(tx store.Tx) error { return tx.Put(g) })
	return g
}

// access changes the default of a tenant's cross-tenant access settings.
func (w *world) access(t hospes.Tenant, property string, v hospes.Value) {
	w.Helper()
	w.Update(t, func(tx store.Tx) error {
		defaults, err := store.FindSingleton(tx, hospes.CrossTenantAccessDefaultSchema)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, defaults, []hospes.Edit{edit(hospes.CrossTenantAccessDefaultSchema.Must(property), v)})
	})
}

// policy says of whom a tenant asks for a second factor.
func (w *world) policy(t hospes.Tenant, of hospes.RequireMultifactor) {
	w.Helper()
	w.Update(t, func(tx store.Tx) error {
		p, err := store.FindSingleton(tx, hospes.SignInPolicySchema)
		if hospes.KindOf(err) == hospes.KindNotFound {
			p, err = hospes.NewObject(hospes.SignInPolicySchema, hospes.NewObjectID(hospes.SystemRandom())), nil
		}
		if err != nil {
			return err
		}
		p.Set(hospes.SignInRequireMultifactor, hospes.String(string(of)))
		return tx.Put(p)
	})
}

const blocked = `{"usersAndGroups":{"accessType":"blocked","targets":[{"target":"AllUsers","targetType":"user"}]},"applications":{"accessType":"blocked","targets":[{"target":"AllApplications","targetType":"application"}]}}`
const allowed = `{"usersAndGroups":{"accessType":"allowed","targets":[{"target":"AllUsers","targetType":"user"}]},"applications":{"accessType":"allowed","targets":[{"target":"AllApplications","targetType":"application"}]}}`

// TestGuests2_6_SignInOfGuests walks through what stops a guest, and then lets one in.
func TestGuests2_6_SignInOfGuests(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	b := w.browser()
	page := func() *screen { return b.get(w.authorizePath(), w.request(w.web)) }
	page().signIn(bea).shows("AADSTS50020")
	pending := w.guest(bea, hospes.PendingAcceptance)
	page().shows("AADSTS50014")
	w.Update(w.aurora, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, hospes.UserSchema, pending.ID)
		if err != nil {
			return err
		}
		return tx.Purge(o)
	})
	guest := w.guest(bea, hospes.Accepted)
	w.access(w.boreas, "b2bCollaborationOutbound", blocked)
	page().shows("AADSTS500212")
	w.access(w.boreas, "b2bCollaborationOutbound", allowed)
	w.access(w.aurora, "b2bCollaborationInbound", blocked)
	page().shows("AADSTS500213")
	only := `{"usersAndGroups":{"accessType":"allowed","targets":[{"target":"AllUsers","targetType":"user"}]},"applications":{"accessType":"allowed","targets":[{"target":"` + w.phone.id + `","targetType":"application"}]}}`
	w.access(w.aurora, "b2bCollaborationInbound", hospes.Value(only))
	page().shows("AADSTS500213")
	w.access(w.aurora, "b2bCollaborationInbound", allowed)
	w.change(w.aurora, guest.ID, edit(hospes.UserAccountEnabled, hospes.False))
	page().shows("AADSTS50057")
	w.change(w.aurora, guest.ID, edit(hospes.UserAccountEnabled, hospes.True))

	sent := page().submit("accept").sent(webURI)
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code"), "client_info", "1"))
	access, id := claims(t, a.str("access_token")), claims(t, a.str("id_token"))
	for name, want := range map[string]any{
		"oid": guest.ID.String(), "tid": w.aurora.ID.String(), "idp": "https://sts.windows.net/" + w.boreas.ID.String() + "/", "acct": 1.0, "unique_name": "bea@borealis.example",
	} {
		if access[name] != want {
			t.Errorf("%s is %v, want %v", name, access[name], want)
		}
	}
	if id["idp"] != access["idp"] || id["preferred_username"] != "bea@borealis.example" {
		t.Errorf("the id token says %v", id)
	}
	for _, log := range []hospes.Tenant{w.aurora, w.boreas} {
		var list []hospes.SignIn
		err := w.Store.View(ctx, log.ID, func(r store.Reader) (err error) {
			list, err = r.SignIns(store.LogQuery{Limit: 100})
			return err
		})
		var numbers []int
		for _, s := range list {
			numbers = append(numbers, s.ErrorCode)
			if !s.CrossTenant() || s.Home != w.boreas.ID || s.UPN != "bea@borealis.example" {
				t.Errorf("%s logs %+v", log.DisplayName, s)
			}
		}
		if err != nil || len(numbers) != 8 || numbers[0] != 0 || numbers[1] != 0 || numbers[2] != 50057 || numbers[7] != 50020 {
			t.Errorf("%s logs %v, %v", log.DisplayName, numbers, err)
		}
	}
}

// TestWire6_4_TheNameOfMembersFromElsewhere: whom a synchronization has made a member is known by the address as well, and not by a
// name with #EXT# in it that nobody signs in with.
func TestWire6_4_TheNameOfMembersFromElsewhere(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	w.change(w.aurora, w.guest(bea, hospes.Accepted).ID, edit(hospes.UserUserType, hospes.String(string(hospes.UserTypeMember))))
	b := w.browser()
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, b.code(bea, w.request(w.web)).Get("code")))
	access, id := claims(t, a.str("access_token")), claims(t, a.str("id_token"))
	if access["acct"] != 0.0 || access["unique_name"] != "bea@borealis.example" || id["preferred_username"] != "bea@borealis.example" {
		t.Errorf("she is called %v and %v, acct %v", access["unique_name"], id["preferred_username"], access["acct"])
	}
}

// TestGuests8_1_SecondFactors: at the host unless it trusts the home, in an app that is set up on the way.
func TestGuests8_1_SecondFactors(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	w.guest(bea, hospes.Accepted)
	w.policy(w.aurora, hospes.MultifactorGuests)
	b := w.browser()
	if s := b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna); s.title() != "Permissions requested" {
		t.Errorf("a member is asked: %s", s.brief())
	}

	b = w.browser()
	enrol := b.get(w.authorizePath(), w.request(w.web)).signIn(bea).shows("Aurora asks for a second proof")
	secret := key(enrol)
	enrol.submit("enrol", "code", "000000").shows("The code is wrong")
	first := code(t, secret, w.Clock.Now())
	enrol = enrol.submit("enrol", "code", "000 000")
	if key(enrol) != secret {
		t.Error("a wrong code changes the key")
	}
	done := enrol.submit("enrol", "code", first[:3]+" "+first[3:])
	sent := done.submit("accept").sent(webURI)
	a := b.redeem(w.tokenPath(), w.codeForm(w.web, sent.Get("code")))
	if amr, _ := claims(t, a.str("access_token"))["amr"].([]any); len(amr) != 3 || amr[0] != "pwd" || amr[2] != "mfa" {
		t.Errorf("amr is %v", amr)
	}

	// In another browser the code is asked for; one that was used is not taken again.
	b = w.browser()
	ask := b.get(w.authorizePath(), w.request(w.web)).signIn(bea).shows("Enter a one-time code")
	ask.submit("code", "code", first).shows("it was used before")
	w.Clock.Advance(time.Minute)
	ask.submit("code", "code", code(t, secret, w.Clock.Now())).sent(webURI)

	// The home's second factor does not count, until it is trusted.
	w.policy(w.boreas, hospes.MultifactorAll)
	b = w.browser()
	home := b.get(w.authorizePath(), w.request(w.web)).signIn(bea).shows("Borealis asks for a second proof")
	w.Clock.Advance(time.Minute)
	home.submit("enrol", "code", code(t, key(home), w.Clock.Now())).sent(webURI)
	w.policy(w.boreas, hospes.MultifactorNone)
	b.get(w.authorizePath(), w.request(w.web)).shows("Enter a one-time code")
	if silent := b.get(w.authorizePath(), w.request(w.web, "prompt", "none")).sent(webURI); silent.Get("error") != "interaction_required" {
		t.Errorf("silently sent %v", silent)
	}
	w.access(w.aurora, "inboundTrust", `{"isMfaAccepted":true,"isCompliantDeviceAccepted":false,"isHybridAzureADJoinedDeviceAccepted":false}`)
	b.get(w.authorizePath(), w.request(w.web)).sent(webURI)
}

// TestWire6_5_50076_RefreshAfterTheRuleChanged: what was signed in to without a second factor stops being renewed.
func TestWire6_5_50076_RefreshAfterTheRuleChanged(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	refresh := b.refreshed()
	w.policy(w.aurora, hospes.MultifactorAll)
	b.redeem(w.tokenPath(), w.refreshForm(w.web, refresh)).refuses(t, 400, "interaction_required", "50076")
	if silent := b.get(w.authorizePath(), w.request(w.web, "prompt", "none")).sent(webURI); silent.Get("error") != "interaction_required" || silent.Get("error_description")[:12] != "AADSTS50079:" {
		t.Errorf("silently sent %v", silent)
	}
}

// TestWire6_5_50105_OnlyWhoIsAssigned: by themselves or by a group.
func TestWire6_5_50105_OnlyWhoIsAssigned(t *testing.T) {
	w := newWorld(t)
	var sp, group *hospes.Object
	w.Update(w.aurora, func(tx store.Tx) (err error) {
		if sp, err = store.FindHolder(tx, hospes.SpacePrincipal, w.web.id); err != nil {
			return err
		}
		sp.Set(hospes.PrincipalAssignmentRequired, hospes.True)
		if err := tx.Put(sp); err != nil {
			return err
		}
		group = hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(hospes.SystemRandom()))
		group.Apply([]hospes.Edit{edit(hospes.GroupDisplayName, hospes.String("Bookkeepers")), edit(hospes.GroupSecurityEnabled, hospes.True)})
		return tx.Put(group)
	})
	b := w.browser()
	b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).shows("AADSTS50105").submit("leave").sent(webURI)
	w.Update(w.aurora, func(tx store.Tx) error {
		if _, err := directory.Assign(tx, hospes.SystemRandom(), sp, group, hospes.DefaultAppRole); err != nil {
			return err
		}
		_, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: group.Number, To: w.anna.Number})
		return err
	})
	if s := b.get(w.authorizePath(), w.request(w.web)); s.status != http.StatusOK || s.title() != "Permissions requested" {
		t.Errorf("assigned by a group: %s", s.brief())
	}
	w.Update(w.aurora, func(tx store.Tx) error { return tx.Delete(group) })
	b.get(w.authorizePath(), w.request(w.web)).shows("AADSTS50105") // a group in the bin lets nobody in
}

// key reads the key of an authenticator off the page.
func key(s *screen) string {
	s.Helper()
	for _, c := range all(s.doc, "code") {
		out := ""
		for _, part := range []byte(c.FirstChild.Data) {
			if part != ' ' {
				out += string(part)
			}
		}
		return out
	}
	s.Fatalf("no key on the page: %s", s.brief())
	return ""
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWire6_5_50194_ApplicationsOfOtherTenants: one that is open to them becomes known with the first consent.
func TestWire6_5_50194_ApplicationsOfOtherTenants(t *testing.T) {
	w := newWorld(t)
	open := w.app(w.boreas, "Everywhere", `{"redirectUris":["`+webURI+`"]}`, "", "", edit(hospes.ApplicationSignInAudience, hospes.String("AzureADMultipleOrgs")))
	closed := w.app(w.boreas, "Here", `{"redirectUris":["`+webURI+`"]}`, "", "")
	b := w.browser()
	b.get(w.authorizePath(), w.request(closed)).signIn(w.anna).shows("AADSTS700016")
	page := b.get("/common/oauth2/v2.0/authorize", w.request(open)).shows("Everywhere wants to:").shows("Registered by borealis.example")
	if silent := b.get("/common/oauth2/v2.0/authorize", w.request(open, "prompt", "none")).sent(webURI); silent.Get("error") != "consent_required" {
		t.Errorf("silently sent %v", silent)
	}
	sent := page.submit("accept").sent(webURI)
	a := b.redeem("/common/oauth2/v2.0/token", w.codeForm(open, sent.Get("code")))
	if got := claims(t, a.str("access_token")); got["tid"] != w.aurora.ID.String() || sent.Get("iss") != "https://hospes.test:8443/"+w.aurora.ID.String()+"/v2.0" {
		t.Errorf("answers %v", a.body)
	}
	b.redeem("/common/oauth2/v2.0/token", w.refreshForm(open, a.str("refresh_token"), "client_secret", "x")).refuses(t, 401, "invalid_client", "7000215")
}
