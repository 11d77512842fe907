package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// invitedBy notes that somebody invited a person.
func (c *caller) invitedBy(person, inviter string) {
	c.Helper()
	c.update(func(tx store.Tx) error {
		invited, err := store.Find(tx, store.Live, hospes.UserSchema, objectID(c, person))
		if err != nil {
			return err
		}
		by, err := store.Find(tx, store.Live, nil, objectID(c, inviter))
		if err != nil {
			return err
		}
		_, err = tx.Relate(hospes.Tie{Relation: hospes.RelationInviter, From: invited.Number, To: by.Number})
		return err
	})
}

// nested makes Outer, which holds Inner, which holds Core, which holds Outer again, and people in Outer and Core.
func nested(c *caller) (outer, inner, core, anna, bert string) {
	c.Helper()
	outer, inner, core = c.group("Outer"), c.group("Inner"), c.group("Core")
	anna, bert = c.person("anna"), c.person("bert")
	for _, tie := range [][2]string{{outer, inner}, {inner, core}, {core, outer}, {outer, anna}, {core, bert}, {inner, bert}} {
		c.do("POST /groups/"+tie[0]+"/members/$ref", ref(tie[1])).empty()
	}
	return outer, inner, core, anna, bert
}

func holds(t testing.TB, r *reply, want ...string) {
	t.Helper()
	got := r.is(http.StatusOK).items("id")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", r.call, got, want)
	}
}

