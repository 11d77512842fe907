package hospes

import "time"

// Object is one directory object: a schema, an identity, and a value for each property that has one.
//
// An object that was read remembers what it held, so that the store can write a change row with exactly the
// properties that changed and their old values, or nothing at all.
type Object struct {
	Schema  *Schema
	ID      ObjectID
	Number  Number    // 0 until it is stored
	Version Seq       // seq of its last change
	Deleted time.Time // when it went to the bin; zero while it lives

	values []Value
	loaded []Value // the values as read; shared with values until the first Set
}

// MaxObject is how many bytes the values of an object have together at most: a page has up to a thousand objects, and each
// change is written whole.
const MaxObject = 512 << 10

// Size is how many bytes the values have together.
func (o *Object) Size() (n int) {
	for _, v := range o.values {
		n += len(v)
	}
	return n
}

// NewObject makes an object that is not stored yet.
func NewObject(s *Schema, id ObjectID) *Object {
	return &Object{Schema: s, ID: id, values: make([]Value, len(s.Properties))}
}

// Get gives the value of a property of the object's schema.
func (o *Object) Get(p *Property) Value {
	if p.schema != o.Schema {
		panic("hospes: " + p.Name + " is not a property of " + o.Schema.Name)
	}
	return memberOf(o.values[p.index], p)
}

// memberOf gives a property's part of what stands at its index: all of it, or the one value of a directory extension.
func memberOf(v Value, p *Property) Value {
	if p.extension {
		return v.Member(p.Name)
	}
	return v
}

// Text is Get(p).Text().
func (o *Object) Text(p *Property) string { return o.Get(p).Text() }

// Set gives a property a value; null and the empty collection remove it.
func (o *Object) Set(p *Property, v Value) {
	if v.IsNull() {
		v = Null
	}
	if o.Get(p) == v {
		return
	}
	if p.extension {
		v = withExtension(o.values[p.index], p, v)
	}
	if len(o.loaded) > 0 && &o.loaded[0] == &o.values[0] {
		o.values = append([]Value(nil), o.values...)
	}
	o.values[p.index] = v
}

// SetDeleted says when the object went to the bin; the zero time takes it out again.
func (o *Object) SetDeleted(at time.Time) {
	o.Deleted = at
	if o.Schema.deleted != nil {
		o.Set(o.Schema.deleted, Moment(at))
	}
}

// Changed gives the properties that differ from what was read; all that have a value for a new object.
func (o *Object) Changed() (m Mask) {
	for i, p := range o.Schema.Properties {
		if o.values[i] != o.loadedValue(i) {
			m.Set(p)
		}
	}
	return m
}

// Loaded gives the value that the property had when the object was read.
func (o *Object) Loaded(p *Property) Value { return memberOf(o.loadedValue(p.index), p) }

func (o *Object) loadedValue(i int) Value {
	if o.loaded == nil {
		return Null
	}
	return o.loaded[i]
}

// OldValues gives the values before the change of the properties in m, as a JSON object; absent ones as null.
func (o *Object) OldValues(m Mask) string {
	b := []byte{'{'}
	for i, p := range o.Schema.Properties {
		if !m.Has(p) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(b, '"'), p.Name...)
		b = append(b, '"', ':')
		if v := o.loadedValue(i); v == Null {
			b = append(b, "null"...)
		} else {
			b = append(b, v...)
		}
	}
	return string(append(b, '}'))
}

// Settle declares the present values to be the stored ones; the store calls it after a write.
func (o *Object) Settle() { o.loaded = o.values }

// Clone gives a copy that can be changed on its own.
func (o *Object) Clone() *Object {
	c := *o
	c.values = append([]Value(nil), o.values...)
	if len(o.loaded) > 0 && &o.loaded[0] == &o.values[0] {
		c.loaded = c.values
	}
	return &c
}

// Edit is one wanted change of a property; the null value clears it.
type Edit struct {
	Property *Property
	Value    Value
}

// Apply sets every edit.
func (o *Object) Apply(edits []Edit) {
	for _, e := range edits {
		o.Set(e.Property, e.Value)
	}
}
