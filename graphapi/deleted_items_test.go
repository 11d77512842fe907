package graphapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

const bin = "/directory/deletedItems"

// unified makes a Microsoft 365 group, which unlike a security group goes to the bin.
func (c *caller) unified(name string, more ...any) string {
	c.Helper()
	return c.group(name, append([]any{"groupTypes", []string{"Unified"}, "mailEnabled", true}, more...)...)
}

// binned makes an object of each class that has a bin, and deletes it.
func (c *caller) binned() map[string]string {
	c.Helper()
	app := c.do("POST /applications", `{"displayName":"Binned app"}`).is(http.StatusCreated)
	sp := c.do("POST /servicePrincipals", body("appId", app.str("appId"))).is(http.StatusCreated)
	ids := map[string]string{"user": c.person("binned"), "group": c.unified("Binned"), "application": app.str("id"), "servicePrincipal": sp.str("id")}
	c.do("DELETE /users/"+ids["user"], "").empty()
	c.do("DELETE /groups/"+ids["group"], "").empty()
	c.do("DELETE /applications/"+ids["application"], "").empty() // takes its service principal along
	return ids
}

func TestWire5_3_DeletedItemsAreListedByClass(t *testing.T) {
	f := newFixture(t)
	c := f.source
	ids := c.binned()
	c.group("Security")
	live := c.person("live")
	for class, id := range ids {
		list := bin + "/microsoft.graph." + class
		r := c.do("GET "+list+"?$select=id,deletedDateTime", "").is(http.StatusOK)
		r.has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#`+class+`s(id,deletedDateTime)"`, "value", `[{"id":"`+id+`","deletedDateTime":"`+f.Clock.Now().Format(time.RFC3339)+`"}]`)
		equal(t, "$count of "+class, c.do("GET "+list+"/$count", "", "ConsistencyLevel", "eventual").is(http.StatusOK).text, "1")
		c.do("GET "+bin+"/"+id, "").is(http.StatusOK).has("@odata.type", `"#microsoft.graph.`+class+`"`, "id", `"`+id+`"`, "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects/$entity"`)
	}
	c.do("GET "+bin, "").fails(http.StatusBadRequest, "Request_BadRequest", "The class of the deleted items must be given, as in /directory/deletedItems/microsoft.graph.user.")
	for _, method := range []string{"GET ", "DELETE "} {
		c.do(method+bin+"/"+live, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(live))
		c.do(method+bin+"/nobody", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("nobody"))
	}
	c.do("POST "+bin+"/"+live+"/restore", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(live))
	c.do("GET "+bin+"/microsoft.graph.user?$expand=memberOf", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
}

func TestWire1_3_DeletedItemsAreFilteredSortedAndPaged(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var order, moments []string
	for _, name := range []string{"p3", "p1", "p2"} {
		id := c.person(name)
		f.Clock.Advance(time.Minute)
		c.do("DELETE /users/"+id, "").empty()
		order, moments = append(order, id), append(moments, f.Clock.Now().Format(time.RFC3339))
	}
	list := bin + "/microsoft.graph.user"
	advanced := []string{"ConsistencyLevel", "eventual"}
	backwards := slices.Clone(order)
	slices.Reverse(backwards)
	for q, want := range map[string][]string{
		query("$filter", "displayName eq 'p1'"):                                      order[1:2],
		query("$filter", "startswith(displayName,'p')", "$top", "2"):                 order[:2],
		query("$filter", "userPrincipalName eq 'p2@aurora.example'"):                 order[2:],
		query("$filter", "deletedDateTime ge "+moments[1]):                           order[1:],
		query("$filter", "deletedDateTime eq "+moments[0]):                           order[:1],
		query("$filter", "userType eq 'Guest'"):                                      {},
		query("$orderby", "displayName"):                                             {order[1], order[2], order[0]},
		query("$orderby", "userPrincipalName desc"):                                  {order[0], order[2], order[1]},
		query("$orderby", "deletedDateTime desc", "$count", "true"):                  backwards,
		query("$orderby", "deletedDateTime", "$count", "true"):                       order,
		query("$filter", "deletedDateTime lt "+moments[1]+" or displayName eq 'p2'"): {order[0], order[2]},
	} {
		equal(t, q, c.do("GET "+list+q, "", advanced...).is(http.StatusOK).items("id"), want)
	}
	for _, orderby := range []string{"", "$orderby=displayName&", "$orderby=deletedDateTime%20desc&$count=true&"} {
		var paged []string
		whole := c.do("GET "+list+"?"+strings.TrimSuffix(orderby, "&"), "", advanced...).items("id")
		for r := range c.pages(c.do("GET "+list+"?"+orderby+"$top=1", "", advanced...)) {
			paged = append(paged, r.is(http.StatusOK).items("id")...)
		}
		equal(t, "in pages "+orderby, paged, whole)
	}
	equal(t, "page of", len(c.do("GET "+list, "").items("id")), 3)
}

func TestWire7_8_WhatIsRestoredIsWhatWasDeleted(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, chief := c.person("anna"), c.person("chief")
	team := c.unified("Team", "members@odata.bind", []string{"/users/" + anna}, "owners@odata.bind", []string{"/users/" + chief})
	c.do("PUT /users/"+anna+"/manager/$ref", ref(chief)).empty()
	before := c.content()
	for path, class := range map[string]string{"/users/" + anna: "user", "/groups/" + team: "group"} {
		c.do("DELETE "+path, "").empty()
		f.Clock.Advance(29 * 24 * time.Hour)
		c = c.mint(allPermissions()...)
		r := c.do("POST "+bin+path[strings.LastIndex(path, "/"):]+"/restore", "").is(http.StatusOK)
		r.has("@odata.type", `"#microsoft.graph.`+class+`"`, "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects/$entity"`)
		c.do("GET "+path+"?$select=deletedDateTime", "").is(http.StatusOK).has("deletedDateTime", "null")
		c.do("GET "+bin+path[strings.LastIndex(path, "/"):], "").is(http.StatusNotFound)
	}
	if c.content() != before {
		t.Error("what was restored is not what was deleted")
	}
	c.do("DELETE /users/"+anna, "").empty()
	c.do("DELETE "+bin+"/"+anna, "").empty()
	c.do("POST "+bin+"/"+anna+"/restore", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(anna))
	security := c.group("Gone")
	c.do("DELETE /groups/"+security, "").empty()
	c.do("GET "+bin+"/"+security, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(security))
}

