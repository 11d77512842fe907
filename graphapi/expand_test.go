package graphapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func TestWire1_3_ExpandShowsRelatedObjects(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert, carl := c.person("anna"), c.person("bert", "jobTitle", "Chief"), c.person("carl")
	team := c.group("Team", "members@odata.bind", []string{"/users/" + anna, "/users/" + bert}, "owners@odata.bind", []string{"/users/" + carl})
	all := c.group("All", "members@odata.bind", []string{"/groups/" + team})
	c.do("PUT /users/"+anna+"/manager/$ref", ref(bert)).empty()
	c.do("PUT /users/"+bert+"/manager/$ref", ref(carl)).empty()
	c.do("POST /users/"+anna+"/sponsors/$ref", ref(carl)).empty()
	typed := func(kind, id string) string {
		return `{"@odata.type":"#microsoft.graph.` + kind + `","id":"` + id + `"}`
	}
	for _, e := range []struct{ path, navigation, want string }{
		{"/users/" + anna, "manager", typed("user", bert)},
		{"/users/" + bert, "directReports", "[" + typed("user", anna) + "]"},
		{"/users/" + anna, "memberOf", "[" + typed("group", team) + "]"},
		{"/users/" + anna, "sponsors", "[" + typed("user", carl) + "]"},
		{"/users/" + bert, "sponsors", "[]"},
		{"/groups/" + team, "members", "[" + typed("user", anna) + "," + typed("user", bert) + "]"},
		{"/groups/" + team, "owners", "[" + typed("user", carl) + "]"},
		{"/groups/" + team, "memberOf", "[" + typed("group", all) + "]"},
		{"/groups/" + all, "members", "[" + typed("group", team) + "]"},
	} {
		collection, id, _ := strings.Cut(e.path[1:], "/")
		r := c.do("GET "+e.path+"?$select=id&$expand="+e.navigation+"($select=id)", "").is(http.StatusOK)
		r.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#`+collection+`(id,`+e.navigation+`(id))/$entity","id":"`+id+`","`+e.navigation+`":`+e.want+`}`)
		r = c.do("GET /"+collection+query("$select", "id", "$expand", e.navigation+"($select=id)", "$filter", "id eq '"+id+"'"), "").is(http.StatusOK)
		r.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#`+collection+`(id,`+e.navigation+`(id))","value":[{"id":"`+id+`","`+e.navigation+`":`+e.want+`}]}`)
	}
	whole := c.do("GET /users/"+anna+"?$expand=Manager", "").is(http.StatusOK)
	whole.has("displayName", `"anna"`, "manager.jobTitle", `"Chief"`, "manager.businessPhones", "[]", "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users(manager())/$entity"`)
	if r := c.do("GET /users/"+carl+"?$select=id&$expand=manager", ""); r.text != `{"@odata.context":"`+f.server.URL+`/v1.0/$metadata#users(id,manager())/$entity","id":"`+carl+`"}` {
		t.Errorf("who has no manager: %s", r.text)
	}
	c.do("DELETE /users/"+bert, "").empty()
	c.do("GET /groups/"+team+"?$select=id&$expand=members($select=displayName,membershipRule)", "").has("members", `[{"@odata.type":"#microsoft.graph.user","displayName":"anna"}]`)
	if c.do("GET /users/"+anna+"?$expand=manager", "").at("manager") != nil {
		t.Error("a manager in the bin is shown")
	}
}

func TestWire1_3_ExpandedAssignments(t *testing.T) {
	f := newFixture(t)
	s := &story{fixture: f}
	s.source, s.target = f.source, f.target
	s.application()
	anna := f.source.person("anna")
	id := s.assign(anna)
	f.source.do("GET /users/"+anna+"?$select=id&$expand=appRoleAssignments", "").is(http.StatusOK).
		has("appRoleAssignments.0.id", `"`+id+`"`, "appRoleAssignments.0.principalId", `"`+anna+`"`, "appRoleAssignments.1", "null")
	f.source.do("GET /users?$expand=appRoleAssignments($select=principalType)", "").is(http.StatusOK).has("value.0.appRoleAssignments", `[{"principalType":"User"}]`)
	// whoever may read people may not read assignments
	reader := f.source.mint("User.Read.All")
	reader.do("GET /users/"+anna+"?$expand=manager", "").is(http.StatusOK)
	reader.do("GET /users/"+anna+"?$expand=appRoleAssignments", "").fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	reader.do("GET /users?$expand=appRoleAssignments", "").is(http.StatusForbidden)
}

func TestWire1_3_ExpandedChainOfManagers(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var ids []string
	for i := range 4 {
		ids = append(ids, c.person(fmt.Sprintf("p%d", i)))
		if i > 0 {
			c.do("PUT /users/"+ids[i-1]+"/manager/$ref", ref(ids[i])).empty()
		}
	}
	names := func(v any) (list []string) {
		for v = at(v, "manager"); v != nil; v = at(v, "manager") {
			list = append(list, at(v, "displayName").(string))
		}
		return list
	}
	for levels, want := range map[string][]string{"1": {"p1"}, "2": {"p1", "p2"}, "max": {"p1", "p2", "p3"}, "1000": {"p1", "p2", "p3"}} {
		expand := "?$select=id&$count=true&$expand=manager($levels=" + levels + ";$select=displayName)"
		equal(t, levels, names(c.do("GET /users/"+ids[0]+expand, "", "ConsistencyLevel", "eventual").is(http.StatusOK).json), want)
		page := c.do("GET /users"+expand+"&$top=1", "").is(http.StatusOK)
		equal(t, levels+" in a list", names(page.at("value.0")), want)
		next := c.send("GET", page.str("@odata.nextLink"), "").is(http.StatusOK) // the semicolon is still there
		above := []string{"p2", "p3"}
		equal(t, levels+" on the next page", names(next.at("value.0")), above[:min(len(want), 2)])
	}
	c.do("PUT /users/"+ids[3]+"/manager/$ref", ref(ids[0])).empty() // a ring
	equal(t, "a ring", names(c.do("GET /users/"+ids[0]+"?$expand=manager($levels=max)", "").is(http.StatusOK).json), []string{"p1", "p2", "p3"})
	c.do("GET /users?$expand=manager($levels=1001)", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
}

func TestWire1_3_ExpandThatIsRefused(t *testing.T) {
	f := newFixture(t)
	c := f.source
	id, team := c.person("anna"), c.group("Team")
	for _, path := range []string{"/users", "/users/" + id} {
		c.do("GET "+path+"?$expand=friends", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'friends' on type 'microsoft.graph.user'.")
		c.do("GET "+path+"?$expand=members", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'members' on type 'microsoft.graph.user'.")
		c.do("GET "+path+"?$expand=manager($select=shoeSize)", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'.")
		for _, unsupported := range []string{"manager,memberOf", "memberOf($levels=2)", "extensions"} {
			c.do("GET "+path+"?$expand="+unsupported, "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
		}
	}
	c.do("GET /users?$expand=manager&$count=true", "", "ConsistencyLevel", "eventual").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	c.do("GET /groups/"+team+"/members?$expand=manager", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	c.do("GET /applications?$expand=friends", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'friends' on type 'microsoft.graph.application'.")
	c.do("GET /organization?$expand=friends", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'friends' on type 'microsoft.graph.organization'.")
}

// counting is a store that counts what is asked of it.
type counting struct {
	store.Store
	reads *int
}

func (s counting) View(ctx context.Context, t hospes.TenantID, fn func(store.Reader) error) error {
	return s.Store.View(ctx, t, func(r store.Reader) error { return fn(countingReader{r, s.reads}) })
}

type countingReader struct {
	store.Reader
	reads *int
}

func (r countingReader) RelatedFirst(relation hospes.Relation, reverse bool, limit int, of ...hospes.Number) ([]hospes.Tie, error) {
	*r.reads++
	return r.Reader.RelatedFirst(relation, reverse, limit, of...)
}

func (r countingReader) Numbered(bin store.Bin, numbers ...hospes.Number) ([]hospes.Document, error) {
	*r.reads++
	return r.Reader.Numbered(bin, numbers...)
}

func TestWire1_3_ExpandShowsTwentyAndReadsThemAtOnce(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var members []string
	for i := range 25 {
		members = append(members, c.person(fmt.Sprintf("p%02d", i)))
	}
	for i := range 3 {
		team := c.group(fmt.Sprintf("Team%d", i), "members@odata.bind", refs(members[:20]))
		c.do("PATCH /groups/"+team, body("members@odata.bind", refs(members[20:]))).empty()
	}
	reads := 0
	f.server.Config.Handler = f.api(counting{f.Store, &reads})
	r := c.do("GET /groups?$select=id&$expand=members($select=displayName)", "").is(http.StatusOK)
	for i := range 3 {
		list := r.at(fmt.Sprintf("value.%d.members", i)).([]any)
		equal(t, "members shown", len(list), 20)
		equal(t, "the last of them", at(list[19], "displayName"), "p19")
	}
	equal(t, "reads", reads, 2)
}

// refs are references to people.
func refs(ids []string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = "/users/" + id
	}
	return list
}

func TestWire1_3_SelectChoosesFromWhatIsNoObject(t *testing.T) {
	f := newFixture(t)
	own := plant(t, f, f.source)
	own["applicationTemplates"], own["tenantRelationships"] = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7", f.target.tenant.ID.String()
	c := f.source
	for route, member := range map[string]string{
		"GET /domains": "isDefault", "GET /domains/{id}": "isDefault", "GET /organization": "displayName", "GET /organization/{id}": "displayName",
		"GET /policies/authorizationPolicy": "allowInvitesFrom", "GET /policies/externalIdentitiesPolicy": "displayName", "GET /policies/crossTenantAccessPolicy": "displayName",
		"GET " + policyDefault: "isServiceDefault", "GET " + partners: "tenantId", "GET " + partners + "/{tenant}": "tenantId",
		"GET " + partners + "/{tenant}/identitySynchronization":             "displayName",
		"GET /tenantRelationships/findTenantInformationByTenantId/{tenant}": "displayName",
		"GET /applicationTemplates":                                         "displayName",
		"GET /applicationTemplates/{id}":                                    "displayName",
		"GET /servicePrincipals/{id}/appRoleAssignedTo":                     "principalId",
		"GET /servicePrincipals/{id}/appRoleAssignedTo/{assignment}":        "principalId",
		"GET /users/{id}/appRoleAssignments":                                "principalId",
		"GET /servicePrincipals/{id}/synchronization/jobs":                  "templateId",
		"GET /servicePrincipals/{id}/synchronization/jobs/{job}":            "templateId",
		"GET /auditLogs/directoryAudits":                                    "activityDisplayName",
		"GET /applications/{id}/extensionProperties":                        "name",
	} {
		t.Run(route, func(t *testing.T) {
			c := c.on(t)
			r := c.do(own.fill(route)+"?$select="+member, "").is(http.StatusOK)
			shown := r.json.(map[string]any)
			if list, many := shown["value"].([]any); many {
				if len(list) == 0 {
					t.Fatal("nothing is listed")
				}
				shown = list[0].(map[string]any)
			}
			for name := range shown {
				if name != member && !strings.HasPrefix(name, "@") {
					t.Errorf("%s is shown without being asked for: %s", name, r.text)
				}
			}
			if _, there := shown[member]; !there {
				t.Errorf("%s is not shown: %s", member, r.text)
			}
			r = c.do(own.fill(route)+"?$select=shoeSize", "").is(http.StatusBadRequest)
			if !strings.HasPrefix(r.str("error.message"), "Could not find a property named 'shoeSize' on type 'microsoft.graph.") {
				t.Errorf("an unknown property: %s", r.text)
			}
		})
	}
}
