package graphapi_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire5_3_DeletedObjectsOfAnOwner: of one class at a time, and to who may see the bin of that class.
func TestWire5_3_DeletedObjectsOfAnOwner(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	var teams []string
	for _, name := range []string{"One", "Two", "Kept"} {
		id := c.do("POST /groups", body("displayName", name, "mailNickname", name, "mailEnabled", true, "securityEnabled", false, "groupTypes", []string{"Unified"},
			"owners@odata.bind", []string{"/users/" + anna})).is(http.StatusCreated).str("id")
		if name != "Kept" {
			c.do("DELETE /groups/"+id, "").empty()
			teams = append(teams, id)
		}
	}
	slices.Sort(teams)
	app, _ := c.app("Pipeline")
	c.do("POST /applications/"+app+"/owners/$ref", ref(anna)).empty()
	c.do("DELETE /applications/"+app, "").empty()
	const call = "POST /directory/deletedItems/getUserOwnedObjects"
	of := func(user, kind string) string { return body("userId", user, "type", kind) }
	groups := c.do(call, of(anna, "Group")).is(http.StatusOK)
	equal(t, "groups", groups.items("id"), teams)
	equal(t, "their type", groups.items("@odata.type"), []string{"#microsoft.graph.group", "#microsoft.graph.group"})
	equal(t, "applications", c.do(call, of(anna, "application")).items("displayName"), []string{"Pipeline"})
	equal(t, "of somebody who owns nothing", c.do(call, of(bert, "Group")).items("id"), []string{})
	equal(t, "chosen", c.do(call+"?$select=displayName", of(anna, "Application")).items("appId"), []string{"<nil>"})
	c.do(call, of(absent, "Group")).is(http.StatusNotFound)
	for _, text := range []string{`{}`, of(anna, "User"), of(anna, ""), body("type", "Group"), of("anna", "Group")} {
		if r := c.do(call, text); r.status != http.StatusBadRequest && r.status != http.StatusNotFound {
			t.Errorf("%s answers %d", text, r.status)
		}
	}
	c.do(call+"?$filter=displayName+eq+'x'", of(anna, "Group")).fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	f.target.do(call, of(anna, "Group")).is(http.StatusNotFound)
	reader := c.mint("Group.Read.All")
	reader.do(call, of(anna, "Group")).is(http.StatusOK)
	reader.do(call, of(anna, "Application")).is(http.StatusForbidden)
	keeper := c.signedIn(c.administrator("Keeper", hospes.GroupsAdministrator), "Directory.AccessAsUser.All")
	keeper.do(call, of(anna, "Group")).is(http.StatusOK)
	keeper.do(call, of(anna, "Application")).is(http.StatusForbidden)
	c.signedIn(c.user(anna), "Directory.AccessAsUser.All").do(call, of(anna, "Group")).is(http.StatusForbidden)
}

// TestWire2_DirectoryRolesAreFollowed: with their members, who come and go.
func TestWire2_DirectoryRolesAreFollowed(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	role := c.do("POST /directoryRoles", `{"roleTemplateId":"`+hospes.ReportsReader.ID+`"}`).is(http.StatusCreated).str("id")
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(anna)).empty()
	only := "?$filter=id+eq+'" + role + "'"
	first := c.do("GET /directoryRoles/delta"+only, "").is(http.StatusOK)
	first.has("value.0.id", `"`+role+`"`, "value.0.roleTemplateId", `"`+hospes.ReportsReader.ID+`"`, "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryRoles"`)
	equal(t, "members", first.text != "" && at(first.at("value.0").(map[string]any)["members@delta"], "0.id") == anna, true)
	link := first.str("@odata.deltaLink")
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(bert)).empty()
	c.do("DELETE /directoryRoles/"+role+"/members/"+anna+"/$ref", "").empty()
	next := c.send(http.MethodGet, link, "").is(http.StatusOK)
	ties, _ := next.at("value.0").(map[string]any)["members@delta"].([]any)
	if len(ties) != 2 || at(ties[0], "id") != bert || at(ties[1], "id") != anna || ties[1].(map[string]any)["@removed"] == nil {
		t.Errorf("the changes are %s", next.text)
	}
	equal(t, "nothing new", c.send(http.MethodGet, next.str("@odata.deltaLink"), "").items("id"), []string{})
	other := c.do("POST /directoryRoles", `{"roleTemplateId":"`+hospes.GuestInviter.ID+`"}`).is(http.StatusCreated).str("id")
	equal(t, "one that is followed by itself", c.send(http.MethodGet, link, "").items("id"), []string{role})
	if all := c.do("GET /directoryRoles/delta?$select=displayName", "").is(http.StatusOK); !slices.Contains(all.items("id"), other) || slices.ContainsFunc(all.items("members@delta"), func(s string) bool { return s != "<nil>" }) {
		t.Errorf("all are %s", all.text)
	}
	expanded := c.do("GET /directoryRoles/"+role+"?$expand=members($select=id)", "").is(http.StatusOK)
	expanded.has("members", `[{"@odata.type":"#microsoft.graph.user","id":"`+bert+`"}]`)
}
