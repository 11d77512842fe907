package graphapi_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// tied gives what a list of ties in a delta says of each end: there or gone.
func tied(item any, member string) map[string]string {
	out := map[string]string{}
	list, _ := item.(map[string]any)[member].([]any)
	for _, end := range list {
		out[at(end, "id").(string)] = at(end, "@odata.type").(string)
		if reason, gone := at(end, "@removed").(map[string]any); gone {
			out[at(end, "id").(string)] = reason["reason"].(string)
		}
	}
	return out
}

const (
	aUser  = "#microsoft.graph.user"
	aGroup = "#microsoft.graph.group"
)

func TestWire2_DeltaOfGroupsFollowsTheirMembers(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	team, inner, empty := c.group("Team"), c.group("Inner"), c.group("Empty")
	members := "POST /groups/" + team + "/members/$ref"
	for _, id := range []string{anna, bert, inner} {
		c.do(members, ref(id)).empty()
	}
	items, link := c.round(f.server.URL + "/v1.0/groups/delta")
	equal(t, "groups", len(items), 3)
	equal(t, "members", tied(items[0], "members@delta"), map[string]string{anna: aUser, bert: aUser, inner: aGroup})
	if _, there := items[2].(map[string]any)["members@delta"]; there || at(items[2], "id") != empty {
		t.Errorf("an empty group shows members: %v", items[2])
	}
	items, link = c.round(link)
	equal(t, "nothing has changed", len(items), 0)

	carl := c.person("carl")
	c.do(members, ref(carl)).empty()
	c.do("DELETE /groups/"+team+"/members/"+anna+"/$ref", "").empty()
	c.do("DELETE /users/"+bert, "").empty()
	c.do("DELETE /groups/"+inner, "").empty()
	before := link
	items, link = c.round(before)
	equal(t, "the group and the one that is gone", len(items), 2)
	changed := map[string]string{carl: aUser, anna: "deleted", bert: "deleted", inner: "deleted"}
	for _, item := range items {
		if at(item, "id") == team {
			equal(t, "who came and went", tied(item, "members@delta"), changed)
			equal(t, "displayName", at(item, "displayName"), "Team")
		} else {
			equal(t, "the other", at(item, "@removed"), map[string]any{"reason": "deleted"})
		}
	}
	items, _ = c.round(before, "Prefer", "return=minimal")
	for _, item := range items {
		if at(item, "id") == team {
			equal(t, "minimal", len(item.(map[string]any)), 2)
		}
	}
	equal(t, "of one group only", len(first(c.round(f.server.URL+"/v1.0/groups/delta"+query("$filter", "id eq '"+team+"'", "$select", "members")))), 1)

	c.update(func(tx store.Tx) error {
		user, err := store.Find(tx, store.InBin, hospes.UserSchema, objectID(t, bert))
		if err != nil {
			return err
		}
		return directory.Restore(tx, user)
	})
	items, link = c.round(link)
	equal(t, "the one who is back", tied(items[0], "members@delta"), map[string]string{bert: aUser})
	c.do("DELETE /users/"+bert, "").empty()
	c.update(func(tx store.Tx) error {
		user, err := store.Find(tx, store.InBin, hospes.UserSchema, objectID(t, bert))
		if err != nil {
			return err
		}
		return directory.Purge(tx, user)
	})
	items, _ = c.round(link)
	equal(t, "the one who is gone for good", tied(items[0], "members@delta"), map[string]string{bert: "deleted"})
}

func first(items []any, _ string) []any { return items }

