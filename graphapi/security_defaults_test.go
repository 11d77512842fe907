package graphapi_test

import (
	"net/http"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire5_3_SecurityDefaults are on where the tenant asks everybody for a second factor, and change what it asks.
func TestWire5_3_SecurityDefaults(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const path, policy = "/policies/identitySecurityDefaultsEnforcementPolicy", "/hospes/v1/signInPolicy"
	c.do("GET "+path, "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#policies/identitySecurityDefaultsEnforcementPolicy/$entity",
		"id":"00000000-0000-0000-0000-000000000005","displayName":"Security Defaults","description":"*","isEnabled":false}`)
	for _, step := range []struct{ before, change, enabled, after string }{
		{"none", `{"isEnabled":true}`, "true", "all"},
		{"all", `{"isEnabled":true}`, "true", "all"},
		{"all", `{"isEnabled":false}`, "false", "none"},
		{"none", `{"isEnabled":false}`, "false", "none"},
		{"guests", `{"isEnabled":false}`, "false", "guests"},
		{"guests", `{"isEnabled":true}`, "true", "all"},
		{"guests", `{}`, "false", "guests"},
		{"all", `{"@odata.type":"#microsoft.graph.identitySecurityDefaultsEnforcementPolicy"}`, "true", "all"},
	} {
		c.do("PATCH "+policy, body("requireMultifactor", step.before)).empty()
		c.do("PATCH "+path, step.change).empty()
		c.do("GET "+path+"?$select=isEnabled", "").has("isEnabled", step.enabled)
		c.do("GET "+policy, "").has("requireMultifactor", `"`+step.after+`"`)
	}
	for _, text := range []string{`{"isEnabled":null}`, `{"isEnabled":"yes"}`, `{"displayName":"x"}`, `{"isEnabled":true,"id":"x"}`} {
		c.do("PATCH "+path, text).is(http.StatusBadRequest)
	}
	records := c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update sign-in policy'"), "")
	before := len(records.items("id"))
	c.do("PATCH "+path, `{"isEnabled":false}`).empty()
	equal(t, "records of a change", len(c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update sign-in policy'"), "").items("id")), before+1)
}

// TestWire5_4_WhatNobodyHas is answered truthfully: nobody is eligible for a role that they do not hold, and there are no
// policies of conditional access.
func TestWire5_4_WhatNobodyHas(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.administrator("Anna", hospes.UserAdministrator)
	for path, filter := range map[string]string{
		"roleManagement/directory/roleEligibilitySchedules":         "principalId eq '" + anna.ID.String() + "'",
		"roleManagement/directory/roleEligibilityScheduleInstances": "principalId eq '" + anna.ID.String() + "' and startDateTime ge 2026-01-01T00:00:00Z",
		"identity/conditionalAccess/policies":                       "state eq 'enabled'",
	} {
		c.do("GET /"+path, "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#`+path+`","value":[]}`)
		equal(t, path, c.do("GET /"+path+query("$filter", filter, "$select", "id", "$orderby", "id", "$top", "5"), "").is(http.StatusOK).items("id"), []string{})
		c.do("GET /"+path+query("$filter", "shoes eq 'x'"), "").is(http.StatusBadRequest)
		c.do("POST /"+path, "{}").is(http.StatusMethodNotAllowed)
	}
}
