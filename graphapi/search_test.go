package graphapi_test

import (
	"net/http"
	"testing"
)

const eventual = "ConsistencyLevel"

func TestWire1_7_Search(t *testing.T) {
	c := newFixture(t).source
	berg, maria := c.person("anna", "displayName", "Anna Berg"), c.person("maria", "displayName", "Annamaria", "department", "Sales")
	c.person("zoe", "displayName", "Zoe Annaberg-Berg")
	team := c.group("OneVideo", "description", "All who film things")
	for _, id := range []string{berg, maria} {
		c.do("POST /groups/"+team+"/members/$ref", ref(id)).empty()
	}
	search := func(path, text string, want ...string) {
		t.Helper()
		got := c.do("GET "+path+query("$search", text, "$select", "displayName"), "", eventual, "eventual").is(http.StatusOK).items("displayName")
		if want == nil {
			want = []string{}
		}
		equal(t, path+" "+text, got, want)
	}
	search("/users", `"displayName:anna"`, "Anna Berg", "Annamaria", "Zoe Annaberg-Berg")
	search("/users", `"displayName:berg anna"`, "Anna Berg", "Zoe Annaberg-Berg")
	search("/users", `"displayName:berg"`, "Anna Berg", "Zoe Annaberg-Berg")
	search("/users", `"displayName:maria"`)
	search("/users", `"userPrincipalName:MAR" OR "displayName:zoe"`, "Annamaria", "Zoe Annaberg-Berg")
	search("/groups", `"displayName:video"`, "OneVideo")
	search("/groups", `"description:thing AND" OR "description:film all"`, "OneVideo")
	search("/groups/"+team+"/members", `"displayName:anna"`, "Anna Berg", "Annamaria")
	search("/groups/"+team+"/members/microsoft.graph.user", `"displayName:berg"`, "Anna Berg")
	search("/applications", `"displayName:autom"`, "Automation")
	appID := c.do("POST /applications", `{"displayName":"PayRoll"}`).is(http.StatusCreated).str("appId")
	c.do("POST /servicePrincipals", `{"appId":"`+appID+`"}`).is(http.StatusCreated)
	search("/servicePrincipals", `"displayName:roll"`, "PayRoll")
	both := query("$search", `"displayName:anna"`, "$filter", "department eq 'Sales'", "$count", "true")
	r := c.do("GET /users"+both, "", eventual, "eventual").is(http.StatusOK).has("@odata.count", "1")
	equal(t, "with a filter", r.items("id"), []string{maria})
	equal(t, "how many", c.do("GET /users/$count"+query("$search", `"displayName:anna"`), "", eventual, "eventual").is(http.StatusOK).text, "3")

	r = c.do("GET /users"+query("$search", `"displayName:anna"`, "$top", "1", "$orderby", "displayName desc"), "", eventual, "eventual")
	equal(t, "the last one first", r.items("id")[0] == maria, false)
	r = c.send("GET", r.str("@odata.nextLink"), "", eventual, "eventual").is(http.StatusOK)
	equal(t, "the next page", r.items("id"), []string{maria})

	c.do("PATCH /users/"+maria, `{"displayName":"Mary"}`).empty()
	c.do("DELETE /users/"+berg, "").empty()
	search("/users", `"displayName:anna"`, "Zoe Annaberg-Berg")
	search("/users", `"displayName:mary"`, "Mary")
}

func TestWire1_7_SearchIsRefused(t *testing.T) {
	c := newFixture(t).source
	c.do("GET /users"+query("$search", `"displayName:a"`), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery",
		"Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'")
	for search, message := range map[string]string{
		`displayName:a`: `Invalid $search clause: a clause "property:text" in double quotes was expected at position 1.`,
		`"nothing:a"`:   "Could not find a property named 'nothing' on type 'microsoft.graph.user'.",
	} {
		c.do("GET /users"+query("$search", search), "", eventual, "eventual").fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	for _, path := range []string{"/directory/deletedItems/microsoft.graph.user", "/auditLogs/directoryAudits", "/users/delta"} {
		c.do("GET "+path+query("$search", `"displayName:a"`), "", eventual, "eventual").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	}
}
