package graphapi_test

import (
	"net/http"
	"testing"
)

func TestTheNameOfTheOrganizationIsTheOneThatOthersFind(t *testing.T) {
	f := newFixture(t)
	find := "GET /tenantRelationships/findTenantInformationByTenantId(tenantId='" + f.target.tenant.ID.String() + "')"
	f.target.do("PATCH /organization/"+f.target.tenant.ID.String(), `{"displayName":"Northern Lights"}`).empty()
	f.source.do(find, "").is(http.StatusOK).has("displayName", `"Northern Lights"`)
}

func TestAPasswordThatIsSetLeavesARecord(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	records := func() int {
		return len(c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Reset user password'"), "").is(http.StatusOK).items("id"))
	}
	c.do("PATCH /users/"+anna, `{"city":"Bergen"}`).empty()
	equal(t, "records without a password", records(), 0)
	c.do("PATCH /users/"+anna, `{"passwordProfile":{"password":"Northern-Lights-7"}}`).empty()
	equal(t, "records", records(), 1)
}
