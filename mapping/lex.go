package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd       tokenKind = iota
	tokenName                // Join
	tokenAttribute           // [givenName]
	tokenText                // "x"
	tokenNumber              // -1.5
	tokenHex                 // &HF7
	tokenOpen                // (
	tokenClose               // )
	tokenComma               // ,
	tokenConcat              // &
	tokenCompare             // = <> > >= < <=
)

// token is one word of the source. Its text is decoded for attributes and texts, and as spelled otherwise.
type token struct {
	kind tokenKind
	at   Pos
	text string
}

func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenAttribute:
		return "[" + t.text + "]"
	case tokenText:
		return "a text"
	default:
		return `"` + t.text + `"`
	}
}

// lexer cuts source into tokens. What & and - mean depends on whether an operand may come next, which the parser
// knows and says.
type lexer struct {
	source string
	at     int
}

func (l *lexer) next(operand bool) (token, *Error) {
	l.at += len(l.source[l.at:]) - len(strings.TrimLeft(l.source[l.at:], " \t\r\n"))
	if l.at == len(l.source) {
		return token{kind: tokenEnd, at: Pos(l.at)}, nil
	}
	rest := l.source[l.at:]
	switch c := rest[0]; {
	case c == '(':
		return l.take(tokenOpen, 1), nil
	case c == ')':
		return l.take(tokenClose, 1), nil
	case c == ',':
		return l.take(tokenComma, 1), nil
	case c == '[':
		return l.attribute()
	case c == '"':
		return l.quoted()
	case operand && strings.HasPrefix(rest, "&H") && len(rest) > 2 && isHex(rest[2]):
		return l.take(tokenHex, 2+span(rest[2:], isHex)), nil
	case c == '&':
		return l.take(tokenConcat, 1), nil
	case strings.HasPrefix(rest, "<>"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, ">="):
		return l.take(tokenCompare, 2), nil
	case c == '=', c == '<', c == '>':
		return l.take(tokenCompare, 1), nil
	case isDigit(c), operand && c == '-' && len(rest) > 1 && isDigit(rest[1]):
		return l.number(), nil
	case isLetter(c):
		return l.take(tokenName, span(rest, isNameByte)), nil
	}
	return token{}, l.stray()
}

func (l *lexer) take(kind tokenKind, size int) token {
	t := token{kind: kind, at: Pos(l.at), text: l.source[l.at : l.at+size]}
	l.at += size
	return t
}

func (l *lexer) number() token {
	rest := l.source[l.at:]
	size := 1 + span(rest[1:], isDigit)
	if tail := rest[size:]; len(tail) > 1 && tail[0] == '.' && isDigit(tail[1]) {
		size += 1 + span(tail[1:], isDigit)
	}
	return l.take(tokenNumber, size)
}

func (l *lexer) quoted() (token, *Error) {
	start := l.at
	var unescaped strings.Builder
	from := start + 1
	for i := from; i < len(l.source); i++ {
		switch l.source[i] {
		case '"':
			unescaped.WriteString(l.source[from:i])
			l.at = i + 1
			return token{kind: tokenText, at: Pos(start), text: unescaped.String()}, nil
		case '\\':
			if i+1 == len(l.source) || l.source[i+1] != '"' && l.source[i+1] != '\\' {
				return token{}, errorAt(l.source, Pos(i), `a backslash in a text is written \\`)
			}
			unescaped.WriteString(l.source[from:i])
			i++
			from = i
		}
	}
	return token{}, errorAt(l.source, Pos(start), "the text that begins here has no closing quote")
}

// attribute reads [name]. A name may hold one selector in brackets of its own, as SCIM paths do:
// [emails[type eq "work"].value].
func (l *lexer) attribute() (token, *Error) {
	start, inner := l.at, -1
	for i, r := range l.source[start+1:] {
		at := start + 1 + i
		switch {
		case r == '\n':
			return token{}, errorAt(l.source, Pos(start), "the attribute that begins here has no closing bracket")
		case r == '[' && inner < 0:
			inner = at
		case r == ']' && inner >= 0:
			inner = -1
		case r == ']':
			name := strings.Trim(l.source[start+1:at], " ")
			if name == "" {
				return token{}, errorAt(l.source, Pos(start), "the brackets hold no attribute name")
			}
			l.at = at + 1
			return token{kind: tokenAttribute, at: Pos(start), text: name}, nil
		case inner < 0 && !isAttributeRune(r), r == '[':
			return token{}, errorAt(l.source, Pos(at), "an attribute name cannot hold %q", r)
		}
	}
	return token{}, errorAt(l.source, Pos(start), "the attribute that begins here has no closing bracket")
}

// stray explains a character that begins nothing; those that word processors make out of quotes are the usual ones.
func (l *lexer) stray() *Error {
	r, _ := utf8.DecodeRuneInString(l.source[l.at:])
	if strings.ContainsRune("“”„‘’'`«»", r) {
		return errorAt(l.source, Pos(l.at), `texts stand between straight double quotes ("), not %c`, r)
	}
	return errorAt(l.source, Pos(l.at), "unexpected %q", r)
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isLetter(c byte) bool   { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isNameByte(c byte) bool { return isLetter(c) || isDigit(c) }
func isHex(c byte) bool      { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

func isAttributeRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._:- ", r)
}
