package hospes

import (
	"fmt"
	"time"
)

// Document is an object as the store keeps it: two texts that together are its JSON members.
//
// Card holds the default set with the id, complete with nulls, ready to stand between braces in an answer. Rest holds
// whatever else has a value. A list of the default set is spliced from cards and never decoded.
type Document struct {
	Schema  *Schema
	ID      ObjectID
	Number  Number
	Version Seq
	Deleted time.Time
	Card    string
	Rest    string
}

// Document writes the object down.
func (o *Object) Document() Document {
	return Document{
		Schema: o.Schema, ID: o.ID, Number: o.Number, Version: o.Version, Deleted: o.Deleted,
		Card: o.card(), Rest: o.rest(),
	}
}

func (o *Object) card() string {
	b := make([]byte, 0, 512)
	for _, p := range o.Schema.card {
		b = appendMember(b, p, o.values[p.index])
	}
	b = append(b, `"id":"`...)
	b = append(b, o.ID.String()...)
	return string(append(b, '"'))
}

func (o *Object) rest() string {
	b := make([]byte, 0, 512)
	for _, p := range o.Schema.rest {
		if v := o.values[p.index]; v != Null {
			b = appendMember(b, p, v)
		}
	}
	if len(b) > 0 {
		b = b[:len(b)-1]
	}
	return string(b)
}

// appendMember writes "name":value, with the comma that follows.
func appendMember(b []byte, p *Property, v Value) []byte {
	b = append(append(b, '"'), p.Name...)
	b = append(b, '"', ':')
	b = append(b, v.orEmpty(p)...)
	return append(b, ',')
}

// orEmpty gives what stands for an absent value of the property: null, or an empty collection.
func (v Value) orEmpty(p *Property) Value {
	switch {
	case v != Null:
		return v
	case p.Many:
		return "[]"
	}
	return "null"
}

// Render gives the value as an answer shows it: null or [] where there is none.
func (o *Object) Render(p *Property) Value { return o.Get(p).orEmpty(p) }

// Object reads the document back. The values share the memory of its texts.
func (d Document) Object() (*Object, error) {
	o := &Object{Schema: d.Schema, ID: d.ID, Number: d.Number, Version: d.Version, Deleted: d.Deleted}
	o.values = make([]Value, len(d.Schema.Properties))
	o.loaded = o.values
	if err := o.read(d.Card, d.Schema.card); err != nil {
		return nil, err
	}
	if err := o.read(d.Rest, d.Schema.rest); err != nil {
		return nil, err
	}
	return o, nil
}

// read walks the members of a text. They stand in the order of expected, so the search for a name is one comparison.
func (o *Object) read(text string, expected []*Property) error {
	next := 0
	for text != "" {
		n := skipValue(text)
		if n < 2 || n >= len(text) || text[n] != ':' {
			return o.broken()
		}
		name := text[1 : n-1]
		text = text[n+1:]
		if n = skipValue(text); n <= 0 {
			return o.broken()
		}
		v := Value(text[:n])
		text = text[n:]
		if text != "" {
			text = text[1:]
		}
		for next < len(expected) && expected[next].Name != name {
			next++
		}
		if next == len(expected) {
			next = 0
			if name == "id" {
				continue
			}
			p := o.Schema.byName[name]
			if p == nil {
				if p = o.Schema.Property(name); p == nil {
					return o.broken()
				}
			}
			if !v.IsNull() {
				o.values[p.index] = v
			}
			continue
		}
		if !v.IsNull() {
			o.values[expected[next].index] = v
		}
		next++
	}
	return nil
}

func (o *Object) broken() error {
	return Internal("hospes.Document", fmt.Errorf("the document of %s %s cannot be read", o.Schema.Name, o.ID))
}

// Name is what listings are ordered by: the folded displayName, empty where there is none.
func (o *Object) Name() string {
	text, _ := o.folded(o.Schema.displayName)
	return text
}

// Mail is the folded mail address.
func (o *Object) Mail() (text string, ok bool) { return o.folded(o.Schema.mail) }

// UPN is the folded user principal name.
func (o *Object) UPN() (text string, ok bool) { return o.folded(o.Schema.upn) }

func (o *Object) folded(p *Property) (string, bool) {
	if p == nil {
		return "", false
	}
	return Canonical(p, o.values[p.index])
}
