package odata

import (
	"iter"
	"strings"
	"sync"

	"github.com/hospes-dev/hospes"
)

var objectSchemas sync.Map // of *hospes.Schema to *Schema

// ObjectSchema gives the queryable side of a class of directory objects: the properties that are not hidden, and the id.
// What is the same for all tenants is made once; extensions are those of the tenant that a request names, and stand before
// it in a schema of their own, which nobody else sees.
func ObjectSchema(s *hospes.Schema, extensions ...*hospes.Property) *Schema {
	if len(extensions) == 0 {
		return classSchema(s)
	}
	more := make([]Property, len(extensions))
	for i, p := range extensions {
		more[i] = objectProperty(s, p)
	}
	return classSchema(s).With(more...)
}

func classSchema(s *hospes.Schema) *Schema {
	if made, ok := objectSchemas.Load(s); ok {
		return made.(*Schema)
	}
	rows := Row(GUID, Ops{Eq: Default}, "id").Required()
	for _, p := range s.Properties {
		if p.Access != hospes.Hidden {
			rows = append(rows, objectProperty(s, p))
		}
	}
	made, _ := objectSchemas.LoadOrStore(s, MustSchema("microsoft.graph."+s.Name, rows))
	return made.(*Schema)
}

var objectTypes = map[hospes.Type]Type{
	hospes.TypeString: String, hospes.TypeBoolean: Boolean, hospes.TypeDateTime: DateTime, hospes.TypeInteger: Integer,
	hospes.TypeGuid: GUID, hospes.TypeComplex: Object, hospes.TypeInteger32: Integer, hospes.TypeBinary: String,
}

var objectSupport = map[hospes.Support]Support{hospes.Unsupported: None, hospes.Plain: Default, hospes.Advanced: Advanced}

func objectProperty(s *hospes.Schema, p *hospes.Property) Property {
	o := p.Operator
	out := Property{
		Name: p.Name, Type: objectTypes[p.Type], Collection: p.Many, CaseExact: p.Exact,
		Words: p.Schema() != nil && hospes.SearchedAt(p.Name) != 0 && p.Type == hospes.TypeString && !p.Many,
		Ops: Ops{
			Eq: objectSupport[o.Equal], StartsWith: objectSupport[o.StartsWith], EndsWith: objectSupport[o.EndsWith],
			Contains: objectSupport[o.Contains], Range: objectSupport[o.Range], Null: objectSupport[o.Null],
			OrderBy: objectSupport[o.Order],
		},
	}
	if p.Many && p.Filterable() {
		out.Ops.Count = Advanced
	}
	if p.Type == hospes.TypeComplex {
		out.TypeName = "microsoft.graph." + p.Name
	}
	for _, f := range p.Fields {
		if f.Many || len(f.Fields) > 0 {
			continue // a lambda inside a lambda is not offered, and nothing else reaches these
		}
		out.Fields = append(out.Fields, objectProperty(s, f))
	}
	if p.Name == "issuerAssignedId" {
		out.Needs = "issuer"
	}
	return out
}

// ObjectRecord is the record of a directory object.
type ObjectRecord struct{ *hospes.Object }

// Text implements [Record].
func (r ObjectRecord) Text(path string) (string, bool) {
	if path == "id" {
		return r.ID.String(), true
	}
	if p := r.Schema.Property(path); p != nil {
		return hospes.Canonical(p, r.Get(p))
	}
	if p, f := r.field(path); f != nil {
		return hospes.Canonical(f, r.Get(p).Member(f.Name))
	}
	p, v := r.Extension(path)
	if p == nil {
		return "", false
	}
	return hospes.Canonical(p, v)
}

// field finds a member of a complex property by its path.
func (r ObjectRecord) field(path string) (p, f *hospes.Property) {
	for i := range path {
		if path[i] == '/' {
			if p = r.Schema.Property(path[:i]); p != nil {
				return p, p.Field(path[i+1:])
			}
		}
	}
	return nil, nil
}

// Elements implements [Record].
func (r ObjectRecord) Elements(path string) iter.Seq[Record] {
	if name, ok := strings.CutSuffix(path, tokens); ok {
		return r.tokens(name)
	}
	return func(yield func(Record) bool) {
		p, v := r.Schema.Property(path), hospes.Null
		if p != nil {
			v = r.Get(p)
		} else {
			p, v = r.Extension(path)
		}
		v.Each(func(item hospes.Value) bool {
			if p.Type == hospes.TypeComplex {
				return yield(complexElement{p, item})
			}
			text, _ := hospes.Canonical(p, item)
			return yield(Element(text))
		})
	}
}

// tokens gives the words of a property.
func (r ObjectRecord) tokens(name string) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		p := r.Schema.Property(name)
		if p == nil {
			return
		}
		for _, t := range hospes.Tokens(r.Object.Text(p)) {
			if !yield(Element(t)) {
				return
			}
		}
	}
}

// complexElement is one element of a collection of complex values.
type complexElement struct {
	of    *hospes.Property
	value hospes.Value
}

// Text implements [Record].
func (e complexElement) Text(path string) (string, bool) {
	f := e.of.Field(path)
	if f == nil {
		return "", false
	}
	return hospes.Canonical(f, e.value.Member(f.Name))
}

// Elements implements [Record]; there is no collection inside one.
func (complexElement) Elements(string) iter.Seq[Record] { return func(func(Record) bool) {} }
