package odata

import "strings"

// isConstant tells whether a word is a value, so that it cannot be a property.
func isConstant(word string) bool {
	return strings.EqualFold(word, "true") || strings.EqualFold(word, "false") || strings.EqualFold(word, "null")
}

// condition reads what begins with the property name: a lambda, a comparison, or the bare path of a boolean.
func (p *parser) condition(name token) (Expr, error) {
	path := PathExpr{At: name.at, Segments: []string{name.text}}
	for p.tok.kind == tokSlash {
		if err := p.advance(); err != nil {
			return nil, err
		}
		segment := p.tok
		if err := p.expect(tokName, "a property"); err != nil {
			return nil, err
		}
		switch {
		case segment.is("$count"):
			if err := p.grow(path.At); err != nil {
				return nil, err
			}
			return p.comparison(CountExpr{Collection: path})
		case p.tok.kind == tokOpen && (segment.is("any") || segment.is("all")):
			return p.lambda(path, segment)
		case p.tok.kind == tokOpen:
			return nil, invalidFilter(opParse, segment.at, "'%s' is not a function that a filter can use",
				excerpt(segment.text))
		}
		path.Segments = append(path.Segments, segment.text)
	}
	if err := p.grow(path.At); err != nil {
		return nil, err
	}
	if p.tok.kind == tokEnd || p.tok.kind == tokClose || p.tok.is("and") || p.tok.is("or") {
		return path, nil
	}
	return p.comparison(path)
}

// comparison reads the operator and the value or values after left.
func (p *parser) comparison(left Operand) (Expr, error) {
	if err := p.grow(left.Pos()); err != nil {
		return nil, err
	}
	if p.tok.is("in") {
		return p.in(left)
	}
	for i, name := range opNames {
		if !p.tok.is(name) {
			continue
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.literal()
		if err != nil {
			return nil, err
		}
		return CompareExpr{Left: left, Op: Op(i), Right: right}, nil
	}
	if p.tok.kind == tokName {
		return nil, invalidFilter(opParse, p.tok.at, "%v is not an operator that a filter can use", p.tok)
	}
	return nil, p.unexpected("an operator")
}

func (p *parser) in(left Operand) (Expr, error) {
	if _, ok := left.(CountExpr); ok {
		return nil, invalidFilter(opParse, p.tok.at, "$count cannot be compared with a list")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect(tokOpen, "'('"); err != nil {
		return nil, err
	}
	e := InExpr{Left: left}
	for {
		v, err := p.literal()
		if err != nil {
			return nil, err
		}
		e.Values = append(e.Values, v)
		if p.tok.kind != tokComma {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.expect(tokClose, "',' or ')'"); err != nil {
		return nil, err
	}
	return e, p.limits.checkChain(len(e.Values))
}

func (p *parser) literal() (Literal, error) {
	tok := p.tok
	lit := tok.lit
	switch {
	case tok.is("null"):
		lit = Literal{At: tok.at, Kind: NullLiteral, Text: "null"}
	case tok.is("true"), tok.is("false"):
		lit = Literal{At: tok.at, Kind: BooleanLiteral, Text: strings.ToLower(tok.text)}
	case tok.kind == tokName:
		return lit, invalidFilter(opParse, tok.at,
			"a value was expected instead of %v (text stands in single quotes)", tok)
	case tok.kind != tokLiteral:
		return lit, p.unexpected("a value")
	}
	if err := p.grow(tok.at); err != nil {
		return lit, err
	}
	return lit, p.advance()
}

// call reads the arguments of a test for text, and an "eq true" or "eq false" behind them.
func (p *parser) call(at int, f Func) (Expr, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	e := CallExpr{At: at, Func: f}
	var err error
	if e.Arg, err = p.argument(); err != nil {
		return nil, err
	}
	if err := p.expect(tokComma, "','"); err != nil {
		return nil, err
	}
	if p.tok.kind != tokLiteral || p.tok.lit.Kind != StringLiteral {
		return nil, p.unexpected("text in single quotes")
	}
	if e.Text, err = p.literal(); err != nil {
		return nil, err
	}
	if err := p.expect(tokClose, "')'"); err != nil {
		return nil, err
	}
	if err := p.grow(at); err != nil {
		return nil, err
	}
	if !p.tok.is("eq") {
		return e, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	truth := p.tok
	switch {
	case truth.is("true"):
		return e, p.advance()
	case truth.is("false"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.nested(func() (Expr, error) { return NotExpr{At: at, Term: e}, p.grow(at) })
	}
	return nil, p.unexpected("true or false")
}

// argument reads a path, or tolower or toupper of one.
func (p *parser) argument() (Operand, error) {
	name := p.tok
	if err := p.expect(tokName, "a property"); err != nil {
		return nil, err
	}
	if p.tok.kind == tokOpen && (name.is("tolower") || name.is("toupper")) {
		return p.caseOf(name)
	}
	return p.path(name)
}

func (p *parser) caseOf(name token) (Operand, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	start := p.tok
	if err := p.expect(tokName, "a property"); err != nil {
		return nil, err
	}
	arg, err := p.path(start)
	if err != nil {
		return nil, err
	}
	if err := p.grow(name.at); err != nil {
		return nil, err
	}
	return CaseExpr{At: name.at, Upper: name.is("toupper"), Arg: arg}, p.expect(tokClose, "')'")
}

func (p *parser) path(name token) (PathExpr, error) {
	path := PathExpr{At: name.at, Segments: []string{name.text}}
	for p.tok.kind == tokSlash {
		if err := p.advance(); err != nil {
			return path, err
		}
		path.Segments = append(path.Segments, p.tok.text)
		if err := p.expect(tokName, "a property"); err != nil {
			return path, err
		}
	}
	return path, p.grow(path.At)
}

// lambda reads the parentheses of any or all.
func (p *parser) lambda(collection PathExpr, word token) (Expr, error) {
	e := LambdaExpr{Collection: collection, All: word.is("all")}
	if err := p.grow(collection.At); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokClose && !e.All {
		return e, p.advance()
	}
	e.Var = p.tok.text
	if err := p.expect(tokName, "the name of a variable"); err != nil {
		return nil, err
	}
	if err := p.expect(tokColon, "':'"); err != nil {
		return nil, err
	}
	var err error
	if e.Body, err = p.nested(p.or); err != nil {
		return nil, err
	}
	return e, p.expect(tokClose, "')'")
}
