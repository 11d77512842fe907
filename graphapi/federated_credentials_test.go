package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

const exchange = "api://AzureADTokenExchange"

// federate lets tokens of an issuer prove an application and gives the id of the credential.
func (c *caller) federate(app, name, issuer, subject string) string {
	c.Helper()
	return c.do("POST /applications/"+app+"/federatedIdentityCredentials", body("name", name, "issuer", issuer, "subject", subject, "audiences", []string{exchange})).is(http.StatusCreated).str("id")
}

// TestWire5_4_FederatedCredentials are made, read by id and by name, changed and taken away, and each change has its record.
func TestWire5_4_FederatedCredentials(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, _ := c.app("Pipeline")
	path := "/applications/" + app + "/federatedIdentityCredentials"
	made := c.do("POST "+path, body("@odata.type", "#microsoft.graph.federatedIdentityCredential", "id", nil, "name", "main", "issuer", "https://ci.example/", "subject", "repo:a/b", "audiences", []string{exchange}, "description", "The pipeline")).is(http.StatusCreated)
	const shown = `"id":"#","name":"main","issuer":"https://ci.example/","subject":"repo:a/b","description":"The pipeline","audiences":["api://AzureADTokenExchange"]`
	made.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#applications('`+app+`')/federatedIdentityCredentials/$entity",`+shown+`}`)
	id := made.str("id")
	equal(t, "Location", made.header.Get("Location"), f.server.URL+"/v1.0"+path+"/"+id)
	c.do("GET "+path, "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#applications('`+app+`')/federatedIdentityCredentials","value":[{`+shown+`}]}`)
	for _, key := range []string{"/" + id, "/main", "(name='main')", "('" + id + "')", "/MAIN", "(name='Main')"} {
		c.do("GET "+path+key, "").is(http.StatusOK).has("id", `"`+id+`"`)
	}
	appID := c.do("GET /applications/"+app, "").str("appId")
	c.do("GET /applications(appId='"+appID+"')/federatedIdentityCredentials/main?$select=subject", "").is(http.StatusOK).has("subject", `"repo:a/b"`, "id", "null")
	other := c.federate(app, "other", "https://other.example", "repo:a/b")
	equal(t, "by subject", c.do("GET "+path+query("$filter", "subject eq 'repo:a/b'"), "").items("name"), []string{"main", "other"})
	equal(t, "by name", c.do("GET "+path+query("$filter", "name eq 'other'", "$select", "id"), "").items("id"), []string{other})

	c.do("PATCH "+path+"/"+id, `{"subject":"repo:a/c","description":null}`).empty()
	c.do("PATCH "+path+"(name='main')", `{"audiences":["api://hospes"],"name":"main"}`).empty()
	c.do("GET "+path+"/main", "").has("subject", `"repo:a/c"`, "description", "null", "audiences", `["api://hospes"]`, "issuer", `"https://ci.example/"`)
	const expand = "&$expand=federatedIdentityCredentials($select=name,subject)"
	want := `[{"name":"main","subject":"repo:a/c"},{"name":"other","subject":"repo:a/b"}]`
	c.do("GET /applications/"+app+"?$select=displayName"+expand, "").is(http.StatusOK).has("federatedIdentityCredentials", want, "displayName", `"Pipeline"`)
	c.do("GET /applications?$filter=displayName+eq+'Pipeline'"+expand, "").is(http.StatusOK).has("value.0.federatedIdentityCredentials", want)
	c.do("GET /applications/"+app+"?$expand=federatedIdentityCredentials($select=secret)", "").is(http.StatusBadRequest)
	audits := c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update application'"), "")
	equal(t, "records", len(audits.items("id")), 4)
	for _, name := range audits.items("targetResources.0.modifiedProperties.0.displayName") {
		equal(t, "what was changed", name, "federatedIdentityCredentials")
	}
	c.do("PATCH "+path+"/main", `{"subject":"repo:a/c"}`).empty()
	equal(t, "a change that changes nothing", len(c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update application'"), "").items("id")), 4)

	c.do("GET /applications/"+app+"?$select=federatedIdentityCredentials", "").is(http.StatusBadRequest) // they are at an address of their own
	c.do("PATCH /applications/"+app, `{"federatedIdentityCredentials":[]}`).is(http.StatusBadRequest)
	if text := c.do("GET /applications/"+app, "").text; strings.Contains(text, "ci.example") {
		t.Errorf("the application itself shows %s", text)
	}
	stranger, _ := c.app("Stranger")
	c.do("GET /applications/"+stranger+"/federatedIdentityCredentials/"+id, "").is(http.StatusNotFound)
	c.do("DELETE /applications/"+stranger+"/federatedIdentityCredentials/"+id, "").is(http.StatusNotFound)
	c.do("DELETE "+path+"/main", "").empty()
	c.do("DELETE "+path+"/"+other, "").empty()
	c.do("DELETE "+path+"/"+other, "").is(http.StatusNotFound)
	c.do("GET "+path, "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#applications('`+app+`')/federatedIdentityCredentials","value":[]}`)
}

