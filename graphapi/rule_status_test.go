package graphapi_test

import (
	"net/http"
	"testing"

	"github.com/hospes-dev/hospes/dynamic"
)

// TestGroups5_2_MembershipRuleProcessingStatus tells how far a rule is worked in: not at all after each change of it, then
// under way, then done, and that it cannot be where it asks about what is gone.
func TestGroups5_2_MembershipRuleProcessingStatus(t *testing.T) {
	f := newFixture(t)
	c := f.source
	p := &dynamic.Processor{Store: f.Store, Clock: f.Clock, Log: f.log, Node: "test"}
	step := func() bool {
		t.Helper()
		worked, err := p.Step(ctx, c.tenant.ID)
		if err != nil {
			t.Fatal(err)
		}
		return worked
	}
	finish := func() {
		t.Helper()
		for step() {
			continue
		}
	}
	anna := c.person("anna", "city", "Rome")
	app, prefix := c.app("HR")
	extension := c.do("POST /applications/"+app+"/extensionProperties", `{"name":"badge","dataType":"String","targetObjects":["User"]}`).is(http.StatusCreated).str("id")
	romans := ruled(c, "Romans", `user.city -eq "Rome"`)
	path := "/beta/groups/" + romans + "?$select=id,membershipRuleProcessingStatus"
	stands := func(when, status string) {
		t.Helper()
		c.on(t).do("GET "+path, "").is(http.StatusOK).has("id", `"`+romans+`"`, "membershipRuleProcessingStatus", `{"status":"`+status+`","lastMembershipUpdated":null,"errorMessage":null}`)
	}
	stands("before anybody has looked", "NotStarted")
	step()
	stands("once it is known", "Running")
	finish()
	stands("done", "Succeeded")
	equal(t, "members", c.do("GET /groups/"+romans+"/members", "").items("id"), []string{anna})
	c.do("PATCH /groups/"+romans, `{"displayName":"Romani"}`).empty()
	c.person("bert", "city", "Oslo")
	stands("another name, another person", "Succeeded")
	c.do("PATCH /groups/"+romans, body("membershipRule", `user.city -eq "Oslo"`)).empty()
	stands("another rule", "NotStarted")
	step()
	stands("once it is known", "Running")
	finish()
	stands("done again", "Succeeded")

	c.do("PATCH /groups/"+romans, `{"membershipRuleProcessingState":"Paused"}`).empty()
	c.do("GET "+path, "").is(http.StatusOK).has("membershipRuleProcessingStatus", "null")
	finish()
	c.do("PATCH /groups/"+romans, `{"membershipRuleProcessingState":"On"}`).empty()
	stands("after a pause", "NotStarted")
	c.do("PATCH /groups/"+romans, body("membershipRule", "user."+prefix+`badge -eq "red"`)).empty()
	finish()
	stands("about an added property", "Succeeded")
	c.do("DELETE /applications/"+app+"/extensionProperties/"+extension, "").empty()
	failed := c.do("GET "+path, "").is(http.StatusOK).has("membershipRuleProcessingStatus.status", `"Failed"`)
	if failed.str("membershipRuleProcessingStatus.errorMessage") == "" {
		t.Errorf("it does not say why: %s", failed.text)
	}

	assigned := c.group("Assigned")
	c.do("GET /beta/groups/"+assigned+"?$select=membershipRuleProcessingStatus", "").is(http.StatusOK).has("membershipRuleProcessingStatus", "null")
	for _, nowhere := range []string{
		"/groups/" + romans + "?$select=membershipRuleProcessingStatus", "/beta/groups?$select=membershipRuleProcessingStatus", "/beta/groups/delta?$select=membershipRuleProcessingStatus",
		"/beta/users/" + anna + "?$select=membershipRuleProcessingStatus", "/beta/users/" + anna + "/memberOf/microsoft.graph.group?$select=membershipRuleProcessingStatus",
	} {
		c.do("GET "+nowhere, "").is(http.StatusBadRequest)
	}
	c.do("PATCH /groups/"+romans, `{"membershipRuleProcessingStatus":{"status":"Succeeded"}}`).is(http.StatusBadRequest)
}
