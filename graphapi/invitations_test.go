package graphapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const inviteGreta = `{"invitedUserEmailAddress":"Greta@guests.example","inviteRedirectUrl":"https://myapp.example"}`

func TestGuests1_2_InvitationOnTheWire(t *testing.T) {
	f := newFixture(t)
	c := f.source
	r := c.do("POST /invitations", inviteGreta).is(http.StatusCreated)
	r.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#invitations/$entity","id":"#","inviteRedeemUrl":"*","invitedUserDisplayName":null,"invitedUserType":"Guest",
		"invitedUserEmailAddress":"Greta@guests.example","sendInvitationMessage":false,"resetRedemption":false,"inviteRedirectUrl":"https://myapp.example","status":"PendingAcceptance",
		"invitedUserMessageInfo":{"messageLanguage":null,"customizedMessageBody":null,"ccRecipients":[{"emailAddress":{"name":null,"address":null}}]},"invitedUser":{"id":"#"}}`)
	redeem, err := url.Parse(r.str("inviteRedeemUrl"))
	if err != nil || !strings.HasPrefix(redeem.String(), f.server.URL+"/redeem?rd=") {
		t.Fatalf("inviteRedeemUrl is %s (%v)", redeem, err)
	}
	inner, err := url.Parse(redeem.Query().Get("rd"))
	if err != nil {
		t.Fatal(err)
	}
	q := inner.Query()
	if q.Get("tenant") != c.tenant.ID.String() || q.Get("user") != r.str("id") || len(q.Get("ticket")) < 40 || q.Get("ver") != "2.0" {
		t.Errorf("the redeem address holds %v", q)
	}
	c.do("GET /invitations", "").fails(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")

	again := c.do("POST /invitations", `{"invitedUserEmailAddress":"greta@GUESTS.example","inviteRedirectUrl":"https://myapp.example","sendInvitationMessage":true,"invitedUserDisplayName":"Greta G.",
		"invitedUserMessageInfo":{"customizedMessageBody":"Welcome"},"invitedUser":null,"@odata.type":"#microsoft.graph.invitation"}`).is(http.StatusCreated)
	again.has("invitedUser.id", `"`+r.str("invitedUser.id")+`"`, "sendInvitationMessage", "true", "invitedUserDisplayName", `"Greta G."`, "invitedUserMessageInfo.customizedMessageBody", `"Welcome"`)
	if again.str("inviteRedeemUrl") == r.str("inviteRedeemUrl") || again.str("id") == r.str("id") {
		t.Error("the second invitation is the first one")
	}
}

func TestGuests1_8_WhatTheNewGuestHolds(t *testing.T) {
	f := newFixture(t)
	c := f.source
	id := c.do("POST /invitations", inviteGreta).str("invitedUser.id")
	now := f.Clock.Now().Format("2006-01-02T15:04:05Z")
	names := "userPrincipalName,mailNickname,displayName,mail,proxyAddresses,otherMails,userType,creationType,externalUserState,externalUserStateChangeDateTime,identities,showInAddressList,accountEnabled,preferredLanguage"
	c.do("GET /users/"+id+"?$select="+names, "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#users(`+names+`)/$entity","userPrincipalName":"Greta_guests.example#EXT#@aurora.example",
		"mailNickname":"Greta_guests.example#EXT#","displayName":"Greta","mail":"Greta@guests.example","proxyAddresses":["SMTP:Greta@guests.example"],"otherMails":["Greta@guests.example"],
		"userType":"Guest","creationType":"Invitation","externalUserState":"PendingAcceptance","externalUserStateChangeDateTime":"`+now+`",
		"identities":[{"signInType":"userPrincipalName","issuer":"aurora.example","issuerAssignedId":"Greta_guests.example#EXT#@aurora.example"}],
		"showInAddressList":false,"accountEnabled":true,"preferredLanguage":null}`)
	member := c.do("POST /invitations", `{"invitedUserEmailAddress":"m@guests.example","inviteRedirectUrl":"https://x.example","invitedUserType":"Member","invitedUserDisplayName":"Em"}`).has("invitedUserType", `"Member"`).str("invitedUser.id")
	c.do("GET /users/"+member+"?$select=userType,displayName", "").has("userType", `"Member"`, "displayName", `"Em"`)
	// two addresses that give one name
	first := c.do("POST /invitations", `{"invitedUserEmailAddress":"a_b@c.example","inviteRedirectUrl":"https://x.example"}`).str("invitedUser.id")
	second := c.do("POST /invitations", `{"invitedUserEmailAddress":"a@b_c.example","inviteRedirectUrl":"https://x.example"}`)
	if second.status == http.StatusCreated && second.str("invitedUser.id") == first {
		t.Error("two people share a guest")
	}
}