// TestWire5_4_FederatedCredentialsAreMadeWhereTheyAreMissing: a change by name makes the credential, where the client says so.
func TestWire5_4_FederatedCredentialsAreMadeWhereTheyAreMissing(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, _ := c.app("Pipeline")
	path := "/applications/" + app + "/federatedIdentityCredentials"
	wanted := body("issuer", "https://ci.example", "subject", "x", "audiences", []string{exchange})
	c.do("PATCH "+path+"(name='main')", wanted).is(http.StatusNotFound)
	c.do("PATCH "+path+"/"+absent, wanted, "Prefer", "create-if-missing").is(http.StatusNotFound)
	c.do("PATCH "+path+"(name='main')", body("name", "another", "issuer", "https://ci.example", "subject", "x", "audiences", []string{exchange}), "Prefer", "create-if-missing").
		fails(http.StatusBadRequest, "Request_BadRequest", "The name in the body is not the one in the path.")
	c.do("PATCH "+path+"(name='main')", `{"issuer":"https://ci.example"}`, "Prefer", "create-if-missing").is(http.StatusBadRequest)
	made := c.do("PATCH "+path+"(name='main')", wanted, "Prefer", "create-if-missing").is(http.StatusCreated).has("name", `"main"`, "subject", `"x"`)
	equal(t, "Location", made.header.Get("Location"), f.server.URL+"/v1.0"+path+"/"+made.str("id"))
	c.do("PATCH "+path+"(name='main')", `{"subject":"y"}`, "Prefer", "create-if-missing").empty()
	c.do("GET "+path+"/main", "").has("id", `"`+made.str("id")+`"`, "subject", `"y"`)
}

