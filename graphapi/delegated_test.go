package graphapi_test

import (
	"net/http"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

func denied(t testing.TB, r *reply) {
	t.Helper()
	r.fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

func TestWire5_1_MeIsThePersonWhoIsSignedIn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := f.Person(c.tenant, "Anna", hospes.UserTypeMember)
	other := c.person("other")
	me := c.signedIn(anna, "User.Read")
	id := anna.ID.String()
	me.do("GET /me", "").is(http.StatusOK).has("id", `"`+id+`"`, "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users/$entity"`)
	me.do("GET /users/"+id, "").is(http.StatusOK)
	me.do("GET /users/Anna@aurora.example", "").is(http.StatusOK)
	me.do("GET /ME/manager", "").is(http.StatusNotFound)
	denied(t, me.do("GET /users/"+other, ""))
	denied(t, me.do("GET /users", ""))
	denied(t, me.do("PATCH /me", `{"mobilePhone":"+39 1"}`))

	self := c.signedIn(anna, "User.ReadWrite")
	self.do("PATCH /me", `{"mobilePhone":"+39 1"}`).empty()
	for _, change := range []string{`{"jobTitle":"Chief"}`, `{"mobilePhone":"+39 2","userType":"Guest"}`, `{"accountEnabled":false}`, `{"userPrincipalName":"x@aurora.example"}`} {
		denied(t, self.do("PATCH /me", change))
	}
	denied(t, self.do("PATCH /users/"+other, `{"mobilePhone":"+39 1"}`))
	c.do("GET /users/"+id+"?$select=mobilePhone,jobTitle", "").has("mobilePhone", `"+39 1"`, "jobTitle", "null")
	// who acted is the person, by the application
	c.do("GET /auditLogs/directoryAudits"+query("$filter", "initiatedBy/user/id eq '"+id+"'"), "").is(http.StatusOK).has("value.0.initiatedBy.user.userPrincipalName", `"anna@aurora.example"`)
	c.do("GET /me", "").fails(http.StatusBadRequest, "BadRequest", "/me request is only valid with delegated authentication flow.")
	// a person who can read everybody has no need of a role; to change others takes one
	c.signedIn(anna, "User.ReadBasic.All").do("GET /users/"+other+"?$select=displayName,jobTitle,mail", "").is(http.StatusOK).has("displayName", `"other"`, "jobTitle", "null")
	denied(t, c.signedIn(anna, "User.ReadBasic.All").do("GET /users"+query("$filter", "jobTitle eq 'Chief'"), ""))
	for _, path := range []string{"/manager", "/manager/$ref", "/directReports", "/transitiveReports", "/sponsors", "/invitedBy", "?$expand=manager", "?$expand=directReports", "?$expand=sponsors"} {
		denied(t, c.mint("User.ReadBasic.All").do("GET /users/"+other+path, "")) // names are no reason to see who stands over whom
	}
	denied(t, c.signedIn(anna, "User.ReadWrite.All").do("PATCH /users/"+other, `{"jobTitle":"x"}`))
	// nor is it told of one class in passing what is seen of another
	team := c.group("Team", "members@odata.bind", []string{"/users/" + other})
	basic := c.mint("User.ReadBasic.All", "GroupMember.Read.All")
	for range 20 {
		denied(t, basic.do("GET /groups/"+team+"/members"+query("$filter", "startswith(displayName,'o')", "$count", "true"), "", "ConsistencyLevel", "eventual"))
	}
	basic.do("GET /groups/"+team+"/members/microsoft.graph.user"+query("$filter", "startswith(displayName,'o')", "$count", "true"), "", "ConsistencyLevel", "eventual").is(http.StatusOK).has("@odata.count", "1")
}

func TestWire5_1_AdministratorsAreChangedByTheirEqualsOnly(t *testing.T) {
	f := newFixture(t)
	c := f.source
	reader := c.administrator("Reader", hospes.ReportsReader).ID.String()
	top := c.administrator("Top", hospes.GlobalAdministrator)
	helper := c.signedIn(c.administrator("Helper", hospes.UserAdministrator), "User.ReadWrite.All", "Directory.AccessAsUser.All")
	app := c.mint("User.ReadWrite.All", "Directory.ReadWrite.All")
	takeover := `{"passwordProfile":{"password":"Xy7!another-password"}}`
	for _, who := range []*caller{helper, app} {
		denied(t, who.do("PATCH /users/"+reader, takeover))
		denied(t, who.do("PATCH /users/"+reader, `{"otherMails":["evil@aurora.example"]}`))
		denied(t, who.do("DELETE /users/"+reader, ""))
		denied(t, who.do("POST /users/"+reader+"/revokeSignInSessions", ""))
		who.do("PATCH /users/"+reader, `{"jobTitle":"Reader"}`).empty() // how they sign in is not touched
	}
	auth := c.signedIn(c.administrator("Auth", hospes.PrivilegedAuthentication, hospes.UserAdministrator), "User.ReadWrite.All")
	auth.do("PATCH /users/"+reader, takeover).empty()
	denied(t, auth.do("PATCH /users/"+top.ID.String(), takeover))
	c.signedIn(top, "User.ReadWrite.All").do("PATCH /users/"+reader, takeover).empty()
	c.signedIn(top, "User.ReadWrite.All").do("POST /users/"+reader+"/revokeSignInSessions", "").is(http.StatusOK).has("value", "true")
}

func TestWire5_2_GroupsThatHoldRolesAreChangedByWhoGivesRoles(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := f.Person(c.tenant, "Anna", hospes.UserTypeMember)
	owner := f.Person(c.tenant, "Owner", hospes.UserTypeMember)
	group := c.group("Admins", "isAssignableToRole", true, "owners@odata.bind", []string{"/users/" + owner.ID.String()})
	member := ref(anna.ID.String())
	plain := c.mint("Group.ReadWrite.All", "GroupMember.ReadWrite.All", "Directory.ReadWrite.All", "Group.Create")
	denied(t, plain.do("POST /groups/"+group+"/members/$ref", member))
	denied(t, plain.do("PATCH /groups/"+group, `{"members@odata.bind":["/users/`+anna.ID.String()+`"]}`))
	denied(t, plain.do("DELETE /groups/"+group, ""))
	denied(t, plain.do("POST /groups", `{"displayName":"G","mailNickname":"g","mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true}`))
	scopes := []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All"}
	denied(t, c.signedIn(c.administrator("Groups", hospes.GroupsAdministrator), scopes...).do("POST /groups/"+group+"/members/$ref", member))
	c.signedIn(owner, scopes...).do("POST /groups/"+group+"/members/$ref", member).empty()

	// and whoever is in it has what it has, at once, and no longer than that
	c.do("POST "+roles+"/roleAssignments", `{"roleDefinitionId":"`+hospes.UserAdministrator.ID+`","principalId":"`+group+`","directoryScopeId":"/"}`).is(http.StatusCreated)
	other := c.person("other")
	who := c.signedIn(anna, "User.ReadWrite.All")
	who.do("PATCH /users/"+other, `{"jobTitle":"x"}`).empty()
	c.do("DELETE /groups/"+group+"/members/"+anna.ID.String()+"/$ref", "").empty()
	denied(t, who.do("PATCH /users/"+other, `{"jobTitle":"y"}`))
}

func TestWire5_OwnersManageWhatTheyOwn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := f.Person(c.tenant, "Anna", hospes.UserTypeMember), f.Person(c.tenant, "Bert", hospes.UserTypeMember)
	scopes := []string{"Group.ReadWrite.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Synchronization.ReadWrite.All"}
	a, b := c.signedIn(anna, scopes...), c.signedIn(bert, scopes...)
	group := a.group("Team")
	app := a.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated).str("id")
	for _, call := range []struct{ call, body string }{
		{"PATCH /groups/" + group, `{"description":"x"}`}, {"PATCH /applications/" + app, `{"notes":"x"}`},
		{"POST /groups/" + group + "/members/$ref", ref(bert.ID.String())},
	} {
		denied(t, b.do(call.call, call.body))
		a.do(call.call, call.body).empty()
	}
	a.do("POST /applications/"+app+"/addPassword", "").is(http.StatusOK)
	denied(t, b.do("POST /applications/"+app+"/addPassword", ""))
	// what is not there looks like what is somebody else's
	denied(t, b.do("PATCH /groups/"+absent, `{"description":"x"}`))
	// the tenant can keep its members from making groups and applications
	c.do("PATCH /policies/authorizationPolicy", `{"defaultUserRolePermissions":{"allowedToCreateApps":false,"allowedToCreateSecurityGroups":false}}`).empty()
	denied(t, a.do("POST /groups", `{"displayName":"G","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`))
	denied(t, a.do("POST /applications", `{"displayName":"Tool"}`))
}

func TestWire5_4_PermissionsOfGraphAreGivenByWhoGivesEveryRole(t *testing.T) {
	f := newFixture(t)
	c := f.source
	graph := c.do("GET /servicePrincipals(appId='"+token.GraphAppID+"')", "").str("id")
	permission, _ := token.PermissionNamed("User.ReadWrite.All")
	other := f.Client(c.tenant, "Other")
	text := body("principalId", other.Principal.ID.String(), "resourceId", graph, "appRoleId", permission.ID.String())
	call := "POST /servicePrincipals/" + graph + "/appRoleAssignedTo"
	denied(t, c.signedIn(c.administrator("Cloud", hospes.CloudApplicationAdministrator), "AppRoleAssignment.ReadWrite.All").do(call, text))
	// an application by itself needs the permission that is for this: one that writes the directory could give itself all others
	denied(t, c.mint("Directory.ReadWrite.All").do(call, text))
	c.signedIn(c.administrator("Privileged", hospes.PrivilegedRoleAdministrator), "AppRoleAssignment.ReadWrite.All").do(call, text).is(http.StatusCreated)
	permission, _ = token.PermissionNamed("Group.Read.All")
	c.mint("AppRoleAssignment.ReadWrite.All").do(call, body("principalId", other.Principal.ID.String(), "resourceId", graph, "appRoleId", permission.ID.String())).is(http.StatusCreated)
}

func TestGuests4_4_WhoMayInviteInPerson(t *testing.T) {
	f := newFixture(t)
	c := f.source
	people := map[string]*hospes.Object{
		"member": f.Person(c.tenant, "Member", hospes.UserTypeMember), "guest": f.Person(c.tenant, "Guest", hospes.UserTypeGuest),
		"inviter": c.administrator("Inviter", hospes.GuestInviter), "userAdmin": c.administrator("Admin", hospes.UserAdministrator), "reader": c.administrator("Reader", hospes.GlobalReader),
	}
	n := 0
	for level, may := range map[string][]string{
		"everyone":                         {"member", "guest", "inviter", "userAdmin", "reader"},
		"adminsGuestInvitersAndAllMembers": {"member", "inviter", "userAdmin", "reader"},
		"adminsAndGuestInviters":           {"inviter", "userAdmin"},
		"none":                             {},
	} {
		c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"`+level+`"}`).empty()
		for name, person := range people {
			n++
			want := http.StatusForbidden
			for _, m := range may {
				if m == name {
					want = http.StatusCreated
				}
			}
			r := c.signedIn(person, "User.Invite.All").do("POST /invitations", `{"invitedUserEmailAddress":"g`+string(rune('a'+n))+`@partner.example","inviteRedirectUrl":"https://x.example"}`)
			if r.status != want {
				t.Errorf("%s at level %s: %d, want %d\n%s", name, level, r.status, want, r.text)
			}
		}
	}
	// without the scope nobody does
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"everyone"}`).empty()
	c.signedIn(people["inviter"], "User.Read.All").do("POST /invitations", "{").is(http.StatusUnauthorized)
}

