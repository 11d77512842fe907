package graphapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire1_3_ListsOfValuesAreQueriedToo: what is no object of the directory is filtered, sorted and paged as it says, and
// what cannot be done is refused, also where there is nothing to leave out.
func TestWire1_3_ListsOfValuesAreQueriedToo(t *testing.T) {
	f := newFixture(t)
	c := f.source
	get := func(path string, options ...string) *reply {
		t.Helper()
		return c.do("GET "+path+query(options...), "")
	}
	equal(t, "templates of a name", len(get("/directoryRoleTemplates", "$filter", "displayName eq 'global administrator'").is(http.StatusOK).items("id")), 1)
	equal(t, "templates of another", len(get("/applicationTemplates", "$filter", "displayName eq 'x'").is(http.StatusOK).items("id")), 0)
	names := get("/roleManagement/directory/roleDefinitions", "$orderby", "displayName desc", "$top", "2").is(http.StatusOK).items("displayName")
	if len(names) != 2 || names[0] < names[1] {
		t.Errorf("the last two of the roles are %v", names)
	}
	equal(t, "managed domains", len(get("/domains", "$filter", "isInitial eq true and authenticationType eq 'Managed'").is(http.StatusOK).items("id")), 1)
	equal(t, "domains for mail", len(get("/domains", "$filter", "supportedServices/any(s:s eq 'Email')", "$select", "id").is(http.StatusOK).items("id")), 1)
	all := get("/servicePrincipals/"+c.client.Principal.ID.String()+"/appRoleAssignments", "$select", "appRoleId,resourceId").is(http.StatusOK)
	role, resource := all.items("appRoleId")[0], all.items("resourceId")[0]
	own := "/servicePrincipals/" + c.client.Principal.ID.String() + "/appRoleAssignments"
	equal(t, "assignments of a role", len(get(own, "$filter", "appRoleId eq "+role+" and resourceId eq "+resource).is(http.StatusOK).items("id")), 1)
	equal(t, "assignments of nobody", len(get("/servicePrincipals/"+resource+"/appRoleAssignedTo", "$filter", "principalId eq "+role).is(http.StatusOK).items("id")), 0)
	count := c.do("GET /directoryRoleTemplates"+query("$count", "true", "$top", "1", "$filter", "startswith(displayName,'G')"), "", "ConsistencyLevel", "eventual").is(http.StatusOK)
	equal(t, "roles that begin with G", count.at("@odata.count"), 4.0)

	for path, options := range map[string][]string{
		"/directoryRoleTemplates":                        {"$filter", "nope eq 'x'"},
		"/subscribedSkus":                                {"$select", "nope"},
		"/domains":                                       {"$orderby", "nope"},
		"/applicationTemplates":                          {"$expand", "nope"},
		"/policies/crossTenantAccessPolicy/partners":     {"$filter", "nope eq 1"},
		"/users/" + c.person("anna") + "/licenseDetails": {"$select", "nope"},
	} {
		a := get(path, options...)
		if a.status != http.StatusBadRequest || !strings.Contains(a.text, "Could not find a property named 'nope'") {
			t.Errorf("%s %v answers %d %s", path, options, a.status, a.text)
		}
	}
	for _, path := range []string{"/policies/authorizationPolicy", "/domains/" + c.tenant.InitialDomain, "/directoryRoleTemplates/" + hospes.GlobalAdministrator.ID} {
		for _, options := range [][]string{{"$filter", "id eq 'x'"}, {"$orderby", "id"}} { // of one value nothing can be left out
			get(path, options...).fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
		}
	}
	const unsupported = "Unsupported Query."
	for path, options := range map[string][]string{
		"/servicePrincipals/" + resource + "/appRoleAssignedTo": {"$orderby", "principalDisplayName"},
		"/users/" + c.person("bea"):                             {"$filter", "displayName eq 'x'"},
		"/organization":                                         {"$filter", "displayName eq 'x'"},
		"/domains":                                              {"$filter", "contains(id,'x')"},
	} {
		get(path, options...).fails(http.StatusBadRequest, "Request_UnsupportedQuery", unsupported)
	}
	c.do("GET /domains"+query("$search", `"id:a"`), "", "ConsistencyLevel", "eventual").fails(http.StatusBadRequest, "Request_UnsupportedQuery", unsupported)
}

// TestWire1_8_ListsOfValuesComeInPages: each once, in the order asked for; a page after a value that is gone is refused.
func TestWire1_8_ListsOfValuesComeInPages(t *testing.T) {
	f := newFixture(t)
	c := f.source
	whole := c.do("GET /directoryRoleTemplates"+query("$orderby", "displayName"), "").is(http.StatusOK).items("id")
	var paged []string
	for page := range c.pages(c.do("GET /directoryRoleTemplates"+query("$orderby", "displayName", "$top", "5"), "")) {
		paged = append(paged, page.is(http.StatusOK).items("id")...)
	}
	if !slices.Equal(paged, whole) {
		t.Errorf("page by page %v, at once %v", paged, whole)
	}

	for _, name := range []string{"a.example", "b.example", "c.example"} {
		f.system().do("POST /hospes/v1/tenants/"+c.tenant.ID.String()+"/domains", `{"id":"`+name+`"}`).is(http.StatusCreated)
	}
	first := c.do("GET /domains"+query("$orderby", "id", "$top", "1"), "").is(http.StatusOK)
	if strings.Contains(first.text, `\u0026`) {
		t.Errorf("the address is not written as that of other lists: %s", first.text)
	}
	next := first.str("@odata.nextLink")
	c.do("DELETE /domains/a.example", "").empty()
	c.send("GET", next, "").fails(http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
	parsed, err := url.Parse(next)
	if err != nil {
		t.Fatal(err)
	}
	c.do("GET /directoryRoleTemplates?$skiptoken="+parsed.Query().Get("$skiptoken"), "").fails(http.StatusBadRequest, "Request_BadRequest", "The specified page token is invalid.")
}

// TestWire1_9_GroupsWithoutAMailbox: Terraform asks every group for what a mailbox has, and knows 404 as a tenant without any.
func TestWire1_9_GroupsWithoutAMailbox(t *testing.T) {
	c := newFixture(t).source
	id := c.group("staff")
	c.do("GET /groups/"+id+query("$select", "allowExternalSenders,autoSubscribeNewMembers,hideFromAddressLists,hideFromOutlookClients"), "").
		fails(http.StatusNotFound, "ResourceNotFound", "The group has no mailbox; hospes keeps none.")
}
