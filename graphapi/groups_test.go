package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/directory"
)

func TestWire1_9_NewGroupShowsItsWholeSetInOrder(t *testing.T) {
	f := newFixture(t)
	// m365 spells the nickname with a capital N
	r := f.source.do("POST /groups", `{"displayName":"Team","mailNickName":"team","mailEnabled":false,"securityEnabled":true,"description":null,"groupTypes":[]}`).is(http.StatusCreated)
	id := r.str("id")
	now := f.Clock.Now().Format("2006-01-02T15:04:05Z")
	want := `{"@odata.context":"` + f.server.URL + `/v1.0/$metadata#groups/$entity","deletedDateTime":null,"classification":null,"createdDateTime":"` + now + `","creationOptions":[],` +
		`"description":null,"displayName":"Team","expirationDateTime":null,"groupTypes":[],"isAssignableToRole":null,"mail":null,"mailEnabled":false,"mailNickname":"team",` +
		`"membershipRule":null,"membershipRuleProcessingState":null,"onPremisesDomainName":null,"onPremisesLastSyncDateTime":null,"onPremisesNetBiosName":null,` +
		`"onPremisesSamAccountName":null,"onPremisesSecurityIdentifier":null,"onPremisesSyncEnabled":null,"preferredDataLocation":null,"preferredLanguage":null,` +
		`"proxyAddresses":[],"renewedDateTime":"` + now + `","resourceBehaviorOptions":[],"resourceProvisioningOptions":[],"securityEnabled":true,"securityIdentifier":"` +
		directory.SecurityIdentifier(objectID(t, id)) + `","theme":null,"uniqueName":null,"visibility":null,"onPremisesProvisioningErrors":[],"serviceProvisioningErrors":[],"id":"` + id + `"}`
	equal(t, "body", r.text, want)
	equal(t, "Location", r.header.Get("Location"), f.server.URL+"/v1.0/groups/"+id)
	equal(t, "on GET", f.source.do("GET /groups/"+id, "").text, want)
	f.source.do("GET /groups('"+strings.ToUpper(id)+"')?$select=displayName", "").has("displayName", `"Team"`)

	unified := f.source.group("Unified", "groupTypes", []string{"Unified"}, "mailEnabled", true, "securityEnabled", false)
	f.source.do("GET /groups/"+unified, "").has("mail", `"unified@aurora.example"`, "proxyAddresses", `["SMTP:unified@aurora.example"]`, "visibility", `"Public"`)
	equal(t, "unified", f.source.do("GET /groups"+query("$filter", "groupTypes/any(c:c eq 'Unified')"), "").items("id"), []string{unified})
	equal(t, "az looks for name and nickname", f.source.do("GET /groups"+query("$filter", "displayName eq 'team' and mailNickname eq 'TEAM'"), "").items("id"), []string{id})
	equal(t, "count", f.source.do("GET /groups/$count", "", "ConsistencyLevel", "eventual").text, "2")
}

