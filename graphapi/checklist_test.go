package graphapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/graphapi"
)

// The lines of graph-wire 8 that concern Graph, in order; lines 1 to 6 are in packages oidc and signin.

func TestWire8_7_GroupsAsToolsPostThem(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.do("POST /groups", `{"displayName":"M365","mailNickName":"m365","mailEnabled":false,"securityEnabled":true}`).is(http.StatusCreated).has("mailNickname", `"m365"`)
	c.do("POST /beta/groups", `{"@odata.type":"#microsoft.graph.group","displayName":"TF","mailNickname":"tf","mailEnabled":false,"securityEnabled":true,
		"description":null,"assignedLabels":null,"groupTypes":null,"membershipRule":null,"visibility":null,"theme":null,"preferredLanguage":null,"preferredDataLocation":null,
		"isAssignableToRole":null,"resourceBehaviorOptions":null,"resourceProvisioningOptions":null,"deletedDateTime":null}`).is(http.StatusCreated).has("membershipRule", "null")
}

func TestWire8_8_Beta(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	c.do("GET /beta/groups", "").is(http.StatusOK)
	c.do("PATCH /beta/users/"+anna, `{"showInAddressList":false}`).empty()
	c.do("GET /beta/users/"+anna+"?$select=showInAddressList", "").is(http.StatusOK).has("showInAddressList", "false")
	c.do("GET /beta/users/"+anna, "").is(http.StatusOK).has("accountEnabled", "true", "userType", `"Member"`)
}

func TestWire8_9_OneMemberByItsIdWithoutAHeader(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	group := c.group("Team", "members@odata.bind", []string{"/users/" + anna, "/users/" + bert})
	equal(t, "by id", c.do("GET /groups/"+group+"/members"+query("$filter", "id eq '"+bert+"'"), "").is(http.StatusOK).items("id"), []string{bert})
}

func TestWire8_10_ReferencesToAnyHostVersionAndCollection(t *testing.T) {
	f := newFixture(t)
	c := f.source
	group := c.group("Team")
	for i, address := range []string{"https://graph.microsoft.com/v1.0/users/", f.server.URL + "/beta/directoryObjects/", f.server.URL + "/v2/" + c.tenant.ID.String() + "/directoryObjects/"} {
		id := c.person("person" + string(rune('a'+i)))
		c.do("POST /groups/"+group+"/members/$ref", `{"@odata.id":"`+address+id+`"}`).empty()
	}
	if members := c.do("GET /groups/"+group+"/members", "").items("id"); len(members) != 3 {
		t.Errorf("%d members came", len(members))
	}
}

func TestWire8_11_MembersBoundInABatch(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, group := c.person("anna"), c.group("Team")
	r := c.do("POST /$batch", `{"requests":[{"id":"1","method":"PATCH","url":"/groups/`+group+`","headers":{"Content-Type":"application/json"},
		"body":{"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/`+anna+`"]}}]}`).is(http.StatusOK)
	r.has("responses.0.status", "204")
	equal(t, "members", c.do("GET /groups/"+group+"/members", "").items("id"), []string{anna})
}

func TestWire8_12_CompressedBodies(t *testing.T) {
	f := newFixture(t)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(`{"displayName":"Zipped","mailNickname":"zipped","mailEnabled":false,"securityEnabled":true}`))
	if err != nil || z.Close() != nil {
		t.Fatal("a buffer refuses bytes")
	}
	f.source.do("POST /groups", b.String(), "Content-Encoding", "gzip", "Content-Type", "application/json").is(http.StatusCreated).has("displayName", `"Zipped"`)
	f.source.do("POST /groups", b.String(), "Content-Encoding", "br").is(http.StatusUnsupportedMediaType)
}

var version4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestWire8_13_IdsAreOfVersion4(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app := c.do("POST /applications", `{"displayName":"Tool"}`).is(http.StatusCreated)
	for what, id := range map[string]string{
		"user": c.person("anna"), "group": c.group("Team"), "tenant": c.tenant.ID.String(), "application": app.str("id"), "appId": app.str("appId"),
		"invited user": c.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).str("invitedUser.id"),
		"request":      c.do("GET /users", "").header.Get("request-id"),
	} {
		if !version4.MatchString(id) {
			t.Errorf("the %s id %s is not of version 4", what, id)
		}
	}
}

