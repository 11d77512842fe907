package hospes

import (
	"slices"
	"strings"
)

// ExtensionPrefix begins the name of every directory extension: extension_{appId without dashes}_{name}.
const ExtensionPrefix = "extension_"

// ExtensionPropertySchema describes the definitions of directory extensions. Its order is stored in masks: append only.
var ExtensionPropertySchema = newSchema(
	Schema{Class: ClassExtensionProperty, Name: "extensionProperty", Plural: "extensionProperties"},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "appDisplayName", Default: true, Access: ReadOnly},
	Property{Name: "dataType", Default: true, NotNull: true, Max: 64},
	Property{Name: "isMultiValued", Type: TypeBoolean, Default: true},
	Property{Name: "isSyncedFromOnPremises", Type: TypeBoolean, Default: true, Access: ReadOnly},
	Property{Name: "name", Default: true, NotNull: true, Max: 256, Operator: operators("eq")},
	Property{Name: "targetObjects", Many: true, Default: true, NotNull: true, Max: 64},
	Property{Name: "appId", Type: TypeGuid, Access: Hidden},
	Property{Name: "retired", Type: TypeBoolean, Access: Hidden},
)

// Handles of the definitions. A retired one is there no more for anybody outside; it keeps its name and its type, because
// the values that objects hold under the name stay.
var (
	ExtensionAppDisplayName = ExtensionPropertySchema.Must("appDisplayName")
	ExtensionDataType       = ExtensionPropertySchema.Must("dataType")
	ExtensionMultiValued    = ExtensionPropertySchema.Must("isMultiValued")
	ExtensionSynced         = ExtensionPropertySchema.Must("isSyncedFromOnPremises")
	ExtensionName           = ExtensionPropertySchema.Must("name")
	ExtensionTargets        = ExtensionPropertySchema.Must("targetObjects")
	ExtensionAppID          = ExtensionPropertySchema.Must("appId")
	ExtensionRetired        = ExtensionPropertySchema.Must("retired")
)

// ExtensionType is the type of a directory extension's values, in wire spelling.
type ExtensionType string

// The types of directory extensions.
const (
	ExtensionBinary       ExtensionType = "Binary"
	ExtensionBoolean      ExtensionType = "Boolean"
	ExtensionDateTime     ExtensionType = "DateTime"
	ExtensionInteger      ExtensionType = "Integer"
	ExtensionLargeInteger ExtensionType = "LargeInteger"
	ExtensionString       ExtensionType = "String"
)

// extensionTypes has what a property of each type is like. Lengths are those of one value.
var extensionTypes = map[ExtensionType]Property{
	ExtensionBinary:       {Type: TypeBinary, Max: 256},
	ExtensionBoolean:      {Type: TypeBoolean, Operator: operators("eq null!")},
	ExtensionDateTime:     {Type: TypeDateTime, Operator: operators("eq null!")},
	ExtensionInteger:      {Type: TypeInteger32, Operator: operators("eq null!")},
	ExtensionLargeInteger: {Type: TypeInteger, Operator: operators("eq null!")},
	ExtensionString:       {Type: TypeString, Max: 256, Operator: operators("eq sw null!")},
}

// Valid tells whether the type is one of the six.
func (t ExtensionType) Valid() bool {
	_, ok := extensionTypes[t]
	return ok
}

// Extension is a directory extension: a property that an application has added to the objects of a tenant.
type Extension struct {
	Name    string // extension_{appId without dashes}_{name}
	Type    ExtensionType
	Many    bool     // a collection of values of the type
	Targets []string // User, Group, …
	AppID   string   // of the application that owns the definition
}

// ReadExtension reads the object of a definition.
func ReadExtension(definition *Object) Extension {
	return Extension{
		Name: definition.Text(ExtensionName), Type: ExtensionType(definition.Text(ExtensionDataType)),
		Many: definition.Get(ExtensionMultiValued).Bool(), Targets: definition.Get(ExtensionTargets).Texts(), AppID: definition.Text(ExtensionAppID),
	}
}

