package odata

import (
	"slices"
	"strings"
)

// Type is the type of a property, or of the elements of a collection.
type Type uint8

// The types. Object is a complex value that has properties of its own.
const (
	String Type = iota
	GUID
	Boolean
	DateTime
	Integer
	Object
)

var typeNames = [...]string{
	"Edm.String", "Edm.Guid", "Edm.Boolean", "Edm.DateTimeOffset", "Edm.Int64", "Edm.ComplexType",
}

func (t Type) String() string { return typeNames[t] }

// Support says under which mode a property offers an operator.
type Support uint8

// The levels of support.
const (
	None     Support = iota
	Default          // always
	Advanced         // in advanced queries only
)

// Ops lists what a query may do with a property. The operator ne and every negation are advanced wherever the plain
// form is offered at all, so they have no entry.
type Ops struct {
	Eq         Support // eq, ne and in
	StartsWith Support
	EndsWith   Support
	Contains   Support
	Range      Support // gt, ge, lt, le
	Null       Support // eq null, ne null
	Count      Support // of a collection: its $count
	OrderBy    Support
}

// Property describes one property of an entity or of a complex value.
type Property struct {
	Name       string
	Type       Type
	TypeName   string // of an Object, as messages give it: microsoft.graph.employeeOrgData
	Collection bool
	Required   bool // never null
	CaseExact  bool // compares with regard to case
	Words      bool // is searched by the words in it, not by its beginning
	// Needs names a sibling that has to be asked for in the same lambda, as issuerAssignedId needs issuer.
	Needs  string
	Fields []Property // of an Object
	Ops    Ops
}

// typeName is what "on type" says in a message: of the value, or of one element.
func (p *Property) typeName() string {
	if p.TypeName != "" {
		return p.TypeName
	}
	return p.Type.String()
}

func (p *Property) field(name string) *Property {
	for i := range p.Fields {
		if strings.EqualFold(p.Fields[i].Name, name) {
			return &p.Fields[i]
		}
	}
	return nil
}

// Schema describes the properties of one entity type. It is a value of the program: made once, read by many.
type Schema struct {
	Name       string // microsoft.graph.user
	Properties []Property

	byName map[string]*Property
	base   *Schema // has the properties that are not of this schema alone
}

// Lookup finds a property of the entity by name, in any case; nil when there is none.
func (s *Schema) Lookup(name string) *Property {
	if p := s.byName[strings.ToLower(name)]; p != nil || s.base == nil {
		return p
	}
	return s.base.Lookup(name)
}

// All gives every property, also those of a base, which come first.
func (s *Schema) All() []Property {
	if s.base == nil {
		return s.Properties
	}
	return slices.Concat(s.base.All(), s.Properties)
}

// With gives the schema with more properties, which nobody else sees.
func (s *Schema) With(more ...Property) *Schema {
	extended := &Schema{Name: s.Name, Properties: more, byName: map[string]*Property{}, base: s}
	for i := range more {
		extended.byName[strings.ToLower(more[i].Name)] = &more[i]
	}
	return extended
}

// Ref is a property found by its path.
type Ref struct {
	// Path is in the schema's spelling, with slashes: "employeeOrgData/costCenter". Inside [Any] it starts at the
	// element; the element itself has the empty path.
	Path string
	// Property is what the path leads to; for the element itself, the collection.
	Property *Property
}

func (r Ref) String() string {
	if r.Path == "" {
		return "element"
	}
	return r.Path
}

// Resolve follows a path of names. It fails on unknown names; a collection has no names to follow.
func (s *Schema) Resolve(path ...string) (Ref, error) {
	p := s.Lookup(path[0])
	if p == nil {
		return Ref{}, unknownProperty(opCheck, path[0], s.Name)
	}
	return Ref{Path: p.Name, Property: p}.descend(path[1:])
}

// descend goes on from r, which may be the element of a collection.
func (r Ref) descend(path []string) (Ref, error) {
	for _, name := range path {
		if r.Property.Collection && r.Path != "" {
			return Ref{}, unknownProperty(opCheck, name, "Collection("+r.Property.typeName()+")")
		}
		f := r.Property.field(name)
		if f == nil {
			return Ref{}, unknownProperty(opCheck, name, r.Property.typeName())
		}
		r.Property = f
		if r.Path != "" {
			r.Path += "/"
		}
		r.Path += f.Name
	}
	return r, nil
}
