package graphapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

func TestWire1_1_HeadersOfEveryAnswer(t *testing.T) {
	f := newFixture(t)
	for _, r := range []*reply{
		f.source.do("GET /users", "", "client-request-id", "mine"), f.source.do("GET /users/"+absent, "", "client-request-id", "mine"), f.source.do("GET /nothing", "", "client-request-id", "mine"),
		f.source.with("").do("GET /users", "", "client-request-id", "mine"),
	} {
		if !isID(r.header.Get("request-id")) || r.header.Get("client-request-id") != "mine" || r.header.Get("Cache-Control") != "no-cache" || r.header.Get("Date") == "" ||
			r.header.Get("OData-Version") != "4.0" || r.header.Get("Vary") != "Accept-Encoding" || r.header.Get("x-ms-resource-unit") == "" {
			t.Errorf("%s answers with the headers %v", r.call, r.header)
		}
	}
	r := f.source.do("GET /users", "")
	equal(t, "without an id of one's own", r.header.Get("client-request-id"), r.header.Get("request-id"))
	equal(t, "type", r.header.Get("Content-Type"), "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	long := f.source.do("GET /users", "", "client-request-id", strings.Repeat("x", 101))
	equal(t, "an id that is too long", long.header.Get("client-request-id"), long.header.Get("request-id"))
}

// TestWire6_3_PagesOfOtherOriginsCallGraph: an application that is a page gets tokens, and can use them.
func TestWire6_3_PagesOfOtherOriginsCallGraph(t *testing.T) {
	f := newFixture(t)
	asked := f.source.with("").send(http.MethodOptions, f.server.URL+"/v1.0/users/"+absent, "", "Origin", "https://spa.example", "Access-Control-Request-Method", "PATCH", "Access-Control-Request-Headers", "authorization,consistencylevel")
	asked.is(http.StatusNoContent)
	if h := asked.header; h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "PATCH") || h.Get("Access-Control-Allow-Headers") != "authorization, *" || h.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("the browser is told %v", h)
	}
	for _, r := range []*reply{
		f.source.do("GET /users", "", "Origin", "https://spa.example").is(http.StatusOK), f.source.with("").do("GET /users", "", "Origin", "https://spa.example").is(http.StatusUnauthorized),
	} {
		if r.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(r.header.Get("Access-Control-Expose-Headers"), "request-id") {
			t.Errorf("the page is shown %v", r.header)
		}
	}
	if h := f.source.do("GET /users", "").header; h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("no page is told %v", h)
	}
	f.source.do("OPTIONS /users", "", "Origin", "https://spa.example").is(http.StatusMethodNotAllowed)
}

func TestWire4_2_RoutesThatAreNotThere(t *testing.T) {
	f := newFixture(t)
	const wrong = "Specified HTTP method is not allowed for the request target."
	for call, segment := range map[string]string{
		"GET /frobnicators":                            "frobnicators",
		"GET /users/" + absent + "/shoes":              "shoes",
		"GET /users(1)(2)":                             "users(1)(2)",
		"GET /groups/x/appRoles/y":                     "appRoles",
		"GET /policies":                                "policies",
		"GET /hospes/v1":                               "v1",
		"GET /hospes/users":                            "users",
		"GET /groups/x/members/microsoft.graph.device": "microsoft.graph.device", // a class, not the id of a member
		"GET /users/x/memberOf/microsoft.graph.administrativeUnit":       "microsoft.graph.administrativeUnit",
		"GET /directory/deletedItems/microsoft.graph.administrativeUnit": "microsoft.graph.administrativeUnit",
		"GET /v1.0/hospes/v1/tenants":                                    "hospes",
		"GET /users/x/%zz":                                               "",
	} {
		if segment == "" {
			continue // net/http refuses it before we do
		}
		f.source.do(call, "").fails(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+segment+"'.")
		f.source.with("").do(call, "").is(http.StatusBadRequest) // the route goes before the token
	}
	f.source.send("GET", f.server.URL+"/v2.0/users", "").fails(http.StatusBadRequest, "BadRequest", "Resource not found for the segment 'v2.0'.")
	for _, call := range []string{"PUT /users", "DELETE /groups", "POST /users/" + absent, "PATCH /domains", "TRACE /users", "POST /organization", "GET /hospes/v1/imports"} {
		f.source.do(call, "").fails(http.StatusMethodNotAllowed, "Request_BadRequest", wrong)
	}
	for _, path := range []string{"/V1.0/USERS", "/BETA/Users/", "/v1.0/GROUPS", "/v1.0/policies/CROSSTENANTACCESSPOLICY/Partners", "/v1.0/AuditLogs/DirectoryAudits"} {
		f.source.send("GET", f.server.URL+path, "").is(http.StatusOK)
	}
}

