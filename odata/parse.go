package odata

import (
	"strings"
	"unicode/utf8"
)

// ParseFilter reads the text of a $filter under [DefaultLimits]. A malformed filter is an error of kind Invalid that
// names the position.
func ParseFilter(text string) (Expr, error) { return DefaultLimits().ParseFilter(text) }

// ParseFilter reads the text of a $filter under l.
func (l Limits) ParseFilter(text string) (Expr, error) {
	if !utf8.ValidString(text) {
		return nil, invalidFilter(opParse, 1, "the text is not UTF-8")
	}
	// PostgreSQL cannot hold this character, so a filter with it could not mean the same on both engines.
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, invalidFilter(opParse, utf8.RuneCountInString(text[:i])+1, "the null character was not expected")
	}
	if utf8.RuneCountInString(text) > l.Characters {
		return nil, l.tooLong()
	}
	p := parser{lex: lexer{text: text}, limits: l}
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokEnd {
		return nil, p.unexpected("'and', 'or' or the end")
	}
	// The canonical text goes into next links and has to be read again, so it must fit as well. It can be longer by
	// the spaces that the source saved and by a parenthesis for each not.
	if 2*len(text) > l.Characters && utf8.RuneCountInString(e.String()) > l.Characters {
		return nil, l.tooLong()
	}
	return e, nil
}

// parser is a recursive descent with one token of look-ahead; its recursion is bounded by the depth limit.
type parser struct {
	lex    lexer
	tok    token
	limits Limits
	depth  int
	nodes  int
}

func (p *parser) advance() (err error) {
	p.tok, err = p.lex.next()
	return err
}

func (p *parser) unexpected(wanted string) error {
	return invalidFilter(opParse, p.tok.at, "%s was expected instead of %v", wanted, p.tok)
}

func (p *parser) expect(kind tokenKind, wanted string) error {
	if p.tok.kind != kind {
		return p.unexpected(wanted)
	}
	return p.advance()
}

// grow counts a node against the limit.
func (p *parser) grow(at int) error {
	if p.nodes++; p.nodes > p.limits.Nodes {
		return invalidFilter(opParse, at, "the filter has more than %d parts", p.limits.Nodes)
	}
	return nil
}

// nested runs read one level deeper.
func (p *parser) nested(read func() (Expr, error)) (Expr, error) {
	if p.depth++; p.depth > p.limits.Depth {
		return nil, invalidFilter(opParse, p.tok.at, "the filter is nested more than %d deep", p.limits.Depth)
	}
	defer func() { p.depth-- }()
	return read()
}

func (p *parser) or() (Expr, error) {
	terms, err := p.chain("or", p.and, func(e Expr) []Expr {
		if or, ok := e.(OrExpr); ok {
			return or.Terms
		}
		return nil
	})
	if err != nil || len(terms) == 1 {
		return first(terms), err
	}
	if err := p.limits.checkChain(len(terms)); err != nil {
		return nil, err
	}
	return OrExpr{Terms: terms}, p.grow(terms[0].Pos())
}

func (p *parser) and() (Expr, error) {
	terms, err := p.chain("and", p.not, func(e Expr) []Expr {
		if and, ok := e.(AndExpr); ok {
			return and.Terms
		}
		return nil
	})
	if err != nil || len(terms) == 1 {
		return first(terms), err
	}
	return AndExpr{Terms: terms}, p.grow(terms[0].Pos())
}

// chain reads terms joined by word. A term in parentheses that is such a chain itself is spliced in, so that the tree
// does not depend on how a client groups.
func (p *parser) chain(word string, read func() (Expr, error), same func(Expr) []Expr) ([]Expr, error) {
	var terms []Expr
	for {
		e, err := read()
		if err != nil {
			return nil, err
		}
		if inner := same(e); inner != nil {
			terms = append(terms, inner...)
		} else {
			terms = append(terms, e)
		}
		if !p.tok.is(word) {
			return terms, nil
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

func first(terms []Expr) Expr {
	if len(terms) == 0 {
		return nil
	}
	return terms[0]
}

func (p *parser) not() (Expr, error) {
	if !p.tok.is("not") {
		return p.primary()
	}
	at := p.tok.at
	if err := p.advance(); err != nil {
		return nil, err
	}
	read := func() (Expr, error) { return p.nested(p.not) }
	if p.tok.kind == tokOpen { // counts as one level, so that printing the parentheses does not add one
		read = p.primary
	}
	term, err := read()
	if err != nil {
		return nil, err
	}
	return NotExpr{At: at, Term: term}, p.grow(at)
}

func (p *parser) primary() (Expr, error) {
	if p.tok.kind == tokOpen {
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := p.nested(p.or)
		if err != nil {
			return nil, err
		}
		return e, p.expect(tokClose, "')'")
	}
	if p.tok.kind != tokName || isConstant(p.tok.text) {
		return nil, p.unexpected("a property or a function")
	}
	name := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind != tokOpen {
		return p.condition(name)
	}
	for i, f := range funcNames {
		if name.is(f) {
			return p.call(name.at, Func(i))
		}
	}
	if name.is("tolower") || name.is("toupper") {
		left, err := p.caseOf(name)
		if err != nil {
			return nil, err
		}
		return p.comparison(left)
	}
	return nil, invalidFilter(opParse, name.at, "'%s' is not a function that a filter can use", excerpt(name.text))
}