func TestGuests1_6_InvitationsThatAreRefused(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.person("anna", "mail", "anna@elsewhere.example")
	blocked := c.do("POST /invitations", `{"invitedUserEmailAddress":"blocked@guests.example","inviteRedirectUrl":"https://x.example"}`).str("invitedUser.id")
	c.do("PATCH /users/"+blocked, `{"accountEnabled":false}`).empty()
	c.group("Unified", "groupTypes", []string{"Unified"}, "mailEnabled", true)
	for name, r := range map[string]struct{ body, code, message string }{
		"a redirect that runs":  {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"javascript:alert(1)//x.example"}`, "BadRequest", "Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'."},
		"a redirect in clear":   {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"http://x.example"}`, "BadRequest", "Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'."},
		"a redirect's mask":     {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example@y.example"}`, "BadRequest", "Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'."},
		"no address":            {`{"inviteRedirectUrl":"https://x.example"}`, "BadRequest", "A value is required for property 'invitedUserEmailAddress' of resource 'Invitation'."},
		"no redirect":           {`{"invitedUserEmailAddress":"g@guests.example"}`, "BadRequest", "A value is required for property 'inviteRedirectUrl' of resource 'Invitation'."},
		"redirect not absolute": {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"/x"}`, "BadRequest", "Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'."},
		"plus addressing":       {`{"invitedUserEmailAddress":"g+h@guests.example","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "The invited user's email address is not valid."},
		"dot at the end":        {`{"invitedUserEmailAddress":"g.@guests.example","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "The invited user's email address is not valid."},
		"no domain":             {`{"invitedUserEmailAddress":"g@guests","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "The invited user's email address is not valid."},
		"own domain":            {`{"invitedUserEmailAddress":"x@Aurora.example","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "This user cannot be invited because the domain of the user's email address is a verified domain of this directory."},
		"internal user":         {`{"invitedUserEmailAddress":"ANNA@elsewhere.example","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "Non-external user already exists with the given mail address and can't be invited."},
		"blocked guest": {`{"invitedUserEmailAddress":"blocked@guests.example","inviteRedirectUrl":"https://x.example"}`, "BadRequest", "The invited user already exists in the directory as object ID: " + blocked +
			", but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources."},
		"two in copy": {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","invitedUserMessageInfo":{"ccRecipients":[{},{}]}}`, "BadRequest", "Only one recipient can be given in ccRecipients."},
		"user type":   {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","invitedUserType":"Alien"}`, "BadRequest", "Invalid value specified for property 'invitedUserType' of resource 'Invitation'."},
		"unknown":     {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","colour":1}`, "Request_BadRequest", "Invalid property 'colour'."},
		"ticket":      {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","ticket":"x"}`, "Request_BadRequest", "Invalid property 'ticket'."},
		"reset":       {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","resetRedemption":true}`, "Request_BadRequest", "A value is required for property 'invitedUser' of resource 'Invitation' when resetRedemption is true."},
		"status":      {`{"invitedUserEmailAddress":"g@guests.example","inviteRedirectUrl":"https://x.example","status":"Completed"}`, "Request_BadRequest", "Invalid value specified for property 'status' of resource 'Invitation'."},
		"not JSON":    {`x`, "Request_BadRequest", ""},
	} {
		t.Run(name, func(t *testing.T) {
			reply := c.on(t).do("POST /invitations", r.body)
			if r.message == "" {
				reply.is(http.StatusBadRequest).has("error.code", `"`+r.code+`"`)
				return
			}
			reply.fails(http.StatusBadRequest, r.code, r.message)
		})
	}
	equal(t, "guests", c.do("GET /users"+query("$filter", "userType eq 'Guest'"), "").items("id"), []string{blocked})

	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
	const never = "Guest invitations not allowed for your company. Contact your company administrator for more details."
	c.do("POST /invitations", inviteGreta).fails(http.StatusForbidden, "Forbidden", never)
	c.do("POST /invitations", `{"colour":1}`).fails(http.StatusForbidden, "Forbidden", never) // before the body is looked at
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"adminsAndGuestInviters"}`).empty()
	c.do("POST /invitations", inviteGreta).is(http.StatusCreated)
	c.mint("User.Read.All").do("POST /invitations", inviteGreta).fails(http.StatusUnauthorized, "Unauthorized",
		"Insufficient privileges to perform requested operation by the application '00000003-0000-0000-c000-000000000000'. ControllerName=MSGraphInviteAPI, ActionName=CreateInvite, URL absolute path=/api/"+c.tenant.ID.String()+"/invites")
	for _, enough := range []string{"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"} {
		c.mint(enough).do("POST /invitations", inviteGreta).is(http.StatusCreated)
	}
}

func TestGuests2_5_InvitationOfAConsentingPairIsCompleted(t *testing.T) {
	f := newFixture(t)
	source, target := f.source.tenant.ID.String(), f.target.tenant.ID.String()
	invited := func(name string) *reply {
		return f.target.do("POST /invitations", `{"invitedUserEmailAddress":"`+name+`@aurora.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated)
	}
	f.target.do("POST "+partners, `{"tenantId":"`+source+`","automaticUserConsentSettings":{"inboundAllowed":true,"outboundAllowed":true}}`).is(http.StatusCreated)
	f.source.do("POST "+partners, `{"tenantId":"`+target+`","automaticUserConsentSettings":{"inboundAllowed":true}}`).is(http.StatusCreated)
	invited("before").has("status", `"PendingAcceptance"`)
	f.source.do("PATCH "+partners+"/"+target, `{"automaticUserConsentSettings":{"outboundAllowed":true}}`).empty()
	invited("nobody").has("status", `"PendingAcceptance"`)
	home := f.source.person("after", "mail", "after@aurora.example")
	id := invited("after").has("status", `"Completed"`).str("invitedUser.id")
	f.target.do("GET /users/"+id+"?$select=externalUserState", "").has("externalUserState", `"Accepted"`)
	if tied := f.target.tiedTo(f.source, home); tied != id {
		t.Errorf("the account at home is tied to %q", tied)
	}
	f.target.do("POST /invitations", `{"invitedUserEmailAddress":"after@aurora.example","inviteRedirectUrl":"https://x.example"}`).fails(http.StatusBadRequest, "BadRequest",
		"The invited user already exists in the directory as object ID: "+id+". They can use that account to sign in to shared apps and resources.")

	f.target.do("PATCH /users/"+id, `{"mail":"old@elsewhere.example","otherMails":[]}`).empty()
	f.source.do("PATCH /users/"+home, `{"mail":"new@aurora.example"}`).empty()
	f.target.do("POST /invitations", `{"invitedUserEmailAddress":"new@aurora.example","inviteRedirectUrl":"https://x.example"}`).fails(http.StatusBadRequest, "BadRequest",
		"The invited user already exists in the directory as object ID: "+id+". They can use that account to sign in to shared apps and resources.")
}

// tiedTo gives the id of the guest that an account of another tenant signs in as.
func (c *caller) tiedTo(home *caller, account string) (guest string) {
	c.Helper()
	var key string
	home.update(func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, objectID(c, account))
		if err == nil {
			key = hospes.AltSecKey(hospes.AltSecID(user.Text(hospes.UserNetID)))
		}
		return err
	})
	c.update(func(tx store.Tx) error {
		user, err := store.FindHolder(tx, hospes.SpaceAltSec, key)
		if err == nil {
			guest = user.ID.String()
		}
		if hospes.KindOf(err) == hospes.KindNotFound {
			return nil
		}
		return err
	})
	return guest
}
