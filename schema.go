package hospes

import (
	"fmt"
	"strings"
)

// Class says what an object is. The numbers are stored: new classes are appended, none is ever renumbered.
type Class uint8

// The classes of objects.
const (
	ClassUser Class = iota + 1
	ClassGroup
	ClassApplication
	ClassServicePrincipal
	ClassOrganization
	ClassAuthorizationPolicy
	ClassExternalIdentitiesPolicy
	ClassCrossTenantAccessPolicy
	ClassCrossTenantAccessDefault
	ClassPartner
	ClassInvitation
	ClassExtensionProperty
	ClassContact
	ClassB2BManagementPolicy
	ClassDirectoryRole
	ClassPermissionGrant
	ClassSignInPolicy
)

// Numbered things that are not objects take their classes from the upper end.
const (
	ClassAssignment Class = iota + 40
	ClassWrite
	ClassAudit
	ClassProvisioning
	ClassLink
	ClassJob
	ClassCycle
	ClassIntent
	ClassMail
	ClassSignIn
)

// Type is the type of a property's values.
type Type uint8

// The types. Guid values are texts that compare in lower case; Complex values are JSON objects; Binary ones base64 texts.
const (
	TypeString Type = iota
	TypeBoolean
	TypeDateTime
	TypeInteger
	TypeGuid
	TypeComplex
	TypeInteger32
	TypeBinary
)

// Access says who may write a property through the public API.
type Access uint8

// The ways a property can be written.
const (
	ReadWrite  Access = iota
	ReadOnly          // kept by hospes
	CreateOnly        // settable when the object is made, never after
	WriteOnly         // accepted, never stored with the object nor given back
	Hidden            // neither read nor written from outside; the engine and the store know it
)

// Support says whether a query operator works on a property (graph-wire 1.6).
type Support uint8

// The levels of support.
const (
	Unsupported Support = iota
	Plain               // without any header
	Advanced            // only with ConsistencyLevel: eventual and $count=true
)

// Operators lists what a query may do with a property.
type Operators struct {
	Equal, StartsWith, EndsWith, Contains, Range, Null, Order Support
}

// Property describes one property of a class: its shape, its rules, and how it may be queried.
type Property struct {
	Name     string
	Type     Type
	Many     bool // a collection
	Default  bool // part of the set that v1.0 answers without $select
	Access   Access
	NotNull  bool // can be changed, never cleared
	Exact    bool // compares with regard to case
	Max      int  // greatest number of characters; 0: the limit for all texts
	Operator Operators
	Fields   []*Property // members of a Complex type that are known by name

	schema    *Schema
	index     int
	path      string
	extension bool // a directory extension: its value is a member of the property at index
}

// Index is the position of the property in its schema, and its bit in a Mask.
func (p *Property) Index() int { return p.index }

// Schema gives the schema the property belongs to; nil for a field of a complex property.
func (p *Property) Schema() *Schema { return p.schema }

// Path is the name as filters write it: "employeeOrgData/costCenter" for a field.
func (p *Property) Path() string { return p.path }

// Filterable tells that some query operator works on the property or one of its fields.
func (p *Property) Filterable() bool {
	if p.Operator != (Operators{}) {
		return true
	}
	for _, f := range p.Fields {
		if f.Filterable() {
			return true
		}
	}
	return false
}

