package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// app makes an application over the wire and gives its id and the beginning of the names of its extensions.
func (c *caller) app(name string) (id, prefix string) {
	c.Helper()
	r := c.do("POST /applications", body("displayName", name)).is(http.StatusCreated)
	return r.str("id"), "extension_" + strings.ReplaceAll(r.str("appId"), "-", "") + "_"
}

// define makes a directory extension for people and groups and gives its full name.
func (c *caller) define(app, name, dataType string, more ...any) string {
	c.Helper()
	pairs := append([]any{"name", name, "dataType", dataType, "targetObjects", []string{"User", "Group"}}, more...)
	return c.do("POST /applications/"+app+"/extensionProperties", body(pairs...)).is(http.StatusCreated).str("name")
}

func TestExtensionsAreDefinedListedAndTakenAway(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	path := "/applications/" + app + "/extensionProperties"
	made := c.do("POST "+path, body("name", "badge", "dataType", "String", "targetObjects", []string{"User"}, "isMultiValued", nil)).is(http.StatusCreated)
	const shown = `"id":"#","deletedDateTime":null,"appDisplayName":"HR","dataType":"String","isMultiValued":false,"isSyncedFromOnPremises":false,"targetObjects":["User"]`
	made.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#applications('`+app+`')/extensionProperties/$entity","name":"`+prefix+`badge",`+shown+`}`)
	id := made.str("id")
	equal(t, "Location", made.header.Get("Location"), f.server.URL+"/v1.0"+path+"/"+id)
	c.do("GET "+path+"/"+id, "").is(http.StatusOK).has("name", `"`+prefix+`badge"`)
	c.define(app, "floor", "Integer")
	other, _ := c.app("Canteen")
	c.define(other, "meals", "Integer")
	equal(t, "of the application", c.do("GET "+path, "").is(http.StatusOK).items("name"), []string{prefix + "badge", prefix + "floor"})
	equal(t, "by name", c.do("GET "+path+query("$filter", "name eq '"+prefix+"floor'", "$select", "dataType"), "").items("dataType"), []string{"Integer"})
	c.do("PATCH /applications/"+app, `{"displayName":"People"}`).empty()
	equal(t, "the name of the application is the one of now", c.do("GET "+path, "").items("appDisplayName"), []string{"People", "People"})
	const available = "POST /directoryObjects/getAvailableExtensionProperties"
	equal(t, "of all applications", len(c.do(available, `{}`).is(http.StatusOK).items("name")), 3)
	equal(t, "without a body", len(c.do(available, "").is(http.StatusOK).items("name")), 3)
	equal(t, "not from the premises", len(c.do(available, `{"isSyncedFromOnPremises":false}`).items("name")), 3)
	equal(t, "from the premises", len(c.do(available, `{"isSyncedFromOnPremises":true}`).items("name")), 0)
	c.do("GET /applications/"+other+"/extensionProperties/"+id, "").is(http.StatusNotFound)
	c.do("DELETE /applications/"+other+"/extensionProperties/"+id, "").is(http.StatusNotFound)
	c.do("DELETE "+path+"/"+id, "").empty()
	c.do("DELETE "+path+"/"+id, "").is(http.StatusNotFound)
	c.do("GET "+path+"/"+id, "").is(http.StatusNotFound)
	equal(t, "what is left", c.do("GET "+path, "").items("name"), []string{prefix + "floor"})
}

