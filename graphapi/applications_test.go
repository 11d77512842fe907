package graphapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

func TestWire5_4_ApplicationsAndTheirSecrets(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app := c.do("POST /applications", `{"displayName":"Robot","keyCredentials":[]}`).is(http.StatusCreated).has("requiredResourceAccess", "[]", "passwordCredentials", "[]", "signInAudience", `"AzureADMyOrg"`, "publisherDomain", `"aurora.example"`)
	id, appID := app.str("id"), app.str("appId")
	c.do("POST /applications", `{}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'displayName' of resource 'Application'.")
	equal(t, "az looks first", c.do("GET /applications"+query("$filter", "startswith(displayName,'Rob')"), "").items("id"), []string{id})
	c.do("PATCH /applications/"+id, `{"identifierUris":["api://robot"],"web":{"redirectUris":["https://x.example"]}}`).empty()
	c.do("PATCH /applications/"+id, `{"identifierUris":["https://graph.microsoft.com"]}`).fails(http.StatusBadRequest, "HostNameNotOnVerifiedDomain", "Values of identifierUris property must use a verified domain of the organization or its subdomain: 'https://graph.microsoft.com'")
	c.do("PATCH /applications/"+id, `{"identifierUris":["api://robot","no address"]}`).is(http.StatusBadRequest)
	c.do("PATCH /applications/"+id, `{"identifierUris":["https://Robots.`+c.tenant.InitialDomain+`/one","https://`+c.tenant.InitialDomain+`"]}`).empty()
	many := make([]string, 1201)
	for i := range many {
		many[i] = fmt.Sprint("api://", i)
	}
	c.do("PATCH /applications/"+id, body("identifierUris", many)).fails(http.StatusBadRequest, "Request_BadRequest", "Property 'identifierUris' has more than 1200 values.")
	c.do("PATCH /applications/"+id, body("identifierUris", many[:1200])).empty()
	c.do("PATCH /applications/"+id, `{"identifierUris":["api://robot"]}`).empty()
	c.do("GET /applications(appId='"+appID+"')", "").has("identifierUris", `["api://robot"]`, "web.redirectUris", `["https://x.example"]`)
	for _, uri := range []string{"http://x.example/cb", "https://u:p@x.example/cb", "https://x.example/cb#f", "javascript:alert(1)", "/cb", "https://x.example/a b", "https://x.example\\\\@y.example"} {
		r := c.do("PATCH /applications/"+id, `{"web":{"redirectUris":["`+uri+`"]}}`).is(http.StatusBadRequest) // RFC 9700, section 2.6
		if !strings.HasPrefix(r.str("error.message"), "The redirect URI '") {
			t.Errorf("%s: %s", uri, r.text)
		}
		c.do("POST /applications", `{"displayName":"x","spa":{"redirectUris":["`+uri+`"]}}`).is(http.StatusBadRequest)
	}
	c.do("PATCH /applications/"+id, `{"publicClient":{"redirectUris":["http://localhost","http://[::1]:8/x","urn:ietf:wg:oauth:2.0:oob","pocket://done"]}}`).empty()

	const unknown = "The appId '" + absent + "' of the service principal does not reference a valid application object."
	c.do("POST /servicePrincipals", `{"appId":"`+absent+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", unknown)
	sp := c.do("POST /servicePrincipals", `{"appId":"`+appID+`"}`).is(http.StatusCreated).has("displayName", `"Robot"`, "servicePrincipalNames", `["`+appID+`","api://robot"]`, "appOwnerOrganizationId", `"`+c.tenant.ID.String()+`"`)
	c.do("POST /servicePrincipals", `{"appId":"`+appID+`"}`).is(http.StatusBadRequest).has("error.details.0.code", `"ObjectConflict"`)

	made := c.do("POST /applications/"+id+"/addPassword", `{"passwordCredential":{"displayName":"first"}}`).is(http.StatusOK).has("displayName", `"first"`, "customKeyIdentifier", "null")
	secret := made.str("secretText")
	if !strings.HasPrefix(secret, made.str("hint")) || made.str("hint") == "" {
		t.Errorf("the hint %q does not begin the secret", made.str("hint"))
	}
	shown := c.do("GET /applications/"+id, "").has("passwordCredentials.0.keyId", `"`+made.str("keyId")+`"`, "passwordCredentials.0.secretText", "null")
	if strings.Contains(shown.text, secret) {
		t.Error("the secret is told a second time")
	}
	c.do("POST /applications/"+id+"/addPassword", "").is(http.StatusOK)
	c.do("POST /applications/"+id+"/addPassword", `{"passwordCredential":{"startDateTime":"2026-01-02T00:00:00Z","endDateTime":"2026-01-01T00:00:00Z"}}`).fails(http.StatusBadRequest, "Request_BadRequest",
		"Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.")
	c.do("POST /applications/"+id+"/removePassword", `{"keyId":"`+made.str("keyId")+`"}`).empty()
	c.do("POST /applications/"+id+"/removePassword", `{"keyId":"`+made.str("keyId")+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", "No password credential found with keyId.")
	equal(t, "secrets", len(c.do("GET /applications/"+id, "").at("passwordCredentials").([]any)), 1)
	for range 99 {
		c.do("POST /applications/"+id+"/addPassword", "").is(http.StatusOK)
	}
	c.do("POST /applications/"+id+"/addPassword", "").fails(http.StatusBadRequest, "Request_BadRequest", "An application can have at most 100 certificates and as many secrets. Remove one first.")

	c.do("GET /applicationTemplates", "").has("value.0.displayName", `"Cross-tenant synchronization"`)
	c.do("GET /applicationTemplates/518e5f48-1fc8-4c48-9387-9fdf28b0dfe7", "").has("id", `"518e5f48-1fc8-4c48-9387-9fdf28b0dfe7"`)
	c.do("GET /applicationTemplates/"+absent, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	c.do("POST "+template, `{}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'displayName' of resource 'Application'.")

	c.do("DELETE /applications/"+id, "").empty()
	c.do("GET /servicePrincipals/"+sp.str("id"), "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(sp.str("id")))
	c.do("GET /servicePrincipals(appId='"+appID+"')", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(appID))
	c.do("GET /servicePrincipals(displayName='x')", "").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid object identifier 'displayName='x''.")
}

func TestWire5_4_AppRoleAssignments(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	s.application()
	c := s.source
	anna, team := c.person("anna"), c.group("Team")
	to := "/servicePrincipals/" + s.principal + "/appRoleAssignedTo"
	r := c.do("POST "+to, body("principalId", anna, "resourceId", s.principal, "appRoleId", s.role)).is(http.StatusCreated)
	entity := `"appRoleId":"` + s.role + `","createdDateTime":"` + s.Clock.Now().Format("2006-01-02T15:04:05.0000000Z") + `","deletedDateTime":null,"principalDisplayName":"anna","principalId":"` + anna +
		`","principalType":"User","resourceDisplayName":"Borealis","resourceId":"` + s.principal + `"`
	r.reads(s.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#servicePrincipals('`+s.principal+`')/appRoleAssignedTo/$entity","id":"*",`+entity+`}`)
	id := r.str("id")
	if strings.ContainsAny(id, "+/=") || len(id) < 40 {
		t.Errorf("the assignment is called %s", id)
	}
	c.do("GET "+to+"/"+id, "").reads(s.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#servicePrincipals('`+s.principal+`')/appRoleAssignedTo/$entity","id":"`+id+`",`+entity+`}`)
	c.do("POST "+to, body("principalId", anna, "resourceId", s.principal, "appRoleId", s.role)).fails(http.StatusBadRequest, "Request_BadRequest", "Permission being assigned already exists on the object")
	c.do("POST "+to, body("principalId", team, "resourceId", strings.ToUpper(s.principal), "appRoleId", hospes.DefaultAppRole.String())).is(http.StatusCreated).has("principalType", `"Group"`)
	c.do("POST "+to, body("principalId", anna, "resourceId", absent, "appRoleId", s.role)).fails(http.StatusBadRequest, "Request_BadRequest", "The resourceId of the body is not the service principal of the path.")
	c.do("POST "+to, body("principalId", absent, "appRoleId", s.role)).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	c.do("POST "+to, body("principalId", anna, "appRoleId", absent)).is(http.StatusBadRequest)
	c.do("POST "+to, body("principalId", "x", "appRoleId", absent)).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid object identifier 'x'.")
	equal(t, "assigned", c.do("GET "+to, "").items("principalId"), []string{anna, team})
	first := c.do("GET "+to+"?$top=1", "")
	equal(t, "in pages", append(first.items("principalId"), c.send("GET", first.str("@odata.nextLink"), "").items("principalId")...), []string{anna, team})
	equal(t, "of anna", c.do("GET /users/"+anna+"/appRoleAssignments", "").items("id"), []string{id})
	equal(t, "of the group", c.do("GET /groups/"+team+"/appRoleAssignments", "").items("resourceId"), []string{s.principal})
	granted := c.do("GET /servicePrincipals/"+c.client.Principal.ID.String()+"/appRoleAssignments", "").items("resourceDisplayName")
	equal(t, "permissions of the caller", len(granted), len(allPermissions()))

	other := &story{fixture: s.fixture}
	other.application()
	for _, call := range []string{"GET ", "DELETE "} {
		c.do(call+"/servicePrincipals/"+other.principal+"/appRoleAssignedTo/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
		c.do(call+to+"/"+absent, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
		c.do(call+to+"/no+id", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("no+id"))
	}
	c.do("DELETE /users/"+anna, "").empty()
	equal(t, "without whom is in the bin", c.do("GET "+to, "").items("principalId"), []string{team})
	c.do("DELETE "+to+"/"+id, "").empty()
}

// TestWire5_1_AppRoleAssignmentsOfPrincipals makes and ends assignments at the side of who holds them.
func TestWire5_1_AppRoleAssignmentsOfPrincipals(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	s.application()
	c := s.source
	anna, bert, team := c.person("anna"), c.person("bert"), c.group("Team")
	tool := s.Client(c.tenant, "Tool").Principal.ID.String()
	for _, holder := range []struct{ path, id, kind, name string }{
		{"/users/" + anna, anna, "User", "anna"}, {"/groups/" + team, team, "Group", "Team"}, {"/servicePrincipals/" + tool, tool, "ServicePrincipal", ""},
	} {
		of := holder.path + "/appRoleAssignments"
		collection, _, _ := strings.Cut(holder.path[1:], "/")
		made := c.do("POST "+of, body("principalId", holder.id, "resourceId", s.principal, "appRoleId", s.role)).is(http.StatusCreated)
		made.has("@odata.context", `"`+s.server.URL+`/v1.0/$metadata#`+collection+`('`+holder.id+`')/appRoleAssignments/$entity"`, "principalId", `"`+holder.id+`"`,
			"principalType", `"`+holder.kind+`"`, "principalDisplayName", string(mustJSON(holder.name)), "resourceId", `"`+s.principal+`"`, "resourceDisplayName", `"Borealis"`, "appRoleId", `"`+s.role+`"`)
		id := made.str("id")
		equal(t, "one of "+holder.kind, c.do("GET "+of+"/"+id, "").is(http.StatusOK).text, made.text)
		equal(t, "all of "+holder.kind, c.do("GET "+of, "").items("id"), []string{id})
		c.do("GET /servicePrincipals/"+s.principal+"/appRoleAssignedTo/"+id, "").is(http.StatusOK)
		c.do("POST "+of, body("resourceId", s.principal, "appRoleId", s.role)).fails(http.StatusBadRequest, "Request_BadRequest", "Permission being assigned already exists on the object")
		c.do("POST "+of, body("principalId", bert, "resourceId", s.principal, "appRoleId", s.role)).
			fails(http.StatusBadRequest, "Request_BadRequest", "The principalId of the body is not the object of the path.")
		c.do("POST "+of, body("resourceId", absent, "appRoleId", s.role)).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
		c.do("POST "+of, body("resourceId", bert, "appRoleId", s.role)).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(bert))
		c.do("POST "+of, body("appRoleId", s.role)).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid object identifier ''.")
		for _, call := range []string{"GET ", "DELETE "} {
			c.do(call+"/users/"+bert+"/appRoleAssignments/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
		}
		c.do("DELETE "+of+"/"+id, "").empty()
		c.do("DELETE "+of+"/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
		equal(t, "none of "+holder.kind, c.do("GET "+of, "").items("id"), []string{})
	}
	ida := s.Person(c.tenant, "Ida", hospes.UserTypeMember)
	c.do("POST /users/"+ida.ID.String()+"/appRoleAssignments", body("resourceId", s.principal, "appRoleId", s.role)).is(http.StatusCreated)
	equal(t, "one's own", c.signedIn(ida, "User.ReadBasic.All").do("GET /me/appRoleAssignments", "").items("principalId"), []string{ida.ID.String()})
	equal(t, "records", len(c.do("GET /auditLogs/directoryAudits"+query("$filter", "startswith(activityDisplayName,'Add app role assignment grant to') and targetResources/any(t:t/id eq '"+s.principal+"')"), "").items("id")), 4)
}

// TestWire5_1_WhoAssignsAtThePrincipal: neither who owns a group or an application, nor who may write the directory, gives
// it permissions of Graph from this side.
func TestWire5_1_WhoAssignsAtThePrincipal(t *testing.T) {
	f := newFixture(t)
	c := f.source
	graph := c.do("GET /servicePrincipals(appId='"+token.GraphAppID+"')", "").str("id")
	permission, _ := token.PermissionNamed("User.ReadWrite.All")
	other := f.Client(c.tenant, "Other").Principal.ID.String()
	text := body("resourceId", graph, "appRoleId", permission.ID.String())
	call := "POST /servicePrincipals/" + other + "/appRoleAssignments"
	denied(t, c.mint("Directory.ReadWrite.All").do(call, text))
	denied(t, c.signedIn(c.administrator("Cloud", hospes.CloudApplicationAdministrator), "AppRoleAssignment.ReadWrite.All").do(call, text))
	owner := f.Person(c.tenant, "Owner", hospes.UserTypeMember)
	c.do("POST /servicePrincipals/"+other+"/owners/$ref", ref(owner.ID.String())).empty()
	denied(t, c.signedIn(owner, "AppRoleAssignment.ReadWrite.All").do(call, body("resourceId", other, "appRoleId", hospes.DefaultAppRole.String())))
	c.signedIn(c.administrator("Privileged", hospes.PrivilegedRoleAdministrator), "AppRoleAssignment.ReadWrite.All").do(call, text).is(http.StatusCreated)
	permission, _ = token.PermissionNamed("Group.Read.All")
	c.mint("AppRoleAssignment.ReadWrite.All").do(call, body("resourceId", graph, "appRoleId", permission.ID.String())).is(http.StatusCreated)
}

func TestWire5_4_SecretsOfServicePrincipals(t *testing.T) {
	f := newFixture(t)
	c := f.source
	appID := c.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated).str("appId")
	path := "/servicePrincipals/" + c.do("POST /servicePrincipals", body("appId", appID)).is(http.StatusCreated).str("id")
	made := c.do("POST "+path+"/addPassword", `{"passwordCredential":{"displayName":"here"}}`).is(http.StatusOK)
	client, err := token.Authenticate(ctx, f.Store, c.tenant.ID, appID, made.str("secretText"))
	if err != nil || client.AppID != appID {
		t.Errorf("the secret is not good: %v", err)
	}
	c.do("GET "+path, "").has("passwordCredentials.0.keyId", `"`+made.str("keyId")+`"`, "passwordCredentials.0.secretText", "null")
	c.do("POST "+path+"/removePassword", body("keyId", made.str("keyId"))).empty()
	if _, err := token.Authenticate(ctx, f.Store, c.tenant.ID, appID, made.str("secretText")); hospes.CodeOf(err) != token.CodeInvalidSecret {
		t.Errorf("a removed secret: %v", err)
	}
	// whoever gave the platform's own application a secret would be believed to be the platform
	c.do("POST /servicePrincipals(appId='"+token.GraphAppID+"')/addPassword", "").is(http.StatusBadRequest)
}

func TestWire4_2_WhatAnApplicationOffersIsShownByItsServicePrincipal(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const role, scope = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	app := c.do("POST /applications", `{"displayName":"Tool","identifierUris":["api://tool"],"api":{"oauth2PermissionScopes":[{"id":"`+scope+`","value":"Read","isEnabled":true,"type":"User"}]}}`).is(http.StatusCreated)
	path := "/applications/" + app.str("id")
	principal := "/servicePrincipals/" + c.do("POST /servicePrincipals", body("appId", app.str("appId"))).is(http.StatusCreated).has("oauth2PermissionScopes.0.value", `"Read"`).str("id")
	roles := func(enabled string) string {
		return `{"appRoles":[{"id":"` + role + `","value":"Write","displayName":"Write","description":"Write","isEnabled":` + enabled + `,"allowedMemberTypes":["User"]}]}`
	}
	c.do("PATCH "+path, roles("true")).empty()
	c.do("PATCH "+path, `{"displayName":"Better tool","identifierUris":["api://better"]}`).empty()
	c.do("GET "+principal, "").has("appRoles.0.value", `"Write"`, "displayName", `"Better tool"`, "servicePrincipalNames.1", `"api://better"`, "oauth2PermissionScopes.0.value", `"Read"`)

	const locked = "Permission (scope or role) cannot be deleted or updated unless disabled first."
	c.do("PATCH "+path, `{"appRoles":[]}`).fails(http.StatusBadRequest, "CannotDeleteOrUpdateEnabledEntitlement", locked)
	c.do("PATCH "+path, strings.Replace(roles("true"), `"Write"`, `"Other"`, 1)).fails(http.StatusBadRequest, "CannotDeleteOrUpdateEnabledEntitlement", locked)
	c.do("PATCH "+path, `{"appRoles":[{"id":"`+role+`","value":"A","isEnabled":false},{"id":"`+role+`","value":"B","isEnabled":false}]}`).fails(http.StatusBadRequest, "Request_BadRequest", "Request contains a property with duplicate values.")
	c.do("PATCH "+path, `{"appRoles":[{"id":"x"}]}`).is(http.StatusBadRequest)
	c.do("PATCH "+path, roles("false")).empty()
	c.do("PATCH "+path, `{"appRoles":[]}`).empty()
	c.do("GET "+principal, "").has("appRoles", "[]")
}
