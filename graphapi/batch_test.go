package graphapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// batch sends steps and gives what each answered, by its id.
func (c *caller) batch(steps string, headers ...string) map[string]*reply {
	c.Helper()
	r := c.do("POST /$batch", `{"requests":[`+steps+`]}`, headers...).is(http.StatusOK)
	out := map[string]*reply{}
	list, ok := r.at("responses").([]any)
	if !ok {
		c.Fatalf("no responses in %s", r.text)
	}
	for _, item := range list {
		id := at(item, "id").(string)
		text, err := json.Marshal(at(item, "body"))
		if err != nil {
			c.Fatal(err)
		}
		step := &reply{TB: c.TB, call: "step " + id, status: int(at(item, "status").(float64)), header: http.Header{}, json: at(item, "body"), text: string(text)}
		for name, value := range at(item, "headers").(map[string]any) {
			step.header.Set(name, value.(string))
		}
		out[id] = step
	}
	if len(out) != len(list) {
		c.Fatalf("%d answers to %d steps", len(list), len(out))
	}
	return out
}

func TestWire3_BatchRunsEachStepAsARequestOfItsOwn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	team := c.group("Team")
	for _, version := range []string{"/v1.0", "/beta"} {
		c.do("POST "+version+"/$batch", `{"requests":[]}`).is(http.StatusOK).has("responses", "[]")
		c.do("POST "+version+"/$batch", `{"requests":[{"id":"a","method":"GET","url":"users/`+anna+`"}]}`).is(http.StatusOK).
			has("responses.0.status", "200", "responses.0.body.displayName", `"anna"`)
	}
	got := c.batch(`{"id":"1","method":"GET","url":"/users?$select=displayName&$filter=displayName eq 'anna'"},
		{"id":"2","method":"get","url":"users?%24filter=displayName%20eq%20%27anna%27&$select=id"},
		{"id":"3","method":"PATCH","url":"/groups/` + team + `","headers":{"content-type":"application/json;odata.metadata=none"},"body":{"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/` + anna + `"]}},
		{"id":"4","method":"GET","url":"/users/$count","headers":{"ConsistencyLevel":"eventual"}},
		{"id":"5","method":"GET","url":"/users/` + absent + `"},
		{"id":"6","method":"POST","url":"/groups","headers":{"Content-Type":"application/json"},"body":{"displayName":"G","mailNickname":"g","mailEnabled":false,"securityEnabled":true}},
		{"id":"7","method":"GET","url":"/users","headers":{"Authorization":"Bearer x","Accept-Encoding":"gzip"}},
		{"id":"8","method":"DELETE","url":"/nothing/here"}`)
	got["1"].is(http.StatusOK).has("value", `[{"displayName":"anna"}]`)
	got["2"].is(http.StatusOK).has("value", `[{"id":"`+anna+`"}]`)
	got["3"].is(http.StatusNoContent)
	equal(t, "the body of a 204", got["3"].json, nil)
	equal(t, "members", c.do("GET /groups/"+team+"/members", "").items("id"), []string{anna})
	equal(t, "a text in base64", got["4"].is(http.StatusOK).json, "MQ==")
	equal(t, "its type", got["4"].header.Get("Content-Type"), "text/plain")
	got["5"].is(http.StatusNotFound).has("error.code", `"Request_ResourceNotFound"`)
	location := got["6"].is(http.StatusCreated).header.Get("Location")
	equal(t, "Location", location, f.server.URL+"/v1.0/groups/"+got["6"].str("id"))
	got["7"].is(http.StatusOK)
	got["8"].is(http.StatusBadRequest)
	for _, name := range []string{"Cache-Control", "X-Ms-Resource-Unit", "Odata-Version", "Content-Type"} {
		if got["1"].header.Get(name) == "" {
			t.Errorf("a step has no %s", name)
		}
	}
}

func TestWire3_BatchDependsOn(t *testing.T) {
	c := newFixture(t).source
	anna := c.person("anna")
	patch := func(id, name, after string) string {
		return fmt.Sprintf(`{"id":"%s","method":"PATCH","url":"/users/%s","headers":{"Content-Type":"application/json"},"body":{"displayName":"%s"},"dependsOn":[%s]}`, id, anna, name, after)
	}
	got := c.batch(patch("C", "third", `"b"`) + "," + patch("B", "second", `"A","a"`) + "," + patch("a", "first", ""))
	for id, r := range got {
		equal(t, id, r.status, http.StatusNoContent)
	}
	equal(t, "the last word", c.do("GET /users/"+anna, "").str("displayName"), "third")

	got = c.batch(`{"id":"bad","method":"GET","url":"/users/` + absent + `"},` + patch("next", "no", `"bad"`) + "," + patch("last", "no", `"next"`) + "," + patch("free", "free", ""))
	equal(t, "what fails", got["bad"].status, http.StatusNotFound)
	for _, id := range []string{"next", "last"} {
		got[id].is(http.StatusFailedDependency).has("error.code", `"FailedDependency"`, "error.message", `"Failed Dependency"`)
	}
	equal(t, "what depends on nothing", got["free"].status, http.StatusNoContent)
	equal(t, "nothing was done by the others", c.do("GET /users/"+anna, "").str("displayName"), "free")
}