func TestExtensionsThatCannotBeDefined(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	c.define(app, "badge", "String")
	for name, bad := range map[string]struct {
		property string
		value    any
		message  string
	}{
		"without a name":      {"name", nil, "A value is required for property 'name' of resource 'ExtensionProperty'."},
		"without a type":      {"dataType", nil, "A value is required for property 'dataType' of resource 'ExtensionProperty'."},
		"without targets":     {"targetObjects", []string{}, "A value is required for property 'targetObjects' of resource 'ExtensionProperty'."},
		"unknown type":        {"dataType", "Float", "Invalid value specified for property 'dataType' of resource 'ExtensionProperty'."},
		"type in lower case":  {"dataType", "string", "Invalid value specified for property 'dataType' of resource 'ExtensionProperty'."},
		"unknown target":      {"targetObjects", []string{"User", "Printer"}, "Invalid value specified for property 'targetObjects' of resource 'ExtensionProperty'."},
		"target twice":        {"targetObjects", []string{"User", "User"}, "Invalid value specified for property 'targetObjects' of resource 'ExtensionProperty'."},
		"name with a dash":    {"name", "job-group", "Invalid value specified for property 'name' of resource 'ExtensionProperty'."},
		"name with a quote":   {"name", "a'b", "Invalid value specified for property 'name' of resource 'ExtensionProperty'."},
		"name with an accent": {"name", "größe", "Invalid value specified for property 'name' of resource 'ExtensionProperty'."},
		"digit first":         {"name", "1st", "Invalid value specified for property 'name' of resource 'ExtensionProperty'."},
		"name too long":       {"name", strings.Repeat("a", 129), "Invalid value specified for property 'name' of resource 'ExtensionProperty'."},
		"unknown member":      {"colour", "red", "Invalid property 'colour'."},
		"hidden member":       {"retired", true, "Invalid property 'retired'."},
		"taken":               {"name", "Badge", "Another object with the same value for property name already exists."},
	} {
		t.Run(name, func(t *testing.T) {
			pairs := map[string]any{"name": "fine", "dataType": "String", "targetObjects": []string{"User"}}
			pairs[bad.property] = bad.value
			c.on(t).do("POST /applications/"+app+"/extensionProperties", string(mustJSON(pairs))).fails(http.StatusBadRequest, "Request_BadRequest", bad.message)
		})
	}
	equal(t, "what is there", c.do("GET /applications/"+app+"/extensionProperties", "").items("name"), []string{prefix + "badge"})
}

func TestExtensionValuesAreWrittenReadAndCleared(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	values := map[string][2]string{ // what is sent, and what is shown
		"String": {`"Ärzte \"A\""`, `"Ärzte \"A\""`}, "Boolean": {`true`, `true`}, "Integer": {`-2147483648`, `-2147483648`}, "LargeInteger": {`9007199254740`, `9007199254740`},
		"DateTime": {`"2026-01-31T10:00:00.5+02:00"`, `"2026-01-31T08:00:00Z"`}, "Binary": {`"AAEC"`, `"AAEC"`},
	}
	id, group := c.person("anna"), c.group("Team")
	for dataType, v := range values {
		one := c.define(app, "one"+dataType, dataType)
		many := c.define(app, "many"+dataType, dataType, "isMultiValued", true)
		for _, path := range []string{"/users/" + id, "/groups/" + group} {
			sel := path + "?$select=" + one + "," + many
			c.do("GET "+sel, "").is(http.StatusOK).has(one, "null", many, "[]")
			c.do("PATCH "+path, `{"`+one+`":`+v[0]+`,"`+many+`":[`+v[0]+`]}`).empty()
			r := c.do("GET "+sel, "").is(http.StatusOK).has(one, v[1], many, "["+v[1]+"]")
			if strings.Contains(r.text, "@odata.type") {
				t.Errorf("the type of a value is shown: %s", r.text)
			}
			c.do("PATCH "+path, `{"`+strings.ToUpper(one)+`":null,"`+many+`":[]}`).empty()
			c.do("GET "+sel, "").has(one, "null", many, "[]")
		}
	}
	badge := prefix + "oneString"
	made := c.person("bert", badge, "B7")
	c.do("GET /users/"+made+"?$select=displayName,"+badge, "").reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#users(displayName,`+badge+`)/$entity","displayName":"bert","`+badge+`":"B7"}`)
	if r := c.do("GET /users/"+made, ""); strings.Contains(r.text, "extension_") {
		t.Errorf("v1.0 shows extensions without being asked: %s", r.text)
	}
	beta := c.do("GET /beta/users/"+made, "").has(badge, `"B7"`)
	equal(t, "beta shows what has a value", strings.Count(beta.text, "extension_"), 1)
	equal(t, "a group made with a value", c.do("GET /groups/"+c.group("Made", badge, "G1")+"?$select="+badge, "").at(badge), "G1")
	equal(t, "a list", c.do("GET /users?$select="+badge, "").items(badge), []string{"<nil>", "B7"})
	c.do("PATCH /groups/"+group, `{"members@odata.bind":["/users/`+made+`"]}`).empty()
	equal(t, "a list of related objects", c.do("GET /groups/"+group+"/members?$select="+badge, "").items(badge), []string{"B7"})
}

