package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// records gives the last n records of the log, oldest first, as
// "activity | category | service | operation | types of the targets | modified properties".
func (c *caller) records(n int) []string {
	c.Helper()
	r := c.do("GET /auditLogs/directoryAudits"+query("$top", fmt.Sprint(max(n, 1))), "").is(http.StatusOK)
	var list []string
	for i := range r.items("id") {
		record := func(member string) any { return r.at(fmt.Sprintf("value.%d.%s", i, member)) }
		var types, modified []string
		for _, target := range record("targetResources").([]any) {
			types = append(types, fmt.Sprint(at(target, "type")))
			for _, m := range at(target, "modifiedProperties").([]any) {
				modified = append(modified, fmt.Sprint(at(m, "displayName")))
			}
		}
		if record("result") != "success" || record("correlationId") == "" || at(record("targetResources"), "0.id") == "" {
			c.Errorf("the record is not whole: %v", record("activityDisplayName"))
		}
		list = append(list, strings.TrimRight(fmt.Sprintf("%v | %v | %v | %v | %s | %s", record("activityDisplayName"), record("category"), record("loggedByService"),
			record("operationType"), strings.Join(types, " "), strings.Join(modified, " ")), " |"))
	}
	slices.Reverse(list)
	return list
}

// logged gives how many records the tenant has.
func (c *caller) logged() int {
	c.Helper()
	return len(c.do("GET /auditLogs/directoryAudits?$top=999", "").is(http.StatusOK).items("id"))
}

