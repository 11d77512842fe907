package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// deltaShape is what a delta shows of each object: properties, and the ties that it follows.
type deltaShape struct {
	shape
	context string         // of the answer
	classes []hospes.Class // that are followed, in order
	follows []navigation
	named   bool // the request has named what it follows; otherwise that is what the class has by default
	hidden  bool // members of groups that hide them are told of, too
}

// followable are the ties that a delta can tell of, by class (graph-wire 2).
var followable = map[*hospes.Schema][]string{hospes.UserSchema: {"manager"}, hospes.GroupSchema: {"members", "owners"}, hospes.DirectoryRoleSchema: {"members"}}

// deltaShape reads a selection. Without one, groups and directory roles come with their members. Of several classes only the properties that
// people or groups have can be selected, and no ties are followed.
func (c *call) deltaShape(context string, state deltaState) (s deltaShape, err error) {
	var schema *hospes.Schema
	if context != "directoryObjects" {
		schema = hospes.SchemaOf(state.Classes[0])
	}
	var properties []string
	for _, name := range state.Select {
		if n, ok := followed(schema, name); ok {
			s.follows = append(s.follows, n)
		} else {
			properties = append(properties, name)
		}
	}
	s.named = len(s.follows) > 0
	if len(state.Select) == 0 && (schema == hospes.GroupSchema || schema == hospes.DirectoryRoleSchema) {
		n, _ := followed(schema, "members")
		s.follows = append(s.follows, n)
	}
	if s.named && properties == nil {
		properties = []string{"id"}
	}
	if s.shape, err = c.shapeOf(schema, odata.Query{Select: properties}); err == nil {
		err = s.withoutActivity()
	}
	s.selected = withID(s.selected)
	s.context, s.classes, s.hidden = context, state.Classes, c.seesHidden()
	return s, err
}

// has tells that a class is followed.
func (s deltaShape) has(class hospes.Class) bool { return slices.Contains(s.classes, class) }

// hides tells that of an object a relation is not told of: of a group that hides its members, these.
func (s deltaShape) hides(d hospes.Document, relation hospes.Relation) bool {
	return !s.hidden && relation == hospes.RelationMember && hidesMembers(d)
}

func followed(schema *hospes.Schema, name string) (navigation, bool) {
	for _, known := range followable[schema] {
		if !strings.EqualFold(known, name) {
			continue
		}
		for _, n := range navigations[schema] {
			if n.name == known {
				return n, true
			}
		}
	}
	return navigation{}, false
}

// withID makes sure that a selection holds the id, which a delta always tells.
func withID(refs []odata.Ref) []odata.Ref {
	if refs == nil {
		return nil
	}
	for _, r := range refs {
		if r.Path == "id" {
			return refs
		}
	}
	return append(append([]odata.Ref{}, refs...), odata.Ref{Path: "id"})
}

func (s deltaShape) contextText() string {
	text := contextOf(s.context, s.shape)
	if !s.named {
		return text
	}
	text = strings.TrimSuffix(text, ")")
	for _, n := range s.follows {
		text += "," + n.name
	}
	return text + ")"
}

// sparse writes an object for a delta: without the properties that have no value, but for those that were cleared
// (graph-wire 2). only leaves just what has changed; more are the members that tell of ties.
func (s deltaShape) sparse(d hospes.Document, changed hospes.Mask, only bool, more []byte) ([]byte, error) {
	o, err := d.Object()
	if err != nil {
		return nil, err
	}
	b := []byte{'{'}
	if s.typed && !s.bare {
		b = appendProperty(b, "@odata.type", hospes.String(d.Schema.ODataType()))
	}
	for _, p := range s.properties(d.Schema) {
		if changed.Has(p) || !only && o.Get(p) != hospes.Null {
			b = appendProperty(b, p.Name, o.Render(p))
		}
	}
	b = appendProperty(b, "id", hospes.String(o.ID.String()))
	b[len(b)-1] = '}'
	return insert(b, more), nil
}

// properties are those of a class that the shape shows, without the id.
func (s shape) properties(schema *hospes.Schema) []*hospes.Property {
	var list []*hospes.Property
	switch {
	case s.selected != nil:
		for _, ref := range s.selected {
			if p := s.extensions.property(schema, ref.Path); p != nil && !s.withholds(p) {
				list = append(list, p)
			}
		}
	case s.all:
		for _, p := range schema.Properties {
			if p.Access != hospes.Hidden && !slices.Contains(onlySelected, p) {
				list = append(list, p)
			}
		}
		list = append(list, s.extensions.of(schema)...)
	default:
		list = schema.DefaultSet()
	}
	return list
}

// removed writes an object that is gone, or out of sight.
func (s deltaShape) removed(n hospes.Number, id hospes.ObjectID, reason string) []byte {
	b := []byte{'{'}
	if s.typed && !s.bare {
		b = appendProperty(b, "@odata.type", hospes.String(hospes.SchemaOf(n.Class()).ODataType()))
	}
	return append(b, `"id":"`+id.String()+`","@removed":{"reason":"`+reason+`"}}`...)
}
