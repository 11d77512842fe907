package graphapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
)

// limited gives the fixture an API with limits.
func (f *fixture) limited(l graphapi.Limits) {
	api := f.api(f.Store)
	api.Limits = l
	f.server.Config.Handler = graphapi.New(*api)
}

func TestWire4_3_WhatRequestsCost(t *testing.T) {
	c := newFixture(t).source
	anna, team := c.person("anna"), c.group("Team")
	for call, want := range map[string]string{
		"GET /users": "2", "GET /users/$count": "2", "GET /users?$select=id": "1", "GET /users?$expand=manager": "3", "GET /users?%24top=5": "1", "GET /users?$top=20": "2",
		"GET /users?$top=5&$select=id": "1", "GET /users/" + anna: "1", "GET /groups": "1",
		"GET /groups/" + team + "/members": "3", "GET /groups/" + team + "/members/microsoft.graph.user?$select=id": "2", "GET /groups/" + team + "/members/$count": "3",
		"GET /groups/" + team + "/transitiveMembers": "5", "GET /users/" + anna + "/memberOf": "2",
		"POST /directoryObjects/getByIds": "3", "POST /users/" + anna + "/checkMemberGroups": "4", "POST /users/" + anna + "/getMemberObjects": "2",
	} {
		text := ""
		if strings.HasPrefix(call, "POST") {
			text = `{"ids":[],"groupIds":[]}`
		}
		r := c.do(call, text, eventual, "eventual").is(http.StatusOK)
		if got := r.header.Get("x-ms-resource-unit"); got != want {
			t.Errorf("%s costs %s, want %s", call, got, want)
		}
	}
}

func TestWire4_3_TooManyResourceUnits(t *testing.T) {
	f := newFixture(t)
	f.limited(graphapi.Limits{Units: []graphapi.SizedLimit{{Limit: graphapi.Limit{Calls: 10, In: 10 * time.Second}}}})
	c := f.source
	for i, want := range []string{"", "", "", "", "1.0"} {
		if got := c.do("GET /users", "").is(http.StatusOK).header.Get("x-ms-throttle-limit-percentage"); got != want {
			t.Errorf("after %d requests, %q of the limit are used, want %q", i+1, got, want)
		}
	}
	refused := func(c *caller, wait string) {
		t.Helper()
		r := c.do("GET /users", "").fails(http.StatusTooManyRequests, "TooManyRequests", "Too many requests. Wait for as long as Retry-After says.")
		equal(t, "Retry-After", r.header.Get("Retry-After"), wait)
		equal(t, "scope", r.header.Get("x-ms-throttle-scope"), "Tenant_Application/ReadWrite/"+c.client.AppID+"/"+c.tenant.ID.String())
		equal(t, "information", r.header.Get("x-ms-throttle-information"), "ResourceUnitLimitExceeded")
	}
	refused(c, "2")
	refused(c.mint("User.Read.All"), "2") // the application counts, not the token
	f.target.do("GET /users", "").is(http.StatusOK)
	f.Clock.Advance(time.Second)
	refused(c, "1")
	c.do("GET /users?$select=id", "").is(http.StatusOK)
	f.Clock.Advance(10 * time.Second)
	steps := strings.TrimSuffix(strings.Repeat(`{"id":"N","method":"GET","url":"/users"},`, 7), ",")
	for _, name := range strings.Split("abcdefg", "") {
		steps = strings.Replace(steps, `"N"`, `"`+name+`"`, 1)
	}
	got := c.batch(steps)
	for _, name := range strings.Split("abcde", "") {
		got[name].is(http.StatusOK)
	}
	equal(t, "Retry-After of a step", got["f"].is(http.StatusTooManyRequests).header.Get("Retry-After"), "2")
	got["g"].is(http.StatusTooManyRequests)
}

func TestWire4_3_TooManyWritesAndLogs(t *testing.T) {
	f := newFixture(t)
	f.limited(graphapi.Limits{Writes: graphapi.Limit{Calls: 3, In: 30 * time.Second}, Logs: graphapi.Limit{Calls: 2, In: 10 * time.Second}})
	c := f.source
	anna := c.person("anna")
	c.do("POST /users/"+anna+"/getMemberGroups", `{}`).is(http.StatusOK) // changes nothing
	c.do("PATCH /users/"+anna, `{"displayName":"A"}`).empty()
	c.do("DELETE /users/"+absent, "").is(http.StatusNotFound)
	r := c.do("PATCH /users/"+anna, `{"displayName":"B"}`).is(http.StatusTooManyRequests)
	equal(t, "Retry-After", r.header.Get("Retry-After"), "10")
	equal(t, "information", r.header.Get("x-ms-throttle-information"), "WriteLimitExceeded")
	c.do("GET /users/"+anna, "").is(http.StatusOK).has("displayName", `"A"`)
	for range 2 {
		c.do("GET /auditLogs/directoryAudits", "").is(http.StatusOK)
	}
	r = c.do("GET /auditLogs/provisioning", "").is(http.StatusTooManyRequests)
	equal(t, "information", r.header.Get("x-ms-throttle-information"), "CPULimitExceeded")
}