func TestWire5_2_TransitiveMembersComeToAnEndInARing(t *testing.T) {
	f := newFixture(t)
	c := f.source
	outer, inner, core, anna, bert := nested(c)
	holds(t, c.do("GET /groups/"+outer+"/members", ""), inner, anna)
	holds(t, c.do("GET /groups/"+outer+"/transitiveMembers", "").has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects"`), inner, core, anna, bert)
	holds(t, c.do("GET /groups/"+outer+"/transitiveMembers/microsoft.graph.user", ""), anna, bert)
	holds(t, c.do("GET /groups/"+outer+"/transitiveMembers/microsoft.graph.group", ""), inner, core)
	holds(t, c.do("GET /groups/"+outer+"/transitiveMembers/microsoft.graph.servicePrincipal", ""))
	holds(t, c.do("GET /groups/"+core+"/transitiveMemberOf", ""), inner, outer)
	holds(t, c.do("GET /users/"+bert+"/transitiveMemberOf", ""), core, inner, outer)
	holds(t, c.do("GET /users/"+anna+"/memberOf", ""), outer)
	holds(t, c.do("GET /users/"+anna+"/transitiveMemberOf/microsoft.graph.group", ""), outer, inner, core)
	holds(t, c.do("GET /groups/"+outer+"/transitiveMembers"+query("$filter", "displayName eq 'bert'", "$count", "true"), "", eventual, "eventual").has("@odata.count", "1"), bert)
	for path, want := range map[string]string{
		"/groups/" + outer + "/transitiveMembers/$count": "4", "/groups/" + outer + "/transitiveMembers/microsoft.graph.user/$count": "2",
		"/users/" + bert + "/transitiveMemberOf/$count": "3", "/groups/" + outer + "/owners/$count": "0",
	} {
		equal(t, path, c.do("GET "+path, "", eventual, "eventual").is(http.StatusOK).text, want)
		c.do("GET "+path, "").fails(http.StatusBadRequest, "Request_BadRequest", "$count is not currently supported.")
	}
	var got []string
	for r := range c.pages(c.do("GET /groups/"+outer+"/transitiveMembers?$top=1", "")) {
		got = append(got, r.is(http.StatusOK).items("id")...)
	}
	slices.Sort(got)
	want := []string{inner, core, anna, bert}
	slices.Sort(want)
	equal(t, "page by page", got, want)
}

func TestWire5_1_ReportsOfReports(t *testing.T) {
	c := newFixture(t).source
	chief, boss, anna := c.person("chief"), c.person("boss"), c.person("anna")
	c.do("PUT /users/"+anna+"/manager/$ref", ref(boss)).empty()
	c.do("PUT /users/"+boss+"/manager/$ref", ref(chief)).empty()
	c.do("PUT /users/"+chief+"/manager/$ref", ref(anna)).empty()
	holds(t, c.do("GET /users/"+chief+"/directReports", ""), boss)
	holds(t, c.do("GET /users/"+chief+"/transitiveReports", ""), boss, anna)
	equal(t, "$count", c.do("GET /users/"+chief+"/transitiveReports/$count", "", eventual, "eventual").text, "2")
	c.do("DELETE /users/"+boss, "").empty()
	holds(t, c.do("GET /users/"+chief+"/transitiveReports", ""))
}

func TestWire1_2_References(t *testing.T) {
	f := newFixture(t)
	c := f.source
	team, anna, bert := c.group("Team"), c.person("anna"), c.person("bert")
	c.do("POST /groups/"+team+"/members/$ref", ref(anna)).empty()
	c.do("PUT /users/"+anna+"/manager/$ref", ref(bert)).empty()
	c.do("GET /groups/"+team+"/members/$ref", "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#Collection($ref)","value":[{"@odata.id":"ORIGIN/v1.0/directoryObjects/`+anna+`"}]}`)
	c.do("GET /users/"+anna+"/manager/$ref", "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#$ref","@odata.id":"ORIGIN/v1.0/directoryObjects/`+bert+`"}`)
	c.do("GET /users/"+bert+"/manager/$ref", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("manager"))

	const withoutRef = "This address names the other object itself. To take away the reference to it, add /$ref; to delete it, use its own address."
	for _, kind := range []string{"members", "owners"} {
		c.do("DELETE /groups/"+team+"/"+kind+"/"+anna, "").fails(http.StatusBadRequest, "Request_BadRequest", withoutRef)
	}
	c.do("DELETE /groups/"+team+"/members/$ref", "").fails(http.StatusBadRequest, "Request_BadRequest", "The reference to remove must be in the path, as in members/{id}/$ref, or in the query option '@id'.")
	c.do("DELETE /groups/"+team+"/members/$ref"+query("@id", "https://graph.microsoft.com/v1.0/directoryObjects/"+bert), "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(bert))
	c.do("DELETE /groups/"+team+"/members/$ref"+query("@id", "https://graph.microsoft.com/v1.0/directoryObjects/"+anna), "").empty()
	holds(t, c.do("GET /groups/"+team+"/members", ""))
	c.do("GET /users/"+anna, "").is(http.StatusOK)
}

func TestWire5_1_CheckAndGetMemberships(t *testing.T) {
	f := newFixture(t)
	c := f.source
	outer, inner, core, anna, bert := nested(c)
	mail := c.unified("Mail")
	c.do("POST /groups/"+mail+"/members/$ref", ref(bert)).empty()
	c.do("PATCH /groups/"+mail, `{"securityEnabled":false}`).empty()
	principal := c.client.Principal.ID.String()
	c.do("POST /groups/"+core+"/members/$ref", ref(principal)).empty()
	ask := func(path, text string, want ...string) {
		t.Helper()
		r := c.do("POST "+path, text).is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#Collection(Edm.String)"`)
		got := []string{}
		for _, v := range r.at("value").([]any) {
			got = append(got, v.(string))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s %s: %v, want %v", path, text, got, want)
		}
	}
	ask("/users/"+bert+"/checkMemberGroups", body("groupIds", []string{outer, core, absent, strings.ToUpper(inner)}), outer, core, inner)
	ask("/users/"+anna+"/checkMemberGroups", body("groupIds", []string{mail}))
	ask("/users/bert@aurora.example/checkMemberObjects", body("ids", []string{outer, anna}), outer)
	ask("/directoryObjects/"+bert+"/checkMemberGroups", body("groupIds", []string{outer}), outer)
	ask("/groups/"+core+"/checkMemberGroups", body("groupIds", []string{outer, inner, core}), outer, inner)
	ask("/servicePrincipals/"+principal+"/getMemberObjects", `{}`, outer, inner, core)
	ask("/users/"+bert+"/getMemberGroups", `{"securityEnabledOnly":false}`, outer, inner, core, mail)
	ask("/users/"+bert+"/getMemberGroups", `{"securityEnabledOnly":true}`, outer, inner, core)
	ask("/users/"+bert+"/getMemberObjects", "", outer, inner, core, mail)
	ask("/users/"+anna+"/checkMemberGroups", `{"groupIds":[]}`)

	many := body("groupIds", slices.Repeat([]string{outer}, 21))
	path := "POST /users/" + anna + "/checkMemberGroups"
	c.do(path, many).fails(http.StatusBadRequest, "Request_BadRequest", "At most 20 ids can be given in 'groupIds'.")
	c.do(path, `{"groupIds":["x"]}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid object identifier 'x'.")
	c.do(path, `{"groupIds":"x"}`).fails(http.StatusBadRequest, "Request_BadRequest", "The value of 'groupIds' must be a list of ids.")
	c.do(path, `{}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'groupIds'.")
	c.do("POST /groups/"+core+"/getMemberGroups", `{"securityEnabledOnly":true}`).fails(http.StatusBadRequest, "Request_BadRequest", "'securityEnabledOnly' can be true only for users.")
	c.do("POST /users/"+absent+"/getMemberGroups", `{}`).is(http.StatusNotFound)
}

func TestWire5_1_GetByIDs(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team, foreign := c.person("anna"), c.group("Team"), f.target.person("zoe")
	principal := c.client.Principal.ID.String()
	all := []string{team, absent, anna, foreign, principal, anna}
	r := c.do("POST /directoryObjects/getByIds", body("ids", all)).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#directoryObjects"`)
	holds(t, r, team, anna, principal)
	equal(t, "types", r.items("@odata.type"), []string{"#microsoft.graph.group", "#microsoft.graph.user", "#microsoft.graph.servicePrincipal"})
	holds(t, c.do("POST /directoryObjects/getByIds", body("ids", all, "types", []string{"User", "device", "directoryObjectPartnerReference"})), anna)
	holds(t, c.do("POST /directoryObjects/getByIds", body("ids", all, "types", []string{"directoryObject"})), team, anna, principal)
	r = c.do("POST /directoryObjects/getByIds?$select=id,displayName", body("ids", []string{anna})).is(http.StatusOK)
	equal(t, "selected", r.at("value.0"), map[string]any{"@odata.type": "#microsoft.graph.user", "id": anna, "displayName": "anna"})
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprintf("00000000-0000-4000-8000-%012d", i))
	}
	holds(t, c.do("POST /directoryObjects/getByIds", body("ids", many[:1000])))
	c.do("POST /directoryObjects/getByIds", body("ids", many)).fails(http.StatusBadRequest, "Request_BadRequest", "At most 1000 ids can be given in 'ids'.")
}

