package graphapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// domains gives the tenant a list of domains that guests may or may not come from, and gives the id of the policy.
func (c *caller) domains(allowed, blocked string) string {
	c.Helper()
	return c.do("POST /policies/b2bManagementPolicies", domainPolicy(allowed, blocked)).is(http.StatusCreated).str("id")
}

func domainPolicy(allowed, blocked string) string {
	list := map[string][]string{"AllowedDomains": strings.Fields(allowed), "BlockedDomains": strings.Fields(blocked)}
	definition := mustJSON(map[string]any{"B2BManagementPolicy": map[string]any{"InvitationsAllowedAndBlockedDomainsPolicy": list}})
	return body("definition", []string{string(definition)})
}

// invite asks for an invitation of an address.
func (c *caller) invite(address string) *reply {
	c.Helper()
	return c.do("POST /invitations", body("invitedUserEmailAddress", address, "inviteRedirectUrl", "https://x.example"))
}

// collaboration sets one direction of B2B collaboration towards a partner.
func (c *caller) collaboration(partner *caller, setting, users, applications string) {
	c.Helper()
	rule := func(text, all string) string {
		access, target, _ := strings.Cut(text, " ")
		kind := map[string]string{"AllUsers": "user", "AllApplications": "application"}[all]
		if target == "all" {
			target = all
		}
		return `{"accessType":"` + access + `","targets":[{"target":"` + target + `","targetType":"` + kind + `"}]}`
	}
	path := partners + "/" + partner.tenant.ID.String()
	if c.do("GET "+path, "").status == http.StatusNotFound {
		c.do("POST "+partners, `{"tenantId":"`+partner.tenant.ID.String()+`"}`).is(http.StatusCreated)
	}
	c.do("PATCH "+path, `{"`+setting+`":{"usersAndGroups":`+rule(users, "AllUsers")+`,"applications":`+rule(applications, "AllApplications")+`}}`).empty()
}

const (
	inbound, outbound = "b2bCollaborationInbound", "b2bCollaborationOutbound"

	textVerified = "This user cannot be invited because the domain of the user's email address is a verified domain of this directory."
	textInternal = "Non-external user already exists with the given mail address and can't be invited."
	textNever    = "Guest invitations not allowed for your company. Contact your company administrator for more details."
	textBlocked  = "This invitation is blocked by cross-tenant access settings. Admins in both your organization and the invited user's organization must configure cross-tenant access settings to allow the invitation."
	textSyntax   = "The invited user's email address is not valid."
	textDomain   = "The domain 'denied.example' is not one that guests of this organization may come from. An administrator can change the list of domains in the B2BManagementPolicy."
)

