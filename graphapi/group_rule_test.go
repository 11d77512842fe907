package graphapi_test

import (
	"net/http"
	"testing"
)

// ruled makes a group with a rule.
func ruled(c *caller, name, rule string) string {
	return c.group(name, "groupTypes", []string{"DynamicMembership"}, "membershipRule", rule, "membershipRuleProcessingState", "On")
}

// TestGroups7_9_RulesAreCheckedWhenTheyAreWritten refuses rules that mean nothing, and what does not go together.
func TestGroups7_9_RulesAreCheckedWhenTheyAreWritten(t *testing.T) {
	f := newFixture(t)
	c := f.source
	create := func(more ...any) *reply {
		return c.do("POST /groups", body(append([]any{"displayName", "D", "mailNickname", "d", "mailEnabled", false, "securityEnabled", true, "groupTypes", []string{"DynamicMembership"}}, more...)...))
	}
	for rule, message := range map[string]string{
		`user.shoeSize -eq "42"`: "Dynamic membership rule validation error at character 1: People have no property 'shoeSize' that a rule can use; see the list in docs/dynamic-groups.md.",
		`user.city -eq Rome`:     `Dynamic membership rule validation error at character 1: The text Rome stands without quotes; write "Rome".`,
		`(user.city -eq "Rome"`:  "Dynamic membership rule validation error at character 22: Here stands the end where ')' is expected.",
		`  `:                     "A value is required for property 'membershipRule' of resource 'Group'.",
		"user.memberOf -any (group.objectId -in ['" + absent + "'])": "The rule names the group '" + absent + "', which is not there.",
	} {
		create("membershipRule", rule, "membershipRuleProcessingState", "On").fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	create("membershipRule", `user.city -eq "Rome"`, "membershipRuleProcessingState", "Off").fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'membershipRuleProcessingState' of resource 'Group'.")
	create("membershipRule", `user.city -eq "Rome"`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'membershipRuleProcessingState' of resource 'Group'.")

	romans := ruled(c, "Romans", `user.city -eq "Rome"`)
	copies := ruled(c, "Copies", "user.memberOf -any (group.objectId -in ['"+romans+"'])")
	message := "A memberOf rule cannot name the group '" + copies + "', whose members follow from a memberOf rule themselves."
	rule := "user.memberOf -any (group.objectId -in ['" + copies + "'])"
	c.do("PATCH /groups/"+romans, body("membershipRule", rule)).fails(http.StatusBadRequest, "Request_BadRequest", message)
	c.do("PATCH /groups/"+copies, body("membershipRule", rule)).fails(http.StatusBadRequest, "Request_BadRequest", message)
	c.do("PATCH /groups/"+romans, `{"membershipRule":null}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'membershipRule' of resource 'Group'.")
	c.do("PATCH /groups/"+romans, `{"membershipRuleProcessingState":"Paused"}`).empty()
	c.do("PATCH /groups/"+romans, `{"groupTypes":[]}`).empty()
	c.do("GET /groups/"+romans, "").has("membershipRule", "null")
	c.do("GET /groups/"+romans, "").has("membershipRuleProcessingState", "null")
	c.do("PATCH /groups/"+romans, `{"membershipRule":"user.city -eq \"Rome\""}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid value specified for property 'membershipRule' of resource 'Group'.")
	c.do("PATCH /groups/"+romans, `{"groupTypes":["DynamicMembership"],"membershipRule":"user.city -eq \"Rome\"","membershipRuleProcessingState":"On"}`).empty()
}

// TestGroups5_2_EvaluateDynamicMembership asks a group's rule, and one that is not any group's, about somebody.
func TestGroups5_2_EvaluateDynamicMembership(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	c.do("PATCH /users/"+anna, `{"city":"Rome","jobTitle":"Baker"}`).empty()
	group := ruled(c, "Romans", `user.city -eq "Rome" -and -not (user.jobTitle -contains "chem")`)
	for _, version := range []string{"", "/groups"} {
		path := "POST /groups/" + group + "/evaluateDynamicMembership"
		ask := body("memberId", anna)
		if version != "" {
			path, ask = "POST /groups/evaluateDynamicMembership", body("memberId", anna, "membershipRule", `user.city -eq "Rome" -and -not (user.jobTitle -contains "chem")`)
		}
		r := c.do(path, ask).is(http.StatusOK)
		r.has("membershipRuleEvaluationResult", "true")
		r.has("membershipRule", `"user.city -eq \"Rome\" -and -not (user.jobTitle -contains \"chem\")"`)
		r.has("membershipRuleEvaluationDetails", `{"expression":"user.city -eq \"Rome\" -and -not user.jobTitle -contains \"chem\"","expressionResult":true,"propertyToEvaluate":null,"expressionEvaluationDetails":[`+
			`{"expression":"user.city -eq \"Rome\"","expressionResult":true,"propertyToEvaluate":{"propertyName":"city","propertyValue":"Rome"},"expressionEvaluationDetails":[]},`+
			`{"expression":"-not user.jobTitle -contains \"chem\"","expressionResult":true,"propertyToEvaluate":null,"expressionEvaluationDetails":[`+
			`{"expression":"user.jobTitle -contains \"chem\"","expressionResult":false,"propertyToEvaluate":{"propertyName":"jobTitle","propertyValue":"Baker"},"expressionEvaluationDetails":[]}]}]}`)
	}
	path := "POST /groups/" + group + "/evaluateDynamicMembership"
	c.do(path, body("memberId", anna, "membershipRule", `user.department -eq "x"`)).has("membershipRuleEvaluationDetails",
		`{"expression":"user.department -eq \"x\"","expressionResult":false,"propertyToEvaluate":{"propertyName":"department","propertyValue":null},"expressionEvaluationDetails":[]}`)
	c.do(path, `{}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'memberId'.")
	c.do(path, body("memberId", absent)).is(http.StatusNotFound)
	c.do(path, body("memberId", anna, "membershipRule", "user.city")).fails(http.StatusBadRequest, "Request_BadRequest",
		"Dynamic membership rule validation error at character 10: Here stands the end where an operator such as -eq is expected.")
	plain := c.group("Plain")
	c.do("POST /groups/"+plain+"/evaluateDynamicMembership", body("memberId", anna)).fails(http.StatusBadRequest, "Request_BadRequest", "The group has no rule: give one as 'membershipRule'.")
	c.mint("User.Read.All").do(path, body("memberId", anna)).is(http.StatusForbidden)
	secret := c.group("Secret", "visibility", "HiddenMembership")
	ask := body("memberId", anna, "membershipRule", "user.memberOf -any (group.objectId -in ['"+secret+"'])")
	c.mint("User.Read.All", "Group.Read.All").do(path, ask).is(http.StatusForbidden)
	c.mint("User.Read.All", "Group.Read.All", "Member.Read.Hidden").do(path, ask).has("membershipRuleEvaluationResult", "false")
}
