package graphapi_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/dnstest"
)

func (f *fixture) nameServer() *dnstest.Server {
	f.Helper()
	s := dnstest.New(f)
	f.names = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Addr)
	}}
	return s
}

// proof gives the text that has to stand in DNS.
func (c *caller) proof(domain string) string {
	c.Helper()
	return c.do("GET /domains/"+domain+"/verificationDnsRecords", "").is(http.StatusOK).str("value.0.text")
}

func TestWire5_3_DomainIsAddedProvenAndUsed(t *testing.T) {
	f := newFixture(t)
	dns := f.nameServer()
	c := f.source
	const wireDomain = `{"@odata.context":"ORIGIN/v1.0/$metadata#domains/$entity","id":"new.example","authenticationType":"Managed","availabilityStatus":null,"isAdminManaged":true,"isDefault":false,
		"isInitial":false,"isRoot":true,"isVerified":VERIFIED,"supportedServices":["Email"],"passwordValidityPeriodInDays":null,"passwordNotificationWindowInDays":null,"model":null,"state":null}`
	made := c.do("POST /domains", `{"id":"New.example"}`).is(http.StatusCreated)
	made.reads(f.server.URL, strings.ReplaceAll(wireDomain, "VERIFIED", "false"))
	equal(t, "Location", made.header.Get("Location"), f.server.URL+"/v1.0/domains/new.example")
	records := c.do("GET /domains/new.example/verificationDnsRecords", "").is(http.StatusOK)
	records.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#domains('new.example')/verificationDnsRecords","value":[{"@odata.type":"#microsoft.graph.domainDnsTxtRecord","id":"#","isOptional":false,
		"label":"new.example","recordType":"Txt","supportedService":"Email","ttl":3600,"text":"*"}]}`)
	text := records.str("value.0.text")
	if len(text) != len("MS=ms12345678") || !strings.HasPrefix(text, "MS=ms") {
		t.Errorf("the record is to say %q", text)
	}
	equal(t, "the proof of another day", c.proof("NEW.example"), text)
	if f.target.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated); f.target.proof("new.example") == text {
		t.Error("two tenants prove a domain by one text")
	}

	const upn = `"anna@new.example"`
	anna := c.person("anna")
	const unverified = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
	c.do("PATCH /users/"+anna, `{"userPrincipalName":`+upn+`}`).fails(http.StatusBadRequest, "Request_BadRequest", unverified)
	c.invite("x@new.example").is(http.StatusCreated) // it is not the tenant's own yet
	c.do("GET /tenantRelationships/findTenantInformationByDomainName(domainName='new.example')", "").is(http.StatusNotFound)

	dns.Set("new.example", "v=spf1 -all", text)
	c.do("POST /domains/new.example/verify", "").is(http.StatusOK).reads(f.server.URL, strings.ReplaceAll(wireDomain, "VERIFIED", "true"))
	dns.Stop()
	c.do("POST /domains/new.example/verify", "").is(http.StatusOK) // it is verified, nobody is asked again
	c.do("PATCH /users/"+anna, `{"userPrincipalName":`+upn+`}`).empty()
	c.invite("y@new.example").fails(http.StatusBadRequest, "BadRequest", textVerified)
	c.do("GET /tenantRelationships/findTenantInformationByDomainName(domainName='new.example')", "").is(http.StatusOK).has("tenantId", `"`+c.tenant.ID.String()+`"`)
	c.do("GET /organization", "").has("value.0.verifiedDomains.1.name", `"new.example"`)
	equal(t, "records", c.do("GET /auditLogs/directoryAudits"+query("$filter", "category eq 'DirectoryManagement'"), "").items("activityDisplayName"), []string{"Verify domain", "Add unverified domain"})
}

func TestDomainsThatCannotBeProven(t *testing.T) {
	f := newFixture(t)
	dns := f.nameServer()
	c := f.source
	c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
	text := c.proof("new.example")
	verify := func() *reply { t.Helper(); return c.do("POST /domains/new.example/verify", "") }
	expected := func(have string) string {
		return "The domain 'new.example' could not be verified: a TXT record with the text '" + text + "' is expected at it, and " + have + ". A new record can take up to 72 hours to be seen."
	}
	unproven := func() {
		t.Helper()
		c.do("GET /domains/new.example", "").is(http.StatusOK).has("isVerified", "false")
	}
	verify().fails(http.StatusBadRequest, "Request_BadRequest", expected("there is no such record")) // the name does not exist
	dns.Set("new.example")
	verify().fails(http.StatusBadRequest, "Request_BadRequest", expected("there is no such record"))
	dns.Set("new.example", "MS=ms00000000", "x"+text)
	dns.Set("www.new.example", text)
	verify().fails(http.StatusBadRequest, "Request_BadRequest", expected("the records there say something else"))
	dns.Set("new.example", f.target.proofOf("new.example")) // another tenant's
	verify().fails(http.StatusBadRequest, "Request_BadRequest", expected("the records there say something else"))
	unproven()

	const unavailable = "The name servers of 'new.example' could not be asked. Try again in some minutes."
	dns.Set("new.example", text)
	dns.Fail(true)
	if r := verify().fails(http.StatusServiceUnavailable, "DomainVerificationUnavailable", unavailable); r.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", r.header.Get("Retry-After"))
	}
	dns.Fail(false)
	dns.Stop()
	verify().fails(http.StatusServiceUnavailable, "DomainVerificationUnavailable", unavailable)
	unproven()

	// a server that never answers, and somebody who stops waiting
	silent := f.nameServer()
	waiting, stop := context.WithCancel(ctx)
	silent.Drop(stop)
	err := directory.ProveDomain(waiting, f.names, c.tenant.ID, "new.example")
	if hospes.KindOf(err) != hospes.KindUnavailable {
		t.Errorf("without an answer it ends with %v", err)
	}
}

// proofOf is proof of a domain that the tenant has not named.
func (c *caller) proofOf(domain string) string { return directory.DomainProof(c.tenant.ID, domain) }

func TestADomainBelongsToTheTenantThatProvesItFirst(t *testing.T) {
	f := newFixture(t)
	dns := f.nameServer()
	const taken = "Another object with the same value for property id already exists."
	for _, c := range []*caller{f.source, f.target} {
		c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
	}
	dns.Set("new.example", f.source.proof("new.example"), f.target.proof("new.example"))
	f.source.do("POST /domains/new.example/verify", "").is(http.StatusOK)
	f.target.do("POST /domains/new.example/verify", "").fails(http.StatusBadRequest, "Request_BadRequest", taken).has("error.details.0.code", `"ObjectConflict"`)
	f.target.do("GET /domains/new.example", "").has("isVerified", "false")
	f.target.do("DELETE /domains/new.example", "").empty()
	f.target.do("POST /domains", `{"id":"new.example"}`).fails(http.StatusBadRequest, "Request_BadRequest", taken)
	f.source.do("DELETE /domains/new.example", "").empty()
	f.target.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
	f.target.do("POST /domains/new.example/verify", "").is(http.StatusOK)
}

func TestDomainsThatAreRefused(t *testing.T) {
	f := newFixture(t)
	c := f.source
	for text, message := range map[string]string{
		`{}`:                        "A value is required for property 'id' of resource 'Domain'.",
		`{"id":"nonsense"}`:         "'nonsense' is not a domain name.",
		`{"id":"a b.example"}`:      "'a b.example' is not a domain name.",
		`{"id":"AURORA.example"}`:   "Another object with the same value for property id already exists.",
		`{"id":"Borealis.example"}`: "Another object with the same value for property id already exists.",
	} {
		c.do("POST /domains", text).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	for _, call := range []string{"GET /domains/no.example", "DELETE /domains/no.example", "POST /domains/no.example/verify", "GET /domains/no.example/verificationDnsRecords", "GET /domains/borealis.example"} {
		c.do(call, "").is(http.StatusNotFound).has("error.code", `"Request_ResourceNotFound"`)
	}
	c.do("PATCH /domains/no.example", `{"isDefault":true}`).is(http.StatusNotFound)
	c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusCreated)
	c.do("POST /domains", `{"id":"new.example"}`).is(http.StatusBadRequest)
	c.do("PATCH /domains/new.example", `{"isDefault":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "An unverified domain cannot be the default. Verify 'new.example' first.")
	c.do("PATCH /domains/new.example", `{"isDefault":false}`).is(http.StatusBadRequest)
	c.do("PATCH /domains/new.example", `{"isVerified":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'isVerified'.")
	c.do("DELETE /domains/new.example", "").empty()
}

func TestWire7_13_DomainsInUseCannotBeDeleted(t *testing.T) {
	f := newFixture(t)
	c := f.source
	vouch := func(t hospes.Tenant, name string) *reply {
		return f.system().do("POST /hospes/v1/tenants/"+t.ID.String()+"/domains", body("id", name))
	}
	vouch(c.tenant, "New.example").is(http.StatusCreated).has("isVerified", "true", "id", `"new.example"`)
	vouch(c.tenant, "new.example").is(http.StatusCreated) // what is said already may be said again
	vouch(f.target.tenant, "new.example").is(http.StatusBadRequest).has("error.details.0.code", `"ObjectConflict"`)
	vouch(c.tenant, "nonsense").is(http.StatusBadRequest)
	c.do("POST /hospes/v1/tenants/"+c.tenant.ID.String()+"/domains", `{"id":"other.example"}`).is(http.StatusForbidden)

	refused := func(message string) {
		t.Helper()
		c.do("DELETE /domains/new.example", "").fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	inUse := func(by string) string {
		return "The domain 'new.example' is in use, by the " + by + " among others. Give them another name or address first, also those in the bin."
	}
	c.do("DELETE /domains/Aurora.example", "").fails(http.StatusBadRequest, "Request_BadRequest", "The initial domain 'aurora.example' of the organization cannot be deleted.")
	c.do("PATCH /domains/new.example", `{"isDefault":true}`).empty()
	equal(t, "defaults", c.do("GET /domains?$select=isDefault", "").items("isDefault"), []string{"false", "true"})
	refused("The default domain 'new.example' cannot be deleted. Make another domain the default first.")
	group := c.unified("team") // gets its address in the default domain
	c.do("PATCH /domains/aurora.example", `{"isDefault":true}`).empty()
	refused(inUse("group 'team'"))
	c.do("DELETE /groups/"+group, "").empty()
	refused(inUse("group 'team'")) // in the bin
	c.do("DELETE "+bin+"/"+group, "").empty()
	anna := c.person("anna", "mail", "anna@new.example")
	refused(inUse("user 'anna@aurora.example'"))
	c.do("PATCH /users/"+anna, `{"mail":null,"userPrincipalName":"Anna@New.example"}`).empty()
	refused(inUse("user 'Anna@New.example'"))
	c.do("PATCH /users/"+anna, `{"userPrincipalName":"anna@aurora.example"}`).empty()
	c.person("bert", "mail", "bert@notnew.example")
	c.do("DELETE /domains/new.example", "").empty()
	equal(t, "domains", c.do("GET /domains", "").items("id"), []string{"aurora.example"})
}
