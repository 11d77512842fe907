package graphapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/invite"
	"github.com/hospes-dev/hospes/store"
)

// resetBody asks for a reset of a guest's redemption.
func resetBody(id, address string) string {
	return `{"invitedUserEmailAddress":"` + address + `","inviteRedirectUrl":"https://x.example","invitedUser":{"id":"` + id + `"},"resetRedemption":true}`
}

// ticketOf gives the secret of the redeem address in an answer.
func ticketOf(t *testing.T, r *reply) string {
	t.Helper()
	outer, err := url.Parse(r.str("inviteRedeemUrl"))
	if err != nil {
		t.Fatal(err)
	}
	inner, err := url.Parse(outer.Query().Get("rd"))
	if err != nil {
		t.Fatal(err)
	}
	return inner.Query().Get("ticket")
}

// redeemable tells whether a ticket opens an invitation of the caller's tenant.
func (f *fixture) redeemable(t *testing.T, c *caller, ticket string) (open bool) {
	t.Helper()
	err := f.Store.View(ctx, c.tenant.ID, func(r store.Reader) error {
		_, err := store.FindHolder(r, hospes.SpaceTicket, invite.HashTicket(ticket))
		open = err == nil
		if hospes.KindOf(err) == hospes.KindNotFound {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}

const mismatch = "The email you’re using to invite this user doesn’t match any emails on the user object. Please add this email to the user object and try again."

func TestGuests12_18_AResetKeepsTheObjectAndAsksForRedemptionAnew(t *testing.T) {
	s := newStory(t)
	c := s.target
	anna := s.source.person("anna", "mail", "anna@aurora.example")
	s.assign(anna)
	s.source.do("POST "+s.job+"/start", "").empty()
	s.cycle()
	id := strings.Trim(s.arrivals()[0], `"`)
	upn := c.do("GET /users/"+id+"?$select=userPrincipalName,externalUserState", "").has("externalUserState", `"Accepted"`).str("userPrincipalName")
	group := c.group("Partners", "members@odata.bind", []string{"/users/" + id})

	c.do("POST /invitations", resetBody(id, "new@guests.example")).fails(http.StatusBadRequest, "BadRequest", mismatch)
	c.do("PATCH /users/"+id, `{"otherMails":["new@guests.example"]}`).empty()
	reset := c.do("POST /invitations", resetBody(id, "NEW@guests.example")).is(http.StatusCreated)
	reset.has("resetRedemption", "true", "status", `"PendingAcceptance"`, "invitedUser.id", `"`+id+`"`)
	c.do("GET /users/"+id+"?$select=userPrincipalName,externalUserState,identities", "").has("userPrincipalName", `"`+upn+`"`, "externalUserState", `"PendingAcceptance"`,
		"identities.0.issuer", `"borealis.example"`)
	equal(t, "members", c.do("GET /groups/"+group+"/members", "").items("id"), []string{id})
	equal(t, "audits", c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Invite external user with reset invitation status'"), "").items("result"), []string{"success"})
	if !s.redeemable(t, c, ticketOf(t, reset)) {
		t.Error("the new link does not open")
	}
}

func TestGuests3_2_ResetsThatAreRefused(t *testing.T) {
	f := newFixture(t)
	c := f.source
	first := c.do("POST /invitations", inviteGreta).is(http.StatusCreated)
	greta, anna := first.str("invitedUser.id"), c.person("anna", "mail", "anna@elsewhere.example")
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no user":            {`{"invitedUserEmailAddress":"greta@guests.example","inviteRedirectUrl":"https://x.example","resetRedemption":true}`, http.StatusBadRequest, "Request_BadRequest"},
		"a user, no reset":   {`{"invitedUserEmailAddress":"greta@guests.example","inviteRedirectUrl":"https://x.example","invitedUser":{"id":"` + greta + `"}}`, http.StatusBadRequest, "Request_BadRequest"},
		"not an object":      {`{"invitedUserEmailAddress":"greta@guests.example","inviteRedirectUrl":"https://x.example","invitedUser":7,"resetRedemption":true}`, http.StatusBadRequest, "Request_BadRequest"},
		"an unknown id":      {resetBody(absent, "greta@guests.example"), http.StatusNotFound, "Request_ResourceNotFound"},
		"no id":              {resetBody("greta", "greta@guests.example"), http.StatusNotFound, "Request_ResourceNotFound"},
		"an own user":        {resetBody(anna, "anna@elsewhere.example"), http.StatusBadRequest, "BadRequest"},
		"an address of none": {resetBody(greta, "other@guests.example"), http.StatusBadRequest, "BadRequest"},
		"a bad address":      {resetBody(greta, "g+h@guests.example"), http.StatusBadRequest, "BadRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			c.on(t).do("POST /invitations", test.body).is(test.status).has("error.code", `"`+test.code+`"`)
		})
	}
	if !f.redeemable(t, c, ticketOf(t, first)) {
		t.Error("a refused reset has voided the link")
	}
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
	c.do("POST /invitations", resetBody(greta, "greta@guests.example")).is(http.StatusForbidden)
	c.mint("User.Read.All").do("POST /invitations", resetBody(greta, "greta@guests.example")).is(http.StatusUnauthorized)
}

func TestGuests12_3_EveryLinkLivesUntilAllAreRevokedOrReset(t *testing.T) {
	f := newFixture(t)
	c := f.source
	first, second := c.do("POST /invitations", inviteGreta).is(http.StatusCreated), c.do("POST /invitations", inviteGreta).is(http.StatusCreated)
	other := c.do("POST /invitations", `{"invitedUserEmailAddress":"otto@guests.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated)
	greta := first.str("invitedUser.id")
	opens := func(r *reply, want bool) {
		t.Helper()
		if got := f.redeemable(t, c, ticketOf(t, r)); got != want {
			t.Errorf("the link opens: %v", got)
		}
	}
	opens(first, true)
	opens(second, true)
	third := c.do("POST /invitations", resetBody(greta, "greta@guests.example")).is(http.StatusCreated)
	opens(first, false)
	opens(second, false)
	opens(third, true)
	c.do("POST /hospes/v1/users/"+greta+"/revokeInvitations", "").is(http.StatusOK).has("revoked", "1")
	opens(third, false)
	opens(other, true)
	c.do("POST /hospes/v1/users/"+greta+"/revokeInvitations", "").is(http.StatusOK).has("revoked", "0")
	equal(t, "audits", c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Revoke invitations'"), "").items("result"), []string{"success"})
	f.target.do("POST /hospes/v1/users/"+greta+"/revokeInvitations", "").is(http.StatusNotFound)
	opens(c.do("POST /invitations", inviteGreta).is(http.StatusCreated), true)
}

func TestGuests3_2_WhoMayOnlyInviteDoesNotReset(t *testing.T) {
	c := newFixture(t).source
	id := c.do("POST /invitations", inviteGreta).is(http.StatusCreated).str("invitedUser.id")
	body := resetBody(id, "greta@guests.example")
	c.mint("User.Invite.All").do("POST /invitations", body).fails(http.StatusForbidden, "Forbidden", "Generic authorization exception.")
	for _, enough := range []string{"User.ReadWrite.All", "Directory.ReadWrite.All"} {
		c.mint(enough).do("POST /invitations", body).is(http.StatusCreated)
	}
}
