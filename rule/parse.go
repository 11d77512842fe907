package rule

import (
	"strings"
	"unicode/utf8"
)

// Limits of a rule: its characters, and how deep parentheses and -not may stand in one another.
const (
	MaxLength = 3072
	maxDepth  = 50
)

// parser reads by recursive descent, loosest first: -or, -and, -not, comparisons.
type parser struct {
	lexer
	token token
	depth int
}

// Parse reads a rule. What it names is not looked at; see [Compile].
func Parse(source string) (Node, error) {
	p := &parser{lexer: lexer{source: source}}
	if n := utf8.RuneCountInString(source); n > MaxLength {
		return nil, p.errorf(0, "The rule has %d characters; the limit is %d.", n, MaxLength)
	}
	if !utf8.ValidString(source) {
		return nil, p.errorf(0, "The rule is not valid UTF-8.")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.is("Direct") {
		return p.reports()
	}
	n, err := p.logic(true)
	if err != nil {
		return nil, err
	}
	if p.token.kind != kindEnd {
		return nil, p.unexpected("-and, -or or the end of the rule")
	}
	return n, nil
}

func (p *parser) advance() (err error) {
	p.token, err = p.next()
	return err
}

func (p *parser) unexpected(wanted string) error {
	return p.errorf(p.token.at, "Here stands %s where %s is expected.", p.token, wanted)
}

// take goes past a word or mark that must stand here.
func (p *parser) take(text string) error {
	if !p.token.is(text) {
		return p.unexpected("'" + text + "'")
	}
	return p.advance()
}

func (p *parser) reports() (Node, error) {
	n := &Reports{at: p.token.at}
	for _, word := range []string{"Direct", "Reports", "for"} {
		if err := p.take(word); err != nil {
			return nil, err
		}
	}
	if p.token.kind != kindText {
		return nil, p.unexpected("the object id of a manager, in quotes,")
	}
	n.Manager = strings.Trim(p.token.text, "{}")
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind != kindEnd {
		return nil, p.errorf(p.token.at, "A Direct Reports rule cannot be combined with anything else; make two groups instead.")
	}
	return n, nil
}

// logic reads terms with the same word between them.
func (p *parser) logic(or bool) (Node, error) {
	word, term := "and", p.negation
	if or {
		word, term = "or", func() (Node, error) { return p.logic(false) }
	}
	first, err := term()
	if err != nil || !p.token.is(word) {
		return first, err
	}
	n := &Logic{Or: or, Terms: []Node{first}}
	for p.token.is(word) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		t, err := term()
		if err != nil {
			return nil, err
		}
		n.Terms = append(n.Terms, t)
	}
	return n, nil
}

func (p *parser) negation() (Node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.errorf(p.token.at, "Parentheses and -not stand more than %d deep in one another.", maxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.token.is("not"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		of, err := p.negation()
		if err != nil {
			return nil, err
		}
		return &Not{of}, nil
	case p.token.is("("):
		return p.enclosed()
	}
	return p.comparison()
}

func (p *parser) enclosed() (Node, error) {
	if err := p.take("("); err != nil {
		return nil, err
	}
	n, err := p.logic(true)
	if err != nil {
		return nil, err
	}
	return n, p.take(")")
}

func (p *parser) comparison() (Node, error) {
	at := p.token.at
	if p.token.kind != kindWord {
		return nil, p.unexpected("a property such as user.department")
	}
	path := readPath(p.token.text)
	if err := p.advance(); err != nil {
		return nil, err
	}
	operator := p.token
	if operator.kind != kindWord {
		return nil, p.unexpected("an operator such as -eq")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if operator.is("any") || operator.is("all") {
		n := &Quantified{Property: path, All: operator.is("all"), at: at}
		var err error
		if n.Where, err = p.negation(); err != nil {
			return nil, err
		}
		return n, nil
	}
	op := operators[strings.ToLower(operator.text)]
	if op == nil {
		return nil, p.errorf(operator.at, "%s is not an operator. There are %s, -any and -all.", operator, operatorNames)
	}
	value, err := p.literal()
	return &Compare{Property: path, Operator: op.name, Value: value, at: at}, err
}

// readPath cuts a property into what has it and its name. The underscore may stand behind a backslash, as the pages of
// the original show it.
func readPath(text string) Path {
	if text == `\_` {
		text = "_"
	}
	of, name, dotted := strings.Cut(text, ".")
	if !dotted {
		return Path{Name: text}
	}
	return Path{of, name}
}

func (p *parser) literal() (Literal, error) {
	t := p.token
	if t.is("[") {
		return p.list()
	}
	var l Literal
	switch {
	case t.kind == kindText:
		l = Literal{Text, []string{t.text}}
	case t.is("null"), t.is("$null"):
	case t.kind == kindWord:
		l = Literal{Bare, []string{t.raw}}
	default:
		return l, p.unexpected("a value")
	}
	return l, p.advance()
}

func (p *parser) list() (Literal, error) {
	l := Literal{Kind: List}
	if err := p.take("["); err != nil {
		return l, err
	}
	for {
		if p.token.kind != kindText && p.token.kind != kindWord {
			return l, p.unexpected("a value of the list")
		}
		text := p.token.text
		if p.token.kind == kindWord {
			text = p.token.raw // a number may begin with a hyphen
		}
		l.Texts = append(l.Texts, text)
		if err := p.advance(); err != nil {
			return l, err
		}
		if !p.token.is(",") {
			return l, p.take("]")
		}
		if err := p.advance(); err != nil {
			return l, err
		}
	}
}