func TestWire5_1_DeleteOfADirectoryObjectAsksForThePermissionOfItsClass(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team := c.person("anna"), c.group("Team")
	c.mint("Group.ReadWrite.All").do("DELETE /directoryObjects/"+anna, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(anna))
	c.mint("User.ReadWrite.All").do("DELETE /directoryObjects/"+team, "").is(http.StatusNotFound)
	c.mint("User.Read.All").do("DELETE /directoryObjects/"+anna, "").is(http.StatusForbidden)
	c.mint("User.ReadWrite.All").do("DELETE /directoryObjects/"+anna, "").empty()
	c.mint("Group.ReadWrite.All").do("DELETE /directoryObjects/"+team, "").empty()
	app := c.do("POST /applications", `{"displayName":"App"}`).str("id")
	c.mint("Application.ReadWrite.OwnedBy").do("DELETE /directoryObjects/"+app, "").is(http.StatusForbidden)
	c.mint("Application.ReadWrite.All").do("DELETE /directoryObjects/"+app, "").empty()
	c.do("DELETE /directoryObjects/"+f.target.person("zoe"), "").is(http.StatusNotFound)
	c.do("GET /directory/deletedItems/"+anna, "").is(http.StatusOK)
}

func TestWire5_4_OwnersOfApplications(t *testing.T) {
	c := newFixture(t).source
	anna := c.person("anna")
	app := c.do("POST /applications", `{"displayName":"App"}`).is(http.StatusCreated)
	sp := c.do("POST /servicePrincipals", body("appId", app.str("appId"))).is(http.StatusCreated).str("id")
	for _, owned := range []string{"/applications/" + app.str("id"), "/servicePrincipals/" + sp} {
		c.do("POST "+owned+"/owners/$ref", ref(anna)).empty()
		c.do("POST "+owned+"/owners/$ref", ref(anna)).fails(http.StatusBadRequest, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'owners'.")
		holds(t, c.do("GET "+owned+"/owners", ""), anna)
		holds(t, c.do("GET "+owned+"/owners/microsoft.graph.user", ""), anna)
	}
	holds(t, c.do("GET /applications(appId='"+app.str("appId")+"')/owners", ""), anna)
	holds(t, c.do("GET /users/"+anna+"/ownedObjects", ""), app.str("id"), sp)
	holds(t, c.do("GET /users/"+anna+"/ownedObjects/microsoft.graph.application", ""), app.str("id"))
	c.do("DELETE /applications/"+app.str("id")+"/owners/"+anna+"/$ref", "").empty()
	c.do("DELETE /applications/"+app.str("id")+"/owners/"+anna+"/$ref", "").is(http.StatusNotFound)
	holds(t, c.do("GET /users/"+anna+"/ownedObjects", ""), sp)
}

func TestWire5_1_InvitedBy(t *testing.T) {
	c := newFixture(t).source
	guest, anna := c.person("guest"), c.person("anna")
	c.do("GET /users/"+guest+"/invitedBy", "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere("invitedBy"))
	c.invitedBy(guest, anna)
	c.do("GET /users/"+guest+"/invitedBy", "").is(http.StatusOK).has("id", `"`+anna+`"`, "@odata.type", `"#microsoft.graph.user"`)
	c.do("DELETE /users/"+anna, "").empty()
	c.do("GET /users/"+guest+"/invitedBy", "").is(http.StatusNotFound)
}
