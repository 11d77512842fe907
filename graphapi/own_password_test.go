package graphapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// user reads somebody who was made over the wire.
func (c *caller) user(id string) (user *hospes.Object) {
	c.Helper()
	c.view(func(r store.Reader) (err error) {
		user, err = directory.FindUser(r, id)
		return err
	})
	return user
}

const newPassword = "An0ther-horse"

// TestWire5_1_PeopleChangeTheirOwnPassword: with the one they know, whoever they are, and what was signed in to with it is
// over.
func TestWire5_1_PeopleChangeTheirOwnPassword(t *testing.T) {
	f := newFixture(t)
	c := f.source
	people := authn.New(authn.Config{Store: f.Store, Box: f.Box, Clock: f.Clock, Random: random})
	anna := c.user(c.person("anna"))
	knows := func(password string) (authn.Account, error) {
		return people.Password(ctx, c.tenant, "anna@aurora.example", password, authn.Attempt{Host: c.tenant.ID, Interactive: true})
	}
	who, err := knows(password)
	if err != nil {
		t.Fatal(err)
	}
	session, err := people.Begin(ctx, who, []string{authn.MethodPassword}, nil, authn.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(time.Minute)
	change := body("currentPassword", password, "newPassword", newPassword)
	a := c.signedIn(anna, "Directory.AccessAsUser.All")
	for text, message := range map[string]string{
		`{}`:                              "A value is required for parameter 'currentPassword'.",
		body("currentPassword", password): "A value is required for parameter 'newPassword'.",
		body("currentPassword", password, "newPassword", password):         "The new password is the current one. Choose another.",
		body("currentPassword", password, "newPassword", "short"):          "The specified password does not comply with password complexity requirements. Please provide a different password.",
		body("currentPassword", password, "newPassword", "Grey-h0rse\n"):   "The specified password does not comply with password complexity requirements. Please provide a different password.",
		body("currentPassword", "Wr0ng-horse", "newPassword", newPassword): "The current password is not right.",
	} {
		a.do("POST /me/changePassword", text).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	failed := c.do("GET /auditLogs/signIns"+query("$filter", "userId eq '"+anna.ID.String()+"' and status/errorCode eq 50126"), "")
	equal(t, "wrong guesses in the log", failed.items("authenticationProtocol"), []string{"changePassword"})
	failed.has("value.0.isInteractive", "false", "value.0.appId", `"`+c.client.AppID+`"`, "value.0.ipAddress", `"127.0.0.1"`)

	a.do("POST /me/changePassword", change).empty()
	if _, err := knows(password); hospes.CodeOf(err) != authn.CodeWrongPassword {
		t.Errorf("the old password: %v", err)
	}
	if _, err := knows(newPassword); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if _, err := people.Resume(ctx, session.Ticket()); hospes.CodeOf(err) != authn.CodeNoSession {
		t.Errorf("a session that was begun with the old password: %v", err)
	}
	record := c.do("GET /auditLogs/directoryAudits?$top=1", "")
	record.has("value.0.activityDisplayName", `"Change user password"`, "value.0.initiatedBy.user.id", `"`+anna.ID.String()+`"`, "value.0.targetResources.0.id", `"`+anna.ID.String()+`"`)
	c.signedIn(anna, "Directory.AccessAsUser.All").do("POST /users/ANNA@aurora.example/changePassword", body("currentPassword", newPassword, "newPassword", password)).empty()
}

// TestWire5_1_NobodyChangesAnothersPasswordByKnowingIt: not an administrator, not an application, not with other scopes.
func TestWire5_1_NobodyChangesAnothersPasswordByKnowingIt(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.user(c.person("anna"))
	change := body("currentPassword", password, "newPassword", newPassword)
	of := "POST /users/" + anna.ID.String() + "/changePassword"
	denied(t, c.signedIn(c.administrator("Head", hospes.GlobalAdministrator), allScopes()...).do(of, change))
	denied(t, c.do(of, change))
	c.do("POST /me/changePassword", change).fails(http.StatusBadRequest, "BadRequest", "/me request is only valid with delegated authentication flow.")
	for _, scope := range allScopes() {
		if scope != "Directory.AccessAsUser.All" {
			denied(t, c.signedIn(anna, scope).do(of, change))
		}
	}
	guest := c.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated).str("invitedUser.id")
	c.signedIn(c.user(guest), "Directory.AccessAsUser.All").do("POST /me/changePassword", change).
		fails(http.StatusBadRequest, "Request_BadRequest", "The password of a guest is kept by the organization that the guest belongs to. Change it there.")
}

// TestReliability5_2_GuessesAtChangePasswordAreLocked: whoever has somebody's token does not find the password with it.
func TestReliability5_2_GuessesAtChangePasswordAreLocked(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.user(c.person("anna"))
	a := c.signedIn(anna, "Directory.AccessAsUser.All")
	wrong := body("currentPassword", "Wr0ng-horse", "newPassword", newPassword)
	for range 10 {
		a.do("POST /me/changePassword", wrong).is(http.StatusBadRequest)
	}
	for _, text := range []string{wrong, body("currentPassword", password, "newPassword", newPassword)} {
		a.do("POST /me/changePassword", text).fails(http.StatusForbidden, authn.CodeLocked,
			"The account is locked for a while, because an incorrect name or password was tried too many times. Wait and try again.")
	}
	f.Clock.Advance(2 * time.Minute)
	a.do("POST /me/changePassword", body("currentPassword", password, "newPassword", newPassword)).empty()
}
