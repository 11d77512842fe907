package graphapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestProvisioning4_4_ParseExpression(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	s.application()
	s.createJob()
	parse := func(at, expression, test string) *reply {
		t.Helper()
		pairs := []any{"expression", expression, "targetAttributeDefinition", nil}
		if test != "" {
			pairs = append(pairs, "testInputObject", json.RawMessage(`{"definition":null,"properties":[`+test+`]}`))
		}
		return s.source.do("POST "+at+"/schema/parseExpression", body(pairs...)).is(http.StatusOK)
	}
	for _, at := range []string{s.job, s.path + "/templates/Azure2Azure"} {
		parse(at, `Replace([preferredLanguage], "-", , , "_", , )`, `{"key":"preferredLanguage","value":"EN-US"}`).
			has("@odata.context", `"`+s.server.URL+`/v1.0/$metadata#microsoft.graph.parseExpressionResponse"`, "error", "null", "parsingSucceeded", "true", "evaluationSucceeded", "true",
				"evaluationResult", `["EN_US"]`, "parsedExpression.name", `"Replace"`)
		parse(at, `Join(",",[roles])`, `{"key":"roles","value@odata.type":"#Collection(String)","value":["a","b",null]}`).has("evaluationResult", `["a,b"]`)
		parse(at, `IIF([accountEnabled]="True","in","out")`, `{"key":"accountEnabled","value":true}`).has("evaluationResult", `["in"]`)
		parse(at, `[mail]`, `{"key":"jobTitle","value":"Chemist"}`).has("evaluationSucceeded", "true", "evaluationResult", "[]")
		parse(at, `ToLower([mail])`, "").has("parsingSucceeded", "true", "evaluationSucceeded", "false", "evaluationResult", "[]", "error", "null",
			"parsedExpression.type", `"Function"`, "parsedExpression.name", `"ToLower"`, "parsedExpression.parameters.0.value.name", `"mail"`)
		parse(at, `ToLower([mail]`, `{"key":"mail","value":"A@B"}`).has("parsingSucceeded", "false", "evaluationSucceeded", "false", "parsedExpression", "null",
			"error.code", `"AttributeMappingParsingFailed"`, "error.message", `"1:8: the parenthesis of ToLower is not closed"`)
		parse(at, `Left([mail], [n])`, `{"key":"mail","value":"A@B"},{"key":"n","value":"z"}`).has("parsingSucceeded", "true", "evaluationSucceeded", "false",
			"error.code", `"AttributeMappingEvaluationFailed"`, "error.message", `"1:14: Left expects a whole number, not \"z\""`)
	}
	s.source.do("POST "+s.job+"/schema/parseExpression", `{"expression":7}`).fails(http.StatusBadRequest, "Request_BadRequest", "The request body has a value of the wrong type: 'expression' cannot be of the type number.")
	s.source.do("POST "+s.job+"/schema/parseExpression", `{"expression":"[a]","testInputObject":{"properties":5}}`).
		fails(http.StatusBadRequest, "Request_BadRequest", "The request body has a value of the wrong type: 'testInputObject.properties' cannot be of the type number.")
	s.source.do("POST "+s.job+"/schema/parseExpression", "").is(http.StatusBadRequest)
	large := func(n int) string {
		return body("expression", "Left([mail],1)", "testInputObject", json.RawMessage(`{"properties":[{"key":"mail","value":"`+strings.Repeat("a", n)+`"}]}`))
	}
	s.source.do("POST "+s.job+"/schema/parseExpression", large(120<<10)).is(http.StatusOK).has("evaluationResult", `["a"]`)
	s.source.do("POST "+s.job+"/schema/parseExpression", large(128<<10)).is(http.StatusBadRequest)
}

func TestProvisioning9_2_Templates(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	s.application()
	app := s.source.do("GET /servicePrincipals/"+s.principal, "").str("appId")
	for _, at := range []string{"/servicePrincipals/" + s.principal, "/applications(appId='" + app + "')"} {
		at += "/synchronization/templates"
		s.source.do("GET "+at, "").is(http.StatusOK).has("value.0.id", `"Azure2Azure"`, "value.0.factoryTag", `"Azure2Azure"`)
		s.source.do("GET "+at+"/azure2azure", "").is(http.StatusOK).has("id", `"Azure2Azure"`)
		s.source.do("GET "+at+"/Azure2Azure/schema", "").is(http.StatusOK).has("version", `"v1.2"`, "synchronizationRules.0.objectMappings.0.targetObjectName", `"User"`)
		s.source.do("GET "+at+"/other", "").is(http.StatusNotFound)
		s.source.do("GET "+at+"/other/schema", "").is(http.StatusNotFound)
	}
}