// Property gives the extension as a property of a class, which [Object.Get], [Object.Set] and edits take like any other;
// nil where objects of the class cannot have it. Its place in masks is that of all extensions together.
func (e Extension) Property(s *Schema) *Property {
	if s.extensions == nil || !slices.ContainsFunc(e.Targets, func(t string) bool { return strings.EqualFold(t, s.Name) }) {
		return nil
	}
	p := extensionTypes[e.Type]
	p.Name, p.path, p.Many = e.Name, e.Name, e.Many
	if e.Many {
		p.Operator.Null = Unsupported // a collection is empty, never null
	}
	p.schema, p.index, p.extension = s, s.extensions.index, true
	return &p
}

// The values of all extensions stand in one hidden property, by name. Texts that are more than texts have their type
// beside them, as OData writes it for properties that no schema knows: whoever reads the value needs no definition.
const typeAnnotation = "@odata.type"

var annotatedTypes = map[Type]Value{TypeDateTime: `"#DateTimeOffset"`, TypeBinary: `"#Binary"`}

// withExtension gives the values of all extensions after one of them was set.
func withExtension(all Value, p *Property, v Value) Value {
	members := map[string]Value{}
	all.Members(func(name string, v Value) { members[name] = v })
	delete(members, p.Name)
	delete(members, p.Name+typeAnnotation)
	if v != Null {
		members[p.Name] = v
		if mark := annotatedTypes[p.Type]; mark != Null {
			members[p.Name+typeAnnotation] = mark
		}
	}
	if len(members) == 0 {
		return Null
	}
	b := []byte{'{'}
	for i, name := range sortedKeys(members) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(AppendQuoted(b, name), ':'), members[name]...)
	}
	return Value(append(b, '}'))
}

func sortedKeys(m map[string]Value) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Extensions visits the directory extensions that the object has a value of, whether they are still defined or not, each
// as a property of the type that the value shows.
func (o *Object) Extensions(visit func(p *Property, v Value)) {
	eachExtension(o.extensions(o.values), visit)
}

// extensions gives the value of the property that holds all extensions.
func (o *Object) extensions(values []Value) Value {
	if o.Schema.extensions == nil || values == nil {
		return Null
	}
	return values[o.Schema.extensions.index]
}

func eachExtension(all Value, visit func(p *Property, v Value)) {
	all.Members(func(name string, v Value) {
		if !strings.HasSuffix(name, typeAnnotation) {
			visit(shownType(all, name, v), v)
		}
	})
}

// Extension gives the value that the object has under the full name of an extension, and the property as its value shows
// it; the absent value and nil where it has none.
func (o *Object) Extension(name string) (*Property, Value) {
	all := o.extensions(o.values)
	v := all.Member(name)
	if v == Null {
		return nil, Null
	}
	return shownType(all, name, v), v
}

// shownType gives the property that a stored value belongs to.
func shownType(all Value, name string, v Value) *Property {
	p := &Property{Name: name, path: name, Operator: operators("eq")}
	one := v
	v.Each(func(item Value) bool {
		p.Many, one = true, item
		return false
	})
	switch {
	case one == True || one == False:
		p.Type = TypeBoolean
	case one[0] != '"':
		p.Type = TypeInteger
	default:
		mark := all.Member(name + typeAnnotation)
		for t, text := range annotatedTypes {
			if text == mark {
				p.Type = t
			}
		}
	}
	return p
}

// ChangedExtensions gives the names of the extensions whose value differs from what was read.
func (o *Object) ChangedExtensions() (names []string) {
	was, is := map[string]Value{}, map[string]Value{}
	eachExtension(o.extensions(o.loaded), func(p *Property, v Value) { was[p.Name] = v })
	eachExtension(o.extensions(o.values), func(p *Property, v Value) { is[p.Name] = v })
	for _, name := range sortedKeys(is) {
		if was[name] != is[name] {
			names = append(names, name)
		}
	}
	for _, name := range sortedKeys(was) {
		if is[name] == Null {
			names = append(names, name)
		}
	}
	return names
}

// LoadedExtension gives the value that the object had under the name when it was read.
func (o *Object) LoadedExtension(name string) Value { return o.extensions(o.loaded).Member(name) }
