package graphapi_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/hospes-dev/hospes"
)

func TestWire5_4_DirectoryRoles(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	template := hospes.UserAdministrator.ID
	c.do("GET /directoryRoleTemplates", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryRoleTemplates"`)
	c.do("GET /directoryRoleTemplates/"+template, "").is(http.StatusOK).has("displayName", `"User Administrator"`)
	equal(t, "no role is in use", c.do("GET /directoryRoles", "").items("id"), []string{})
	c.do("GET /directoryRoles(roleTemplateId='"+template+"')", "").is(http.StatusNotFound)

	role := c.do("POST /directoryRoles", `{"roleTemplateId":"`+template+`"}`).is(http.StatusCreated).has("displayName", `"User Administrator"`).str("id")
	c.do("POST /directoryRoles", `{"roleTemplateId":"`+template+`"}`).is(http.StatusBadRequest)
	c.do("POST /directoryRoles", `{"roleTemplateId":"`+absent+`"}`).is(http.StatusBadRequest)
	c.do("GET /directoryRoles(roleTemplateId='"+template+"')", "").is(http.StatusOK).has("id", `"`+role+`"`)
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(anna)).empty()
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(anna)).fails(http.StatusBadRequest, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'.")
	equal(t, "members", c.do("GET /directoryRoles/"+role+"/members?$select=id", "").items("id"), []string{anna})
	c.do("GET /users/"+anna+"/memberOf", "").is(http.StatusOK).has("value.0.@odata.type", `"#microsoft.graph.directoryRole"`, "value.0.roleTemplateId", `"`+template+`"`)
	equal(t, "by class", c.do("GET /users/"+anna+"/memberOf/microsoft.graph.directoryRole", "").items("id"), []string{role})
	equal(t, "groups alone", c.do("POST /users/"+anna+"/getMemberGroups", `{"securityEnabledOnly":false}`).at("value"), []any{})
	equal(t, "and roles", c.do("POST /users/"+anna+"/getMemberObjects", `{"securityEnabledOnly":false}`).at("value"), []any{role})
	group := c.group("Plain")
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(group)).is(http.StatusBadRequest)
	c.do("DELETE /directoryRoles/"+role+"/members/"+anna+"/$ref", "").empty()
	c.do("DELETE /directoryRoles/"+role+"/members/"+anna+"/$ref", "").is(http.StatusNotFound)

	// the newer form needs no activation
	reader := hospes.GlobalReader.ID
	made := c.do("POST "+roles+"/roleAssignments", `{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","roleDefinitionId":"`+reader+`","principalId":"`+bert+`","directoryScopeId":"/"}`).is(http.StatusCreated)
	id := made.str("id")
	made.has("principalId", `"`+bert+`"`, "roleDefinitionId", `"`+reader+`"`)
	equal(t, "of a person", c.do("GET "+roles+"/roleAssignments"+query("$filter", "principalId eq '"+bert+"'"), "").items("id"), []string{id})
	equal(t, "of another", c.do("GET "+roles+"/roleAssignments"+query("$filter", "principalId eq '"+anna+"'"), "").items("id"), []string{})
	c.do("GET "+roles+"/roleAssignments/"+id, "").is(http.StatusOK).has("principalId", `"`+bert+`"`)
	c.do("GET "+roles+"/roleAssignments?$expand=principal", "").is(http.StatusOK).has("value.0.principal.@odata.type", `"#microsoft.graph.user"`, "value.0.principal.id", `"`+bert+`"`)
	c.do("GET "+roles+"/roleAssignments/"+id+"?$expand=principal($select=id),roleDefinition($select=displayName)&$select=principalId", "").is(http.StatusOK).
		has("principal", `{"@odata.type":"#microsoft.graph.user","id":"`+bert+`"}`, "roleDefinition", `{"displayName":"Global Reader"}`)
	c.do("GET "+roles+"/roleAssignments?$expand=directoryScope", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'directoryScope' on type 'microsoft.graph.unifiedRoleAssignment'.")
	equal(t, "definitions", c.do("GET "+roles+"/roleDefinitions"+query("$filter", "displayName eq 'Global Reader'"), "").items("id"), []string{reader})
	c.do("POST "+roles+"/roleAssignments", `{"roleDefinitionId":"`+reader+`","principalId":"`+bert+`","directoryScopeId":"/administrativeUnits/x"}`).is(http.StatusBadRequest)
	c.do("DELETE "+roles+"/roleAssignments/"+id, "").empty()
	c.do("GET "+roles+"/roleAssignments/"+id, "").is(http.StatusNotFound)
	c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Remove member from role'"), "").is(http.StatusOK).has("value.0.category", `"RoleManagement"`)
}

