package odata

import (
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
)

// Search is a $search: one clause, or several terms joined by AND or OR.
type Search struct {
	At    int      // position of its first character, counted from one
	Path  []string // of a clause: the property
	Text  string   // and what it is searched for
	Or    bool     // one of the terms is enough
	Terms []Search // at least two; none of a clause
}

// String gives the canonical text, which parses to the same search.
func (s *Search) String() string {
	if len(s.Terms) == 0 {
		text := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s.Text)
		return `"` + strings.Join(s.Path, "/") + ":" + text + `"`
	}
	word := " AND "
	if s.Or {
		word = " OR "
	}
	parts := make([]string, len(s.Terms))
	for i, t := range s.Terms {
		parts[i] = t.String()
		if len(t.Terms) > 0 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

// names gives the properties that are searched: the first segment of every path.
func (s *Search) names() (names []string) {
	if len(s.Terms) == 0 {
		return s.Path[:1]
	}
	for i := range s.Terms {
		names = append(names, s.Terms[i].names()...)
	}
	return names
}

// ParseSearch reads a $search under [DefaultLimits]: clauses "property:text" in double quotes, with AND, OR and
// parentheses between them (graph-wire 1.7).
func ParseSearch(text string) (*Search, error) { return DefaultLimits().ParseSearch(text) }

// ParseSearch reads a $search under l.
func (l Limits) ParseSearch(text string) (*Search, error) {
	if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 { // neither can be in a text that PostgreSQL keeps
		return nil, invalidSearch(1, "it has what is no text")
	}
	if utf8.RuneCountInString(text) > l.Characters {
		return nil, invalidSearch(l.Characters+1, "it is longer than %d characters", l.Characters)
	}
	if text == "" {
		return nil, invalidSearch(1, "it is empty")
	}
	p := searchParser{text: text, limits: l}
	s, err := p.terms(true, 0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.off < len(p.text) {
		return nil, invalidSearch(p.at(), "AND, OR or the end was expected")
	}
	return &s, nil
}

func invalidSearch(at int, format string, args ...any) error {
	return hospes.Invalidf(opSearch, "Invalid $search clause: "+format+" at position %d.", append(args, at)...)
}

type searchParser struct {
	text    string
	off     int
	clauses int
	limits  Limits
}

func (p *searchParser) at() int { return utf8.RuneCountInString(p.text[:p.off]) + 1 }

func (p *searchParser) skip() {
	p.off += len(p.text[p.off:]) - len(strings.TrimLeft(p.text[p.off:], " \t\r\n"))
}

// word takes an operator, which is written in capitals.
func (p *searchParser) word(word string) bool {
	p.skip()
	rest, found := strings.CutPrefix(p.text[p.off:], word)
	if !found || rest != "" && strings.IndexByte(" \t\r\n(\"", rest[0]) < 0 {
		return false
	}
	p.off += len(word)
	return true
}

// terms reads a chain: of alternatives, or, inside each of them, of what must hold together.
func (p *searchParser) terms(or bool, depth int) (Search, error) {
	s := Search{Or: or}
	word := "AND"
	if or {
		word = "OR"
	}
	for len(s.Terms) == 0 || p.word(word) {
		read := func() (Search, error) { return p.terms(false, depth) }
		if !or {
			read = func() (Search, error) { return p.primary(depth) }
		}
		t, err := read()
		if err != nil {
			return s, err
		}
		s.Terms = append(s.Terms, t)
	}
	if len(s.Terms) == 1 {
		return s.Terms[0], nil
	}
	s.At = s.Terms[0].At
	return s, nil
}

func (p *searchParser) primary(depth int) (Search, error) {
	p.skip()
	switch {
	case p.off == len(p.text):
		return Search{}, invalidSearch(p.at(), "a clause was expected")
	case p.text[p.off] == '"':
		return p.clause()
	case p.text[p.off] != '(':
		return Search{}, invalidSearch(p.at(), `a clause "property:text" in double quotes was expected`)
	case depth == p.limits.Depth:
		return Search{}, invalidSearch(p.at(), "more than %d parentheses stand inside each other", p.limits.Depth)
	}
	p.off++
	s, err := p.terms(true, depth+1)
	if err != nil {
		return s, err
	}
	if p.skip(); p.off == len(p.text) || p.text[p.off] != ')' {
		return s, invalidSearch(p.at(), "')' was expected")
	}
	p.off++
	return s, nil
}

// maxClauses bounds a search: each clause is a look into an index.
const maxClauses = 50

func (p *searchParser) clause() (Search, error) {
	s := Search{At: p.at()}
	if p.clauses++; p.clauses > maxClauses {
		return s, invalidSearch(s.At, "there are more than %d clauses", maxClauses)
	}
	var b strings.Builder
	p.off++
	for ; ; p.off++ {
		if p.off == len(p.text) {
			return s, invalidSearch(s.At, "a clause has no closing quote")
		}
		c := p.text[p.off]
		if c == '"' {
			break
		}
		if c == '\\' {
			if p.off++; p.off == len(p.text) || p.text[p.off] != '"' && p.text[p.off] != '\\' {
				return s, invalidSearch(p.at(), `only \" and \\ can be escaped`)
			}
			c = p.text[p.off]
		}
		b.WriteByte(c)
	}
	p.off++
	name, text, ok := strings.Cut(b.String(), ":")
	name, s.Text = strings.TrimSpace(name), strings.TrimSpace(text)
	if !ok || !isPath(name) || s.Text == "" {
		return s, invalidSearch(s.At, `"property:text" was expected`)
	}
	s.Path = strings.Split(name, "/")
	return s, nil
}

// tokens is what the path of a property's words ends with. They are a collection of their own to whatever reads a
// [Predicate]; no property has such a name.
const tokens = "/$tokens"

// TokensOf tells whether a path is that of the words of a property, and which.
func TokensOf(path string) (property string, ok bool) { return strings.CutSuffix(path, tokens) }

// check says what a search means: words where a property has them, the beginning of the value where not.
func (s *Search) check(schema *Schema) (Predicate, error) {
	if len(s.Terms) == 0 {
		return s.checkClause(schema)
	}
	list := make([]Predicate, len(s.Terms))
	for i := range s.Terms {
		var err error
		if list[i], err = s.Terms[i].check(schema); err != nil {
			return nil, err
		}
	}
	if s.Or {
		return anyOf(list), nil
	}
	return allOf(list), nil
}

func (s *Search) checkClause(schema *Schema) (Predicate, error) {
	r, err := schema.Resolve(s.Path...)
	if err != nil {
		return nil, err
	}
	if r.Property.Words {
		var all []Predicate
		for _, token := range hospes.SearchTokens(s.Text) {
			all = append(all, Any{
				Ref:     Ref{Path: r.Path + tokens, Property: r.Property},
				Element: Substring{Ref: Ref{Property: r.Property}, Func: StartsWith, Text: token},
			})
		}
		if all == nil {
			return Const(false), nil // nothing that could be found
		}
		return allOf(all), nil
	}
	if r.Property.Type != String || r.Property.CaseExact || r.Property.Ops.StartsWith == None {
		return nil, unsupported(opSearch)
	}
	begins := Substring{Ref: r, Func: StartsWith, Text: hospes.Fold(s.Text)}
	if !r.Property.Collection {
		return begins, nil
	}
	begins.Path = ""
	return Any{Ref: r, Element: begins}, nil
}