// TestInvitation_1_6 takes the rows of guests 1.6 by their position. Row 12 needs roles, which nobody has yet; row 15 is
// about other clouds, row 16 a heading of the original's portal.
func TestInvitation_1_6(t *testing.T) {
	for _, row := range []struct {
		name    string
		harm    func(c *caller, f *fixture) (r *reply, holder string) // brings the condition about and invites
		status  int
		code    string
		message string // "" for success, with what then holds in then
		then    func(t *testing.T, c *caller, r *reply)
	}{
		{name: "01 required property missing", status: 400, code: "BadRequest", message: "A value is required for property 'inviteRedirectUrl' of resource 'Invitation'.",
			harm: func(c *caller, _ *fixture) (*reply, string) {
				return c.do("POST /invitations", `{"invitedUserEmailAddress":"g@guests.example"}`), ""
			}},
		{name: "02 address malformed or bad character", status: 400, code: "BadRequest", message: textSyntax,
			harm: func(c *caller, _ *fixture) (*reply, string) { return c.invite("a+b@guests.example"), "" }},
		{name: "03 reset with an address that is not on the object", status: 400, code: "BadRequest", message: mismatch,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				id := c.invite("g@guests.example").str("invitedUser.id")
				return c.do("POST /invitations", resetBody(id, "other@guests.example")), ""
			}},
		{name: "03 reset by the policy of domains", status: 400, code: "BadRequest", message: textDomain,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				id := c.invite("g@denied.example").str("invitedUser.id")
				c.domains("", "denied.example")
				return c.do("POST /invitations", resetBody(id, "g@denied.example")), ""
			}},
		{name: "04 address of a user who is no guest that can be invited again", status: 400, code: "BadRequest", message: "The invited user already exists in the directory as object ID: {id}. They can use that account to sign in to shared apps and resources.",
			harm: func(c *caller, f *fixture) (*reply, string) {
				c.collaborates(f.target)
				f.target.person("anna", "mail", "anna@borealis.example")
				id := c.invite("anna@borealis.example").is(http.StatusCreated).has("status", `"Completed"`).str("invitedUser.id")
				return c.invite("Anna@borealis.example"), id
			}},
		{name: "05 same, blocked", status: 400, code: "BadRequest", message: "The invited user already exists in the directory as object ID: {id}, but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources.",
			harm: func(c *caller, _ *fixture) (*reply, string) {
				id := c.invite("g@guests.example").str("invitedUser.id")
				c.do("PATCH /users/"+id, `{"accountEnabled":false}`).empty()
				return c.invite("g@guests.example"), id
			}},
		{name: "06 mail of an internal user", status: 400, code: "BadRequest", message: textInternal,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				c.person("anna", "mail", "anna@elsewhere.example")
				return c.invite("ANNA@elsewhere.example"), ""
			}},
		{name: "07 verified domain of this tenant", status: 400, code: "BadRequest", message: textVerified,
			harm: func(c *caller, _ *fixture) (*reply, string) { return c.invite("x@Aurora.example"), "" }},
		{name: "08 another object holds the address in proxyAddresses", status: 400, code: "BadRequest", message: "A user of this directory, object ID: {id}, has the address among its proxyAddresses. Take the address from that user and invite again.",
			harm: func(c *caller, _ *fixture) (*reply, string) {
				id := c.person("anna", "mail", "old@elsewhere.example")
				c.do("PATCH /users/"+id, `{"mail":"new@elsewhere.example"}`).empty()
				return c.invite("old@elsewhere.example"), id
			}},
		{name: "08 a group holds it", status: 400, code: "BadRequest", message: "Group email address is not supported. The invited address belongs to a group of this directory.",
			harm: func(c *caller, _ *fixture) (*reply, string) {
				id := c.unified("team")
				c.update(func(tx store.Tx) error { // as one that was made before its domain went
					group, err := store.Find(tx, store.Live, hospes.GroupSchema, objectID(c, id))
					if err != nil {
						return err
					}
					group.Set(hospes.GroupProxyAddresses, hospes.Strings("SMTP:team@elsewhere.example"))
					return tx.Put(group)
				})
				return c.invite("team@elsewhere.example"), ""
			}},
		{name: "09 a mail contact holds the address", status: 201,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				c.contact("g@guests.example")
				return c.invite("g@guests.example"), ""
			}, then: func(_ *testing.T, c *caller, r *reply) {
				c.do("GET /users/"+r.str("invitedUser.id")+"?$select=mail,proxyAddresses,otherMails", "").has("mail", "null", "proxyAddresses", "[]", "otherMails", `["g@guests.example"]`)
			}},
		{name: "10 allowInvitesFrom none", status: 403, code: "Forbidden", message: textNever,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
				return c.invite("g@guests.example"), ""
			}},
		{name: "11 token without the permission", status: 401, code: "Unauthorized", message: "Insufficient privileges to perform requested operation by the application '00000003-0000-0000-c000-000000000000'. ControllerName=MSGraphInviteAPI, ActionName=CreateInvite, URL absolute path=/api/{tenant}/invites",
			harm: func(c *caller, _ *fixture) (*reply, string) {
				return c.mint("User.Read.All").invite("g@guests.example"), ""
			}},
		{name: "13 blocked by the domain list", status: 400, code: "BadRequest", message: textDomain,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				c.domains("", "other.example denied.example")
				return c.invite("g@Denied.example"), ""
			}},
		{name: "13 not on the list of allowed domains", status: 400, code: "BadRequest", message: textDomain,
			harm: func(c *caller, _ *fixture) (*reply, string) {
				c.domains("guests.example", "")
				c.invite("g@guests.example").is(http.StatusCreated)
				return c.invite("g@denied.example"), ""
			}},
		{name: "14 blocked inbound", status: 403, code: "Forbidden", message: textBlocked,
			harm: func(c *caller, f *fixture) (*reply, string) {
				c.collaboration(f.target, inbound, "blocked all", "blocked all")
				return c.invite("g@borealis.example"), ""
			}},
		{name: "14 blocked outbound by the guest's own tenant", status: 403, code: "Forbidden", message: textBlocked,
			harm: func(c *caller, f *fixture) (*reply, string) {
				f.target.collaboration(c, outbound, "blocked all", "blocked all")
				return c.invite("g@borealis.example"), ""
			}},
	} {
		t.Run("TestInvitation_1_6_"+row.name, func(t *testing.T) {
			f := newFixture(t)
			c := f.source.on(t)
			r, holder := row.harm(c, f)
			if row.message == "" {
				row.then(t, c, r.is(row.status))
				return
			}
			r.fails(row.status, row.code, strings.NewReplacer("{id}", holder, "{tenant}", c.tenant.ID.String()).Replace(row.message))
			if row.code == "BadRequest" && r.at("error.details") != nil {
				t.Error("the refusal has details")
			}
		})
	}
}