func TestWire5_4_Consents(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	app := c.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated)
	tool := c.do("POST /servicePrincipals", body("appId", app.str("appId"))).is(http.StatusCreated).str("id")
	graph := c.do("GET /servicePrincipals(appId='00000003-0000-0000-c000-000000000000')", "").str("id")
	grant := func(kind, principal, scope string) *reply {
		pairs := []any{"clientId", tool, "consentType", kind, "resourceId", graph, "scope", scope}
		if principal != "" {
			pairs = append(pairs, "principalId", principal)
		}
		return c.do("POST /oauth2PermissionGrants", body(pairs...))
	}
	all := grant("AllPrincipals", "", "user.read openid").is(http.StatusCreated).has("scope", `"User.Read openid"`, "principalId", "null").str("id")
	grant("AllPrincipals", "", "User.Read").fails(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
	own := grant("Principal", anna, "Group.Read.All").is(http.StatusCreated).str("id")
	grant("Principal", "", "User.Read").is(http.StatusBadRequest)
	grant("AllPrincipals", anna, "User.Read").is(http.StatusBadRequest)
	grant("Somebody", anna, "User.Read").is(http.StatusBadRequest)
	grant("Principal", anna, "No.Such.Scope").is(http.StatusBadRequest)
	equal(t, "of the client", c.do("GET /servicePrincipals/"+tool+"/oauth2PermissionGrants", "").items("id"), []string{all, own})
	equal(t, "of the person", c.do("GET /users/"+anna+"/oauth2PermissionGrants", "").items("id"), []string{own})
	equal(t, "by filter", c.do("GET /oauth2PermissionGrants"+query("$filter", "clientId eq '"+tool+"' and consentType eq 'AllPrincipals'"), "").items("id"), []string{all})
	c.do("PATCH /oauth2PermissionGrants/"+all, `{"scope":"User.Read profile"}`).empty()
	c.do("PATCH /oauth2PermissionGrants/"+all, `{"clientId":"`+graph+`"}`).is(http.StatusBadRequest)
	c.do("GET /oauth2PermissionGrants/"+all, "").is(http.StatusOK).has("scope", `"User.Read profile"`)
	c.do("DELETE /oauth2PermissionGrants/"+all, "").empty()
	c.do("GET /oauth2PermissionGrants/"+all, "").is(http.StatusNotFound)
}

func TestWire5_1_MembershipsOfEveryKindOfObject(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app := c.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated).str("appId")
	principal := c.do("POST /servicePrincipals", body("appId", app)).is(http.StatusCreated).str("id")
	anna := c.person("anna")
	inner := c.group("Inner", "members@odata.bind", []string{"/users/" + anna, "/servicePrincipals/" + principal})
	outer := c.group("Outer", "members@odata.bind", []string{"/groups/" + inner})
	for path, want := range map[string][]any{
		"/users/" + anna: {inner, outer}, "/groups/" + inner: {outer}, "/servicePrincipals/" + principal: {inner, outer}, "/directoryObjects/" + anna: {inner, outer},
	} {
		for _, call := range []struct{ action, body string }{
			{"getMemberGroups", `{"securityEnabledOnly":false}`}, {"getMemberObjects", `{"securityEnabledOnly":false}`},
			{"checkMemberGroups", `{"groupIds":["` + inner + `","` + outer + `"]}`}, {"checkMemberObjects", `{"ids":["` + inner + `","` + outer + `"]}`},
		} {
			equal(t, path+" "+call.action, c.do("POST "+path+"/"+call.action, call.body).is(http.StatusOK).at("value"), any(want))
		}
	}
}

func TestWire1_11_OwnersAreRemovedByEitherForm(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	group := c.group("Team", "owners@odata.bind", []string{"/users/" + anna, "/users/" + bert})
	c.do("DELETE /groups/"+group+"/owners/$ref?@id="+f.server.URL+"/v1.0/directoryObjects/"+anna, "").empty()
	equal(t, "owners", c.do("GET /groups/"+group+"/owners", "").items("id"), []string{bert})
	app := c.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated).str("appId")
	principal := "/servicePrincipals/" + c.do("POST /servicePrincipals", body("appId", app)).is(http.StatusCreated).str("id")
	c.do("POST "+principal+"/owners/$ref", ref(anna)).empty()
	equal(t, "owners", c.do("GET "+principal+"/owners", "").items("id"), []string{anna})
	c.do("DELETE "+principal+"/owners/"+anna+"/$ref", "").empty()
	equal(t, "owners", c.do("GET "+principal+"/owners", "").items("id"), []string{})
}

func TestOperatorsLookIntoTheIntegrityOfTheStore(t *testing.T) {
	f := newFixture(t)
	f.system().do("GET /hospes/v1/integrity", "").is(http.StatusOK)
}

// TestReliability5_2_TwoAdministratorsWhoRemoveEachOtherLeaveOne: also when they do it at the same moment.
func TestReliability5_2_TwoAdministratorsWhoRemoveEachOtherLeaveOne(t *testing.T) {
	f := newFixture(t)
	c := f.source
	people := []*hospes.Object{c.administrator("One", hospes.GlobalAdministrator), c.administrator("Two", hospes.GlobalAdministrator)}
	role := c.do("GET /directoryRoles(roleTemplateId='"+hospes.GlobalAdministrator.ID+"')", "").str("id")
	for round := range 10 {
		var both sync.WaitGroup
		begin := make(chan struct{})
		statuses := make([]int, 2)
		for i, who := range people {
			me, other := c.signedIn(who, "RoleManagement.ReadWrite.Directory"), people[1-i].ID.String()
			both.Go(func() {
				<-begin
				statuses[i] = me.do("DELETE /directoryRoles/"+role+"/members/"+other+"/$ref", "").status
			})
		}
		close(begin)
		both.Wait()
		left := c.do("GET /directoryRoles/"+role+"/members?$select=id", "").items("id")
		if len(left) != 1 {
			t.Fatalf("round %d leaves %v after answers %v", round, left, statuses)
		}
		for _, who := range people {
			if who.ID.String() != left[0] {
				c.give(who, hospes.GlobalAdministrator)
			}
		}
	}
}