// TestWire5_4_FederatedCredentialsThatCannotBe: at most twenty, each with all that a token is held against, and no two that
// one token would fit.
func TestWire5_4_FederatedCredentialsThatCannotBe(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, _ := c.app("Pipeline")
	path := "/applications/" + app + "/federatedIdentityCredentials"
	id := c.federate(app, "main", "https://ci.example", "x")
	long := strings.Repeat("x", 601)
	for _, bad := range []struct {
		what   string
		change []any
		status int
	}{
		{"no name", []any{"name", nil}, http.StatusBadRequest},
		{"a name for an address of its own", []any{"name", "a/b"}, http.StatusBadRequest},
		{"a short name", []any{"name", "ab"}, http.StatusBadRequest},
		{"a long name", []any{"name", strings.Repeat("x", 121)}, http.StatusBadRequest},
		{"the name of another", []any{"name", "MAIN"}, http.StatusConflict},
		{"no issuer", []any{"issuer", ""}, http.StatusBadRequest},
		{"an issuer that is no address", []any{"issuer", "ci"}, http.StatusBadRequest},
		{"an issuer without https", []any{"issuer", "http://ci.example"}, http.StatusBadRequest},
		{"an issuer that no token can name", []any{"issuer", "HTTPS://ci.example"}, http.StatusBadRequest},
		{"an issuer with a query", []any{"issuer", "https://ci.example?x=y"}, http.StatusBadRequest},
		{"an issuer with a password", []any{"issuer", "https://a:b@ci.example"}, http.StatusBadRequest},
		{"a long issuer", []any{"issuer", "https://ci.example/" + long}, http.StatusBadRequest},
		{"no subject", []any{"subject", nil}, http.StatusBadRequest},
		{"a long subject", []any{"subject", long}, http.StatusBadRequest},
		{"issuer and subject of another", []any{"subject", "x"}, http.StatusConflict},
		{"no audience", []any{"audiences", []string{}}, http.StatusBadRequest},
		{"two audiences", []any{"audiences", []string{"a", "b"}}, http.StatusBadRequest},
		{"an empty audience", []any{"audiences", []string{""}}, http.StatusBadRequest},
		{"audiences that are no list", []any{"audiences", "a"}, http.StatusBadRequest},
		{"a subject that is no text", []any{"subject", 7}, http.StatusBadRequest},
		{"a long description", []any{"description", long}, http.StatusBadRequest},
		{"an id", []any{"id", absent}, http.StatusBadRequest},
		{"a property that is none", []any{"claimsMatchingExpression", "x"}, http.StatusBadRequest},
	} {
		t.Run(bad.what, func(t *testing.T) {
			pairs := slices.Concat([]any{"name", "another", "issuer", "https://ci.example", "subject", "z", "audiences", []string{exchange}}, bad.change)
			c.on(t).do("POST "+path, body(pairs...)).is(bad.status)
		})
	}
	c.do("PATCH "+path+"/"+id, `{"name":"another"}`).is(http.StatusBadRequest)
	c.do("PATCH "+path+"/"+id, `{"subject":null}`).is(http.StatusBadRequest)
	c.do("PATCH "+path+"/"+absent, `{"subject":"y"}`).is(http.StatusNotFound)
	equal(t, "what is there", c.do("GET "+path, "").items("subject"), []string{"x"})
	for i := range 19 {
		c.federate(app, fmt.Sprint("more-", i), "https://ci.example", fmt.Sprint(i))
	}
	c.do("POST "+path, body("name", "another", "issuer", "https://ci.example", "subject", "z", "audiences", []string{exchange})).
		fails(http.StatusBadRequest, "Request_BadRequest", "An application can have at most 20 federated identity credentials. Remove one first.")
	second, _ := c.app("Second")
	c.federate(second, "main", "https://ci.example", "x") // of another application
}

// TestWire5_4_OwnersFederateTheirApplications, and nobody else's.
func TestWire5_4_OwnersFederateTheirApplications(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, _ := c.app("Pipeline")
	anna := f.Person(c.tenant, "Anna", hospes.UserTypeMember)
	a := c.signedIn(anna, "Application.ReadWrite.All")
	wanted := body("name", "main", "issuer", "https://ci.example", "subject", "x", "audiences", []string{exchange})
	path := "/applications/" + app + "/federatedIdentityCredentials"
	a.do("POST "+path, wanted).is(http.StatusForbidden)
	c.do("POST /applications/"+app+"/owners/$ref", ref(anna.ID.String())).empty()
	id := a.do("POST "+path, wanted).is(http.StatusCreated).str("id")
	a.do("PATCH "+path+"/"+id, `{"subject":"y"}`).empty()
	a.do("DELETE "+path+"/"+id, "").empty()
	own := c.mint("Application.ReadWrite.OwnedBy")
	own.do("POST "+path, wanted).is(http.StatusForbidden)
}
