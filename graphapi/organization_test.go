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

func TestWire5_3_TenantInformation(t *testing.T) {
	f := newFixture(t)
	const found = "GET /tenantRelationships/findTenantInformation"
	other := f.target.tenant.ID.String()
	f.system().do("POST /hospes/v1/tenants/"+other+"/domains", `{"id":"north.example"}`).is(http.StatusCreated)
	f.target.do("PATCH /domains/north.example", `{"isDefault":true}`).empty()
	for _, path := range []string{"ByTenantId(tenantId='" + other + "')", "ByTenantId(TenantID='" + other + "')", "ByDomainName(domainName='Borealis.example')", "ByDomainName(domainName='north.example')"} {
		f.source.do(found+path, "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#microsoft.graph.tenantInformation","tenantId":"`+other+`",
			"federationBrandName":null,"displayName":"Borealis","defaultDomainName":"north.example"}`)
	}
	f.source.do(found+"ByTenantId(domainName='"+other+"')", "").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid tenant identifier '"+other+"'.")
	f.source.do(found+"ByDomainName(tenantId='north.example')", "").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid domain name 'north.example'.")
	f.source.do(found+"ByTenantId(tenantId='"+f.system().tenant.ID.String()+"')", "").fails(http.StatusNotFound, "ResourceNotFound", "The tenant was not found.")
	f.source.mint("Directory.ReadWrite.All").do(found+"ByTenantId(tenantId='"+other+"')", "").fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	f.source.mint("CrossTenantInformation.ReadBasic.All").do(found+"ByTenantId(tenantId='"+other+"')", "").is(http.StatusOK)
}