func TestWire7_8_AnApplicationIsRestoredWithoutItsServicePrincipal(t *testing.T) {
	f := newFixture(t)
	c := f.source
	ids := c.binned()
	c.do("POST "+bin+"/"+ids["application"]+"/restore", "").is(http.StatusOK)
	c.do("GET /applications/"+ids["application"], "").is(http.StatusOK)
	c.do("GET /servicePrincipals/"+ids["servicePrincipal"], "").is(http.StatusNotFound)
	c.do("POST "+bin+"/"+ids["servicePrincipal"]+"/restore", "").is(http.StatusOK)
	c.do("GET /servicePrincipals/"+ids["servicePrincipal"], "").is(http.StatusOK)
}

func TestWire7_8_WhatWasTakenMeanwhileHindersTheRestore(t *testing.T) {
	f := newFixture(t)
	c := f.source
	conflict := func(id, body, property string) {
		t.Helper()
		message := "Another object with the same value for property " + property + " already exists."
		c.do("POST "+bin+"/"+id+"/restore", body).fails(http.StatusBadRequest, "Request_BadRequest", message).has("error.details.0.code", `"ObjectConflict"`, "error.details.0.target", `"`+property+`"`)
		c.do("GET "+bin+"/"+id, "").is(http.StatusOK)
	}
	name := c.person("anna")
	c.do("DELETE /users/"+name, "").empty()
	heir := c.person("anna")
	conflict(name, "", "userPrincipalName")
	conflict(name, `{"autoReconcileProxyConflict":true}`, "userPrincipalName")
	c.do("DELETE /users/"+heir, "").empty()
	c.do("POST "+bin+"/"+name+"/restore", "").is(http.StatusOK)

	address := c.person("bert", "mail", "b@partner.example")
	guest := c.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).str("invitedUser.id")
	c.do("DELETE /users/"+address, "").empty()
	c.do("DELETE /users/"+guest, "").empty()
	c.person("carl", "mail", "B@partner.example")
	c.person("dora", "mail", "g@partner.example")
	conflict(address, "", "proxyAddresses")
	conflict(address, `{"autoReconcileProxyConflict":false}`, "proxyAddresses")
	c.do("POST "+bin+"/"+address+"/restore", `{"autoReconcileProxyConflict":true}`).is(http.StatusOK)
	c.do("GET /users/"+address+"?$select=mail,proxyAddresses", "").has("mail", "null", "proxyAddresses", "[]")
	c.do("POST "+bin+"/"+guest+"/restore", `{"autoReconcileProxyConflict":true}`).is(http.StatusOK)
	c.do("GET /users/"+guest+"?$select=mail,proxyAddresses", "").has("mail", `"g@partner.example"`, "proxyAddresses", "[]")

	group := c.unified("Team")
	c.do("DELETE /groups/"+group, "").empty()
	c.unified("Team")
	conflict(group, "", "proxyAddresses")

	c.do("DELETE /users/"+name, "").empty()
	c.do("POST "+bin+"/"+name+"/restore", `{"autoReconcileProxyConflict":"yes"}`).fails(http.StatusBadRequest, "Request_BadRequest", "The value of 'autoReconcileProxyConflict' must be true or false.")
	c.do("POST "+bin+"/"+name+"/restore", `{"colour":1}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'colour'.")
}

// TestSecurity5_3_DeletedItemsByClass asks for each class of the bin with each permission alone: it is enough for the
// classes it names, and of the others it gets the same answer as for what is not there.
func TestSecurity5_3_DeletedItemsByClass(t *testing.T) {
	f := newFixture(t)
	ids := f.source.binned()
	for _, test := range []struct{ method, permission, classes string }{
		{"GET", "User.Read.All", "user"}, {"GET", "User.ReadWrite.All", "user"}, {"GET", "Group.Read.All", "group"}, {"GET", "GroupMember.Read.All", "group"},
		{"GET", "Application.Read.All", "application servicePrincipal"}, {"GET", "Application.ReadWrite.All", "application servicePrincipal"},
		{"GET", "Directory.Read.All", "user group application servicePrincipal"}, {"GET", "Directory.ReadWrite.All", "user group application servicePrincipal"},
		{"POST", "User.ReadWrite.All", "user"}, {"POST", "Group.ReadWrite.All", "group"}, {"POST", "Application.ReadWrite.All", "application servicePrincipal"},
		{"DELETE", "User.ReadWrite.All", "user"}, {"DELETE", "Group.ReadWrite.All", "group"}, {"DELETE", "Application.ReadWrite.All", "application servicePrincipal"},
	} {
		c := f.source.mint(test.permission)
		for class, id := range ids {
			path := test.method + " " + bin + "/" + id
			status := http.StatusOK
			switch test.method {
			case "POST":
				path += "/restore"
			case "DELETE":
				status = http.StatusNoContent
			}
			r := c.do(path, "")
			if !slices.Contains(strings.Fields(test.classes), class) {
				r.fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
				continue
			}
			if r.is(status); test.method == "POST" {
				f.source.do("DELETE /"+class+"s/"+id, "").empty()
			}
		}
		if test.method == "DELETE" {
			ids = f.source.binned()
		}
	}
	for _, c := range []*caller{f.source.mint(), f.source.mint("AuditLog.Read.All")} {
		for class, id := range ids {
			for _, call := range []string{"GET " + bin + "/" + id, "DELETE " + bin + "/" + id, "POST " + bin + "/" + id + "/restore", "GET " + bin + "/microsoft.graph." + class, "GET " + bin + "/" + absent} {
				c.do(call, "").fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
			}
		}
	}
}

func TestWire7_8_TheBinIsEmptiedAfterThirtyDays(t *testing.T) {
	f := newFixture(t)
	c := f.source
	ids := c.binned()
	f.Clock.Advance(directory.BinLife)
	removed := 0
	c.update(func(tx store.Tx) (err error) {
		removed, err = directory.EmptyBin(tx, tx.Now().Add(-directory.BinLife), 10)
		return err
	})
	equal(t, "removed", removed, len(ids))
	c = c.mint(allPermissions()...)
	for _, id := range ids {
		c.do("GET "+bin+"/"+id, "").is(http.StatusNotFound)
	}
}
