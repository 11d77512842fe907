package odata

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Record is what a filter is tried on: an object, or an element of one of its collections.
type Record interface {
	// Text gives the canonical text of a single-valued property, and whether it is present. Paths are in the
	// schema's spelling, "employeeOrgData/costCenter"; the empty path is asked of the elements of plain collections.
	Text(path string) (text string, ok bool)
	// Elements gives the elements of a collection.
	Elements(path string) iter.Seq[Record]
}

// Element is the [Record] of one element of a collection of plain values: its canonical text.
type Element string

// Text implements [Record].
func (e Element) Text(path string) (string, bool) { return string(e), path == "" }

// Elements implements [Record]; a plain value has none.
func (Element) Elements(string) iter.Seq[Record] { return func(func(Record) bool) {} }

// Match tells whether the filter selects the record. The nil filter selects everything.
func (f *Filter) Match(r Record) bool { return f == nil || f.Root.holds(r) }

func (p And) holds(r Record) bool {
	for _, t := range p {
		if !t.holds(r) {
			return false
		}
	}
	return true
}

func (p Or) holds(r Record) bool {
	for _, t := range p {
		if t.holds(r) {
			return true
		}
	}
	return false
}

func (p Const) holds(Record) bool { return bool(p) }

func (p Compare) holds(r Record) bool {
	text, ok := r.Text(p.Path)
	return (ok && compares(strings.Compare(text, p.Text), p.Op)) != p.Negated
}

func (p In) holds(r Record) bool {
	text, ok := r.Text(p.Path)
	if ok {
		_, ok = slices.BinarySearch(p.Texts, text)
	}
	return ok != p.Negated
}

func (p Substring) holds(r Record) bool {
	text, ok := r.Text(p.Path)
	if ok {
		switch p.Func {
		case StartsWith:
			ok = strings.HasPrefix(text, p.Text)
		case EndsWith:
			ok = strings.HasSuffix(text, p.Text)
		case Contains:
			ok = strings.Contains(text, p.Text)
		}
	}
	return ok != p.Negated
}

func (p IsNull) holds(r Record) bool {
	_, ok := r.Text(p.Path)
	return ok == p.Negated
}

func (p Any) holds(r Record) bool {
	for e := range r.Elements(p.Path) {
		if p.Element == nil || p.Element.holds(e) {
			return !p.Negated
		}
	}
	return p.Negated
}

func (p Count) holds(r Record) bool {
	n := int64(0)
	for range r.Elements(p.Path) {
		n++
	}
	return compares(cmp.Compare(n, p.N), p.Op)
}

// compares tells whether a comparison holds, given how the two sides are ordered.
func compares(order int, op Op) bool {
	switch op {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	case Lt:
		return order < 0
	default:
		return order <= 0
	}
}
