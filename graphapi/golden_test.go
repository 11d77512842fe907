package graphapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/graphapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares an exchange with a file, in which what differs from run to run has a name in braces.
type golden struct {
	t     *testing.T
	f     *fixture
	names *strings.Replacer
}

// shown are the headers that a golden file holds.
var shown = []string{
	"Content-Type", "Location", "OData-Version", "Preference-Applied", "Retry-After", "WWW-Authenticate", "Cache-Control", "Vary",
	"x-ms-resource-unit", "x-ms-throttle-scope", "x-ms-throttle-information", "x-ms-throttle-limit-percentage",
}

var (
	anyUUID  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyToken = regexp.MustCompile(`(skiptoken|deltatoken)=[\w-]{10,}`)
	anySID   = regexp.MustCompile(`S-1-12-1-[\d-]+`)
)

// exchange makes a request and compares it, and what is answered, with the file of the name.
func (g golden) exchange(name string, c *caller, call, body string, headers ...string) *reply {
	g.t.Helper()
	method, address, _ := strings.Cut(call, " ")
	if !strings.HasPrefix(address, "http") {
		address = g.f.server.URL + address
	}
	r := c.on(g.t).send(method, address, body, headers...)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", method, strings.TrimPrefix(address, g.f.server.URL))
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&b, "%s: %s\n", headers[i], headers[i+1])
	}
	if body != "" {
		fmt.Fprintf(&b, "\n%s\n", pretty(body))
	}
	fmt.Fprintf(&b, "\n----\n%d %s\n", r.status, http.StatusText(r.status))
	for _, header := range shown {
		if value := r.header.Get(header); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", header, value)
		}
	}
	if r.text != "" {
		fmt.Fprintf(&b, "\n%s\n", pretty(r.text))
	}
	text := strings.ReplaceAll(g.names.Replace(b.String()), g.f.server.URL, "{origin}")
	text = anyToken.ReplaceAllString(text, "$1={token}")
	text = anySID.ReplaceAllString(text, "{sid}")
	text = anyUUID.ReplaceAllString(text, "{id}")
	file := filepath.Join("testdata", "golden", name+".http")
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			g.t.Fatal(err)
		}
		return r
	}
	want, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatal(err)
	}
	if text != string(want) {
		g.t.Errorf("%s differs; go test ./graphapi -run Golden -update writes it anew\n%s\nwant\n%s", file, text, want)
	}
	return r
}