func TestGuests1_6_12_GuestsWithARoleAreResetByEqualsOnly(t *testing.T) {
	f := newFixture(t)
	c := f.source
	made := c.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated)
	guest := made.str("invitedUser.id")
	reset := `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example","resetRedemption":true,"invitedUser":{"id":"` + guest + `"}}`
	helper := c.signedIn(c.administrator("Helper", hospes.UserAdministrator), "User.ReadWrite.All", "User.Invite.All")
	helper.do("POST /invitations", reset).is(http.StatusCreated)
	c.do("POST "+roles+"/roleAssignments", `{"roleDefinitionId":"`+hospes.GlobalReader.ID+`","principalId":"`+guest+`","directoryScopeId":"/"}`).is(http.StatusCreated)
	for _, who := range []*caller{helper, c.mint("User.ReadWrite.All", "User.Invite.All")} {
		who.do("POST /invitations", reset).fails(http.StatusForbidden, "Forbidden", "Generic authorization exception.")
	}
	c.signedIn(c.administrator("Top", hospes.GlobalAdministrator), "User.ReadWrite.All").do("POST /invitations", reset).is(http.StatusCreated)
}

func TestGuests1_4_WhoInvitesIsSponsorAndMakesGuests(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := f.Person(c.tenant, "Anna", hospes.UserTypeMember)
	a := c.signedIn(anna, "User.Invite.All")
	guest := a.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated).str("invitedUser.id")
	equal(t, "sponsors", c.do("GET /users/"+guest+"/sponsors", "").items("id"), []string{anna.ID.String()})
	c.do("GET /users/"+guest+"/invitedBy", "").is(http.StatusOK).has("id", `"`+anna.ID.String()+`"`)
	denied(t, a.do("POST /invitations", `{"invitedUserEmailAddress":"m@partner.example","inviteRedirectUrl":"https://x.example","invitedUserType":"Member"}`))
}
