package provision

import (
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/mapping"
)

// flow is one attribute mapping.
type flow struct {
	target   int
	many     bool
	kind     connector.AttributeType
	flowType string
	direct   int // the source slot of a direct mapping, or -1
	constant hospes.Value
	program  *mapping.Program
	fallback hospes.Value // defaultValue, used at creation only
	blocks   bool         // reads whether the person is enabled or in scope
}

// reads gives the source slots that a flow depends on.
func (f *flow) reads() []int {
	if f.direct >= 0 {
		return []int{f.direct}
	}
	if f.program == nil {
		return nil
	}
	var slots []int
	for _, read := range f.program.Attributes() {
		slots = append(slots, read.Slot)
	}
	return slots
}

// typed turns a result of the mapping language into a value of the target attribute.
func (f *flow) typed(v mapping.Value) hospes.Value {
	if v.IsNull() {
		return hospes.Null
	}
	if f.many {
		return hospes.Strings(v.Texts()...)
	}
	text := v.Text()
	switch {
	case text == "":
		return hospes.Null
	case f.kind == connector.Boolean:
		return hospes.Bool(strings.EqualFold(text, "true") || text == "1")
	case f.kind == connector.Integer:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return hospes.Value(strconv.FormatInt(n, 10))
		}
	}
	return hospes.String(text)
}

// row shows an object to the mapping language.
type row struct{ s *subject }

// At implements mapping.Row.
func (r row) At(slot int) mapping.Value {
	v := r.s.value(slot)
	switch {
	case v == hospes.Null:
		return mapping.Null()
	case v == hospes.True:
		return mapping.String(mapping.True)
	case v == hospes.False:
		return mapping.String(mapping.False)
	case v[0] == '[':
		return mapping.List(v.Texts()...)
	}
	return mapping.String(v.Text())
}

// empty tells of a mapping without a source: it fills what is empty with its default (provisioning 2.5).
func (f *flow) empty() bool { return f.direct < 0 && f.program == nil && f.constant == hospes.Null }

// want gives the value that a flow gives to a person.
func (f *flow) want(c *compiled, s *subject, env *mapping.Env) (hospes.Value, error) {
	switch {
	case f.direct >= 0:
		return f.fitted(c, s.value(f.direct))
	case f.program == nil:
		return f.constant, nil
	}
	v, err := f.program.Eval(env)
	if err != nil {
		return hospes.Null, err
	}
	return f.typed(v), nil
}

// fitted makes the value of a direct mapping one of the target attribute's kind.
func (f *flow) fitted(c *compiled, v hospes.Value) (hospes.Value, error) {
	isList := len(v) > 0 && v[0] == '['
	switch {
	case f.many == isList || v == hospes.Null:
		return v, nil
	case f.many:
		return hospes.Strings(v.Text()), nil
	}
	switch texts := v.Texts(); len(texts) {
	case 0:
		return hospes.Null, nil
	case 1:
		return hospes.String(texts[0]), nil
	}
	return hospes.Null, &severalValues{c.name(f.target)}
}
