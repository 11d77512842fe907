package graphapi_test

import (
	"net/http"
	"testing"
)

func TestGuests5_2_AccessSettingsOfAWrongFormAreRefusedWhole(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const path = partners + "/11111111-2222-4333-8444-555555555555"
	const targets = `"targets":[{"target":"AllUsers","targetType":"user"}]`
	c.do("POST "+partners, `{"tenantId":"11111111-2222-4333-8444-555555555555","b2bCollaborationInbound":{"usersAndGroups":{"accessType":"perhaps"}}}`).is(http.StatusBadRequest)
	c.do("GET "+path, "").is(http.StatusNotFound)
	c.do("POST "+partners, `{"tenantId":"11111111-2222-4333-8444-555555555555"}`).is(http.StatusCreated)
	c.do("PATCH "+path, `{"b2bCollaborationInbound":{"usersAndGroups":{"accessType":"blocked",`+targets+`}}}`).empty()
	before := c.do("GET "+path, "").text
	for _, at := range []string{path, "/policies/crossTenantAccessPolicy/default"} {
		for name, text := range map[string]string{
			"a type of access":    `{"b2bCollaborationInbound":{"usersAndGroups":{"accessType":"perhaps",` + targets + `}}}`,
			"a missing type":      `{"b2bCollaborationOutbound":{"usersAndGroups":{` + targets + `}}}`,
			"a type of target":    `{"b2bDirectConnectInbound":{"applications":{"accessType":"allowed",` + targets + `}}}`,
			"an unknown member":   `{"b2bDirectConnectOutbound":{"people":{"accessType":"allowed"}}}`,
			"a text for a list":   `{"tenantRestrictions":{"applications":{"accessType":"allowed","targets":"all"}}}`,
			"a mode of devices":   `{"tenantRestrictions":{"devices":{"mode":"perhaps"}}}`,
			"a text":              `{"b2bCollaborationInbound":"allowed"}`,
			"trust":               `{"inboundTrust":{"isMfaAccepted":"yes"}}`,
			"an unknown trust":    `{"inboundTrust":{"isEverythingAccepted":true}}`,
			"consent":             `{"automaticUserConsentSettings":{"inboundAllowed":1}}`,
			"one of two settings": `{"inboundTrust":{"isMfaAccepted":true},"b2bCollaborationInbound":{"usersAndGroups":true}}`,
		} {
			t.Run(name, func(t *testing.T) { c.on(t).do("PATCH "+at, text).is(http.StatusBadRequest) })
		}
	}
	equal(t, "the partner after it all", c.do("GET "+path, "").text, before)
}