func TestWire4_2_BodiesThatCannotBeRead(t *testing.T) {
	f := newFixture(t)
	const unable = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format (at byte "
	for text, message := range map[string]string{
		"":                                      "Write requests (excluding DELETE) must contain the Content-Type header declaration and a JSON body.",
		"   \n":                                 "Write requests (excluding DELETE) must contain the Content-Type header declaration and a JSON body.",
		"[]":                                    unable + "1: an object is expected).",
		"3":                                     unable + "1: an object is expected).",
		`{"displayName":"x"} {}`:                unable + "21: something follows the object).",
		`{"displayName":"x","DisplayName":"y"}`: "Request contains a property with duplicate values: 'DisplayName'.",
	} {
		f.source.do("POST /users", text).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	for _, text := range []string{`{`, `{"a"`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `{a:1}`, `{"a":1}x`, "\x00", `{"a":tru}`, `{"a":"` + "\n" + `"}`} {
		r := f.source.do("POST /users", text).is(http.StatusBadRequest).has("error.code", `"Request_BadRequest"`)
		if !strings.HasPrefix(r.str("error.message"), unable) {
			t.Errorf("%s: %s", text, r.text)
		}
	}
	f.source.do("POST /users", "{\"displayName\":\"M\xfcller\"}").fails(http.StatusBadRequest, "Request_BadRequest", "Unable to read JSON request payload. It is not UTF-8, in which JSON is written: add charset=utf-8 to the Content-Type where your client encodes by it.")
	large := `{"displayName":"` + strings.Repeat("x", 2<<20) + `"}`
	f.source.do("POST /users", large).fails(http.StatusBadRequest, "Request_BadRequest", "The request body is larger than 2097152 bytes.")
	f.source.do("POST /users", zipped(t, large), "Content-Encoding", "gzip").fails(http.StatusBadRequest, "Request_BadRequest", "The request body is larger than 2097152 bytes.")
	f.source.do("POST /users", strings.Repeat("[", 100000)+"x").is(http.StatusBadRequest)
	f.source.do("POST /users", `{"x":`+strings.Repeat("[", 100000)).is(http.StatusBadRequest)
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWire10_3_CompressedBodies(t *testing.T) {
	f := newFixture(t)
	id := f.source.person("anna")
	f.source.do("PATCH /users/"+id, zipped(t, `{"city":"Bergen"}`), "Content-Encoding", "gzip").empty()
	f.source.do("GET /users/"+id+"?$select=city", "").has("city", `"Bergen"`)
	f.source.do("PATCH /users/"+id, `{"city":"Oslo"}`, "Content-Encoding", "gzip").fails(http.StatusBadRequest, "Request_BadRequest", "The request body is not gzip.")
	whole := zipped(t, `{"city":"Oslo"}`)
	f.source.do("PATCH /users/"+id, whole[:len(whole)-6], "Content-Encoding", "gzip").fails(http.StatusBadRequest, "Request_BadRequest", "The request body cannot be read.")
	f.source.do("PATCH /users/"+id, `{"city":"Oslo"}`, "Content-Encoding", "br").fails(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The content encoding 'br' is not supported.")
	f.source.do("GET /users/"+id+"?$select=city", "").has("city", `"Bergen"`)

	for i := range 10 {
		f.source.person(fmt.Sprintf("p%d", i))
	}
	plain := f.source.do("GET /users", "").is(http.StatusOK)
	r := f.source.do("GET /users", "", "Accept-Encoding", "gzip").is(http.StatusOK)
	equal(t, "encoding", r.header.Get("Content-Encoding"), "gzip")
	reader, err := gzip.NewReader(strings.NewReader(r.text))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the same answer", string(text), plain.text)
	small := f.source.do("GET /users?$select=id&$top=1", "", "Accept-Encoding", "gzip")
	equal(t, "a small one", small.header.Get("Content-Encoding"), "")
}

func TestWire1_1_WithoutAnnotations(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	team := c.group("Team", "members@odata.bind", []string{"/users/" + anna, "/users/" + bert})
	none := []string{"Accept", "application/json;odata.metadata=none", "ConsistencyLevel", "eventual"}
	for _, path := range []string{"/users/" + anna, "/users", "/groups/" + team + "/members", "/organization", "/domains", policyDefault, "/auditLogs/directoryAudits", "/users/delta?$deltatoken=latest",
		"/servicePrincipals/" + c.client.Principal.ID.String() + "/appRoleAssignments", partners, "/directoryObjects/" + anna} {
		r := c.do("GET "+path, "", none...).is(http.StatusOK)
		for _, annotation := range []string{"@odata.context", "@odata.type"} {
			if strings.Contains(r.text, annotation) {
				t.Errorf("%s answers %s: %s", r.call, annotation, r.text)
			}
		}
	}
	c.do("GET /users?$top=1&$count=true", "", none...).has("@odata.count", "2").str("@odata.nextLink")
	c.do("GET /groups/"+team+"/members?$top=1&$select=id", "", none...).has("value", `[{"id":"`+anna+`"}]`).str("@odata.nextLink")
	c.do("GET /users/delta", "", none...).str("@odata.deltaLink")
}

const policyDefault = "/policies/crossTenantAccessPolicy/default"

func TestWire1_1_Head(t *testing.T) {
	f := newFixture(t)
	id := f.source.person("anna")
	r := f.source.do("HEAD /users/"+id, "").is(http.StatusOK)
	equal(t, "body", r.text, "")
	f.source.with("").do("HEAD /users/"+id, "").is(http.StatusUnauthorized)
	f.source.do("HEAD /invitations", "").is(http.StatusMethodNotAllowed)
}

// brokenStore fails in a way that no caller should hear of, once it is told to.
type brokenStore struct {
	store.Store
	broken bool
	panics bool
}

func (s *brokenStore) View(ctx context.Context, t hospes.TenantID, fn func(store.Reader) error) error {
	switch {
	case s.panics:
		panic("sqlite is on fire")
	case s.broken:
		return errors.New("sqlite: database disk image is malformed")
	}
	return s.Store.View(ctx, t, fn)
}

func TestWire4_2_AFaultOfOursIsNotTold(t *testing.T) {
	f := newFixture(t)
	broken := &brokenStore{Store: f.Store}
	f.server.Config.Handler = f.api(broken)
	id := f.source.person("anna")
	for _, fault := range []*brokenStore{{broken: true}, {panics: true}} {
		broken.broken, broken.panics = fault.broken, fault.panics
		f.logged.Reset()
		r := f.source.do("GET /users/"+id, "").fails(http.StatusInternalServerError, "InternalServerError", "An unexpected error occurred. Quote the request id when you report it.")
		if log := f.logged.String(); !strings.Contains(log, r.header.Get("request-id")) || !strings.Contains(log, "sqlite") || strings.Contains(log, f.source.bearer) {
			t.Errorf("the log says: %s", log)
		}
		if strings.Contains(r.text, "sqlite") {
			t.Errorf("the answer tells of the inside: %s", r.text)
		}
	}
	broken.broken, broken.panics = false, false
	f.source.do("GET /users/"+id, "").is(http.StatusOK)
}

func TestDesign2_1_11_TenantsAreTheOperators(t *testing.T) {
	f := newFixture(t)
	operator := f.system()
	f.source.do("GET /hospes/v1/tenants", "").fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	f.source.do("POST /hospes/v1/tenants", `{"displayName":"x","initialDomain":"x.example"}`).is(http.StatusForbidden)
	equal(t, "tenants", operator.do("GET /hospes/v1/tenants", "").is(http.StatusOK).items("displayName"), []string{"Aurora", "Borealis", "Operator"})
	made := operator.do("POST /hospes/v1/tenants", `{"displayName":"Corona","initialDomain":"corona.example"}`).is(http.StatusCreated)
	made.reads(f.server.URL, `{"@odata.context":"ORIGIN/hospes/v1/$metadata#tenants/$entity","id":"#","displayName":"Corona","initialDomain":"corona.example","createdDateTime":"2026-11-20T12:00:00Z","isSystem":false}`)
	operator.do("GET /hospes/v1/tenants/"+made.str("id"), "").has("displayName", `"Corona"`)
	operator.do("GET /hospes/v1/tenants/"+absent, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	operator.do("POST /hospes/v1/tenants", `{"displayName":"x","initialDomain":"Corona.example"}`).is(http.StatusBadRequest)
	operator.do("POST /hospes/v1/tenants", `{"initialDomain":"y.example"}`).fails(http.StatusBadRequest, "Request_BadRequest", "A value is required for property 'displayName' of resource 'Organization'.")
	operator.do("POST /hospes/v1/tenants", `{"displayName":"x","initialDomain":"x"}`).fails(http.StatusBadRequest, "Request_BadRequest", "'x' is not a domain name.")
}

func TestDesign2_1_11_ImportStreamsProgress(t *testing.T) {
	f := newFixture(t)
	c := f.source
	const csv = "userPrincipalName,displayName,mail,manager,groups\n" +
		"anna@aurora.example,Anna,anna@aurora.example,bert@aurora.example,Team\n" +
		"bert@aurora.example,Bert,bert@aurora.example,,Team\n" +
		"carl@elsewhere.example,Carl,,,\n"
	lines := func(r *reply) (list []map[string]any) {
		t.Helper()
		r.is(http.StatusOK)
		equal(t, "type", r.header.Get("Content-Type"), "application/x-ndjson")
		for line := range strings.Lines(r.text) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			list = append(list, m)
		}
		return list
	}
	got := lines(c.do("POST /hospes/v1/imports?name=people.csv", csv))
	last := got[len(got)-1]
	equal(t, "what was refused", at(got[0], "error.line"), 4.0)
	for name, want := range map[string]any{"done": true, "records": 3.0, "created": 3.0, "failed": 1.0, "ties": 3.0, "line": 4.0, "bytes": float64(len(csv)), "error": nil} {
		equal(t, name, last[name], want)
	}
	anna := c.do("GET /users/anna@aurora.example", "").is(http.StatusOK).str("id")
	c.do("GET /users/"+anna+"/manager", "").has("displayName", `"Bert"`)
	equal(t, "groups", c.do("GET /users/"+anna+"/memberOf", "").items("displayName"), []string{"Team"})
	again := lines(c.do("POST /hospes/v1/imports?name=people.csv", zipped(t, csv), "Content-Encoding", "gzip"))
	last = again[len(again)-1]
	equal(t, "the second time", []any{last["created"], last["updated"], last["failed"], last["ties"]}, []any{0.0, 0.0, 1.0, 0.0})
	equal(t, "nobody else has them", f.target.do("GET /users", "").items("id"), []string{})
	c.do("POST /hospes/v1/imports", "hello").is(http.StatusBadRequest)
	c.mint("User.ReadWrite.All", "Directory.ReadWrite.All").do("POST /hospes/v1/imports?name=people.csv", csv).is(http.StatusForbidden)
}

func TestDesign2_1_11_TheOperatorInProcessNeedsNoToken(t *testing.T) {
	f := newFixture(t)
	api := f.api(f.Store)
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "https://localhost"+path, strings.NewReader(body))
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r.WithContext(graphapi.WithCaller(ctx, token.Caller{Tenant: f.source.tenant.ID})))
		return w
	}
	if w := ask("GET", "/hospes/v1/tenants", ""); w.Code != http.StatusOK {
		t.Errorf("tenants: %d %s", w.Code, w.Body)
	}
	if w := ask("POST", "/v1.0/groups", `{"displayName":"Team","mailNickname":"team","mailEnabled":false,"securityEnabled":true}`); w.Code != http.StatusCreated {
		t.Errorf("a group: %d %s", w.Code, w.Body)
	}
	// what no application may delete, nobody deletes
	if w := ask("DELETE", "/v1.0/directoryObjects/"+f.source.do("GET /organization", "").str("value.0.id"), ""); w.Code != http.StatusNotFound {
		t.Errorf("the organization itself: %d %s", w.Code, w.Body)
	}
	f.source.do("GET /auditLogs/directoryAudits?$top=1", "").has("value.0.activityDisplayName", `"Add group"`, "value.0.initiatedBy.app.displayName", `"hospes operator"`, "value.0.initiatedBy.app.appId", "null")
	for path, owned := range map[string]bool{
		"/v1.0/users": true, "/Beta": true, "//V1.0": true, "/hospes/v1/tenants": true, "/v1.0x": false, "/": false, "/portal/v1.0": false, "/" + absent + "/v2.0": false,
	} {
		equal(t, path, api.Owns(path), owned)
	}
}
