package graphapi_test

import (
	"net/http"
	"testing"
)

// contact makes a mail contact and gives its id.
func (c *caller) contact(mail string, more ...any) string {
	c.Helper()
	return c.do("POST /hospes/v1/contacts", body(append([]any{"displayName", "Contact " + mail, "mail", mail}, more...)...)).is(http.StatusCreated).str("id")
}

func TestGuests6_4_ContactsAreReadByGraph(t *testing.T) {
	f := newFixture(t)
	c := f.source
	made := c.do("POST /hospes/v1/contacts", `{"displayName":"Carla","mail":"Carla@partner.example","companyName":"Partner","phones":[{"number":"+1 555","type":"business"}]}`).is(http.StatusCreated)
	carla := made.str("id")
	made.reads(f.server.URL, `{"@odata.context":"ORIGIN/hospes/v1/$metadata#contacts/$entity","id":"`+carla+`","deletedDateTime":null,"addresses":[],"companyName":"Partner","department":null,"displayName":"Carla",
		"givenName":null,"jobTitle":null,"mail":"Carla@partner.example","mailNickname":"Carla","onPremisesLastSyncDateTime":null,"onPremisesProvisioningErrors":[],"onPremisesSyncEnabled":null,
		"phones":[{"number":"+1 555","type":"business"}],"proxyAddresses":["SMTP:Carla@partner.example"],"serviceProvisioningErrors":[],"surname":null}`)
	equal(t, "Location", made.header.Get("Location"), f.server.URL+"/v1.0/contacts/"+carla)
	c.do("GET /contacts/"+carla, "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#contacts/$entity"`, "mail", `"Carla@partner.example"`)
	c.do("GET /directoryObjects/"+carla, "").is(http.StatusOK).has("@odata.type", `"#microsoft.graph.orgContact"`)
	dora := c.contact("dora@partner.example", "department", "Sales")
	for filter, want := range map[string][]string{
		"mail eq 'carla@PARTNER.example'":                                {carla},
		"startswith(mail,'dora')":                                        {dora},
		"proxyAddresses/any(p:p eq 'smtp:dora@partner.example')":         {dora},
		"proxyAddresses/any(p:startswith(p,'SMTP:carla@'))":              {carla},
		"companyName eq 'Partner' or department eq 'Sales'":              {carla, dora},
		"mail eq 'nobody@partner.example'":                               {},
		"displayName in ('Carla','Contact dora@partner.example','Emma')": {carla, dora},
	} {
		equal(t, filter, c.do("GET /contacts"+query("$filter", filter), "").is(http.StatusOK).items("id"), want)
	}
	equal(t, "count", c.do("GET /contacts/$count", "", "ConsistencyLevel", "eventual").text, "2")
	page := c.do("GET /contacts?$top=1&$select=id&$orderby=displayName", "").is(http.StatusOK)
	equal(t, "first", page.items("id"), []string{carla})
	equal(t, "second", c.send("GET", page.str("@odata.nextLink"), "").items("id"), []string{dora})
	c.do("POST /contacts", `{}`).fails(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
}

func TestContactsAreWrittenByTheExtension(t *testing.T) {
	f := newFixture(t)
	c := f.source
	for text, message := range map[string]string{
		`{"mail":"x@y.example"}`:                                                         "A value is required for property 'displayName' of resource 'OrgContact'.",
		`{"displayName":"X"}`:                                                            "A value is required for property 'mail' of resource 'OrgContact'.",
		`{"displayName":"X","mail":"nonsense"}`:                                          "Invalid value specified for property 'mail' of resource 'OrgContact'.",
		`{"displayName":"X","mail":"x@y.example","mailNickname":"a b"}`:                  "Invalid value specified for property 'mailNickname' of resource 'OrgContact'.",
		`{"displayName":"X","mail":"x@y.example","proxyAddresses":["smtp:z@y.example"]}`: "Property 'proxyAddresses' is read-only and cannot be set.",
		`{"displayName":"X","mail":"x@y.example","colour":1}`:                            "Invalid property 'colour'.",
	} {
		c.do("POST /hospes/v1/contacts", text).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	id := c.contact("carla@partner.example")
	c.do("PATCH /hospes/v1/contacts/"+id, `{"mail":"new@partner.example","jobTitle":"Buyer"}`).empty()
	c.do("GET /contacts/"+id, "").has("mail", `"new@partner.example"`, "proxyAddresses", `["SMTP:new@partner.example"]`, "jobTitle", `"Buyer"`)
	c.do("PATCH /hospes/v1/contacts/"+id, `{"mail":null}`).is(http.StatusBadRequest)
	c.do("DELETE /hospes/v1/contacts/"+id, "").empty()
	c.do("GET /contacts/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	c.do("DELETE /hospes/v1/contacts/"+id, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
	equal(t, "records", c.do("GET /auditLogs/directoryAudits"+query("$filter", "category eq 'Contact'"), "").items("activityDisplayName"), []string{"Delete contact", "Update contact", "Add contact"})
}

func TestWire7_4_AddressesAreUniqueOverUsersGroupsAndContacts(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const taken = "Another object with the same value for property proxyAddresses already exists."
	c.person("anna", "mail", "anna@partner.example")
	c.unified("team") // has team@aurora.example
	for _, mail := range []string{"ANNA@partner.example", "team@aurora.example"} {
		c.do("POST /hospes/v1/contacts", body("displayName", "X", "mail", mail)).fails(http.StatusBadRequest, "Request_BadRequest", taken)
	}
	contact := c.contact("carla@partner.example")
	bert := c.person("bert")
	c.do("PATCH /users/"+bert, `{"mail":"Carla@partner.example"}`).fails(http.StatusBadRequest, "Request_BadRequest", taken)
	c.contact("other@aurora.example")
	equal(t, "a group goes round a contact", c.do("GET /groups/"+c.unified("other"), "").str("mail"), "other1@aurora.example")
	c.do("DELETE /hospes/v1/contacts/"+contact, "").empty()
	c.do("PATCH /users/"+bert, `{"mail":"Carla@partner.example"}`).empty()
}

func TestGuests12_7_GuestOfAContactsAddressComesWithoutIt(t *testing.T) {
	f := newFixture(t)
	c := f.source
	contact := c.contact("c@partner.example")
	const invitation = `{"invitedUserEmailAddress":"C@partner.example","inviteRedirectUrl":"https://x.example"}`
	guest := c.do("POST /invitations", invitation).is(http.StatusCreated).has("status", `"PendingAcceptance"`).str("invitedUser.id")
	shows := func(mail, proxies string) {
		t.Helper()
		c.do("GET /users/"+guest+"?$select=mail,proxyAddresses,otherMails,userPrincipalName", "").has("mail", mail, "proxyAddresses", proxies,
			"otherMails", `["C@partner.example"]`, "userPrincipalName", `"C_partner.example#EXT#@aurora.example"`)
	}
	shows("null", "[]")
	again := c.do("POST /invitations", invitation).is(http.StatusCreated)
	equal(t, "the guest of a second invitation", again.str("invitedUser.id"), guest)
	shows("null", "[]")
	// the fix of guests 6.4: the contact goes, the guest is invited again or its mail is written
	c.do("DELETE /hospes/v1/contacts/"+contact, "").empty()
	equal(t, "the guest of a third", c.do("POST /invitations", invitation).str("invitedUser.id"), guest)
	shows(`"C@partner.example"`, `["SMTP:C@partner.example"]`)
}

func TestProvisioning3_8_AContactOrGroupWithTheAddressBlocksTheCreation(t *testing.T) {
	for name, test := range map[string]struct {
		mail string
		harm func(c *caller) (id string, away func())
		text string
	}{
		"contact": {"anna@aurora.example", func(c *caller) (string, func()) {
			id := c.contact("ANNA@aurora.example")
			return id, func() { c.do("DELETE /hospes/v1/contacts/"+id, "").empty() }
		}, "The mail address belongs to a mail contact of the target tenant, object ID "},
		"group": {"team@borealis.example", func(c *caller) (string, func()) {
			id := c.unified("team")
			return id, func() { c.do("DELETE /groups/"+id, "").empty() }
		}, "The mail address belongs to a group of the target tenant, object ID "},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			anna := s.source.person("anna", "mail", test.mail)
			id, away := test.harm(s.target)
			s.assign(anna)
			s.source.do("POST "+s.job+"/start", "").empty()
			s.cycle()
			equal(t, "arrivals", s.arrivals(), []string{})
			failure := at(s.newest(anna), "provisioningStatusInfo.errorInformation")
			equal(t, "code", at(failure, "errorCode"), any("InvitationCreationFailureInvalidPropertyValue"))
			equal(t, "reason", at(failure, "reason"), any(test.text+id+"."))
			away()
			s.source.do("PATCH /users/"+anna, `{"jobTitle":"Pilot"}`).empty()
			s.cycle()
			equal(t, "arrivals after the address is free", len(s.arrivals()), 1)
		})
	}
}
