package graphapi_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

func TestWire5_4_Metadata(t *testing.T) {
	f := newFixture(t)
	anybody := f.source.with("")
	r := anybody.do("GET /$metadata", "").is(http.StatusOK)
	equal(t, "type", r.header.Get("Content-Type"), "application/xml")
	type named struct {
		Name     string `xml:"Name,attr"`
		Type     string `xml:"Type,attr"`
		BaseType string `xml:"BaseType,attr"`
		Set      string `xml:"EntityType,attr"`
	}
	type structured struct {
		named
		Properties  []named `xml:"Property"`
		Navigations []named `xml:"NavigationProperty"`
	}
	var document struct {
		Schema struct {
			Entities  []structured `xml:"EntityType"`
			Complexes []structured `xml:"ComplexType"`
			Sets      []named      `xml:"EntityContainer>EntitySet"`
		} `xml:"DataServices>Schema"`
	}
	if err := xml.Unmarshal([]byte(r.text), &document); err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]string{} // properties with their types, by class
	for _, e := range append(document.Schema.Entities, document.Schema.Complexes...) {
		if known["microsoft.graph."+e.Name] != nil {
			t.Errorf("there are two types %s", e.Name)
		}
		members := map[string]string{}
		for _, p := range append(e.Properties, e.Navigations...) {
			members[p.Name] = p.Type
		}
		known["microsoft.graph."+e.Name] = members
	}
	for name, members := range known {
		for member, typed := range members {
			typed = strings.TrimSuffix(strings.TrimPrefix(typed, "Collection("), ")")
			if !strings.HasPrefix(typed, "Edm.") && known[typed] == nil {
				t.Errorf("%s/%s is of the type %q, which is not there", name, member, typed)
			}
		}
	}
	for _, schema := range hospes.Schemas() {
		members := known["microsoft.graph."+schema.Name]
		for _, p := range schema.Properties {
			if _, there := members[p.Name]; there == (p.Access == hospes.Hidden) {
				t.Errorf("%s/%s is hidden: %v, and named: %v", schema.Name, p.Name, p.Access == hospes.Hidden, there)
			}
		}
	}
	for path, want := range map[string]string{
		"user/displayName": "Edm.String", "user/accountEnabled": "Edm.Boolean", "user/businessPhones": "Collection(Edm.String)", "user/createdDateTime": "Edm.DateTimeOffset",
		"user/identities": "Collection(microsoft.graph.userIdentities)", "user/manager": "microsoft.graph.directoryObject", "group/members": "Collection(microsoft.graph.directoryObject)",
	} {
		class, member, _ := strings.Cut(path, "/")
		equal(t, path, known["microsoft.graph."+class][member], want)
	}
	root := anybody.do("GET /", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata"`)
	names := root.items("name")
	for _, set := range document.Schema.Sets {
		if !strings.Contains(strings.Join(names, " "), set.Name) || known[set.Set] == nil {
			t.Errorf("the set %s of %s is not in the service document, or of no type", set.Name, set.Set)
		}
	}
	if len(names) < 6 {
		t.Errorf("the service document names %v", names)
	}
	anybody.do("GET /beta/$metadata", "").is(http.StatusOK)
	anybody.do("GET /beta", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/beta/$metadata"`)
}

func TestWire1_3_ExpandOverAnyNumberOfTies(t *testing.T) {
	c := newFixture(t).source
	outer, inner, core, anna, bert := nested(c)
	r := c.do("GET /users/"+bert+"?$select=id&$expand=transitiveMemberOf($select=id)", "").is(http.StatusOK)
	got := map[string]bool{}
	for _, item := range r.at("transitiveMemberOf").([]any) {
		got[at(item, "id").(string)] = true
	}
	equal(t, "transitiveMemberOf", got, map[string]bool{outer: true, inner: true, core: true})
	r = c.do("GET /groups?$select=id&$expand=transitiveMembers($select=id)", "").is(http.StatusOK)
	for i, id := range r.items("id") {
		list := r.at("value").([]any)[i].(map[string]any)["transitiveMembers"].([]any)
		if want := 4; len(list) != want {
			t.Errorf("%s has %d members, want %d", id, len(list), want)
		}
	}
	c.do("POST /groups/"+outer+"/owners/$ref", ref(anna)).empty()
	c.do("GET /users/"+anna+"?$select=id&$expand=ownedObjects($select=id)", "").has("ownedObjects", `[{"@odata.type":"#microsoft.graph.group","id":"`+outer+`"}]`)
	app := c.do("POST /applications", `{"displayName":"App"}`).str("id")
	c.do("POST /applications/"+app+"/owners/$ref", ref(anna)).empty()
	c.do("GET /applications/"+app+"?$select=id&$expand=owners($select=id)", "").has("owners", `[{"@odata.type":"#microsoft.graph.user","id":"`+anna+`"}]`)
	c.do("GET /servicePrincipals?$select=id&$expand=memberOf", "").is(http.StatusOK)
	c.mint("User.Read.All").do("GET /users?$expand=ownedObjects", "").is(http.StatusForbidden)
}