// TestWire4_3_LargerTenantsMayAskMore goes through the sizes of the table.
func TestWire4_3_LargerTenantsMayAskMore(t *testing.T) {
	f := newFixture(t)
	f.limited(graphapi.Limits{Units: []graphapi.SizedLimit{{Below: 2, Limit: graphapi.Limit{Calls: 2, In: time.Hour}}, {Limit: graphapi.Limit{Calls: 100, In: time.Hour}}}})
	c := f.source
	c.do("GET /users", "").is(http.StatusOK)
	c.do("GET /users", "").is(http.StatusTooManyRequests)
	f.target.person("anna")
	f.target.person("bert")
	for range 2 { // it is asked how large a tenant is once in a minute
		f.target.do("GET /groups", "").is(http.StatusTooManyRequests)
		f.Clock.Advance(time.Minute)
	}
	f.target.do("GET /groups", "").is(http.StatusOK)
	c.do("GET /groups", "").is(http.StatusTooManyRequests)
	parity := graphapi.Parity().Units
	equal(t, "units of the original", []int{parity[0].Calls, parity[1].Calls, parity[2].Calls}, []int{3500, 5000, 8000})
	equal(t, "up to", []int64{parity[0].Below, parity[1].Below, parity[2].Below}, []int64{50, 501, 0})
}

func TestWire1_1_Annotations(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team := c.person("anna"), c.group("Team")
	c.do("POST /groups/"+team+"/members/$ref", ref(anna)).empty()
	accept := func(level string) []string { return []string{"Accept", "application/json;odata.metadata=" + level} }
	address := f.server.URL + "/v1.0/directoryObjects/" + anna
	full := `{"@odata.context":"ORIGIN/v1.0/$metadata#users(id)/$entity","@odata.type":"#microsoft.graph.user","@odata.id":"` + address + `","@odata.editLink":"directoryObjects/` + anna + `","id":"` + anna + `"}`
	for level, want := range map[string]string{
		"none": `{"id":"` + anna + `"}`, "minimal": `{"@odata.context":"ORIGIN/v1.0/$metadata#users(id)/$entity","id":"` + anna + `"}`, "full": full,
	} {
		r := c.do("GET /users/"+anna+"?$select=id", "", accept(level)...).is(http.StatusOK).reads(f.server.URL, want)
		equal(t, "type", r.header.Get("Content-Type"), "application/json;odata.metadata="+level+";odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
		equal(t, "OData-Version", r.header.Get("OData-Version"), "4.0")
	}
	c.do("GET /users?$select=id", "", accept("full")...).has("value.0.@odata.id", `"`+address+`"`, "value.0.@odata.type", `"#microsoft.graph.user"`)
	c.do("GET /groups/"+team+"/members?$select=id", "", accept("none")...).reads(f.server.URL, `{"value":[{"id":"`+anna+`"}]}`)
	c.do("PATCH /users/"+anna, `{"surname":"A"}`, "If-Match", `W/"1"`).empty()
}

func TestWire1_11_PreferredPageSize(t *testing.T) {
	c := newFixture(t).source
	for _, name := range []string{"a", "b", "c"} {
		c.person(name)
	}
	r := c.do("GET /users", "", "Prefer", "respond-async, odata.maxpagesize=2").is(http.StatusOK)
	equal(t, "people", len(r.items("id")), 2)
	equal(t, "applied", r.header.Get("Preference-Applied"), "odata.maxpagesize=2")
	r = c.send("GET", r.str("@odata.nextLink"), "").is(http.StatusOK)
	equal(t, "the rest", len(r.items("id")), 1)
	equal(t, "$top goes first", len(c.do("GET /users?$top=1", "", "Prefer", "odata.maxpagesize=2").items("id")), 1)
	for _, nonsense := range []string{"odata.maxpagesize=0", "odata.maxpagesize=x", "odata.maxpagesize"} {
		r := c.do("GET /users", "", "Prefer", nonsense).is(http.StatusOK)
		equal(t, nonsense, len(r.items("id")), 3)
	}
}

func TestWire4_2_BodiesThatAreNoJSON(t *testing.T) {
	c := newFixture(t).source
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml; charset=utf-8"} {
		c.do("POST /groups", `{"displayName":"x"}`, "Content-Type", media).fails(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The content type '"+media+"' is not supported. Send application/json.")
	}
	c.do("POST /groups", `{"displayName":"x"}`, "Content-Encoding", "br").is(http.StatusUnsupportedMediaType)
	for _, media := range []string{"application/json", "application/json; charset=utf-8; IEEE754Compatible=false", "Application/JSON;odata.metadata=none", "application/merge-patch+json"} {
		c.do("PATCH /groups/"+absent, `{"displayName":"x"}`, "Content-Type", media).is(http.StatusNotFound)
	}
	c.do("PATCH /groups/"+absent, `{"displayName":"`+strings.Repeat("x", 5<<20)+`"}`).is(http.StatusBadRequest)
	members := ""
	for i := range 1001 {
		members += `"m` + hospes.CanonicalInteger(int64(i)) + `":1,`
	}
	c.do("PATCH /groups/"+absent, "{"+members+`"z":1}`).fails(http.StatusBadRequest, "Request_BadRequest", "An object of the request body has more than 1000 members.")
}
