package graphapi_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/hospes-dev/hospes"
)

func TestWire5_2_HiddenMembershipsAreNobodysBusiness(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := f.Person(c.tenant, "Anna", hospes.UserTypeMember), f.Person(c.tenant, "Bert", hospes.UserTypeMember)
	both := []string{"/users/" + anna.ID.String(), "/users/" + bert.ID.String()}
	secret := c.group("Secret", "visibility", "HiddenMembership", "members@odata.bind", both[:1])
	open := c.group("Open", "members@odata.bind", both)
	scopes := []string{"User.Read.All", "Group.Read.All", "Directory.Read.All"}
	member, other, boss := c.signedIn(anna, scopes...), c.signedIn(bert, scopes...), c.signedIn(c.administrator("Groups", hospes.GroupsAdministrator), scopes...)
	application := c.mint("User.Read.All", "Group.Read.All", "Directory.Read.All")
	of := "/users/" + anna.ID.String()
	for name, row := range map[string]struct {
		c    *caller
		sees bool
	}{
		"a member": {member, true}, "somebody else": {other, false}, "an administrator of groups": {boss, true}, "an application": {application, false},
		"an application with the permission": {c.mint("User.Read.All", "Group.Read.All", "Directory.Read.All", "Member.Read.Hidden"), true},
	} {
		t.Run(name, func(t *testing.T) {
			c := row.c.on(t)
			status, groups := http.StatusForbidden, []string{open}
			if row.sees {
				status, groups = http.StatusOK, []string{secret, open}
			}
			c.do("GET /groups/"+secret+"/members", "").is(status)
			c.do("GET /groups/"+secret+"/transitiveMembers", "").is(status)
			equal(t, "memberOf", c.do("GET "+of+"/memberOf", "").is(http.StatusOK).items("id"), groups)
			equal(t, "transitiveMemberOf", c.do("GET "+of+"/transitiveMemberOf", "").is(http.StatusOK).items("id"), groups)
			equal(t, "getMemberGroups", c.do("POST "+of+"/getMemberGroups", `{"securityEnabledOnly":false}`).is(http.StatusOK).at("value"), any(anyOf(groups)))
			checked := []string{}
			if row.sees {
				checked = []string{secret}
			}
			equal(t, "checkMemberGroups", c.do("POST "+of+"/checkMemberGroups", `{"groupIds":["`+secret+`"]}`).is(http.StatusOK).at("value"), any(anyOf(checked)))
			if name == "a member" {
				return // in passing, members see no more than others
			}
			shown := len(c.do("GET /groups/"+secret+"?$expand=members", "").is(http.StatusOK).at("members").([]any))
			if row.sees != (shown == 1) {
				t.Errorf("$expand shows %d members", shown)
			}
			if shown := len(c.do("GET "+of+"?$expand=memberOf", "").is(http.StatusOK).at("memberOf").([]any)); shown != len(groups) {
				t.Errorf("$expand shows %d groups", shown)
			}
		})
	}
}

func anyOf(texts []string) []any {
	list := []any{}
	for _, text := range texts {
		list = append(list, text)
	}
	return list
}

// TestWire5_2_HiddenMembershipsAreNotTracked: the delta of groups and the counts of memberships tell no more than the lists.
func TestWire5_2_HiddenMembershipsAreNotTracked(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := f.Person(c.tenant, "Anna", hospes.UserTypeMember), f.Person(c.tenant, "Bert", hospes.UserTypeMember)
	secret := c.group("Secret", "visibility", "HiddenMembership", "members@odata.bind", []string{"/users/" + anna.ID.String()})
	c.group("Open", "members@odata.bind", []string{"/users/" + anna.ID.String()})
	scopes := []string{"User.Read.All", "Group.Read.All", "Directory.Read.All"}
	other, boss := c.signedIn(bert, scopes...), c.signedIn(c.administrator("Groups", hospes.GroupsAdministrator), scopes...)
	of := "GET /users/" + anna.ID.String()
	named := query("$filter", "id eq '"+secret+"'", "$count", "true")
	for who, row := range map[*caller]struct{ told, all int }{other: {0, 1}, boss: {1, 2}} {
		members := func(items []any) (n int) {
			for _, item := range items {
				if at(item, "id") == secret {
					n = len(tied(item, "members@delta"))
				}
			}
			return n
		}
		items, link := who.round(f.server.URL + "/v1.0/groups/delta")
		equal(t, "members in the first round", members(items), row.told)
		joined := c.person("joined")
		c.do("POST /groups/"+secret+"/members/$ref", ref(joined)).empty()
		items, _ = who.round(link)
		equal(t, "members in the next round", members(items), row.told)
		c.do("DELETE /users/"+joined, "").empty()

		for _, relation := range []string{"/memberOf", "/transitiveMemberOf"} {
			equal(t, "$count of "+relation, who.do(of+relation+"/$count", "", "ConsistencyLevel", "eventual").is(http.StatusOK).text, strconv.Itoa(row.all))
			equal(t, "$count of one in "+relation, who.do(of+relation+"/$count"+named, "", "ConsistencyLevel", "eventual").is(http.StatusOK).text, strconv.Itoa(row.told))
			equal(t, "@odata.count of "+relation, who.do(of+relation+named, "", "ConsistencyLevel", "eventual").is(http.StatusOK).at("@odata.count"), any(float64(row.told)))
		}
	}
}
