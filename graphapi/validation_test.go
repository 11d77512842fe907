package graphapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestWire5_2_NamesOfGroupsAreValidated: as a create or a change would, and a nickname whose address is taken as well.
func TestWire5_2_NamesOfGroupsAreValidated(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	team := c.do("POST /groups", body("displayName", "Team", "mailNickname", "team", "mailEnabled", true, "securityEnabled", false, "groupTypes", []string{"Unified"})).is(http.StatusCreated).str("id")
	const unborn = "POST /directoryObjects/validateProperties"
	existing := "POST /groups/" + team + "/validateProperties"
	for _, call := range []string{unborn, existing} {
		for _, names := range [][]any{
			{"displayName", "Team"}, {"mailNickname", "free"}, {"displayName", "x", "mailNickname", "free", "onBehalfOfUserId", anna}, {"displayName", strings.Repeat("x", 256)},
		} {
			c.do(call, body(append(names, "entityType", "Group")...)).empty()
		}
		for _, names := range [][]any{
			{}, {"displayName", ""}, {"displayName", strings.Repeat("x", 257)}, {"mailNickname", ""}, {"mailNickname", "a b"}, {"mailNickname", "a@b"},
			{"mailNickname", strings.Repeat("x", 65)}, {"displayName", 7},
		} {
			c.do(call, body(append(names, "entityType", "Group")...)).is(http.StatusBadRequest)
		}
		c.do(call, body("entityType", "Group", "displayName", "x", "onBehalfOfUserId", absent)).is(http.StatusNotFound)
	}
	for _, kind := range []any{nil, "User", ""} {
		c.do(unborn, body("entityType", kind, "displayName", "x")).is(http.StatusBadRequest)
	}
	taken := body("entityType", "Group", "displayName", "Team", "mailNickname", "TEAM")
	c.do(existing, taken).empty() // its own
	c.do(unborn, taken).fails(http.StatusUnprocessableEntity, "Request_UnprocessableEntity", "The values provided contain one or more validation errors.").
		has("error.details.0", `{"code":"PropertyConflict","target":"mailNickname","message":"Another object with the same value for property mailNickname already exists."}`)
	other := c.group("Other")
	c.do("POST /groups/"+other+"/validateProperties", taken).is(http.StatusUnprocessableEntity)
	c.do("POST /groups/"+absent+"/validateProperties", taken).is(http.StatusNotFound)
}
