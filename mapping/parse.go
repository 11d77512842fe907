package mapping

import "unicode/utf8"

// Limits of the source. An expression that keeps them can neither exhaust the stack nor make compiling dear.
const (
	MaxLength = 10_000 // characters in the source
	MaxDepth  = 100    // calls within calls
)

// Parse reads an expression. The whole of it must be a function, an attribute or a constant. The error is an *Error.
//
// Parse knows the grammar alone: whether functions and attributes exist is for [Check] and [Compile].
func Parse(source string) (*Expr, error) {
	root, err := parse(source, (*parser).whole)
	if err != nil {
		return nil, err
	}
	return &Expr{Root: root, source: source}, nil
}

func parse(source string, rule func(*parser) (Node, *Error)) (Node, error) {
	if !utf8.ValidString(source) {
		return nil, errorAt(source, 0, "the expression is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(source); n > MaxLength {
		return nil, errorAt(source, 0, "the expression has %d characters; the limit is %d", n, MaxLength)
	}
	p := &parser{lexer: lexer{source: source}}
	if err := p.advance(true); err != nil {
		return nil, err
	}
	if p.tok.kind == tokenEnd {
		return nil, p.errorf("the expression is empty")
	}
	root, err := rule(p)
	if err != nil {
		return nil, err
	}
	return root, nil
}

// parser descends through the rules of the grammar, one token ahead.
type parser struct {
	lexer
	tok   token
	depth int
}

func (p *parser) advance(operand bool) (err *Error) {
	p.tok, err = p.lexer.next(operand)
	return err
}

func (p *parser) errorf(format string, args ...any) *Error {
	return errorAt(p.source, p.tok.at, format, args...)
}

// whole = operand end
func (p *parser) whole() (Node, *Error) {
	n, err := p.operand()
	if err != nil {
		return nil, err
	}
	switch p.tok.kind {
	case tokenEnd:
		return n, nil
	case tokenConcat, tokenCompare:
		return nil, p.errorf("the whole expression must be a function, an attribute or a constant; %s may only stand "+
			"inside an argument", p.tok)
	default:
		return nil, p.errorf("expected the end of the expression, found %s", p.tok)
	}
}

// argument = condition end, for parts of a tree that are parsed on their own.
func (p *parser) argument() (Node, *Error) {
	n, err := p.condition()
	if err == nil && p.tok.kind != tokenEnd {
		return nil, p.errorf("expected the end of the expression, found %s", p.tok)
	}
	return n, err
}

// condition = concat [ op concat ]
func (p *parser) condition() (Node, *Error) {
	left, err := p.concat()
	if err != nil || p.tok.kind != tokenCompare {
		return left, err
	}
	c := &Compare{Op: p.tok.text, OpAt: p.tok.at, Left: left}
	if err := p.advance(true); err != nil {
		return nil, err
	}
	if c.Right, err = p.concat(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokenCompare {
		return nil, p.errorf("comparisons cannot be chained; nest IIF instead")
	}
	return c, nil
}

// concat = operand { "&" operand }
func (p *parser) concat() (Node, *Error) {
	first, err := p.operand()
	if err != nil || p.tok.kind != tokenConcat {
		return first, err
	}
	c := &Concat{Parts: []Node{first}}
	for p.tok.kind == tokenConcat {
		if err := p.advance(true); err != nil {
			return nil, err
		}
		part, err := p.operand()
		if err != nil {
			return nil, err
		}
		c.Parts = append(c.Parts, part)
	}
	return c, nil
}

// operand = attribute | constant | name [ "(" arguments ")" ]
func (p *parser) operand() (Node, *Error) {
	t := p.tok
	var n Node
	switch t.kind {
	case tokenAttribute:
		n = &Attribute{At: t.at, Name: t.text}
	case tokenText:
		n = &Constant{At: t.at, Kind: TextConstant, Text: t.text}
	case tokenNumber:
		n = &Constant{At: t.at, Kind: NumberConstant, Text: t.text}
	case tokenHex:
		n = &Constant{At: t.at, Kind: HexConstant, Text: t.text}
	case tokenName:
		n = &Constant{At: t.at, Kind: NameConstant, Text: t.text}
	default:
		return nil, p.errorf("expected a function, an [attribute] or a constant, found %s", t)
	}
	if err := p.advance(false); err != nil {
		return nil, err
	}
	if t.kind == tokenName && p.tok.kind == tokenOpen {
		return p.call(t)
	}
	return n, nil
}

// arguments = [ argument { "," argument } ], where an argument may be empty
func (p *parser) call(name token) (Node, *Error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, errorAt(p.source, name.at, "functions are nested more than %d deep", MaxDepth)
	}
	c := &Call{At: name.at, Name: name.text}
	open := p.tok.at
	if err := p.advance(true); err != nil {
		return nil, err
	}
	for p.tok.kind != tokenClose || len(c.Args) > 0 {
		arg, err := p.maybeEmpty()
		if err != nil {
			return nil, err
		}
		c.Args = append(c.Args, arg)
		if p.tok.kind == tokenClose {
			break
		}
		if p.tok.kind == tokenEnd {
			return nil, errorAt(p.source, open, "the parenthesis of %s is not closed", name.text)
		}
		if p.tok.kind != tokenComma {
			return nil, p.errorf(`expected "," or ")" in the arguments of %s, found %s`, name.text, p.tok)
		}
		if err := p.advance(true); err != nil {
			return nil, err
		}
	}
	p.depth--
	return c, p.advance(false)
}

func (p *parser) maybeEmpty() (Node, *Error) {
	switch p.tok.kind {
	case tokenComma, tokenClose, tokenEnd:
		return &Empty{At: p.tok.at}, nil
	default:
		return p.condition()
	}
}
