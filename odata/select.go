package odata

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// OrderTerm is one entry of $orderby.
type OrderTerm struct {
	Path string // as it was written
	Desc bool
}

func (o OrderTerm) String() string {
	if o.Desc {
		return o.Path + " desc"
	}
	return o.Path
}

// Order is one entry of $orderby whose property is known.
type Order struct {
	Ref
	Desc bool
}

// parseSelect reads a list of paths. An empty option selects nothing in particular, as if it were not there.
func parseSelect(v string) ([]string, error) {
	if v == "" {
		return nil, nil
	}
	list := strings.Split(v, ",")
	for i, item := range list {
		list[i] = strings.TrimSpace(item)
		if !isPath(list[i]) && list[i] != "*" {
			return nil, hospes.Invalidf(opQuery, "Invalid $select clause: '%s' is no property.", excerpt(list[i]))
		}
	}
	return list, nil
}

func parseOrderBy(v string) ([]OrderTerm, error) {
	if v == "" {
		return nil, nil
	}
	var list []OrderTerm
	for item := range strings.SplitSeq(v, ",") {
		words := strings.Fields(item)
		desc := len(words) == 2 && strings.EqualFold(words[1], "desc")
		asc := len(words) == 1 || len(words) == 2 && strings.EqualFold(words[1], "asc")
		if !desc && !asc || !isPath(words[0]) {
			return nil, hospes.Invalidf(opQuery, "Invalid $orderby clause: '%s' is not a property with asc or desc.",
				excerpt(strings.TrimSpace(item)))
		}
		list = append(list, OrderTerm{Path: words[0], Desc: desc})
	}
	return list, nil
}

// isPath tells whether s is names joined by slashes. Which names exist is the schema's business.
func isPath(s string) bool {
	for name := range strings.SplitSeq(s, "/") {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isNamePart(r) && r != '@' && r != '-' }) {
			return false
		}
	}
	return true
}

// CheckSelect finds the selected properties, each once, in the order in which they were asked for. It gives nil when
// there is no $select, and every property for "*".
func (q Query) CheckSelect(s *Schema) ([]Ref, error) {
	var refs []Ref
	seen := map[string]bool{}
	add := func(r Ref) {
		if !seen[r.Path] {
			seen[r.Path] = true
			refs = append(refs, r)
		}
	}
	for _, path := range q.Select {
		if path == "*" {
			all := s.All()
			for i := range all {
				add(Ref{Path: all[i].Name, Property: &all[i]})
			}
			continue
		}
		r, err := s.Resolve(strings.Split(path, "/")...)
		if err != nil {
			return nil, err
		}
		add(r)
	}
	return refs, nil
}

// CheckOrderBy finds the properties to order by. A property named twice counts where it was named first. Order and
// filter together make an advanced query.
func (q Query) CheckOrderBy(s *Schema, m Mode) ([]Order, error) {
	var list []Order
	for _, term := range q.OrderBy {
		r, err := s.Resolve(strings.Split(term.Path, "/")...)
		if err != nil {
			return nil, err
		}
		if by := r.Property.Ops.OrderBy; by == None || by == Advanced && !m.Advanced {
			return nil, unsupported(opCheck)
		}
		if !slices.ContainsFunc(list, func(o Order) bool { return o.Path == r.Path }) {
			list = append(list, Order{Ref: r, Desc: term.Desc})
		}
	}
	if list != nil && q.Filter != nil && !m.Advanced {
		return nil, unsupported(opCheck)
	}
	return list, nil
}
