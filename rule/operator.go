package rule

import (
	"slices"
	"strings"
)

// shape is what the values of a property are like.
type shape string

const (
	ofText   shape = "text"
	ofTexts  shape = "collection of texts"
	ofBool   shape = "truth value"
	ofMoment shape = "moment"
	ofPlans  shape = "collection of plans"
	ofGroups shape = "collection of groups"
)

// operator is one row of the table of comparisons. Each of them has an opposite, which is true whenever it is not: so one
// with a property that somebody has no value of is false, and its opposite true.
type operator struct {
	name    string
	negated bool
	shapes  []shape
	list    bool                             // takes a list of values
	null    bool                             // takes null
	matches bool                             // takes a pattern
	holds   func(value, operand string) bool // of folded texts
}

var operators, operatorNames = table(
	operator{name: "eq", shapes: []shape{ofText, ofTexts, ofBool, ofMoment}, null: true, holds: func(v, o string) bool { return v == o }},
	operator{name: "startsWith", shapes: []shape{ofText, ofTexts}, holds: strings.HasPrefix},
	operator{name: "endsWith", shapes: []shape{ofText, ofTexts}, holds: strings.HasSuffix},
	operator{name: "contains", shapes: []shape{ofText, ofTexts}, holds: strings.Contains},
	operator{name: "match", shapes: []shape{ofText, ofTexts}, matches: true},
	operator{name: "in", shapes: []shape{ofText, ofTexts}, list: true, holds: func(v, o string) bool { return v == o }},
	operator{name: "ge", shapes: []shape{ofMoment}, holds: func(v, o string) bool { return v >= o }},
	operator{name: "le", shapes: []shape{ofMoment}, holds: func(v, o string) bool { return v <= o }},
)

// table adds the opposites, and lists the names for people.
func table(rows ...operator) (map[string]*operator, string) {
	byName, names := map[string]*operator{}, []string{}
	add := func(o operator) {
		byName[strings.ToLower(o.name)] = &o
		names = append(names, "-"+o.name)
	}
	for _, o := range rows {
		add(o)
		if slices.Contains(o.shapes, ofText) {
			o.negated, o.name = true, opposite(o.name)
			add(o)
		}
	}
	return byName, strings.Join(names, ", ")
}

func opposite(name string) string {
	if name == "eq" {
		return "ne"
	}
	return "not" + strings.ToUpper(name[:1]) + name[1:]
}
