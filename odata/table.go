package odata

import (
	"fmt"
	"strings"
)

// Rows are properties on their way into a schema. The functions below write a table of properties with one line for
// those that behave alike, as the documentation of Graph does.
type Rows []Property

// Row describes single-valued properties.
func Row(t Type, ops Ops, names ...string) Rows {
	rows := make(Rows, len(names))
	for i, name := range names {
		rows[i] = Property{Name: name, Type: t, Ops: ops}
	}
	return rows
}

// List describes collections of plain values.
func List(t Type, ops Ops, names ...string) Rows {
	rows := Row(t, ops, names...)
	for i := range rows {
		rows[i].Collection = true
	}
	return rows
}

// Complex describes a property that has properties of its own.
func Complex(name, typeName string, fields ...Rows) Rows {
	return Rows{{Name: name, Type: Object, TypeName: typeName, Fields: join(fields)}}
}

// ComplexList describes a collection of values that have properties of their own.
func ComplexList(name, typeName string, ops Ops, fields ...Rows) Rows {
	return Rows{{Name: name, Type: Object, TypeName: typeName, Collection: true, Fields: join(fields), Ops: ops}}
}

// Required marks properties that are never null.
func (r Rows) Required() Rows { return r.with(func(p *Property) { p.Required = true }) }

// CaseExact marks properties that compare with regard to case.
func (r Rows) CaseExact() Rows { return r.with(func(p *Property) { p.CaseExact = true }) }

// Needs marks properties that a lambda may ask about only together with their sibling.
func (r Rows) Needs(sibling string) Rows { return r.with(func(p *Property) { p.Needs = sibling }) }

func (r Rows) with(change func(*Property)) Rows {
	for i := range r {
		change(&r[i])
	}
	return r
}

func join(parts []Rows) []Property {
	var all []Property
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// MustSchema makes a schema. It panics on a table that contradicts itself, which is a mistake in the program.
func MustSchema(name string, rows ...Rows) *Schema {
	s := &Schema{Name: name, Properties: join(rows)}
	if problem := contradiction(s.Properties, false); problem != "" {
		panic("odata: schema " + name + ": " + problem)
	}
	s.byName = make(map[string]*Property, len(s.Properties))
	for i := range s.Properties {
		p := &s.Properties[i]
		s.byName[strings.ToLower(p.Name)] = p
	}
	return s
}

// contradiction says what is wrong with a list of properties, or "". Elements of a collection cannot hold a
// collection, because a lambda inside a lambda is not offered.
func contradiction(list []Property, inCollection bool) string {
	seen := map[string]bool{}
	for i := range list {
		p := &list[i]
		key := strings.ToLower(p.Name)
		if seen[key] || p.Name == "" || strings.ContainsAny(p.Name, "/ ") {
			return fmt.Sprintf("the name %q is taken or no name", p.Name)
		}
		seen[key] = true
		if problem := p.contradiction(inCollection); problem != "" {
			return p.Name + " " + problem
		}
		if problem := contradiction(p.Fields, inCollection || p.Collection); problem != "" {
			return p.Name + "/" + problem
		}
	}
	for _, p := range list {
		if p.Needs != "" && !seen[strings.ToLower(p.Needs)] {
			return p.Name + " needs a sibling that is not there"
		}
	}
	return ""
}

func (p *Property) contradiction(inCollection bool) string {
	ops := p.Ops
	searchable := ops.StartsWith != None || ops.EndsWith != None || ops.Contains != None
	switch {
	case p.Collection && inCollection:
		return "is a collection inside a collection"
	case p.Type != Object && len(p.Fields) > 0:
		return "has fields and is no object"
	case p.Type == Object && ops != Ops{Count: ops.Count}:
		return "is an object, which can only be counted"
	case searchable && p.Type != String && p.Type != GUID:
		return "is searched for text and holds none"
	case ops.Range != None && p.Type == Boolean:
		return "has an order and is a boolean"
	case ops.Count != None && !p.Collection:
		return "is counted and is no collection"
	case ops.OrderBy != None && (p.Collection || inCollection):
		return "orders and has many values"
	}
	return ""
}
