package mapping

import "encoding/json"

// Bag is an object whose attributes are known by name alone, to try an expression on: it finds slots as the expression asks
// for names. Every name has one; an attribute that is not in the bag is one that the object lacks. A Bag serves one program.
type Bag struct {
	values map[string]Value
	names  []string
}

// NewBag makes an object of its attributes.
func NewBag(values map[string]Value) *Bag { return &Bag{values: values} }

// Slot implements Schema.
func (b *Bag) Slot(name string) (int, bool) {
	b.names = append(b.names, name)
	return len(b.names) - 1, true
}

// At implements Row.
func (b *Bag) At(slot int) Value { return b.values[b.names[slot]] }

// FromJSON makes a value of a JSON text: of a text, or of a list of texts. Truth values are the texts that the language has
// for them, numbers and objects are taken as they are written; nothing has no place in a list.
func FromJSON(raw json.RawMessage) Value {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil || v == nil {
		return Null()
	}
	list, many := v.([]any)
	if !many {
		return String(textOf(raw, v))
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return Null()
	}
	texts := make([]string, 0, len(list))
	for i, item := range list {
		if item != nil {
			texts = append(texts, textOf(items[i], item))
		}
	}
	return List(texts...)
}

func textOf(raw json.RawMessage, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return True
		}
		return False
	}
	return string(raw)
}
