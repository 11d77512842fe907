package mapping

import "slices"

// Schema knows the attributes that an expression may read, and the slot in which a [Row] holds each.
type Schema interface {
	// Slot gives the slot of an attribute, or false where there is no such attribute.
	Slot(name string) (slot int, ok bool)
}

// SchemaFunc makes a Schema of a function.
type SchemaFunc func(name string) (slot int, ok bool)

// Slot calls f.
func (f SchemaFunc) Slot(name string) (int, bool) { return f(name) }

// Names is a Schema of attributes in order: the slot of each is its index.
type Names []string

// Slot gives the index of name.
func (n Names) Slot(name string) (int, bool) {
	i := slices.Index(n, name)
	return i, i >= 0
}

// Row is one object as an expression sees it. A slot that the object has nothing for is null.
type Row interface {
	At(slot int) Value
}

// Values is a Row of values by slot. Slots beyond its end are null.
type Values []Value

// At gives the value in a slot.
func (v Values) At(slot int) Value {
	if slot < 0 || slot >= len(v) {
		return Null()
	}
	return v[slot]
}

// Read is an attribute that a program reads.
type Read struct {
	Name string
	Slot int
}
