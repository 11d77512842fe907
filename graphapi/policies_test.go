package graphapi_test

import (
	"net/http"
	"strings"
	"testing"
)

const partners = "/policies/crossTenantAccessPolicy/partners"

func TestGuests5_1_PartnersOnTheWire(t *testing.T) {
	f := newFixture(t)
	c, other := f.source, f.target.tenant.ID.String()
	entry := partners + "/" + other
	c.do("GET "+partners, "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#policies/crossTenantAccessPolicy/partners","value":[]}`)
	r := c.do("POST "+partners, `{"tenantId":"`+strings.ToUpper(other)+`"}`).is(http.StatusCreated)
	nulls := `"tenantId":"` + other + `","isServiceProvider":null,"isInMultiTenantOrganization":null,"inboundTrust":null,"b2bCollaborationInbound":null,"b2bCollaborationOutbound":null,
		"b2bDirectConnectInbound":null,"b2bDirectConnectOutbound":null,"automaticUserConsentSettings":null,"tenantRestrictions":null`
	r.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#policies/crossTenantAccessPolicy/partners/$entity",`+nulls+`}`)
	equal(t, "Location", r.header.Get("Location"), f.server.URL+"/v1.0"+entry)
	const text = "Another object with the same value for property tenantId already exists."
	c.do("POST "+partners, `{"tenantId":"`+other+`"}`).fails(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue", text).
		has("error.details.0.code", `"ConflictingObjects"`, "error.details.0.message", `"A conflicting object with one or more of the specified property values is present in the directory."`)
	c.do("POST "+partners, `{}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'tenantId' of resource 'CrossTenantAccessPolicyConfigurationPartner'.")
	c.do("POST "+partners, `{"tenantId":"`+c.tenant.ID.String()+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", "A tenant cannot be a partner of itself.")
	c.do("POST "+partners, `{"tenantId":"x"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'tenantId' of resource 'CrossTenantAccessPolicyConfigurationPartner'.")

	c.do("PATCH "+entry, `{"inboundTrust":{"isMfaAccepted":true},"automaticUserConsentSettings":{"inboundAllowed":true}}`).empty()
	c.do("PATCH "+entry, `{"inboundTrust":{"isCompliantDeviceAccepted":false},"automaticUserConsentSettings":{"outboundAllowed":true},"tenantId":"`+other+`"}`).empty()
	c.do("GET "+entry, "").has("inboundTrust", `{"isMfaAccepted":true,"isCompliantDeviceAccepted":false}`, "automaticUserConsentSettings", `{"inboundAllowed":true,"outboundAllowed":true}`)
	c.do("PATCH "+entry, `{"inboundTrust":null}`).empty()
	c.do("GET "+entry, "").has("inboundTrust", "null", "automaticUserConsentSettings.inboundAllowed", "true")
	c.do("PATCH "+entry, `{"tenantId":"`+absent+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Property 'tenantId' cannot be changed after creation.")
	c.do("PATCH "+entry, `{"automaticUserConsentSettings":{"bothAllowed":true}}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'bothAllowed'.")
	c.do("PATCH "+entry, `{"identitySynchronization":{}}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'identitySynchronization'.")
	if _, shown := c.do("GET "+entry, "").json.(map[string]any)["identitySynchronization"]; shown {
		t.Error("identitySynchronization is shown without $expand")
	}
	c.do("GET "+entry+"?$expand=identitySynchronization", "").has("identitySynchronization", "null")
	c.do("GET "+partners+"?$expand=members", "").fails(http.StatusBadRequest, "Request_BadRequest",
		"Could not find a property named 'members' on type 'microsoft.graph.crossTenantAccessPolicyConfigurationPartner'.")

	c.do("PATCH "+entry, `{"isServiceProvider":true}`).empty()
	c.do("DELETE "+entry, "").fails(http.StatusBadRequest, "Request_BadRequest", "A partner that is a service provider cannot be deleted.")
	c.do("PATCH "+entry, `{"isServiceProvider":false}`).empty()
	c.do("DELETE "+entry, "").empty()
	for _, call := range []string{"GET ", "DELETE "} {
		c.do(call+entry, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(other))
	}
	c.do("PATCH "+entry, `{}`).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(other))
	c.do("POST "+partners, `{"tenantId":"`+other+`"}`).is(http.StatusCreated)
}

func TestProvisioning3_2_IdentitySynchronization(t *testing.T) {
	f := newFixture(t)
	c, other := f.target, f.source.tenant.ID.String()
	sync := partners + "/" + other + "/identitySynchronization"
	const none = "Unable to read the company information from the directory."
	c.do("PUT "+sync, `{"displayName":"Aurora"}`).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(other))
	c.do("POST "+partners, `{"tenantId":"`+other+`"}`).is(http.StatusCreated)
	c.do("GET "+sync, "").fails(http.StatusNotFound, "Directory_ObjectNotFound", none)
	c.do("PATCH "+sync, `{"displayName":"x"}`).fails(http.StatusNotFound, "Directory_ObjectNotFound", none)
	c.do("DELETE "+sync, "").fails(http.StatusNotFound, "Directory_ObjectNotFound", none)
	c.do("PUT "+sync, `{"@odata.type":"x","displayName":"Aurora","userSyncInbound":{"isSyncAllowed":true}}`).empty()
	c.do("GET "+sync, "").is(http.StatusOK).has("displayName", `"Aurora"`, "tenantId", `"`+other+`"`, "userSyncInbound", `{"isSyncAllowed":true}`)
	c.do("PUT "+sync, `{"userSyncInbound":{"isSyncAllowed":false}}`).is(http.StatusConflict).has("error.code", `"Request_MultipleObjectsWithSameKeyValue"`, "error.details.0.code", `"ConflictingObjects"`)
	c.do("PATCH "+sync, `{"userSyncInbound":{"isSyncAllowed":false}}`).empty()
	c.do("GET "+sync, "").has("displayName", `"Aurora"`, "userSyncInbound.isSyncAllowed", "false")
	c.do("PATCH "+sync, `{"userSync":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'userSync'.")
	c.do("PATCH "+sync, `{"userSyncInbound":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'userSyncInbound' of resource 'CrossTenantIdentitySyncPolicyPartner'.")
	c.do("GET "+partners+"?$expand=identitySynchronization", "").has("value.0.identitySynchronization.userSyncInbound.isSyncAllowed", "false")
	c.do("DELETE "+sync, "").empty()
	c.do("GET "+sync, "").fails(http.StatusNotFound, "Directory_ObjectNotFound", none)
}

func TestGuests5_2_DefaultIsPatchedAndReset(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const path = "/policies/crossTenantAccessPolicy/default"
	open := `{"usersAndGroups":{"accessType":"allowed","targets":[{"target":"AllUsers","targetType":"user"}]},"applications":{"accessType":"allowed","targets":[{"target":"AllApplications","targetType":"application"}]}}`
	before := c.do("GET "+path, "").is(http.StatusOK).has("isServiceDefault", "true", "b2bCollaborationInbound", open, "b2bDirectConnectInbound.applications.accessType", `"blocked"`,
		"automaticUserConsentSettings", `{"inboundAllowed":false,"outboundAllowed":false}`, "inboundTrust.isMfaAccepted", "false")
	c.do("PATCH "+path, `{"inboundTrust":{"isMfaAccepted":true},"b2bCollaborationOutbound":{"usersAndGroups":{"accessType":"blocked","targets":[{"target":"AllUsers","targetType":"user"}]}}}`).empty()
	c.do("GET "+path, "").has("isServiceDefault", "false", "inboundTrust", `{"isMfaAccepted":true,"isCompliantDeviceAccepted":false,"isHybridAzureADJoinedDeviceAccepted":false}`,
		"b2bCollaborationOutbound.usersAndGroups.accessType", `"blocked"`, "b2bCollaborationOutbound.applications.accessType", `"allowed"`)
	c.do("PATCH "+path, `{"isServiceDefault":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "Property 'isServiceDefault' is read-only and cannot be set.")
	c.do("POST "+path+"/resetToSystemDefault", "").empty()
	equal(t, "after the reset", c.do("GET "+path, "").text, before.text)
	equal(t, "the other tenant", f.target.do("GET "+path, "").at("isServiceDefault"), true)
}

func TestWire5_3_SingletonPolicies(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.do("GET /policies/authorizationPolicy", "").is(http.StatusOK).has("id", `"authorizationPolicy"`, "allowInvitesFrom", `"everyone"`, "guestUserRoleId", `"10dae51f-b6af-4016-8d66-8c2a99b929b3"`)
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"adminsAndGuestInviters","guestUserRoleId":"2AF84B1E-32C8-42B7-82BC-DAA82404023B"}`).empty()
	c.do("GET /policies/authorizationPolicy", "").has("allowInvitesFrom", `"adminsAndGuestInviters"`, "guestUserRoleId", `"2af84b1e-32c8-42b7-82bc-daa82404023b"`)
	f.target.do("GET /policies/authorizationPolicy", "").has("allowInvitesFrom", `"everyone"`)
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"friends"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'allowInvitesFrom' of resource 'AuthorizationPolicy'.")
	c.do("PATCH /policies/authorizationPolicy", `{"guestUserRoleId":"`+absent+`"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'guestUserRoleId' of resource 'AuthorizationPolicy'.")
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":null}`).is(http.StatusBadRequest)
	c.do("DELETE /policies/authorizationPolicy", "").fails(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")

	c.do("GET /policies/externalIdentitiesPolicy", "").has("id", `"externalIdentitiesPolicy"`, "allowExternalIdentitiesToLeave", "true", "allowDeletedIdentitiesDataRemoval", "false")
	c.do("PATCH /policies/externalIdentitiesPolicy", `{"allowExternalIdentitiesToLeave":false}`).empty()
	c.do("GET /beta/policies/externalIdentitiesPolicy", "").has("allowExternalIdentitiesToLeave", "false")

	c.do("GET /policies/crossTenantAccessPolicy", "").has("id", `"crossTenantAccessPolicy"`, "allowedCloudEndpoints", "[]")
	c.do("PATCH /policies/crossTenantAccessPolicy", `{"allowedCloudEndpoints":["microsoftonline.us"]}`).empty()
	c.do("GET /policies/crossTenantAccessPolicy", "").has("allowedCloudEndpoints", `["microsoftonline.us"]`)
}

func TestWire5_3_OrganizationDomainsAndTenantInformation(t *testing.T) {
	f := newFixture(t)
	c, id := f.source, f.source.tenant.ID.String()
	r := c.do("GET /organization", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#organization"`, "value.0.id", `"`+id+`"`, "value.0.displayName", `"Aurora"`,
		"value.0.verifiedDomains", `[{"capabilities":"Email, OfficeCommunicationsOnline","isDefault":true,"isInitial":true,"name":"aurora.example","type":"Managed"}]`, "value.0.assignedPlans", "[]")
	equal(t, "organizations", len(r.items("id")), 1)
	c.do("GET /organization?$select=id,displayName", "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#organization(id,displayName)","value":[{"id":"`+id+`","displayName":"Aurora"}]}`)
	c.do("GET /organization/"+strings.ToUpper(id), "").is(http.StatusOK).has("verifiedDomains.0.name", `"aurora.example"`)
	c.do("PATCH /organization/"+id, `{"city":"Bergen","technicalNotificationMails":["it@aurora.example"]}`).empty()
	c.do("GET /organization/"+id, "").has("city", `"Bergen"`, "technicalNotificationMails", `["it@aurora.example"]`)
	c.do("PATCH /organization/"+id, `{"tenantType":"CIAM"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Property 'tenantType' is read-only and cannot be set.")
	other := f.target.tenant.ID.String()
	c.do("GET /organization/"+other, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(other))
	c.do("PATCH /organization/"+other, `{"city":"x"}`).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(other))

	c.do("GET /domains", "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#domains","value":[{"id":"aurora.example","authenticationType":"Managed","availabilityStatus":null,
		"isAdminManaged":true,"isDefault":true,"isInitial":true,"isRoot":true,"isVerified":true,"supportedServices":["Email"],"passwordValidityPeriodInDays":null,
		"passwordNotificationWindowInDays":null,"model":null,"state":null}]}`)
	c.do("GET /domains/AURORA.example", "").has("id", `"aurora.example"`)
	c.do("GET /domains/borealis.example", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("borealis.example"))

	information := `{"@odata.context":"ORIGIN/v1.0/$metadata#microsoft.graph.tenantInformation","tenantId":"` + other + `","federationBrandName":null,"displayName":"Borealis","defaultDomainName":"borealis.example"}`
	for _, path := range []string{"ByTenantId(tenantId='" + other + "')", "ByTenantId(tenantId='" + strings.ToUpper(other) + "')", "ByDomainName(domainName='borealis.example')", "ByDomainName(domainName=%27Borealis.Example%27)"} {
		c.do("GET /tenantRelationships/findTenantInformation"+path, "").is(http.StatusOK).reads(f.server.URL, information)
	}
	system := f.system().tenant
	for _, path := range []string{"ByTenantId(tenantId='" + absent + "')", "ByDomainName(domainName='nowhere.example')", "ByTenantId(tenantId='" + system.ID.String() + "')", "ByDomainName(domainName='operator.example')"} {
		c.do("GET /tenantRelationships/findTenantInformation"+path, "").fails(http.StatusNotFound, "ResourceNotFound", "The tenant was not found.")
	}
	c.do("GET /tenantRelationships/findTenantInformationByTenantId(tenantId='x')", "").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid tenant identifier 'x'.")
	c.do("GET /tenantRelationships/findTenantInformationByDomainName(domainName='x')", "").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid domain name 'x'.")
}
