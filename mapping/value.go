package mapping

import (
	"encoding/json"
	"slices"
)

// Value is what an attribute holds and what an expression gives: null, a text, or a list of texts. The zero Value is
// null. A text is not boxed; copying a Value shares its list, which nobody may change.
//
// Four words are what the compiler keeps in registers. A fifth, for the list in place, made evaluation three to five
// times slower when it was measured.
type Value struct {
	text string
	list *[]string
	kind valueKind
}

type valueKind uint8

const (
	kindNull valueKind = iota
	kindText
	kindList
)

// Booleans of the language are texts in this spelling.
const (
	True  = "True"
	False = "False"
)

// Null is the value of an attribute that an object does not have.
func Null() Value { return Value{} }

// String is a single text, which may be empty.
func String(s string) Value { return Value{text: s, kind: kindText} }

// List is the value of a multi-valued attribute. It keeps texts, which must not be changed afterwards.
func List(texts ...string) Value { return Value{list: &texts, kind: kindList} }

func boolean(b bool) Value {
	if b {
		return String(True)
	}
	return String(False)
}

// IsNull tells whether there is no value. A list without texts is not null: as a result it says "no values", which a
// target may be told.
func (v Value) IsNull() bool { return v.kind == kindNull }

// IsList tells whether the value is a list, of whatever length.
func (v Value) IsList() bool { return v.kind == kindList }

// Text is the text, or the first of a list, or "" where there is none.
func (v Value) Text() string {
	s, _ := v.first()
	return s
}

// Texts gives every text: none for null. The caller must not change a list it is given.
func (v Value) Texts() []string {
	switch v.kind {
	case kindText:
		return []string{v.text}
	case kindList:
		return *v.list
	default:
		return nil
	}
}

// values gives the texts of a list, and none for anything else.
func (v Value) values() []string {
	if v.list == nil {
		return nil
	}
	return *v.list
}

// Equal tells whether two values are of the same kind and hold the same texts in the same order.
func (v Value) Equal(w Value) bool {
	return v.kind == w.kind && v.text == w.text && slices.Equal(v.values(), w.values())
}

// MarshalJSON writes null, a string or an array of strings.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case kindText:
		return json.Marshal(v.text)
	case kindList:
		return json.Marshal(append([]string{}, *v.list...))
	default:
		return []byte("null"), nil
	}
}

// first gives the text that a single-valued parameter reads.
func (v Value) first() (string, bool) {
	if list := v.values(); len(list) > 0 {
		return list[0], true
	}
	return v.text, v.kind == kindText
}

// absent tells whether functions treat the value as missing: an attribute with no values is one the object lacks.
func (v Value) absent() bool {
	return v.kind == kindNull || v.kind == kindList && len(*v.list) == 0
}

func (v Value) blank() bool {
	return v.absent() || v.kind == kindText && v.text == ""
}