func TestWire2_DeltaFollowsOnlyTheTiesThatAreSelected(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, boss, chief := c.person("anna"), c.person("boss"), c.person("chief")
	team := c.group("Team")
	c.do("PUT /users/"+anna+"/manager/$ref", ref(boss)).empty()
	c.do("GET /users/delta?$select=displayName,manager", "").has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users(displayName,id,manager)"`)
	items, link := c.round(f.server.URL + "/v1.0/users/delta?$select=manager")
	equal(t, "the first round", items[0], map[string]any{"id": anna, "manager@delta": []any{map[string]any{"@odata.type": aUser, "id": boss}}})
	_, plain := c.round(f.server.URL + "/v1.0/users/delta")
	_, names := c.round(f.server.URL + "/v1.0/groups/delta?$select=displayName")
	_, owners := c.round(f.server.URL + "/v1.0/groups/delta?$select=owners")

	c.do("PUT /users/"+anna+"/manager/$ref", ref(chief)).empty()
	items, link = c.round(link)
	equal(t, "another manager", items, []any{map[string]any{"id": anna, "manager@delta": []any{map[string]any{"@odata.type": aUser, "id": chief}}}})
	c.do("DELETE /users/"+anna+"/manager/$ref", "").empty()
	items, _ = c.round(link)
	equal(t, "no manager", tied(items[0], "manager@delta"), map[string]string{chief: "deleted"})
	c.do("POST /groups/"+team+"/members/$ref", ref(anna)).empty()
	c.do("POST /groups/"+team+"/owners/$ref", ref(boss)).empty()
	equal(t, "users without their managers", len(first(c.round(plain))), 0)
	equal(t, "names of groups", len(first(c.round(names))), 0)
	items, _ = c.round(owners)
	equal(t, "owners", items, []any{map[string]any{"id": team, "owners@delta": []any{map[string]any{"@odata.type": aUser, "id": boss}}}})
}

func TestWire2_DeltaTellsAHugeGroupInSlices(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const many = 4100
	c.update(func(tx store.Tx) error {
		group, err := directory.CreateGroup(tx, random, []hospes.Edit{
			{Property: hospes.GroupDisplayName, Value: hospes.String("Huge")}, {Property: hospes.GroupMailEnabled, Value: hospes.False},
			{Property: hospes.GroupMailNickname, Value: hospes.String("huge")}, {Property: hospes.GroupSecurityEnabled, Value: hospes.True},
		})
		if err != nil {
			return err
		}
		var batch [][]hospes.Edit
		for i := range many {
			name := fmt.Sprintf("p%04d", i)
			batch = append(batch, []hospes.Edit{
				{Property: hospes.UserAccountEnabled, Value: hospes.True}, {Property: hospes.UserDisplayName, Value: hospes.String(name)},
				{Property: hospes.UserMailNickname, Value: hospes.String(name)}, {Property: hospes.UserPrincipalName, Value: hospes.String(name + "@aurora.example")},
			})
		}
		users, _, err := directory.CreateUsers(tx, random, batch, false)
		if err != nil {
			return err
		}
		return directory.AddMembers(tx, group, users...)
	})
	c.group("Small")
	latest := c.do("GET /groups/delta?$deltatoken=latest", "").str("@odata.deltaLink")
	items, _ := c.round(f.server.URL + "/v1.0/groups/delta")
	all := map[string]string{}
	for _, item := range items {
		for id := range tied(item, "members@delta") {
			all[id] = id
		}
	}
	equal(t, "members in all slices", len(all), many)
	equal(t, "slices, and the other group", len(items), 4)
	equal(t, "nothing after it", len(first(c.round(latest))), 0)
}

func TestWire2_DeltaFollowsObjectsByID(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert, carl := c.person("anna"), c.person("bert"), c.person("carl")
	filter := query("$filter", "id eq '"+anna+"' or id eq '"+carl+"'", "$select", "displayName")
	items, link := c.round(f.server.URL + "/v1.0/users/delta" + filter)
	equal(t, "the first round", items, []any{map[string]any{"id": anna, "displayName": "anna"}, map[string]any{"id": carl, "displayName": "carl"}})
	c.do("PATCH /users/"+bert, `{"displayName":"B"}`).empty()
	c.do("PATCH /users/"+carl, `{"displayName":"C"}`).empty()
	items, link = c.round(link)
	equal(t, "the changes", items, []any{map[string]any{"id": carl, "displayName": "C"}})
	for _, wrong := range []string{"displayName eq 'x'", "id ne '" + anna + "'", "id eq 'x'", "id eq '" + anna + "' and displayName eq 'x'"} {
		c.do("GET /users/delta"+query("$filter", wrong), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	}
	f.Clock.Advance(7 * 24 * time.Hour)
	old := link
	_, link = c.mint("User.Read.All").round(link)
	f.Clock.Advance(time.Second)
	r := c.mint("User.Read.All").send("GET", old, "").fails(http.StatusGone, "resyncRequired", "Resync is required. Replace any local items with the server's version.")
	items, _ = c.mint("User.Read.All").round(r.header.Get("Location"))
	equal(t, "the same question anew", len(items), 2)
	c.mint("User.Read.All").round(link)
}
