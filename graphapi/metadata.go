package graphapi

import (
	"bufio"
	"encoding/xml"
	"io"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
)

var metadataRoutes = []Route{
	{Key: "GET /", Public: true, handle: (*call).serviceDocument},
	{Key: "GET /$metadata", Public: true, handle: (*call).metadata},
}

// entitySets are the classes that have something at the root under their own name.
func (a *API) entitySets() (sets []*hospes.Schema) {
	for _, schema := range hospes.Schemas() {
		if at := a.graph.names[lower(schema.Plural)]; at != nil && len(at.routes) > 0 {
			sets = append(sets, schema)
		}
	}
	return sets
}

// serviceDocument names what there is at the root (graph-wire 5.4).
func (c *call) serviceDocument() error {
	type entry struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
		URL  string `json:"url"`
	}
	list := []entry{{"directoryObjects", "EntitySet", "directoryObjects"}}
	for _, schema := range c.api.entitySets() {
		list = append(list, entry{schema.Plural, "EntitySet", schema.Plural})
	}
	list = append(list, entry{"me", "Singleton", "me"})
	context := strings.TrimSuffix(c.context(""), "#")
	return c.write(http.StatusOK, raw(struct {
		Context string  `json:"@odata.context"`
		Value   []entry `json:"value"`
	}{context, list}))
}

// edmTypes are the names of types in CSDL.
var edmTypes = map[hospes.Type]string{
	hospes.TypeString: "Edm.String", hospes.TypeBoolean: "Edm.Boolean", hospes.TypeDateTime: "Edm.DateTimeOffset", hospes.TypeInteger: "Edm.Int64",
	hospes.TypeInteger32: "Edm.Int32", hospes.TypeGuid: "Edm.String", hospes.TypeBinary: "Edm.Binary",
}

// metadata answers with the types of the classes in CSDL, made from what the program itself goes by.
func (c *call) metadata() error {
	out, done := c.streamOf(http.StatusOK, "application/xml")
	defer done()
	b := bufio.NewWriter(out)
	w := csdl{b}
	w.text(`<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>` +
		`<Schema Namespace="microsoft.graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">` +
		`<EntityType Name="entity" Abstract="true"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>` +
		`<EntityType Name="directoryObject" BaseType="microsoft.graph.entity" OpenType="true"/>`)
	for _, schema := range hospes.Schemas() {
		w.complexTypes(schema)
		w.entityType(schema)
	}
	w.text(`<EntityContainer Name="GraphService">`)
	w.element("EntitySet", "Name", "directoryObjects", "EntityType", "microsoft.graph.directoryObject")
	for _, schema := range c.api.entitySets() {
		w.element("EntitySet", "Name", schema.Plural, "EntityType", "microsoft.graph."+schema.Name)
	}
	w.element("Singleton", "Name", "me", "Type", "microsoft.graph.user")
	w.text(`</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`)
	_ = b.Flush() // a client that went away needs no answer
	return nil
}

// csdl writes XML. What fails to be written fails at the end, when it is flushed.
type csdl struct{ *bufio.Writer }

func (w csdl) text(s string) { _, _ = w.WriteString(s) }

// element writes an element that has attributes and nothing in it.
func (w csdl) element(name string, attributes ...string) {
	w.open(name, attributes...)
	w.text("</" + name + ">")
}

func (w csdl) open(name string, attributes ...string) {
	w.text("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		w.text(" " + attributes[i] + `="`)
		_ = xml.EscapeText(io.Writer(w), []byte(attributes[i+1]))
		w.text(`"`)
	}
	w.text(">")
}

// complexName is the type of a complex property: every class has its own.
func complexName(schema *hospes.Schema, p *hospes.Property) string {
	return schema.Name + strings.ToUpper(p.Name[:1]) + p.Name[1:]
}

// complexTypes writes the types of the complex properties. Those whose members hospes does not look into are open.
func (w csdl) complexTypes(schema *hospes.Schema) {
	for _, p := range schema.Properties {
		if p.Type != hospes.TypeComplex || p.Access == hospes.Hidden {
			continue
		}
		attributes := []string{"Name", complexName(schema, p)}
		if len(p.Fields) == 0 {
			attributes = append(attributes, "OpenType", "true")
		}
		w.open("ComplexType", attributes...)
		for _, f := range p.Fields {
			w.property(f, "Edm.Untyped")
		}
		w.text("</ComplexType>")
	}
}

// property writes a property; complex is the type that it has if it is complex.
func (w csdl) property(p *hospes.Property, complex string) {
	name := complex
	if p.Type != hospes.TypeComplex {
		name = edmTypes[p.Type]
	}
	attributes := []string{"Name", p.Name, "Type", name}
	if p.Many {
		attributes = []string{"Name", p.Name, "Type", "Collection(" + name + ")", "Nullable", "false"}
	}
	w.element("Property", attributes...)
}

func (w csdl) entityType(schema *hospes.Schema) {
	base := "entity"
	if isDirectoryObject(schema) {
		base = "directoryObject"
	}
	w.open("EntityType", "Name", schema.Name, "BaseType", "microsoft.graph."+base)
	for _, p := range schema.Properties {
		if p.Access != hospes.Hidden {
			w.property(p, "microsoft.graph."+complexName(schema, p))
		}
	}
	for _, x := range collections {
		if name, ok := strings.CutPrefix(x.path, "/"+schema.Plural+"/{id}/"); ok {
			w.element("NavigationProperty", "Name", name, "Type", "Collection(microsoft.graph.directoryObject)")
		}
	}
	if schema == hospes.UserSchema {
		w.element("NavigationProperty", "Name", "manager", "Type", "microsoft.graph.directoryObject")
		w.element("NavigationProperty", "Name", "invitedBy", "Type", "microsoft.graph.directoryObject")
	}
	w.text("</EntityType>")
}
