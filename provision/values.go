package provision

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// same tells that the target needs no write of the value.
func (p *planner) same(s *subject, v connector.Value) bool {
	have, attribute := s.target.Value(v.Slot), &p.target.Attributes[v.Slot]
	switch {
	case attribute.OwnForm:
		if s.link == nil || s.link.TargetID != s.target.ID() {
			return false
		}
		last := written(s.link, attribute.Name)
		// An invitation by hand gave the name; it lasts until somebody looks at everything again (row X3).
		return last == v.Value || last == hospes.Null && !p.thorough
	case v.Slot == p.target.Traits.Enabled && p.keepBlock && v.Value == hospes.True && have == hospes.False:
		if s.link != nil && written(s.link, attribute.Name) == hospes.True {
			return true
		}
	}
	if have == v.Value {
		return true
	}
	return !attribute.CaseExact && !attribute.Many && have != hospes.Null && strings.EqualFold(have.Text(), v.Value.Text())
}

func (p *planner) values(s *subject, creating bool) ([]connector.Value, error) {
	return p.valuesOf(s, creating, func(*flow) bool { return true })
}

// valuesOf runs the mappings that count. Null values do not flow; defaults are used at creation only, or where a
// mapping without a source finds nothing (provisioning 2.5).
func (p *planner) valuesOf(s *subject, creating bool, counts func(*flow) bool) ([]connector.Value, error) {
	list := make([]connector.Value, 0, len(p.flows)+1)
	for i := range p.flows {
		f := &p.flows[i]
		if !counts(f) || !creating && p.rests(f, s) {
			continue
		}
		v, err := f.want(p.compiled, s, p.env)
		if err != nil {
			return nil, err
		}
		if v == hospes.Null && (creating || f.empty()) {
			v = f.fallback
		}
		if v == hospes.Null {
			if creating && p.target.Attributes[f.target].Required {
				return nil, &missingValue{p.name(f.target)}
			}
			continue
		}
		if f.many && !creating && (f.flowType == FlowMultiValueAdd || f.flowType == FlowValueAddOnly) {
			v = union(s.target.Value(f.target), v)
		}
		list = append(list, connector.Value{Slot: f.target, Value: v})
	}
	return list, nil
}

// rests tells that a flow does not touch somebody who is in the target already.
func (p *planner) rests(f *flow, s *subject) bool {
	switch {
	case f.flowType == FlowObjectAddOnly:
		return true
	case f.flowType == FlowAttributeAdd, f.empty():
		return s.target.Value(f.target) != hospes.Null
	}
	return false
}

// union gives the values that are there, and those of more that are not.
func union(have, more hospes.Value) hospes.Value {
	list := have.Texts()
	for _, text := range more.Texts() {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return hospes.Strings(list...)
}

// missingValue says that a required attribute has neither a value nor a default.
type missingValue struct{ attribute string }

func (m *missingValue) Error() string {
	return "The target needs a value for '" + m.attribute + "', and the mapping gives none."
}

// severalValues says that an attribute of one value was given several.
type severalValues struct{ attribute string }

func (m *severalValues) Error() string {
	return "The attribute '" + m.attribute + "' of the target takes one value, and the source has several."
}

func failed(err error) Step {
	reason := ReasonEvaluation
	switch err.(type) {
	case *missingValue:
		reason = ReasonMissingValue
	case *severalValues:
		reason = ReasonSingleValue
	}
	return Step{Kind: StepFail, Reason: reason, Text: err.Error()}
}

// written gives what the engine last wrote of an attribute.
func written(l *hospes.Link, attribute string) hospes.Value {
	return hospes.Value(l.Written).Member(attribute)
}

// remember gives the written values of a link after a write: the old ones, overlaid by the new.
func remember(before string, values []connector.Value, names func(slot int) string) string {
	b := make([]byte, 0, len(before)+256)
	b = append(b, '{')
	add := func(name string, v hospes.Value) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(hospes.AppendQuoted(b, name), ':')
		if v == hospes.Null {
			v = "null"
		}
		b = append(b, v...)
	}
	old := hospes.Value(before)
	for _, v := range values {
		add(names(v.Slot), v.Value)
	}
	old.Members(func(name string, v hospes.Value) {
		for _, w := range values {
			if names(w.Slot) == name {
				return
			}
		}
		add(name, v)
	})
	return string(append(b, '}'))
}