func TestWire8_14_WhatIsNotThereIs404(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	c.do("GET /users/"+anna+"/manager", "").fails(http.StatusNotFound, "Request_ResourceNotFound", "Resource 'manager' does not exist or one of its queried reference-property objects are not present.")
	c.do("DELETE /users/"+anna, "").empty()
	c.do("GET /users/"+anna, "").is(http.StatusNotFound)
}

func TestWire8_15_EveryRefusalIsJSON(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	for _, r := range []*reply{
		c.do("GET /nothing", ""), c.do("GET /users/"+absent, ""), c.do("PUT /users", "{}"), c.do("POST /users", "{"), c.do("POST /users", ""), c.with("").do("GET /users", ""),
		c.mint().do("GET /users", ""), c.do("GET /users?$filter=nothing+eq+1", ""), c.do("GET /users?$skip=1", ""), c.do("GET /users/$count", ""),
		c.do("POST /$batch", "[]"), c.do("GET /users/"+anna+"/photo/$value", ""), c.do("GET /users?$skiptoken=x", ""), c.do("POST /groups", "x", "Content-Encoding", "br"),
		c.send("GET", f.server.URL+"/v3.0/users", ""), c.send("GET", f.server.URL+"/v1.0", ""),
	} {
		if r.status < http.StatusBadRequest {
			continue // the service document
		}
		var body struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal([]byte(r.text), &body); err != nil || body.Error.Code == "" || body.Error.Message == "" || !strings.HasPrefix(r.header.Get("Content-Type"), "application/json") {
			t.Errorf("%s answers %d, %s: %s", r.call, r.status, r.header.Get("Content-Type"), r.text)
		}
	}
}

func TestWire8_16_CountsAndAdvancedFilters(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.person("anna")
	c.do("GET /users?$count=true", "").is(http.StatusOK).has("@odata.count", "null")
	c.do("GET /users?$count=true", "", "ConsistencyLevel", "eventual").is(http.StatusOK).has("@odata.count", "1")
	c.do("GET /users/$count", "").fails(http.StatusBadRequest, "Request_BadRequest", "$count is not currently supported.")
	c.do("GET /users"+query("$filter", "department ne 'X'"), "").is(http.StatusBadRequest).has("error.code", `"Request_UnsupportedQuery"`)
	c.do("GET /users"+query("$filter", "department ne 'X'", "$count", "true"), "", "ConsistencyLevel", "eventual").is(http.StatusOK).has("@odata.count", "1")
}

func TestWire8_17_Delta(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	latest := c.do("GET /users/delta?$deltatoken=latest", "").is(http.StatusOK)
	equal(t, "latest", latest.items("id"), []string{})
	link := latest.str("@odata.deltaLink")
	c.do("DELETE /users/"+anna, "").empty()
	c.send("GET", link, "").is(http.StatusOK).has("value.0.id", `"`+anna+`"`, "value.0.@removed", `{"reason":"changed"}`)
	c.do("DELETE /directory/deletedItems/"+anna, "").empty()
	items, _ := c.round(link)
	if last := items[len(items)-1]; at(at(last, "@removed"), "reason") != "deleted" {
		t.Errorf("the last that is told is %v", last)
	}
	f.Clock.Advance(8 * 24 * 3600e9)
	fresh := c.with(f.Token(c.tenant, c.client))
	gone := fresh.send("GET", link, "").is(http.StatusGone).has("error.code", `"resyncRequired"`)
	if location := gone.header.Get("Location"); !strings.HasPrefix(location, f.server.URL+"/v1.0/users/delta?") {
		t.Errorf("Location is %q", location)
	}
}

func TestWire8_18_NextLinksSurviveBeingWrittenAnew(t *testing.T) {
	f := newFixture(t)
	c := f.source
	for _, name := range []string{"anna", "bert", "carla"} {
		c.person(name)
	}
	next := c.do("GET /users?$top=1&$select=id,displayName&$filter="+url.QueryEscape("accountEnabled eq true"), "").is(http.StatusOK).str("@odata.nextLink")
	u, err := url.Parse(next)
	if err != nil || u.Scheme+"://"+u.Host != f.server.URL {
		t.Fatalf("the next link is %s", next)
	}
	u.RawQuery = u.Query().Encode() // as Terraform does: decoded, sorted and encoded again
	c.send("GET", u.String(), "").is(http.StatusOK)
	c.with("").send("GET", u.String(), "").is(http.StatusUnauthorized)
	if graphapi.RouteKey("GET", u.EscapedPath()) != "GET /users" {
		t.Error("the link leads elsewhere")
	}
}