// Field finds a member of a complex property by name, without regard to case.
func (p *Property) Field(name string) *Property {
	for _, f := range p.Fields {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

// Schema is everything that holds for one class of objects. It is a value of the program, built once, never changed.
type Schema struct {
	Class      Class
	Name       string // singular, as in #microsoft.graph.user
	Plural     string // the path segment: users
	Properties []*Property
	Bin        bool // a delete keeps the object for 30 days

	byName map[string]*Property
	card   []*Property // the default set, in the order it is written
	rest   []*Property

	// handles of the properties that the store gives columns of their own; nil where the class has none
	displayName, mail, upn *Property
	extensions             *Property // holds the values of directory extensions
	deleted                *Property // shows when the object went to the bin
	searched               []*Property
}

// newSchema numbers the properties. Their order is stored in masks: append only.
func newSchema(s Schema, properties ...Property) *Schema {
	s.byName = make(map[string]*Property, len(properties))
	for i := range properties {
		p := &properties[i]
		p.schema, p.index, p.path = &s, i, p.Name
		for _, f := range p.Fields {
			f.path = p.Name + "/" + f.Name
		}
		key := strings.ToLower(p.Name)
		if s.byName[key] != nil {
			panic(fmt.Sprintf("hospes: %s has two properties %s", s.Name, p.Name))
		}
		s.byName[key] = p
		s.Properties = append(s.Properties, p)
		if SearchedAt(p.Name) != 0 && p.Type == TypeString && !p.Many {
			s.searched = append(s.searched, p)
		}
		if p.Default {
			s.card = append(s.card, p)
		} else {
			s.rest = append(s.rest, p)
		}
	}
	if len(s.Properties) > MaskBits {
		panic("hospes: too many properties in " + s.Name)
	}
	s.displayName, s.mail, s.upn = s.byName["displayname"], s.byName["mail"], s.byName["userprincipalname"]
	s.extensions, s.deleted = s.byName["extensions"], s.byName["deleteddatetime"]
	return &s
}

// Property finds a property by name without regard to case; nil when there is none.
func (s *Schema) Property(name string) *Property {
	if p, ok := s.byName[name]; ok {
		return p
	}
	return s.byName[strings.ToLower(name)]
}

// Must finds a property that the program knows to exist.
func (s *Schema) Must(name string) *Property {
	if p := s.Property(name); p != nil {
		return p
	}
	panic("hospes: " + s.Name + " has no property " + name)
}

// DefaultSet gives the properties that are answered without $select, in the order they are written.
func (s *Schema) DefaultSet() []*Property { return s.card }

// ODataType is the annotation of the class: #microsoft.graph.user.
func (s *Schema) ODataType() string { return "#microsoft.graph." + s.Name }

// SchemaOf gives the schema of a class; nil for an unknown one.
func SchemaOf(c Class) *Schema {
	if int(c) < len(schemas) {
		return schemas[c]
	}
	return nil
}

// Schemas gives every schema, by class.
func Schemas() []*Schema { return schemas[1:] }

// operators reads the short form of the tables: names apart by blanks, "!" after those that need an advanced query:
// "eq sw ge null!" for equal, startsWith, ranges and null, the last one advanced.
func operators(spec string) (o Operators) {
	for word := range strings.FieldsSeq(spec) {
		level := Plain
		if strings.HasSuffix(word, "!") {
			level, word = Advanced, strings.TrimSuffix(word, "!")
		}
		switch word {
		case "eq":
			o.Equal = level
		case "sw":
			o.StartsWith = level
		case "ew":
			o.EndsWith = level
		case "has":
			o.Contains = level
		case "ge":
			o.Range = level
		case "null":
			o.Null = level
		case "order":
			o.Order = level
		default:
			panic("hospes: no operator " + word)
		}
	}
	return o
}

// Mask is a set of properties of one schema, by index.
type Mask [MaskBits / 8]byte

// MaskBits is how many properties a schema can have.
const MaskBits = 128

// Set adds a property.
func (m *Mask) Set(p *Property) { m[p.index>>3] |= 1 << (p.index & 7) }

// Has tells whether the property is in the set.
func (m Mask) Has(p *Property) bool { return m[p.index>>3]&(1<<(p.index&7)) != 0 }

// Empty tells that no property is in the set.
func (m Mask) Empty() bool { return m == Mask{} }

// Union gives the properties that are in either set.
func (m Mask) Union(n Mask) Mask {
	for i := range m {
		m[i] |= n[i]
	}
	return m
}

// Overlaps tells whether the sets share a property.
func (m Mask) Overlaps(n Mask) bool {
	for i := range m {
		if m[i]&n[i] != 0 {
			return true
		}
	}
	return false
}