// collaborates makes both tenants consent, so that guests need no redemption.
func (c *caller) collaborates(home *caller) {
	c.Helper()
	for _, side := range []struct {
		of, other *caller
		consent   string
	}{{c, home, "inboundAllowed"}, {home, c, "outboundAllowed"}} {
		side.of.do("POST "+partners, `{"tenantId":"`+side.other.tenant.ID.String()+`","automaticUserConsentSettings":{"`+side.consent+`":true}}`).is(http.StatusCreated)
	}
}

// TestGuests1_6_OrderOfChecks breaks two rules that follow each other at once, and gets the answer of the first.
func TestGuests1_6_OrderOfChecks(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.person("anna", "mail", "anna@aurora.example")
	c.person("dora", "mail", "dora@denied.example")
	c.contact("carla@borealis.example")
	policy := c.domains("", "denied.example borealis.example")
	c.collaboration(f.target, inbound, "blocked all", "blocked all")
	c.invite("dora@denied.example").fails(400, "BadRequest", textInternal) // existing object, domain list
	c.invite("bert@borealis.example").fails(400, "BadRequest", strings.Replace(textDomain, "denied", "borealis", 1))
	c.do("DELETE /policies/b2bManagementPolicies/"+policy, "").empty()
	c.invite("carla@borealis.example").fails(403, "Forbidden", textBlocked) // cross-tenant, contact
	c.collaboration(f.target, inbound, "allowed all", "allowed all")
	c.invite("carla@borealis.example").is(http.StatusCreated)
	c.invite("anna@aurora.example").fails(400, "BadRequest", textVerified) // verified domain, existing object
	c.invite("a+b@aurora.example").fails(400, "BadRequest", textSyntax)    // syntax, verified domain
	c.do("POST /invitations", `{"invitedUserEmailAddress":"a+b"}`).fails(400, "BadRequest", "A value is required for property 'inviteRedirectUrl' of resource 'Invitation'.")
	c.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
	c.do("POST /invitations", `{"colour":1}`).fails(403, "Forbidden", textNever)
	c.mint("User.Read.All").invite("g@guests.example").is(401).has("error.code", `"Unauthorized"`)
	c.with("").invite("g@guests.example").is(401).has("error.code", `"InvalidAuthenticationToken"`)
}

// TestGuests4_6_DomainListAndCrossTenantSettings takes the five rows of the table of precedence.
func TestGuests4_6_DomainListAndCrossTenantSettings(t *testing.T) {
	for _, row := range []struct {
		name, allowed, blocked string
		open                   bool
		want                   int
	}{
		{"1 on the allow list, not blocked", "borealis.example", "", true, 201},
		{"2 on the allow list, blocked", "borealis.example", "", false, 403},
		{"3 on the deny list", "", "borealis.example", true, 400},
		{"4 on neither, open", "", "other.example", true, 201},
		{"4 on neither, blocked", "", "", false, 403},
		{"5 an allow list without it", "other.example", "", true, 400},
		{"subdomains are domains of their own", "", "example", true, 201},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			c := f.source.on(t)
			if row.blocked == "example" {
				row.blocked = "sub.borealis.example"
			}
			c.domains(row.allowed, row.blocked)
			access := "blocked all"
			if row.open {
				access = "allowed all"
			}
			c.collaboration(f.target, inbound, access, access)
			c.invite("g@borealis.example").is(row.want)
		})
	}
}