func TestWire7_9_GroupThatCannotBeMade(t *testing.T) {
	f := newFixture(t)
	base := map[string]any{"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true}
	const mailGroup = "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set."
	for name, c := range map[string]struct {
		change  map[string]any
		message string
	}{
		"without displayName":     {map[string]any{"displayName": nil}, "A value is required for property 'displayName' of resource 'Group'."},
		"without mailEnabled":     {map[string]any{"mailEnabled": nil}, "A value is required for property 'mailEnabled' of resource 'Group'."},
		"without mailNickname":    {map[string]any{"mailNickname": nil}, "A value is required for property 'mailNickname' of resource 'Group'."},
		"without securityEnabled": {map[string]any{"securityEnabled": nil}, "A value is required for property 'securityEnabled' of resource 'Group'."},
		"mail without Unified":    {map[string]any{"mailEnabled": true}, mailGroup},
		"neither":                 {map[string]any{"securityEnabled": false}, "Invalid value specified for property 'securityEnabled' of resource 'Group'."},
		"nickname":                {map[string]any{"mailNickname": "a b"}, "Invalid value specified for property 'mailNickname' of resource 'Group'."},
		"type":                    {map[string]any{"groupTypes": []string{"Other"}}, "Invalid value specified for property 'groupTypes' of resource 'Group'."},
		"dynamic without a rule":  {map[string]any{"groupTypes": []string{"DynamicMembership"}}, "A value is required for property 'membershipRule' of resource 'Group'."},
		"unknown":                 {map[string]any{"teamColour": "x"}, "Invalid property 'teamColour'."},
		"unknown relation":        {map[string]any{"friends@odata.bind": []string{"/users/" + absent}}, "Invalid property 'friends@odata.bind'."},
		"read-only":               {map[string]any{"mail": "x@aurora.example"}, "Property 'mail' is read-only and cannot be set."},
	} {
		t.Run(name, func(t *testing.T) {
			var pairs []any
			for k, v := range base {
				if _, changed := c.change[k]; !changed {
					pairs = append(pairs, k, v)
				}
			}
			for k, v := range c.change {
				pairs = append(pairs, k, v)
			}
			if name == "unknown relation" {
				f.source.person("anna")
				id := f.source.do("GET /users", "").items("id")[0]
				pairs = append(pairs[:len(pairs)-1], []string{"/users/" + id})
			}
			f.source.on(t).do("POST /groups", body(pairs...)).fails(http.StatusBadRequest, "Request_BadRequest", c.message)
		})
	}
	equal(t, "groups", f.source.do("GET /groups", "").items("id"), []string{})
}

func TestWire1_11_GroupPatch(t *testing.T) {
	f := newFixture(t)
	id := f.source.group("Team", "description", "old")
	// Terraform sends with every update what cannot change
	f.source.do("PATCH /groups/"+id, `{"displayName":"Crew","description":null,"mailEnabled":false,"securityEnabled":true,"isAssignableToRole":false,"groupTypes":[]}`).empty()
	f.source.do("GET /groups/"+id, "").has("displayName", `"Crew"`, "description", "null", "isAssignableToRole", "false")
	for edit, message := range map[string]string{
		`{"mailEnabled":true}`:         "Property 'mailEnabled' cannot be changed after creation.",
		`{"groupTypes":["Unified"]}`:   "Property 'groupTypes' cannot be changed after creation.",
		`{"displayName":null}`:         "Invalid value specified for property 'displayName' of resource 'Group'.",
		`{"securityIdentifier":"S-1"}`: "Property 'securityIdentifier' is read-only and cannot be set.",
		`{"securityEnabled":false}`:    "Invalid value specified for property 'securityEnabled' of resource 'Group'.",
		`{"visibility":"Secret"}`:      "Invalid value specified for property 'visibility' of resource 'Group'.",
	} {
		f.source.do("PATCH /groups/"+id, edit).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	f.source.do("DELETE /groups/"+id, "").empty()
	f.source.do("GET /groups/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	f.source.do("DELETE /groups/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	f.source.do("GET /groups/nonsense", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("nonsense"))
}

func TestWire1_11_MembersAndOwners(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	inner, team := c.group("Inner"), c.group("Team")
	members := "/groups/" + team + "/members"
	// any host, any version, any collection
	for _, address := range map[string]string{
		anna:  "https://graph.microsoft.com/v1.0/users/" + anna,
		bert:  f.server.URL + "/beta/directoryObjects('" + bert + "')",
		inner: "https://elsewhere.example/v2/" + absent + "/directoryObjects/" + inner + "/Microsoft.DirectoryServices.Group",
	} {
		c.do("POST "+members+"/$ref", `{"@odata.id":"`+address+`"}`).empty()
	}
	const there = "One or more added object references already exist for the following modified properties: 'members'."
	c.do("POST "+members+"/$ref", ref(anna)).fails(http.StatusBadRequest, "Request_BadRequest", there)
	c.do("POST "+members+"/$ref", ref(absent)).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	c.do("POST "+members+"/$ref", ref("x")).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid object identifier 'https://graph.microsoft.com/v1.0/users/x'.")
	c.do("POST "+members+"/$ref", `{"id":"`+anna+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", "The request body must contain '@odata.id'.")
	c.do("POST "+members+"/$ref", ref(team)).fails(http.StatusBadRequest, "Request_BadRequest", "Not a valid reference update: a group cannot be a member of this group.")

	r := c.do("GET "+members, "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects"`)
	types := map[string]string{}
	for i, id := range r.items("id") {
		types[id] = fmt.Sprint(r.items("@odata.type")[i])
	}
	equal(t, "members", types, map[string]string{anna: "#microsoft.graph.user", bert: "#microsoft.graph.user", inner: "#microsoft.graph.group"})
	equal(t, "the filter of Terraform", c.do("GET "+members+query("$filter", "id eq '"+bert+"'"), "").is(http.StatusOK).items("id"), []string{bert})
	equal(t, "selected", c.do("GET "+members+"?$select=id&$top=1", "").at("value"), []any{map[string]any{"@odata.type": "#microsoft.graph.user", "id": anna}})
	equal(t, "count", c.do("GET "+members+"/$count", "", "ConsistencyLevel", "eventual").text, "3")
	cast := c.do("GET "+members+"/microsoft.graph.user", "").has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users"`)
	equal(t, "users", cast.items("id"), []string{anna, bert})
	equal(t, "users have no type", cast.at("value.0.@odata.type"), nil)
	equal(t, "groups", c.do("GET "+members+"/Microsoft.Graph.Group", "").items("id"), []string{inner})
	next := c.do("GET "+members+"?$top=2", "").str("@odata.nextLink")
	equal(t, "the second page", len(c.send("GET", next, "").items("id")), 1)
	c.send("GET", strings.Replace(next, team, inner, 1), "").fails(http.StatusBadRequest, "Request_BadRequest", "The specified page token is invalid.")

	equal(t, "memberOf", c.do("GET /users/"+anna+"/memberOf", "").items("id"), []string{team})
	equal(t, "memberOf by name", c.do("GET /users/anna@aurora.example/memberOf/microsoft.graph.group", "").items("displayName"), []string{"Team"})
	equal(t, "memberOf of a group", c.do("GET /groups/"+inner+"/memberOf", "").items("@odata.type"), []string{"#microsoft.graph.group"})

	c.do("DELETE "+members+"/"+anna+"/$ref", "").empty()
	c.do("DELETE "+members+"/"+anna+"/$ref", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(anna))
	c.do("DELETE "+members+"/"+bert, "").is(http.StatusBadRequest) // without $ref Graph would delete the person
	c.do("GET /users/"+bert, "").is(http.StatusOK)

	owners := "/groups/" + team + "/owners"
	c.do("POST "+owners+"/$ref", ref(anna)).empty()
	c.do("POST "+owners+"/$ref", ref(anna)).fails(http.StatusBadRequest, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'owners'.")
	c.do("POST "+owners+"/$ref", ref(inner)).fails(http.StatusBadRequest, "Request_BadRequest", "Not a valid reference update: a group cannot be an owner.")
	equal(t, "owners", c.do("GET "+owners, "").items("id"), []string{anna})
	c.do("DELETE "+owners+"/"+anna+"/$ref", "").empty()

	unified := c.group("Unified", "groupTypes", []string{"Unified"}, "mailEnabled", true, "owners@odata.bind", []string{"/users/" + anna})
	c.do("DELETE /groups/"+unified+"/owners/"+anna+"/$ref", "").fails(http.StatusBadRequest, "Request_BadRequest", "The group must have at least one owner, hence this owner cannot be removed.")
	c.do("POST /groups/"+unified+"/members/$ref", ref(inner)).fails(http.StatusBadRequest, "Request_BadRequest", "Not a valid reference update: a group cannot be a member of this group.")
	dynamic := c.group("Dynamic", "groupTypes", []string{"DynamicMembership"}, "membershipRule", "user.department -eq \"x\"", "membershipRuleProcessingState", "On")
	c.do("POST /groups/"+dynamic+"/members/$ref", ref(anna)).fails(http.StatusBadRequest, "Request_BadRequest", "Cannot update membership of a group with dynamic membership.")
}

func TestWire1_11_BoundMembersAreAllOrNone(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var people, refs []string
	for i := range 21 {
		people = append(people, c.person(fmt.Sprintf("p%d", i)))
		refs = append(refs, "https://graph.microsoft.com/v1.0/directoryObjects/"+people[i])
	}
	team := c.group("Team", "members@odata.bind", refs[:2], "owners@odata.bind", refs[:1])
	members := func() []string {
		list := c.do("GET /groups/"+team+"/members?$select=id", "").items("id")
		slices.Sort(list)
		return list
	}
	count := func(n int) {
		t.Helper()
		if got := len(members()); got != n {
			t.Errorf("%d members, want %d", got, n)
		}
	}
	count(2)
	equal(t, "owners", c.do("GET /groups/"+team+"/owners", "").items("id"), people[:1])
	c.do("PATCH /groups/"+team, body("members@odata.bind", refs[1:4])).fails(http.StatusBadRequest, "Request_BadRequest",
		"One or more added object references already exist for the following modified properties: 'members'.")
	count(2)
	c.do("PATCH /groups/"+team, body("members@odata.bind", []string{refs[3], "/users/" + absent})).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	count(2)
	c.do("PATCH /groups/"+team, body("members@odata.bind", refs)).fails(http.StatusBadRequest, "Request_BadRequest", "At most 20 references can be given at once.")
	c.do("PATCH /groups/"+team, body("members@odata.bind", refs[2:21], "owners@odata.bind", refs[1:3])).fails(http.StatusBadRequest, "Request_BadRequest", "At most 20 references can be given at once.")
	count(2)
	c.do("PATCH /groups/"+team, body("displayName", "Crew", "members@odata.bind", refs[2:20])).empty()
	count(20)
	c.do("PATCH /groups/"+team, body("members@odata.bind", 3)).fails(http.StatusBadRequest, "Request_BadRequest", "The value of 'members@odata.bind' is not a list of references.")
	c.do("GET /groups/"+team, "").has("displayName", `"Crew"`)
	before := c.do("GET /groups", "").items("id")
	c.do("POST /groups", body("displayName", "x", "mailNickname", "x", "mailEnabled", false, "securityEnabled", true, "members@odata.bind", []string{"/users/" + absent})).is(http.StatusNotFound)
	equal(t, "no group is left over", c.do("GET /groups", "").items("id"), before)
}

func TestWire5_1_ManagerAndSponsors(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, chief, other := c.person("anna"), c.person("chief"), c.person("other")
	team := c.group("Team")
	manager := "/users/" + anna + "/manager"
	none := notThere("manager")
	c.do("GET "+manager, "").fails(http.StatusNotFound, "Request_ResourceNotFound", none)
	c.do("DELETE "+manager+"/$ref", "").fails(http.StatusNotFound, "Request_ResourceNotFound", none)
	c.do("PUT "+manager+"/$ref", ref(chief)).empty()
	c.do("PUT "+manager+"/$ref", ref(chief)).empty()
	r := c.do("GET "+manager, "").is(http.StatusOK)
	r.has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects/$entity"`, "@odata.type", `"#microsoft.graph.user"`, "id", `"`+chief+`"`, "displayName", `"chief"`)
	c.do("PUT /users/anna@aurora.example/manager/$ref", ref(other)).empty()
	c.do("GET "+manager+"?$select=displayName", "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#directoryObjects/$entity","@odata.type":"#microsoft.graph.user","displayName":"other"}`)
	equal(t, "reports", c.do("GET /users/"+other+"/directReports", "").items("id"), []string{anna})
	equal(t, "no more reports", c.do("GET /users/"+chief+"/directReports", "").items("id"), []string{})
	for _, id := range []string{anna, team} {
		c.do("PUT "+manager+"/$ref", ref(id)).fails(http.StatusBadRequest, "Request_BadRequest", "Not a valid reference update: this object cannot be the manager.")
	}
	c.do("DELETE /users/"+other, "").empty()
	c.do("GET "+manager, "").fails(http.StatusNotFound, "Request_ResourceNotFound", none)
	c.do("PUT "+manager+"/$ref", ref(chief)).empty()
	c.do("DELETE "+manager+"/$ref", "").empty()
	c.do("GET "+manager, "").is(http.StatusNotFound)

	sponsors := "/users/" + anna + "/sponsors"
	c.do("POST "+sponsors+"/$ref", ref(team)).empty()
	c.do("POST "+sponsors+"/$ref", ref(team)).fails(http.StatusBadRequest, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'sponsors'.")
	for i := range 4 {
		c.do("POST "+sponsors+"/$ref", ref(c.person(fmt.Sprintf("s%d", i)))).empty()
	}
	c.do("POST "+sponsors+"/$ref", ref(chief)).fails(http.StatusBadRequest, "Request_BadRequest", "A user cannot have more than 5 sponsors.")
	equal(t, "sponsors", len(c.do("GET "+sponsors, "").items("id")), 5)
	c.do("DELETE "+sponsors+"/"+team+"/$ref", "").empty()
	c.do("DELETE "+sponsors+"/"+team+"/$ref", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(team))
}

func TestWire5_1_DirectoryObjects(t *testing.T) {
	f := newFixture(t)
	c := f.source
	team := c.group("Team")
	c.do("GET /directoryObjects/"+team, "").is(http.StatusOK).has("@odata.type", `"#microsoft.graph.group"`, "displayName", `"Team"`)
	c.do("GET /directoryObjects/"+c.client.Principal.ID.String()+"?$select=id", "").has("@odata.type", `"#microsoft.graph.servicePrincipal"`)
	invitation := c.do("POST /invitations", `{"invitedUserEmailAddress":"greta@guests.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated).str("id")
	c.do("GET /directoryObjects/"+invitation, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(invitation))
	c.do("GET /beta/directoryObjects/"+invitation, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(invitation))
}