// pretty indents JSON and leaves everything else as it is.
func pretty(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// TestWire1_2_Golden holds every shape of an answer byte by byte (graph-wire 1.2, 2, 3 and 4.1).
func TestWire1_2_Golden(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert, team := c.person("anna"), c.person("bert"), c.group("Team")
	c.do("POST /groups/"+team+"/members/$ref", ref(anna)).empty()
	g := golden{t, f, strings.NewReplacer(anna, "{anna}", bert, "{bert}", team, "{team}", c.tenant.ID.String(), "{tenant}", f.target.tenant.ID.String(), "{target}", c.client.AppID, "{app}", absent, "{absent}")}
	const v1 = "/v1.0"

	g.exchange("collection", c, "GET "+v1+"/users", "")
	g.exchange("collection_page", c, "GET "+v1+"/users?$select=id,displayName&$top=1&$count=true", "", eventual, "eventual")
	g.exchange("collection_without_metadata", c, "GET "+v1+"/users?$select=displayName&$top=1", "", "Accept", "application/json;odata.metadata=none")
	g.exchange("collection_of_any_class", c, "GET "+v1+"/groups/"+team+"/members?$select=id,displayName", "")
	g.exchange("collection_of_references", c, "GET "+v1+"/groups/"+team+"/members/$ref", "")
	g.exchange("collection_of_texts", c, "POST "+v1+"/users/"+anna+"/getMemberGroups", `{"securityEnabledOnly":false}`)
	g.exchange("entity", c, "GET "+v1+"/users/"+anna, "")
	g.exchange("entity_group", c, "GET "+v1+"/groups/"+team, "")
	g.exchange("entity_with_all_metadata", c, "GET "+v1+"/users/"+anna+"?$select=id,displayName", "", "Accept", "application/json;odata.metadata=full")
	g.exchange("entity_expanded", c, "GET "+v1+"/groups/"+team+"?$select=id&$expand=members($select=id)", "")
	g.exchange("function", c, "GET "+v1+"/tenantRelationships/findTenantInformationByTenantId(tenantId='"+f.target.tenant.ID.String()+"')", "")
	g.exchange("count", c, "GET "+v1+"/users/$count", "", eventual, "eventual")
	g.exchange("no_content", c, "PATCH "+v1+"/users/"+bert, `{"jobTitle":"Chemist"}`)
	g.exchange("service_document", c, "GET "+v1+"/", "")

	g.exchange("batch", c, "POST "+v1+"/$batch", `{"requests":[
		{"id":"1","method":"GET","url":"/users/`+anna+`?$select=displayName"},
		{"id":"2","method":"GET","url":"users/`+absent+`","headers":{"client-request-id":"mine"}},
		{"id":"3","method":"DELETE","url":"/users/`+bert+`","dependsOn":["2"]},
		{"id":"4","method":"GET","url":"/users/$count","headers":{"ConsistencyLevel":"eventual"}}]}`, "client-request-id", "of-the-batch")

	mine := []string{"client-request-id", "mine"}
	g.exchange("error_401", c.with(""), "GET "+v1+"/users", "", mine...)
	g.exchange("error_403", c.mint(), "GET "+v1+"/users", "", mine...)
	g.exchange("error_404", c, "GET "+v1+"/users/"+absent, "", mine...)
	g.exchange("error_400_segment", c, "GET "+v1+"/shoes", "", mine...)
	g.exchange("error_400_query", c, "GET "+v1+"/users?$filter=nothing%20eq%201", "", mine...)
	g.exchange("error_400_unsupported_query", c, "GET "+v1+"/users?$filter=displayName%20ne%20'x'", "", mine...)
	g.exchange("error_400_conflict", c, "PATCH "+v1+"/users/"+bert, `{"userPrincipalName":"anna@aurora.example"}`, mine...)
	g.exchange("error_405", c, "PUT "+v1+"/users", `{}`, mine...)
	partner := `{"tenantId":"` + absent + `"}`
	c.do("POST "+partners, partner).is(http.StatusCreated)
	g.exchange("error_409", c, "POST "+v1+partners, partner, mine...)
	g.exchange("error_415", c, "POST "+v1+"/groups", `{"displayName":"x"}`, append(slices.Clone(mine), "Content-Type", "text/xml")...)
	g.exchange("error_501", c, "GET "+v1+"/users?$select=aboutMe", "", mine...)

	link := g.exchange("delta_1_first_round", c, "GET "+v1+"/users/delta?$select=displayName,jobTitle", "").str("@odata.deltaLink")
	c.do("PATCH /users/"+anna, `{"displayName":"Anna"}`).empty()
	c.do("DELETE /users/"+bert, "").empty()
	link = g.exchange("delta_2_changes", c, "GET "+link, "", "Prefer", "return=minimal").str("@odata.deltaLink")
	g.exchange("delta_3_nothing_new", c, "GET "+link, "")
	f.Clock.Advance(8 * 24 * time.Hour)
	g.exchange("error_410", c.mint(allPermissions()...), "GET "+link, "", mine...)

	f.limited(graphapi.Limits{Units: []graphapi.SizedLimit{{Limit: graphapi.Limit{Calls: 1, In: 7 * time.Second}}}})
	fresh := c.mint("User.Read.All")
	fresh.do("GET /users?$select=id", "").is(http.StatusOK)
	g.exchange("error_429", fresh, "GET "+v1+"/users?$select=id", "", mine...)
}
