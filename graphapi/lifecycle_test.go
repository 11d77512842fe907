package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire5_1_WhenPeopleLeave is told and taken with a permission of its own: who lacks it is shown nothing, and can
// neither filter, sort nor follow by it.
func TestWire5_1_WhenPeopleLeave(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const leaves, others = `"2027-03-31T22:00:00Z"`, "User.ReadWrite.All"
	anna, bert := c.person("anna"), c.person("bert", "employeeLeaveDateTime", "2030-01-01T00:00:00Z")
	c.do("PATCH /users/"+anna, `{"employeeLeaveDateTime":`+leaves+`}`).empty()
	shown := "?$select=id,displayName,employeeLeaveDateTime"
	filter := query("$filter", "employeeLeaveDateTime le 2027-12-31T00:00:00Z", "$select", "id", "$count", "true")

	reader, writer, blind := c.mint(others, "User-LifeCycleInfo.Read.All"), c.mint(others, "User-LifeCycleInfo.ReadWrite.All"), c.mint(others)
	for _, who := range []*caller{reader, writer} {
		who.do("GET /users/"+anna+shown, "").has("employeeLeaveDateTime", leaves)
		equal(t, "filtered", who.do("GET /users"+filter, "", eventual, "eventual").is(http.StatusOK).items("id"), []string{anna})
	}
	blind.do("GET /users/"+anna+shown, "").is(http.StatusOK).has("employeeLeaveDateTime", "null", "displayName", `"anna"`)
	blind.do("GET /users"+filter, "", eventual, "eventual").is(http.StatusForbidden)
	blind.do("GET /users/$count?$filter=employeeLeaveDateTime+ge+2027-12-31T00:00:00Z", "", eventual, "eventual").is(http.StatusForbidden)
	reader.do("PATCH /users/"+anna, `{"employeeLeaveDateTime":null}`).is(http.StatusForbidden)
	blind.do("PATCH /users/"+anna, `{"employeeLeaveDateTime":null,"displayName":"Anna"}`).is(http.StatusForbidden)
	blind.do("POST /users", body("accountEnabled", true, "displayName", "x", "mailNickname", "x", "userPrincipalName", "x@aurora.example", "employeeLeaveDateTime", "2030-01-01T00:00:00Z",
		"passwordProfile", map[string]any{"password": password})).is(http.StatusForbidden)
	c.mint("User-LifeCycleInfo.ReadWrite.All").do("PATCH /users/"+anna, `{"employeeLeaveDateTime":null}`).is(http.StatusForbidden)
	writer.do("PATCH /users/"+anna, `{"employeeLeaveDateTime":"soon"}`).is(http.StatusBadRequest)
	reader.do("GET /users/"+anna+shown, "").has("employeeLeaveDateTime", leaves, "displayName", `"anna"`)

	for _, path := range []string{"/users/" + anna, "/beta/users/" + anna, "/beta/users", "/beta/directoryObjects/" + anna, "/beta/users/delta"} { // only where it is asked for
		if text := c.do("GET "+path, "").is(http.StatusOK).text; strings.Contains(text, "employeeLeaveDateTime") || strings.Contains(text, "customSecurityAttributes") {
			t.Errorf("GET %s shows it: %s", path, text)
		}
	}
	c.do("PUT /users/"+bert+"/manager/$ref", ref(anna)).empty()
	expand := "/users/" + bert + "?$select=id&$expand=manager($select=id,employeeLeaveDateTime)"
	reader.do("GET "+expand, "").has("manager.employeeLeaveDateTime", leaves)
	blind.do("GET "+expand, "").is(http.StatusOK).has("manager.employeeLeaveDateTime", "null")
	blindly := blind.do("GET /users/delta"+shown, "").is(http.StatusOK)
	if strings.Contains(blindly.text, "2027") || strings.Contains(blindly.text, "2030") {
		t.Errorf("the delta shows %s", blindly.text)
	}
	if told := reader.do("GET /users/delta"+shown, ""); !strings.Contains(told.text, leaves) {
		t.Errorf("the delta shows %s", told.text)
	}

	head, global := c.administrator("Head", hospes.UserAdministrator), c.administrator("Global", hospes.GlobalAdministrator)
	scopes := []string{"User.ReadWrite.All", "User-LifeCycleInfo.ReadWrite.All"}
	c.signedIn(head, scopes...).do("GET /users/"+anna+shown, "").has("employeeLeaveDateTime", "null")
	c.signedIn(head, scopes...).do("PATCH /users/"+anna, `{"employeeLeaveDateTime":null}`).is(http.StatusForbidden)
	c.signedIn(c.user(anna), scopes...).do("GET /me"+shown, "").is(http.StatusOK).has("employeeLeaveDateTime", "null")
	c.signedIn(c.administrator("Eye", hospes.GlobalReader), scopes...).do("GET /users/"+anna+shown, "").has("employeeLeaveDateTime", leaves)
	c.signedIn(global, scopes...).do("PATCH /users/"+anna, `{"employeeLeaveDateTime":null}`).empty()
	reader.do("GET /users/"+anna+shown, "").has("employeeLeaveDateTime", "null")
}

// TestWire5_1_CustomSecurityAttributes can be asked for, and there are none.
func TestWire5_1_CustomSecurityAttributes(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	c.do("GET /users/"+anna+"?$select=customSecurityAttributes", "").is(http.StatusOK).has("customSecurityAttributes", "null")
	c.do("PATCH /users/"+anna, `{"customSecurityAttributes":{"Engineering":{"Project":"x"}}}`).is(http.StatusBadRequest)
	c.do("GET /users?$filter=customSecurityAttributes/Engineering/Project+eq+'x'", "").is(http.StatusBadRequest)
}
