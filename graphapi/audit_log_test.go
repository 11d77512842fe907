package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWire1_6_AuditLogIsFilteredAndPaged(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	f.Clock.Advance(time.Hour)
	later := f.Clock.Now().Format(time.RFC3339)
	c.do("PATCH /users/"+anna, `{"jobTitle":"Pilot"}`, "client-request-id", "my-correlation").empty()
	r := c.do("GET /auditLogs/directoryAudits?$top=1", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#auditLogs/directoryAudits"`)
	r.has("value.0.activityDisplayName", `"Update user"`, "value.0.category", `"UserManagement"`, "value.0.loggedByService", `"Core Directory"`, "value.0.result", `"success"`,
		"value.0.correlationId", `"my-correlation"`, "value.0.activityDateTime", `"2026-11-20T13:00:00.0000000Z"`, "value.0.initiatedBy.user", "null", "value.0.initiatedBy.app.displayName", `"Automation"`,
		"value.0.initiatedBy.app.appId", `"`+c.client.AppID+`"`, "value.0.targetResources.0.id", `"`+anna+`"`, "value.0.targetResources.0.userPrincipalName", `"anna@aurora.example"`,
		"value.0.targetResources.0.modifiedProperties", `[{"displayName":"jobTitle","oldValue":null,"newValue":"[\"Pilot\"]"}]`, "value.0.additionalDetails", "[]")
	for filter, want := range map[string]int{
		"activityDisplayName eq 'update USER'":                                              1,
		"startswith(activityDisplayName,'Update')":                                          1,
		"category eq 'UserManagement'":                                                      2,
		"correlationId eq 'my-correlation'":                                                 1,
		"activityDateTime ge " + later:                                                      1,
		"activityDateTime lt " + later + " and category eq 'UserManagement'":                1,
		"result eq 'failure'":                                                               0,
		"targetResources/any(t:t/id eq '" + anna + "')":                                     2,
		"targetResources/any(t:t/displayName eq 'anna')":                                    2,
		"initiatedBy/app/appId eq '" + c.client.AppID + "'":                                 2,
		"initiatedBy/user/id eq '" + anna + "'":                                             0,
		"not(category eq 'UserManagement') and initiatedBy/app/displayName eq 'Automation'": 0,
	} {
		equal(t, filter, len(c.do("GET /auditLogs/directoryAudits"+query("$filter", filter), "").is(http.StatusOK).items("id")), want)
	}
	all := c.do("GET /auditLogs/directoryAudits?$top=500", "").items("id")
	var paged []string
	for r := range c.pages(c.do("GET /auditLogs/directoryAudits?$top=1", "")) {
		paged = append(paged, r.is(http.StatusOK).items("id")...)
	}
	equal(t, "in pages", paged, all)
	if seen := map[string]bool{}; len(all) > 0 {
		for _, id := range all {
			if seen[id] {
				t.Errorf("the id %s stands twice", id)
			}
			seen[id] = true
		}
	}
	for _, id := range all[:2] {
		one := c.do("GET /auditLogs/directoryAudits/"+id, "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#auditLogs/directoryAudits/$entity"`, "id", `"`+id+`"`)
		equal(t, "the same in the list", c.do("GET /auditLogs/directoryAudits"+query("$filter", "id eq '"+id+"'"), "").items("activityDateTime"), []string{one.str("activityDateTime")})
		c.do("GET /auditLogs/directoryAudits/"+id+"?$select=category", "").is(http.StatusOK).has("id", "null", "category", `"UserManagement"`)
		f.target.do("GET /auditLogs/directoryAudits/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	}
	for _, id := range []string{absent, "Directory_my-correlation_", "Directory_my-correlation_0", "Directory_my-correlation_99999999999999999999", "Directory_another_" + all[0][strings.LastIndexByte(all[0], '_')+1:]} {
		c.do("GET /auditLogs/directoryAudits/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	}
	equal(t, "an audit of its own tenant", strings.Contains(f.target.do("GET /auditLogs/directoryAudits?$top=500", "").text, anna), false)
}

// TestWire1_6_RareRecordsAreFoundOnce: what a filter seldom matches is looked for in ever larger steps, and no step loses
// or repeats a record.
func TestWire1_6_RareRecordsAreFoundOnce(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	var groups []string
	for i := range 60 {
		if i%7 == 0 {
			groups = append([]string{c.group(fmt.Sprint("G", i))}, groups...)
		}
		c.do("PATCH /users/"+anna, fmt.Sprintf(`{"jobTitle":"%d"}`, i)).empty()
	}
	for _, top := range []string{"1", "2", "9", "100"} {
		var found []string
		for r := range c.pages(c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Add group'", "$top", top), "")) {
			for _, record := range r.is(http.StatusOK).at("value").([]any) {
				found = append(found, record.(map[string]any)["targetResources"].([]any)[0].(map[string]any)["id"].(string))
			}
		}
		equal(t, "in pages of "+top, found, groups)
	}
}

// TestWire1_6_PagesOfLargeRecordsAreShorter: a page of a log is bounded by its size too, and the pages hold every record once.
func TestWire1_6_PagesOfLargeRecordsAreShorter(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app := c.do("POST /applications", `{"displayName":"Robot"}`).is(http.StatusCreated).str("id")
	tags := make([]string, 1200)
	for change := range 20 {
		for i := range tags {
			tags[i] = fmt.Sprint(change, strings.Repeat("x", 240), i)
		}
		c.do("PATCH /applications/"+app, body("tags", tags)).empty()
	}
	var found []string
	var pages int
	for r := range c.pages(c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update application'", "$top", "999"), "")) {
		if len(r.is(http.StatusOK).text) > 6<<20 {
			t.Errorf("a page has %d bytes", len(r.text))
		}
		found = append(found, r.items("id")...)
		pages++
	}
	slices.Sort(found)
	if n := len(slices.Compact(found)); n != 20 || pages < 2 {
		t.Errorf("%d records on %d pages", n, pages)
	}
}
