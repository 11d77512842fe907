package odata

// Mode says what the request has put in force.
type Mode struct {
	// Advanced is ConsistencyLevel: eventual together with $count=true; see [Query.Mode]. Entities that know no such
	// difference, as the logs, are always queried in advanced mode.
	Advanced bool
}

// Filter is a filter that has been checked against a schema.
type Filter struct {
	Expr Expr      // as it was written; nil where there is a search alone
	Root Predicate // what it means
}

// String gives the canonical text of the filter, which is what a next link carries; "" for the nil filter.
func (f *Filter) String() string {
	if f == nil || f.Expr == nil {
		return ""
	}
	return f.Expr.String()
}

// Check holds a filter against the schema of the entity it selects and the mode of the request.
func Check(e Expr, s *Schema, m Mode) (*Filter, error) {
	c := checker{schema: s, mode: m}
	root, err := c.predicate(e, false)
	if err != nil {
		return nil, err
	}
	return &Filter{Expr: e, Root: root}, nil
}

type checker struct {
	schema *Schema
	mode   Mode
	lambda *scope // inside any(x:…)
}

// scope is what a lambda's body can see: its variable and nothing else.
type scope struct {
	variable   string
	collection Ref
	asked      map[*Property]bool // the element's fields in the body
}

// predicate builds what e means, or its complement if negated.
func (c *checker) predicate(e Expr, negated bool) (Predicate, error) {
	switch e := e.(type) {
	case OrExpr:
		return c.chain(e.Terms, negated, !negated)
	case AndExpr:
		return c.chain(e.Terms, negated, negated)
	case NotExpr:
		p, err := c.predicate(e.Term, !negated)
		if err != nil {
			return nil, err
		}
		return p, c.negation()
	case CompareExpr:
		if count, ok := e.Left.(CountExpr); ok {
			return c.count(count, e, negated)
		}
		return c.compare(e, negated)
	case InExpr:
		return c.in(e, negated)
	case CallExpr:
		return c.call(e, negated)
	case LambdaExpr:
		return c.any(e, negated)
	case PathExpr:
		return c.truth(e, negated)
	}
	return nil, invalidFilter(opCheck, e.Pos(), "a condition was expected")
}

// chain builds the terms of an or (either is true) or an and. The negation of one is the other over negated terms.
func (c *checker) chain(terms []Expr, negated, either bool) (Predicate, error) {
	list := make([]Predicate, 0, len(terms))
	for _, t := range terms {
		p, err := c.predicate(t, negated)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	if either {
		return anyOf(list), nil
	}
	return allOf(list), nil
}

// negation refuses what ne and not are not offered for: default queries, and the inside of a lambda.
func (c *checker) negation() error {
	if !c.mode.Advanced || c.lambda != nil {
		return unsupported(opCheck)
	}
	return nil
}

// offer lets an operator through if the property has it in this mode; missing answers where it never has.
func (c *checker) offer(r Ref, s Support, missing func(Ref) error) error {
	switch {
	case s == None:
		return missing(r)
	case s == Advanced && !c.mode.Advanced:
		return unsupported(opCheck)
	}
	return nil
}

// resolve finds the property a path means: in a lambda from the variable on, elsewhere from the entity.
func (c *checker) resolve(path PathExpr) (Ref, error) {
	if c.lambda == nil {
		return c.schema.Resolve(path.Segments...)
	}
	if name := path.Segments[0]; name != c.lambda.variable {
		if _, err := c.schema.Resolve(name); err != nil {
			return Ref{}, err
		}
		return Ref{}, invalidFilter(opCheck, path.At, "only '%s' can be asked about inside this any()",
			excerpt(c.lambda.variable))
	}
	r, err := Ref{Property: c.lambda.collection.Property}.descend(path.Segments[1:])
	if err == nil && r.Path != "" {
		c.lambda.asked[r.Property] = true
	}
	return r, err
}

// single finds the property an operand means, which must have one plain value.
func (c *checker) single(o Operand) (Ref, error) {
	path, folded := o.(PathExpr)
	if wrapped, ok := o.(CaseExpr); ok {
		path = wrapped.Arg
	} else if !folded {
		return Ref{}, invalidFilter(opCheck, o.Pos(), "$count has no place here")
	}
	r, err := c.resolve(path)
	switch {
	case err != nil:
		return r, err
	case r.Property.Collection && r.Path != "":
		return r, invalidFilter(opCheck, path.At, "'%s' is a collection, which any() looks into,", r.Path)
	case r.Property.Type == Object:
		return r, invalidFilter(opCheck, path.At, "'%s' is no single value", path.String())
	case folded:
		return r, nil
	case r.Property.Type != String && r.Property.Type != GUID:
		return r, invalidFilter(opCheck, path.At, "'%s' is no text", path.String())
	case r.Property.CaseExact:
		// Only the exact text is kept; there is nothing to compare a folded one with.
		return r, unsupported(opCheck)
	}
	return r, nil
}
