package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestProvisioning3_2_TheLeastRoleOfEachStep walks the fourteen steps as people who hold one directory role each, by an
// application with one scope. With the same scope and without the role, nobody takes the step.
func TestProvisioning3_2_TheLeastRoleOfEachStep(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	source, target := s.source, s.target
	anna := source.person("anna", "mail", "anna@aurora.example", "jobTitle", "Chemist")
	theirs, ours := partners+"/"+source.tenant.ID.String(), partners+"/"+target.tenant.ID.String()
	var schema string
	settings := func() string {
		return `{"value":` + strings.TrimSuffix(s.credentials(), "]") + `,{"key":"SyncNotificationSettings","value":"{\"Enabled\":true,\"Recipients\":\"it@aurora.example\"}"}]}`
	}
	steps := []struct {
		step   string
		in     *caller
		role   hospes.RoleTemplate
		scope  string
		call   func() (call, body string)
		status int
		after  func(*reply)
	}{
		{"1", source, hospes.SecurityReader, "CrossTenantInformation.ReadBasic.All", func() (string, string) {
			return "GET /tenantRelationships/findTenantInformationByTenantId(tenantId='" + target.tenant.ID.String() + "')", ""
		}, 200, nil},
		{"2a", target, hospes.SecurityAdministrator, "Policy.ReadWrite.CrossTenantAccess", func() (string, string) {
			return "POST " + partners, `{"tenantId":"` + source.tenant.ID.String() + `"}`
		}, 201, nil},
		{"2b", target, hospes.SecurityAdministrator, "Policy.ReadWrite.CrossTenantAccess", func() (string, string) {
			return "PUT " + theirs + "/identitySynchronization", `{"displayName":"Aurora","userSyncInbound":{"isSyncAllowed":true}}`
		}, 204, nil},
		{"3", target, hospes.SecurityAdministrator, "Policy.ReadWrite.CrossTenantAccess", func() (string, string) {
			return "PATCH " + theirs, `{"automaticUserConsentSettings":{"inboundAllowed":true}}`
		}, 204, nil},
		{"4a", source, hospes.SecurityAdministrator, "Policy.ReadWrite.CrossTenantAccess", func() (string, string) {
			return "POST " + partners, `{"tenantId":"` + target.tenant.ID.String() + `"}`
		}, 201, nil},
		{"4b", source, hospes.SecurityAdministrator, "Policy.ReadWrite.CrossTenantAccess", func() (string, string) {
			return "PATCH " + ours, `{"automaticUserConsentSettings":{"outboundAllowed":true}}`
		}, 204, nil},
		{"5", source, hospes.CloudApplicationAdministrator, "Application.ReadWrite.All", func() (string, string) {
			return "POST " + template, `{"displayName":"Borealis"}`
		}, 201, func(r *reply) {
			s.principal, s.role = r.str("servicePrincipal.id"), r.str("servicePrincipal.appRoles.0.id")
			s.path = "/servicePrincipals/" + s.principal + "/synchronization"
		}},
		{"6a", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) {
			return "POST " + s.path + "/jobs/validateCredentials", `{"useSavedCredentials":false,"templateId":"Azure2Azure","credentials":` + s.credentials() + `}`
		}, 204, nil},
		{"6b", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) {
			return "POST " + s.path + "/jobs", `{"templateId":"Azure2Azure"}`
		}, 201, func(r *reply) {
			s.jobID = r.str("id")
			s.job = s.path + "/jobs/" + s.jobID
		}},
		{"7", source, hospes.CloudApplicationAdministrator, "AppRoleAssignment.ReadWrite.All", func() (string, string) {
			return "POST /servicePrincipals/" + s.principal + "/appRoleAssignedTo", body("principalId", anna, "resourceId", s.principal, "appRoleId", s.role)
		}, 201, nil},
		{"8", source, hospes.HybridIdentityAdministrator, "Synchronization.Read.All", func() (string, string) {
			return "GET " + s.job + "/schema", ""
		}, 200, func(r *reply) { schema = r.text }},
		{"9", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) {
			return "PUT " + s.job + "/schema", schema
		}, 204, nil},
		{"10", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) {
			return "PUT " + s.path + "/secrets", settings()
		}, 204, nil},
		{"11", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) {
			return "POST " + s.job + "/provisionOnDemand", `{"parameters":[{"ruleId":"","subjects":[{"objectId":"` + anna + `","objectTypeName":"User"}]}]}`
		}, 200, nil},
		{"12", source, hospes.HybridIdentityAdministrator, "Synchronization.ReadWrite.All", func() (string, string) { return "POST " + s.job + "/start", "" }, 204, nil},
		{"13a", source, hospes.HybridIdentityAdministrator, "Synchronization.Read.All", func() (string, string) { return "GET " + s.job, "" }, 200, nil},
		{"13b", source, hospes.ReportsReader, "AuditLog.Read.All", func() (string, string) { return "GET /auditLogs/provisioning", "" }, 200, nil},
		{"13c", target, hospes.ReportsReader, "AuditLog.Read.All", func() (string, string) { return "GET /auditLogs/directoryAudits", "" }, 200, nil},
		{"14", target, hospes.ExternalIdentityAdministrator, "Policy.ReadWrite.ExternalIdentities", func() (string, string) {
			return "PATCH /policies/externalIdentitiesPolicy", `{"allowExternalIdentitiesToLeave":true}`
		}, 204, nil},
	}
	for _, step := range steps {
		t.Run(step.step, func(t *testing.T) {
			c := step.in.on(t)
			plain := c.f.Person(c.tenant, "Plain "+step.step, hospes.UserTypeMember)
			holder := c.administrator("Holder "+step.step, step.role)
			call, text := step.call()
			c.signedIn(plain, step.scope).do(call, text).is(http.StatusForbidden)
			c.signedIn(holder, "User.Read.All").do(call, text).is(http.StatusForbidden)
			r := c.signedIn(holder, step.scope).do(call, text).is(step.status)
			if step.after != nil {
				step.after(r)
			}
		})
	}
	if got := s.arrivals(); len(got) != 1 {
		t.Errorf("the steps brought %d people", len(got))
	}
}