func TestWire3_BatchThatIsRefusedWhole(t *testing.T) {
	c := newFixture(t).source
	get := func(id, more string) string { return `{"id":` + id + `,"method":"GET","url":"/users"` + more + `}` }
	many := strings.TrimSuffix(strings.Repeat(get(`"x"`, "")+",", 21), ",")
	for body, message := range map[string]string{
		`{"requests":[` + many + `]}`:                                                                      "Number of batch request steps exceeds the maximum value of 20.",
		`{"requests":[` + get(`"a"`, "") + "," + get(`"A"`, "") + `]}`:                                     "The id 'A' is used by more than one step.",
		`{"requests":[` + get(`"a"`, `,"dependsOn":["z"]`) + `]}`:                                          "Step 'a' depends on 'z', which is no step of the batch.",
		`{"requests":[` + get(`"a"`, `,"dependsOn":["a"]`) + `]}`:                                          "The steps of a batch depend on each other in a ring.",
		`{"requests":[` + get(`"a"`, `,"dependsOn":["b"]`) + "," + get(`"b"`, `,"dependsOn":["a"]`) + `]}`: "The steps of a batch depend on each other in a ring.",
		`{"requests":[` + get(`1`, "") + `]}`:                                                              "The 'id' of a step is of the wrong type.",
		`{"requests":[` + get(`""`, "") + `]}`:                                                             "Every step must have an 'id' that is a text.",
		`{"requests":[{"id":"a","url":"/users"}]}`:                                                         "Step 'a' must have a 'method' and a 'url'.",
		`{"requests":[{"id":"a","method":"GET"}]}`:                                                         "Step 'a' must have a 'method' and a 'url'.",
		`{"requests":[` + get(`"a"`, `,"headers":{"A":1}`) + `]}`:                                          "The 'headers' of a step is of the wrong type.",
		`{"requests":{}}`: "The 'requests' of a batch must be an array.",
		`{}`:              "A batch must have 'requests'.",
	} {
		c.do("POST /$batch", body).fails(http.StatusBadRequest, "BadRequest", message)
	}
	c.do("POST /$batch", `{"requests":[`).is(http.StatusBadRequest)
	c.with("").do("POST /$batch", `{"requests":[`).is(http.StatusUnauthorized)
}

func TestWire3_BatchStepsThatCannotBe(t *testing.T) {
	f := newFixture(t)
	c := f.source
	post := `"method":"POST","url":"/groups"`
	got := c.batch(`{"id":"nested","method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}},
		{"id":"absolute","method":"GET","url":"` + f.server.URL + `/v1.0/users"},
		{"id":"host","method":"GET","url":"//other.example/v1.0/users"},
		{"id":"bare","body":{"a":1},` + post + `},
		{"id":"text","headers":{"Content-Type":"text/plain"},"body":{"a":1},` + post + `},
		{"id":"typed","headers":{"Content-Type":"text/plain"},"body":"eA==",` + post + `},
		{"id":"method","method":"PUT","url":"/users"},
		{"id":"fine","method":"GET","url":"/users"}`)
	for _, id := range []string{"nested", "absolute", "host", "bare", "text"} {
		got[id].is(http.StatusBadRequest).has("error.code", `"BadRequest"`)
	}
	got["typed"].is(http.StatusUnsupportedMediaType)
	got["method"].is(http.StatusMethodNotAllowed).has("error.message", `"Specified HTTP method is not allowed for the request target."`)
	got["fine"].is(http.StatusOK)
}

func TestWire3_BatchAsksForThePermissionOfEachStep(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.person("anna")
	got := c.mint("User.Read.All").batch(`{"id":"1","method":"GET","url":"/users"},{"id":"2","method":"GET","url":"/groups"},{"id":"3","method":"GET","url":"/users/anna_x#EXT#@aurora.example"}`)
	got["1"].is(http.StatusOK)
	got["2"].is(http.StatusForbidden).has("error.code", `"Authorization_RequestDenied"`)
	got["3"].is(http.StatusNotFound).has("error.message", `"Resource 'anna_x#EXT#@aurora.example' does not exist or one of its queried reference-property objects are not present."`)
	f.Clock.Advance(2 * time.Hour)
	c.do("POST /$batch", `{"requests":[]}`).is(http.StatusUnauthorized)
}

func TestWire3_BatchIsCompressedAsAWhole(t *testing.T) {
	c := newFixture(t).source
	for i := range 20 {
		c.person(fmt.Sprintf("p%02d", i))
	}
	r := c.do("POST /$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"2","method":"GET","url":"/users"}]}`, "Accept-Encoding", "gzip").is(http.StatusOK)
	equal(t, "Content-Encoding", r.header.Get("Content-Encoding"), "gzip")
	if len(r.text) > 3000 {
		t.Errorf("two pages of twenty people take %d bytes", len(r.text))
	}
}