func TestExtensionValuesThatAreRefused(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	for _, dataType := range []string{"String", "Boolean", "Integer", "LargeInteger", "DateTime", "Binary"} {
		c.define(app, "one"+dataType, dataType)
		c.define(app, "many"+dataType, dataType, "isMultiValued", true)
	}
	c.define(app, "ofGroups", "String", "targetObjects", []string{"Group"})
	id := c.person("anna", prefix+"oneString", "kept")
	wrong := func(name, want string) string {
		return "A value without a type name was found for property '" + prefix + name + "'; the expected type is '" + want + "'."
	}
	invalid := func(name string) string {
		return "Invalid value specified for property '" + prefix + name + "' of resource 'User'."
	}
	for _, bad := range []struct{ name, value, message string }{
		{"oneString", `5`, wrong("oneString", "Edm.String")},
		{"oneString", `["a"]`, wrong("oneString", "Edm.String")},
		{"oneString", `""`, invalid("oneString")},
		{"oneString", `"` + strings.Repeat("é", 257) + `"`, invalid("oneString")},
		{"manyString", `"a"`, wrong("manyString", "Collection(Edm.String)")},
		{"manyString", `["a",5]`, wrong("manyString", "Edm.String")},
		{"manyString", `["` + strings.Repeat("a", 257) + `"]`, invalid("manyString")},
		{"oneBoolean", `"true"`, wrong("oneBoolean", "Edm.Boolean")},
		{"oneInteger", `2147483648`, wrong("oneInteger", "Edm.Int32")},
		{"oneInteger", `1.5`, wrong("oneInteger", "Edm.Int32")},
		{"oneLargeInteger", `9223372036854775808`, wrong("oneLargeInteger", "Edm.Int64")},
		{"oneDateTime", `"yesterday"`, wrong("oneDateTime", "Edm.DateTimeOffset")},
		{"oneBinary", `"%%"`, wrong("oneBinary", "Edm.Binary")},
		{"oneBinary", `"` + strings.Repeat("AAAA", 86) + `"`, invalid("oneBinary")},
		{"nobody", `"a"`, "Invalid property '" + prefix + "nobody'."},
		{"ofGroups", `"a"`, "Invalid property '" + prefix + "ofGroups'."},
	} {
		t.Run(bad.name+" "+bad.value[:min(len(bad.value), 12)], func(t *testing.T) {
			c.on(t).do("PATCH /users/"+id, `{"`+prefix+bad.name+`":`+bad.value+`}`).fails(http.StatusBadRequest, "Request_BadRequest", bad.message)
		})
	}
	c.do("PATCH /users/"+id, `{"extension_":"x"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property 'extension_'.")
	c.do("PATCH /applications/"+app, `{"`+prefix+`oneString":"x"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property '"+prefix+"oneString'.")
	c.do("GET /users?$select="+prefix+"nobody", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named '"+prefix+"nobody' on type 'microsoft.graph.user'.")
	c.do("PATCH /users/"+id, `{"`+prefix+`oneString":"`+strings.Repeat("é", 256)+`"}`).empty()
}

func TestExtensionsInFilters(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	text, flag, number, date, binary := c.define(app, "text", "String"), c.define(app, "flag", "Boolean"), c.define(app, "number", "Integer"), c.define(app, "date", "DateTime"), c.define(app, "binary", "Binary")
	list := c.define(app, "list", "String", "isMultiValued", true)
	c.person("anna", text, "Alpha", flag, true, number, 7, date, "2026-01-31T08:00:00Z", list, []string{"x", "Y"}, binary, "AAEC")
	c.person("bert", text, "2026-01-31T08:00:00Z", flag, false, number, -7)
	c.person("carl")
	for _, q := range []struct{ filter, want string }{
		{text + " eq 'ALPHA'", "anna"},
		{strings.ToUpper(text) + " eq 'alpha'", "anna"},
		{text + " eq '2026-01-31t08:00:00z'", "bert"},
		{text + " in ('alpha','beta')", "anna"},
		{"startswith(" + text + ",'al')", "anna"},
		{flag + " eq true", "anna"},
		{flag + " eq false", "bert"},
		{number + " eq 7", "anna"},
		{number + " eq -7 or " + text + " eq 'alpha'", "anna bert"},
		{date + " eq 2026-01-31T10:00:00%2B02:00", "anna"},
		{list + "/any(x:x eq 'y')", "anna"},
		{list + "/any(x:startswith(x,'y'))", "anna"},
	} {
		filter := strings.ReplaceAll(q.filter, "%2B", "+")
		equal(t, filter, strings.Join(c.do("GET /users"+query("$filter", filter), "").is(http.StatusOK).items("displayName"), " "), q.want)
	}
	for _, q := range []struct{ filter, want string }{
		{text + " ne 'alpha'", "bert carl"},
		{text + " eq null", "carl"},
		{text + " ne null", "anna bert"},
		{"not startswith(" + text + ",'al')", "bert carl"},
		{"not(" + list + "/any(x:x eq 'x'))", "bert carl"},
		{list + "/$count eq 0", "bert carl"},
	} {
		call := "GET /users" + query("$filter", q.filter, "$count", "true")
		equal(t, q.filter, strings.Join(c.do(call, "", "ConsistencyLevel", "eventual").is(http.StatusOK).items("displayName"), " "), q.want)
		c.do("GET /users"+query("$filter", q.filter), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	}
	c.do("GET /users"+query("$filter", binary+" eq 'AAEC'"), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "The request uses a filter property that is not indexed")
	c.do("GET /users?$orderby="+text, "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	c.do("GET /users"+query("$filter", prefix+"nobody eq 'x'"), "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named '"+prefix+"nobody' on type 'microsoft.graph.user'.")
	first := c.do("GET /users"+query("$filter", number+" ge 0 or "+text+" ne 'x'"), "").is(http.StatusBadRequest)
	equal(t, "ranges are not offered", first.at("error.code"), "Request_UnsupportedQuery")
	page := c.do("GET /users"+query("$filter", flag+" eq true or "+flag+" eq false", "$top", "1"), "").is(http.StatusOK)
	equal(t, "the next page", c.send("GET", page.str("@odata.nextLink"), "").is(http.StatusOK).items("displayName"), []string{"bert"})
}

func TestExtensionsWithoutTheirDefinitionAreThereAgainWithIt(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, prefix := c.app("HR")
	badge := c.define(app, "badge", "String")
	id := c.person("anna", badge, "A1")
	gone := func() {
		t.Helper()
		c.do("GET /users/"+id+"?$select="+badge, "").is(http.StatusBadRequest)
		c.do("GET /users"+query("$filter", badge+" eq 'A1'"), "").is(http.StatusBadRequest)
		c.do("PATCH /users/"+id, `{"`+badge+`":"A2"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property '"+badge+"'.")
		if text := c.do("GET /beta/users/"+id, "").is(http.StatusOK).text; strings.Contains(text, "extension_") {
			t.Errorf("beta shows a value without its definition: %s", text)
		}
		equal(t, "available", len(c.do("POST /directoryObjects/getAvailableExtensionProperties", "").items("name")), 0)
	}
	path := "/applications/" + app + "/extensionProperties"
	c.do("DELETE "+path+"/"+c.do("GET "+path, "").items("id")[0], "").empty()
	gone()
	for _, other := range []string{
		`{"name":"badge","dataType":"Integer","targetObjects":["User"]}`, `{"name":"badge","dataType":"String","isMultiValued":true,"targetObjects":["User"]}`,
		`{"name":"Badge","dataType":"String","targetObjects":["User"]}`,
	} {
		c.do("POST "+path, other).is(http.StatusBadRequest) // values of another type are there
	}
	c.define(app, "badge", "String")
	c.do("GET /users/"+id+"?$select="+badge, "").is(http.StatusOK).has(badge, `"A1"`)
	equal(t, "name", badge, prefix+"badge")

	c.do("DELETE /applications/"+app, "").empty()
	gone()
	c.update(func(tx store.Tx) error {
		o, err := store.Find(tx, store.InBin, hospes.ApplicationSchema, objectID(t, app))
		if err != nil {
			return err
		}
		return tx.Restore(o)
	})
	c.do("GET /users/"+id+"?$select="+badge, "").is(http.StatusOK).has(badge, `"A1"`)
}

func TestExtensionsOfOneTenantAreNoneOfAnother(t *testing.T) {
	f := newFixture(t)
	app, _ := f.source.app("HR")
	badge := f.source.define(app, "badge", "String")
	id := f.source.person("anna", badge, "A1")
	theirs := f.target.person("anna")
	f.source.do("GET /users/"+id+"?$select="+badge, "").is(http.StatusOK) // and now, with it known to this process
	f.target.do("GET /users?$select="+badge, "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named '"+badge+"' on type 'microsoft.graph.user'.")
	f.target.do("GET /users"+query("$filter", badge+" eq 'A1'"), "").is(http.StatusBadRequest)
	f.target.do("PATCH /users/"+theirs, `{"`+badge+`":"B"}`).fails(http.StatusBadRequest, "Request_BadRequest", "Invalid property '"+badge+"'.")
	f.target.do("GET /users/delta?$select="+badge, "").is(http.StatusBadRequest)
	equal(t, "available", len(f.target.do("POST /directoryObjects/getAvailableExtensionProperties", "").items("name")), 0)
	f.target.do("GET /applications/"+app+"/extensionProperties", "").is(http.StatusNotFound)
	f.target.do("POST /applications/"+app+"/extensionProperties", body("name", "x", "dataType", "String", "targetObjects", []string{"User"})).is(http.StatusNotFound)
	f.source.do("GET /users/"+id+"?$select="+badge, "").has(badge, `"A1"`)
}

func TestWire2_DeltaTellsOfExtensions(t *testing.T) {
	f := newFixture(t)
	c := f.source
	app, _ := c.app("HR")
	badge := c.define(app, "badge", "String")
	id := c.person("anna", badge, "A1")
	_, plain := c.round(f.server.URL + "/v1.0/users/delta")
	items, link := c.round(f.server.URL + "/v1.0/users/delta?$select=" + badge)
	equal(t, "the first round", items, []any{map[string]any{"id": id, badge: "A1"}})
	c.do("PATCH /users/"+id, `{"`+badge+`":"A2"}`).empty()
	items, link = c.round(link)
	equal(t, "a change", items, []any{map[string]any{"id": id, badge: "A2"}})
	c.do("PATCH /users/"+id, `{"city":"Oslo"}`).empty()
	items, link = c.round(link)
	equal(t, "a change of something else", items, []any(nil))
	c.do("PATCH /users/"+id, `{"`+badge+`":null}`).empty()
	items, _ = c.round(link)
	equal(t, "a value that was cleared", items, []any{map[string]any{"id": id, badge: nil}})
	items, _ = c.round(plain)
	equal(t, "who does not follow extensions", items, []any(nil))
	c.view(func(r store.Reader) error {
		seq, err := r.Seq()
		if err != nil {
			return err
		}
		changes, err := r.Changes(seq-1, 1)
		if err != nil {
			return err
		}
		var want hospes.Mask
		want.Set(hospes.UserExtensions)
		equal(t, "what changed", changes[0].Mask, want)
		return nil
	})
	audit := c.do("GET /auditLogs/directoryAudits?$top=1", "").is(http.StatusOK)
	audit.has("value.0.activityDisplayName", `"Update user"`, "value.0.targetResources.0.modifiedProperties.0.displayName", `"`+badge+`"`)
}
