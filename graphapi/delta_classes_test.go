package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

func TestWire2_DeltaOfApplicationsAndServicePrincipals(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app := c.do("POST /applications", `{"displayName":"First"}`).is(http.StatusCreated)
	principal := c.do("POST /servicePrincipals", body("appId", app.str("appId"))).is(http.StatusCreated).str("id")
	// the service principal first, because an application that is deleted takes it along
	for _, row := range [][2]string{{"/servicePrincipals", principal}, {"/applications", app.str("id")}} {
		path, id := row[0], row[1]
		items, link := c.round(f.server.URL + "/v1.0" + path + "/delta?$select=displayName")
		if !slices.ContainsFunc(items, func(item any) bool { return at(item, "id") == id && at(item, "displayName") == "First" }) {
			t.Errorf("the first round of %s does not tell of %s: %v", path, id, items)
		}
		c.do("PATCH "+path+"/"+id, `{"displayName":"Second"}`).empty()
		c.do("PATCH "+path+"/"+id, `{"notes":"not followed"}`).empty()
		items, link = c.round(link)
		equal(t, path, items, []any{map[string]any{"id": id, "displayName": "Second"}})
		c.do("DELETE "+path+"/"+id, "").empty()
		items, _ = c.round(link)
		equal(t, path, items, []any{map[string]any{"id": id, "@removed": map[string]any{"reason": "changed"}}})
		c.do("POST /directory/deletedItems/"+id+"/restore", "").is(http.StatusOK)
		c.do("PATCH "+path+"/"+id, `{"displayName":"First"}`).empty()
	}
}

func TestWire2_DeltaOfDirectoryObjectsFollowsTheClassesThatTheFilterNames(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team := c.person("anna"), c.group("Team")
	app := c.do("POST /applications", `{"displayName":"App"}`).is(http.StatusCreated).str("id")
	const path = "/v1.0/directoryObjects/delta"
	both := query("$filter", "isof('microsoft.graph.user') or isof('microsoft.graph.group')", "$select", "displayName")
	c.do("GET "+path+both, "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects(displayName,id)"`)
	items, link := c.round(f.server.URL + path + both)
	person := map[string]any{"@odata.type": aUser, "id": anna, "displayName": "anna"}
	group := map[string]any{"@odata.type": aGroup, "id": team, "displayName": "Team"}
	equal(t, "the first round", items, []any{person, group})
	c.do("PATCH /applications/"+app, `{"displayName":"Other"}`).empty()
	c.do("PATCH /groups/"+team, `{"displayName":"Crew"}`).empty()
	c.do("DELETE /users/"+anna, "").empty()
	items, link = c.round(link)
	group["displayName"] = "Crew"
	equal(t, "the changes", items, []any{group, map[string]any{"@odata.type": aUser, "id": anna, "@removed": map[string]any{"reason": "changed"}}})

	all, _ := c.round(f.server.URL + path)
	if len(all) < 3 || !slices.ContainsFunc(all, func(item any) bool {
		return at(item, "id") == app && at(item, "@odata.type") == "#microsoft.graph.application"
	}) {
		t.Errorf("without a filter: %v", all)
	}
	for _, wrong := range []string{"isof('microsoft.graph.device')", "isof('microsoft.graph.user') and isof('microsoft.graph.group')", "displayName eq 'x'", "isof(user)"} {
		c.do("GET "+path+query("$filter", wrong), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	}
	f.Clock.Advance(7*24*time.Hour + time.Second)
	late := c.mint("Directory.Read.All")
	r := late.send("GET", link, "").is(http.StatusGone)
	items, _ = late.round(r.header.Get("Location"))
	equal(t, "the same question anew", items, []any{group})
}

func TestWire2_DeltaOfManyClassesGoesOverPages(t *testing.T) {
	f := newFixture(t)
	c := f.source
	want := map[string]bool{}
	c.update(func(tx store.Tx) error {
		clear(want)
		for i := range 230 {
			user, err := directory.CreateUser(tx, random, []hospes.Edit{
				{Property: hospes.UserAccountEnabled, Value: hospes.True}, {Property: hospes.UserDisplayName, Value: hospes.String("x")},
				{Property: hospes.UserMailNickname, Value: hospes.String("x")}, {Property: hospes.UserPrincipalName, Value: hospes.String(fmt.Sprintf("x%d@aurora.example", i))},
			}, false)
			if err != nil {
				return err
			}
			want[user.ID.String()] = true
		}
		return nil
	})
	for _, name := range []string{"one", "two"} {
		want[c.group(name)] = true
	}
	got := map[string]bool{}
	items, _ := c.round(f.server.URL + "/v1.0/directoryObjects/delta" + query("$filter", "isof('microsoft.graph.group') or isof('microsoft.graph.user')"))
	for _, item := range items {
		got[at(item, "id").(string)] = true
	}
	equal(t, "everybody, once", len(items), 232)
	equal(t, "who", got, want)
}

func TestWire2_DeltaOfGroupsTakesTheExpansionOfOldClients(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team := c.person("anna"), c.group("Team")
	c.do("POST /groups/"+team+"/members/$ref", ref(anna)).empty()
	items, _ := c.round(f.server.URL + "/v1.0/groups/delta?$expand=members&$select=displayName")
	equal(t, "with members", tied(items[0], "members@delta"), map[string]string{anna: aUser})
	c.do("GET /groups/delta?$expand=owners", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	c.do("GET /users/delta?$expand=manager", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
}
