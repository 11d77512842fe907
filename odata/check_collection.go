package odata

// collection finds the collection that any() or $count asks about.
func (c *checker) collection(path PathExpr) (Ref, error) {
	if c.lambda != nil {
		return Ref{}, unsupported(opCheck)
	}
	ref, err := c.resolve(path)
	if err != nil {
		return ref, err
	}
	if !ref.Property.Collection {
		return ref, invalidFilter(opCheck, path.At, "'%s' is no collection", ref.Path)
	}
	return ref, nil
}

func (c *checker) count(left CountExpr, e CompareExpr, negated bool) (Predicate, error) {
	ref, err := c.collection(left.Collection)
	if err != nil {
		return nil, err
	}
	n, ok := integer(e.Right.Text)
	if e.Right.Kind != NumberLiteral || !ok || n < 0 {
		return nil, invalidFilter(opCheck, e.Right.At, "$count is compared with a whole number, not with %s",
			excerpt(e.Right.String()))
	}
	if err := c.offer(ref, ref.Property.Ops.Count, missing); err != nil {
		return nil, err
	}
	op := e.Op
	if negated {
		op = op.complement()
	}
	return Count{Ref: ref, Op: op, N: n}, nil
}

func (c *checker) any(e LambdaExpr, negated bool) (Predicate, error) {
	ref, err := c.collection(e.Collection)
	if err != nil {
		return nil, err
	}
	if e.All {
		return nil, unsupported(opCheck)
	}
	if e.Body == nil {
		return Any{Ref: ref, Negated: negated}, c.offer(ref, anyElement(ref.Property), notIndexed)
	}
	c.lambda = &scope{variable: e.Var, collection: ref, asked: map[*Property]bool{}}
	defer func() { c.lambda = nil }()
	element, err := c.predicate(e.Body, false)
	if err != nil {
		return nil, err
	}
	if err := c.lambda.complete(); err != nil {
		return nil, err
	}
	if always, ok := element.(Const); ok {
		if !always {
			return Const(negated), nil
		}
		element = nil
	}
	return Any{Ref: ref, Element: element, Negated: negated}, nil
}

// complete refuses a body that asks about a field without the sibling it needs.
func (s *scope) complete() error {
	for p := range s.asked {
		if p.Needs != "" && !s.asked[s.collection.Property.field(p.Needs)] {
			return unsupported(opCheck)
		}
	}
	return nil
}

// anyElement is the support for any() without a body: the best that its elements have.
func anyElement(p *Property) Support {
	best := p.Ops.Eq
	better := func(s Support) {
		if best == None || s == Default {
			best = s
		}
	}
	better(p.Ops.Count)
	for i := range p.Fields {
		better(p.Fields[i].Ops.Eq)
	}
	return best
}