// TestAuditActivities does each thing once and reads what the log says of it (guests 8.4, provisioning 7.4).
func TestAuditActivities(t *testing.T) {
	f := newFixture(t)
	dns := f.nameServer()
	s := &story{fixture: f}
	s.open(true, true, true)
	c, b := f.source, f.target
	ids := map[string]string{}
	const (
		core  = " | UserManagement | Core Directory | "
		group = " | GroupManagement | Core Directory | "
		app   = " | ApplicationManagement | Core Directory | "
		sync  = " | ProvisioningManagement | Account Provisioning | "
		cross = " | CrossTenantAccessSettings | Core Directory | "
		names = " | DirectoryManagement | Core Directory | "
		phone = " | UserManagement | Authentication Methods | "
		third = "7d0f6f0c-5a53-4d0c-9b35-3f0a6f1c2e11"
	)
	ref := func(name string) string { return ref(ids[name]) }
	for _, row := range []struct {
		rule, call string
		do         func()
		want       []string
	}{
		{"8.4", "a user is made", func() { ids["anna"] = c.person("anna", "mail", "anna@aurora.example"); ids["bert"] = c.person("bert") },
			[]string{"Add user" + core + "Add | User", "Add user" + core + "Add | User"}},
		{"8.4", "a user is changed", func() { c.do("PATCH /users/"+ids["anna"], `{"jobTitle":"Pilot","city":"Bergen"}`).empty() },
			[]string{"Update user" + core + "Update | User | jobTitle city"}},
		{"8.4", "a change that changes nothing", func() { c.do("PATCH /users/"+ids["anna"], `{"jobTitle":"Pilot"}`).empty() }, nil},
		{"8.4", "a password is set", func() {
			c.do("PATCH /users/"+ids["anna"], `{"passwordProfile":{"password":"Northern-Lights-7"}}`).empty()
		},
			[]string{"Reset user password" + core + "Update | User"}},
		{"8.4", "a manager comes and goes", func() {
			c.do("PUT /users/"+ids["anna"]+"/manager/$ref", ref("bert")).empty()
			c.do("DELETE /users/"+ids["anna"]+"/manager/$ref", "").empty()
		}, []string{"Set user manager" + core + "Update | User User", "Remove user manager" + core + "Update | User"}},
		{"8.4", "an application invites", func() { ids["greta"] = c.invite("greta@guests.example").str("invitedUser.id") },
			[]string{"Add user" + core + "Add | User", "Invite external user | UserManagement | Invited Users | Add | User"}},
		{"8.4", "and again", func() { c.invite("greta@guests.example") }, []string{"Invite external user | UserManagement | Invited Users | Add | User"}},
		{"8.4", "a sponsor comes and goes", func() {
			c.do("POST /users/"+ids["greta"]+"/sponsors/$ref", ref("anna")).empty()
			c.do("DELETE /users/"+ids["greta"]+"/sponsors/"+ids["anna"]+"/$ref", "").empty()
		}, []string{"Add user sponsor" + core + "Update | User User", "Remove user sponsor" + core + "Update | User User"}},
		{"8.4", "a user is deleted, restored, deleted and removed", func() {
			c.do("DELETE /users/"+ids["greta"], "").empty()
			c.do("POST "+bin+"/"+ids["greta"]+"/restore", "").is(http.StatusOK)
			c.do("DELETE /users/"+ids["greta"], "").empty()
			c.do("DELETE "+bin+"/"+ids["greta"], "").empty()
		}, []string{"Delete user" + core + "Delete | User", "Restore user" + core + "Update | User", "Delete user" + core + "Delete | User", "Hard Delete user" + core + "Delete | User"}},
		{"8.4", "a phone comes, signs in and goes", func() {
			c.smsSignIn(ids["bert"])
			c.do("DELETE /users/"+ids["bert"]+phones+"/"+mobilePhone, "").empty()
		}, []string{"Admin registered security info" + phone + "Add | User", "Admin updated security info" + phone + "Update | User", "Admin deleted security info" + phone + "Delete | User"}},
		{"8.4", "a group with a member and an owner", func() {
			ids["group"] = c.unified("Team")
			c.do("POST /groups/"+ids["group"]+"/members/$ref", ref("bert")).empty()
			c.do("DELETE /groups/"+ids["group"]+"/members/"+ids["bert"]+"/$ref", "").empty()
			c.do("POST /groups/"+ids["group"]+"/owners/$ref", ref("anna")).empty()
			c.do("POST /groups/"+ids["group"]+"/owners/$ref", ref("bert")).empty()
			c.do("DELETE /groups/"+ids["group"]+"/owners/"+ids["bert"]+"/$ref", "").empty()
			c.do("PATCH /groups/"+ids["group"], `{"description":"All of us"}`).empty()
			c.do("DELETE /groups/"+ids["group"], "").empty()
			c.do("POST "+bin+"/"+ids["group"]+"/restore", "").is(http.StatusOK)
		}, []string{"Add group" + group + "Add | Group", "Add member to group" + group + "Update | User Group", "Remove member from group" + group + "Update | User Group",
			"Add owner to group" + group + "Update | User Group", "Add owner to group" + group + "Update | User Group", "Remove owner from group" + group + "Update | User Group",
			"Update group" + group + "Update | Group | description", "Delete group" + group + "Delete | Group", "Restore group" + group + "Update | Group"}},
		{"8.4", "an application and its service principal", func() {
			r := c.do("POST /applications", `{"displayName":"Automation 2"}`).is(http.StatusCreated)
			ids["app"] = r.str("id")
			c.do("POST /servicePrincipals", body("appId", r.str("appId"))).is(http.StatusCreated)
			c.do("POST /applications/"+ids["app"]+"/addPassword", "").is(http.StatusOK)
			c.do("DELETE /applications/"+ids["app"], "").empty()
			c.do("POST "+bin+"/"+ids["app"]+"/restore", "").is(http.StatusOK)
		}, []string{"Add application" + app + "Add | Application", "Add service principal" + app + "Add | ServicePrincipal",
			"Update application – Certificates and secrets management" + app + "Update | Application | passwordCredentials", "Remove service principal" + app + "Delete | ServicePrincipal",
			"Delete application" + app + "Delete | Application", "Restore application" + app + "Update | Application"}},
		{"6.4", "a contact", func() {
			id := c.contact("carla@contacts.example")
			c.do("PATCH /hospes/v1/contacts/"+id, `{"jobTitle":"Buyer"}`).empty()
			c.do("DELETE /hospes/v1/contacts/"+id, "").empty()
		}, []string{"Add contact | Contact | Core Directory | Add | Contact", "Update contact | Contact | Core Directory | Update | Contact | jobTitle", "Delete contact | Contact | Core Directory | Delete | Contact"}},
		{"4.4", "who may invite", func() {
			c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"adminsAndGuestInviters"}`).empty()
		},
			[]string{"Update authorization policy | AuthorizationPolicy | Core Directory | Update | Policy | allowInvitesFrom"}},
		{"4.6", "the list of domains", func() {
			id := c.domains("", "a.example")
			c.do("PATCH /policies/b2bManagementPolicies/"+id, domainPolicy("", "b.example")).empty()
			c.do("DELETE /policies/b2bManagementPolicies/"+id, "").empty()
		}, []string{"Add policy | Policy | Core Directory | Add | Policy", "Update policy | Policy | Core Directory | Update | Policy | PolicyDetails", "Delete policy | Policy | Core Directory | Delete | Policy"}},
		{"5.1", "cross-tenant access", func() {
			c.do("POST "+partners, `{"tenantId":"`+third+`"}`).is(http.StatusCreated)
			c.do("PATCH "+partners+"/"+third, `{"automaticUserConsentSettings":{"inboundAllowed":true}}`).empty()
			c.do("PUT "+partners+"/"+third+"/identitySynchronization", `{"userSyncInbound":{"isSyncAllowed":true}}`).empty()
			c.do("PATCH "+partners+"/"+third+"/identitySynchronization", `{"userSyncInbound":{"isSyncAllowed":false}}`).empty()
			c.do("DELETE "+partners+"/"+third+"/identitySynchronization", "").empty()
			c.do("DELETE "+partners+"/"+third, "").empty()
			c.do("PATCH /policies/crossTenantAccessPolicy/default", `{"inboundTrust":{"isMfaAccepted":true}}`).empty()
			c.do("POST /policies/crossTenantAccessPolicy/default/resetToSystemDefault", "").empty()
		}, []string{"Add a partner to cross-tenant access setting" + cross + "Add | Policy", "Update a partner cross-tenant access setting" + cross + "Update | Policy | automaticUserConsentSettings",
			"Create a partner cross-tenant identity sync setting" + cross + "Update | Policy | identitySynchronization", "Update a partner cross-tenant identity sync setting" + cross + "Update | Policy | identitySynchronization",
			"Delete a partner cross-tenant identity sync setting" + cross + "Update | Policy | identitySynchronization", "Delete a partner from cross-tenant access setting" + cross + "Delete | Policy",
			"Update the company default cross-tenant access setting" + cross + "Update | Policy | isServiceDefault inboundTrust", "Reset the cross-tenant access default setting" + cross + "Update | Policy | isServiceDefault inboundTrust"}},
		{"5.3", "the organization and a domain", func() {
			c.do("PATCH /organization/"+c.tenant.ID.String(), `{"city":"Bergen"}`).empty()
			c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
			dns.Set("new.example", c.proof("new.example"))
			c.do("POST /domains/new.example/verify", "").is(http.StatusOK)
			c.do("PATCH /domains/new.example", `{"isDefault":true}`).empty()
			c.do("PATCH /domains/aurora.example", `{"isDefault":true}`).empty()
			c.do("DELETE /domains/new.example", "").empty()
			c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
			c.do("DELETE /domains/new.example", "").empty()
		}, []string{"Set Company Information" + names + "Update | Directory | city", "Add unverified domain" + names + "Add | Domain", "Verify domain" + names + "Update | Domain",
			"Update domain" + names + "Update | Domain", "Update domain" + names + "Update | Domain", "Remove verified domain" + names + "Delete | Domain",
			"Add unverified domain" + names + "Add | Domain", "Remove unverified domain" + names + "Delete | Domain"}},
		{"7.4", "a configuration is made", func() { s.application(); s.createJob() }, []string{"Add application" + app + "Add | Application", "Add service principal" + app + "Add | ServicePrincipal",
			"Add provisioning configuration" + sync + "Add | ServicePrincipal", "Update provisioning setting or credentials" + sync + "Update | ServicePrincipal"}},
		{"7.4", "it is assigned, started, restarted and stopped", func() {
			id := s.assign(ids["anna"])
			c.do("DELETE /servicePrincipals/"+s.principal+"/appRoleAssignedTo/"+id, "").empty()
			s.assign(ids["anna"])
			c.do("POST "+s.job+"/start", "").empty()
			c.do("POST "+s.job+"/restart", `{"criteria":{"resetScope":"Full"}}`).empty()
			c.do("POST "+s.job+"/pause", "").empty()
			c.do("PATCH "+s.job, `{"synchronizationJobSettings":[{"name":"targetBlock","value":"overwrite"}]}`).empty()
			c.do("DELETE "+s.job+"/schema", "").empty()
			c.do("POST "+s.job+"/start", "").empty()
		}, []string{"Add app role assignment grant to user" + app + "Update | User ServicePrincipal", "Remove app role assignment from user" + app + "Update | User ServicePrincipal",
			"Add app role assignment grant to user" + app + "Update | User ServicePrincipal", "Enable/start provisioning configuration" + sync + "Update | ServicePrincipal",
			"Enable/restart provisioning configuration" + sync + "Update | ServicePrincipal", "Disable/pause provisioning configuration" + sync + "Update | ServicePrincipal",
			"Update provisioning setting or credentials" + sync + "Update | ServicePrincipal", "Update attribute mappings or scope" + sync + "Update | ServicePrincipal",
			"Enable/start provisioning configuration" + sync + "Update | ServicePrincipal"}},
		{"7.4", "it goes with its service principal", func() { s.cycle(); c.do("DELETE /servicePrincipals/"+s.principal, "").empty() },
			[]string{"Delete provisioning configuration" + sync + "Delete | ServicePrincipal", "Remove service principal" + app + "Delete | ServicePrincipal"}},
	} {
		before := c.logged()
		row.do()
		n := c.logged() - before
		if got := c.records(n)[:n]; !slices.Equal(got, row.want) {
			t.Errorf("%s, %s: the log says\n%s\nwant\n%s", row.rule, row.call, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
		}
	}
	if got := b.records(1); !slices.Equal(got, []string{"Add user" + core + "Add | User"}) {
		t.Errorf("7.4: the target's log ends with %q", got)
	}
}

func TestProvisioning7_4_ShapeOfTheRecordOfAConfiguration(t *testing.T) {
	s := newStory(t)
	s.source.do("POST "+s.job+"/start", "", "client-request-id", "my-correlation").empty()
	r := s.source.do("GET /auditLogs/directoryAudits?$top=1", "").is(http.StatusOK)
	const text = `"Enable/start provisioning configuration: Borealis"`
	r.has("value.0.resultReason", text, "value.0.targetResources.0.id", `"`+s.principal+`"`, "value.0.additionalDetails",
		`[{"key":"Details","value":`+text+`},{"key":"ErrorCode","value":""},{"key":"EventName","value":"Enable/start provisioning configuration"}]`)
	if id := r.str("value.0.id"); !strings.HasPrefix(id, "Sync_my-correlation_") {
		t.Errorf("the record is called %s", id)
	}
}

func TestGuests8_4_RecordsOfAnInvitationThatIsRedeemedAtOnce(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.collaborates(f.target)
	f.target.person("anna", "mail", "anna@borealis.example")
	made := c.invite("anna@borealis.example").is(http.StatusCreated)
	guest, invitation := made.str("invitedUser.id"), made.str("id")
	r := c.do("GET /auditLogs/directoryAudits?$top=3", "").is(http.StatusOK)
	equal(t, "activities", r.items("activityDisplayName"), []string{"Redeem external user invite", "Invite external user", "Add user"})
	const upn = "anna_borealis.example#EXT#@aurora.example"
	r.has("value.0.loggedByService", `"B2B Auth"`, "value.0.operationType", `"Update"`, "value.0.targetResources.0.userPrincipalName", `"`+upn+`"`,
		"value.0.targetResources.0.displayName", `"UPN: `+upn+`, Email: anna@borealis.example, InvitationId: `+invitation+`, Source: ExternalAzureAD"`,
		"value.1.loggedByService", `"Invited Users"`, "value.1.targetResources.0.displayName", `"anna"`,
		"value.1.additionalDetails", `[{"key":"oid","value":"`+guest+`"},{"key":"tid","value":"`+c.tenant.ID.String()+`"},{"key":"InvitationId","value":"`+invitation+`"},{"key":"invitedUserEmailAddress","value":"anna@borealis.example"}]`)
	if id := r.str("value.1.id"); !strings.HasPrefix(id, "Invited Users_") {
		t.Errorf("the record is called %s", id)
	}
}