// TestGuests5_4_InvitationsUnderTargetedSettings takes the nine rows of 5.4, for somebody who is in the group and for
// somebody who is not. An invitation is for no application in particular, so that one that is left is enough.
func TestGuests5_4_InvitationsUnderTargetedSettings(t *testing.T) {
	f := newFixture(t)
	in, out := f.target.person("in", "mail", "in@borealis.example"), f.target.person("out")
	group := f.target.group("Travellers", "members@odata.bind", []string{"/users/" + in})
	app := f.target.client.AppID
	for _, setting := range []struct {
		name        string
		sets, other *caller
	}{{inbound, f.source, f.target}, {outbound, f.target, f.source}} {
		for _, row := range []struct {
			users, applications string
			in, out             bool
		}{
			{"allowed all", "allowed all", true, true},
			{"blocked all", "blocked all", false, false},
			{"allowed " + group, "allowed all", true, false},
			{"allowed all", "allowed " + app, true, true},
			{"allowed " + group, "blocked " + app, true, false},
			{"blocked " + group, "blocked all", false, true},
			{"blocked " + group, "allowed " + app, false, true},
			{"allowed " + group, "allowed " + app, true, false},
			{"blocked " + group, "blocked " + app, true, true},
			{"allowed " + out, "allowed all", false, true}, // a person instead of a group
		} {
			setting.sets.collaboration(setting.other, setting.name, row.users, row.applications)
			for address, may := range map[string]bool{"in@borealis.example": row.in, "out@borealis.example": row.out} {
				want := http.StatusForbidden
				if may {
					want = http.StatusCreated
				}
				if r := f.source.invite(address); r.status != want {
					t.Errorf("%s, users %s, applications %s: %s is answered %d, want %d\n%s", setting.name, row.users, row.applications, address, r.status, want, r.text)
				}
			}
		}
		setting.sets.collaboration(setting.other, setting.name, "allowed all", "allowed all")
	}
}

func TestGuests4_6_DomainPolicyOnTheWire(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.do("GET /policies/b2bManagementPolicies", "").is(http.StatusOK).has("value", "[]")
	for text, message := range map[string]string{
		`{}`:                                   "A value is required for property 'definition' of resource 'B2bManagementPolicy'.",
		`{"definition":["x"]}`:                 "The definition of the B2BManagementPolicy is not a JSON object with the member B2BManagementPolicy.",
		`{"definition":["{}"]}`:                "The definition of the B2BManagementPolicy is not a JSON object with the member B2BManagementPolicy.",
		`{"definition":["{}","{}"]}`:           "The definition of the B2BManagementPolicy must be a list of one JSON text.",
		domainPolicy("a.example", "b.example"): "Domains can be allowed or blocked, not both; leave one of the two lists empty.",
		domainPolicy("", "no_domain"):          "'no_domain' is not a domain name.",
		body("definition", []string{strings.Repeat("x", 25001)}): "Invalid value specified for property 'definition' of resource 'B2bManagementPolicy'.",
	} {
		c.do("POST /policies/b2bManagementPolicies", text).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	id := c.domains("", "xn--bcher-kva.example")
	c.do("POST /policies/b2bManagementPolicies", domainPolicy("", "b.example")).is(http.StatusBadRequest).has("error.details.0.code", `"ObjectConflict"`)
	c.invite("g@xn--bcher-kva.example").is(http.StatusBadRequest)
	before := c.do("GET /policies/b2bManagementPolicies/"+id, "").is(http.StatusOK).has("displayName", `"B2BManagementPolicy"`, "isOrganizationDefault", "true").str("definition.0")
	c.do("PATCH /policies/b2bManagementPolicies/"+id, domainPolicy("", "bücher.example")).empty()
	after := c.do("GET /policies/b2bManagementPolicies/"+id, "").str("definition.0")
	c.invite("g@xn--bcher-kva.example").is(http.StatusBadRequest) // the same domain in its other spelling
	r := c.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Update policy'"), "").is(http.StatusOK)
	r.has("value.0.targetResources.0.displayName", `"B2BManagementPolicy"`, "value.0.targetResources.0.modifiedProperties.0.displayName", `"PolicyDetails"`, "value.0.category", `"Policy"`)
	for member, want := range map[string]string{"oldValue": before, "newValue": after} {
		var list []string
		if err := json.Unmarshal([]byte(r.str("value.0.targetResources.0.modifiedProperties.0."+member)), &list); err != nil || len(list) != 1 || list[0] != want {
			t.Errorf("%s is %v (%v), want %s", member, list, err, want)
		}
	}
	c.do("DELETE /policies/b2bManagementPolicies/"+id, "").empty()
	c.invite("g@xn--bcher-kva.example").is(http.StatusCreated)
}
