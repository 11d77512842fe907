package odata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokLiteral // a quoted string, number, GUID, date, date and time
	tokOpen
	tokClose
	tokComma
	tokColon
	tokSlash
)

var punctuation = map[byte]tokenKind{'(': tokOpen, ')': tokClose, ',': tokComma, ':': tokColon, '/': tokSlash}

type token struct {
	kind tokenKind
	text string  // as it stands in the source
	lit  Literal // of a tokLiteral
	at   int     // position of its first character, counted from one
}

// is compares with a keyword, in any case.
func (t token) is(word string) bool { return t.kind == tokName && strings.EqualFold(t.text, word) }

// String names the token in a message.
func (t token) String() string {
	if t.kind == tokEnd {
		return "the end"
	}
	if t.kind == tokLiteral && t.lit.Kind == StringLiteral {
		return excerpt(t.text)
	}
	return "'" + excerpt(t.text) + "'"
}

// lexer cuts the text into tokens, one per call of next.
type lexer struct {
	text  string
	off   int // in bytes
	chars int // characters before off; positions in messages count characters
}

func (l *lexer) rest() string { return l.text[l.off:] }

func (l *lexer) take(n int) string {
	s := l.text[l.off : l.off+n]
	l.off += n
	l.chars += utf8.RuneCountInString(s)
	return s
}

func (l *lexer) next() (token, error) {
	rest := l.rest()
	l.take(len(rest) - len(strings.TrimLeft(rest, " \t\r\n")))
	rest = l.rest()
	at := l.chars + 1
	if rest == "" {
		return token{kind: tokEnd, at: at}, nil
	}
	if kind, ok := punctuation[rest[0]]; ok {
		return token{kind: kind, text: l.take(1), at: at}, nil
	}
	switch first, _ := utf8.DecodeRuneInString(rest); {
	case first == '\'':
		return l.quoted(at)
	case startsGUID(rest):
		text := l.take(guidLength)
		return token{tokLiteral, text, Literal{At: at, Kind: GUIDLiteral, Text: strings.ToLower(text)}, at}, nil
	case isDigit(rest[0]), rest[0] == '-' && len(rest) > 1 && isDigit(rest[1]):
		return l.numeric(at)
	case isNameStart(first):
		n := strings.IndexFunc(rest, func(r rune) bool { return !isNamePart(r) })
		if n < 0 {
			n = len(rest)
		}
		return token{kind: tokName, text: l.take(n), at: at}, nil
	case first == '"', first == '‘', first == '’', first == '“', first == '”':
		return token{}, invalidFilter(opParse, at, "strings stand in plain single quotes, not in %c", first)
	default:
		return token{}, invalidFilter(opParse, at, "%q was not expected", first)
	}
}

// quoted reads a string in single quotes, in which a quote is written twice.
func (l *lexer) quoted(at int) (token, error) {
	rest := l.rest()
	for i := 1; i < len(rest); i++ {
		if rest[i] != '\'' {
			continue
		}
		if i+1 < len(rest) && rest[i+1] == '\'' {
			i++
			continue
		}
		text := l.take(i + 1)
		value := strings.ReplaceAll(text[1:i], "''", "'")
		return token{tokLiteral, text, Literal{At: at, Kind: StringLiteral, Text: value}, at}, nil
	}
	return token{}, invalidFilter(opParse, at, "the string is not closed")
}

// numeric reads whatever begins with a digit: a number, a date, a date with a time.
func (l *lexer) numeric(at int) (token, error) {
	rest := l.rest()
	n := 1
	for n < len(rest) && isNumericPart(rest[n]) {
		n++
	}
	text := l.take(n)
	lit, problem := numericLiteral(text)
	if problem != "" {
		return token{}, invalidFilter(opParse, at, "%s", problem)
	}
	lit.At = at
	return token{tokLiteral, text, lit, at}, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isNumericPart(c byte) bool {
	return isDigit(c) || isLetter(c) || c == '-' || c == '+' || c == ':' || c == '.'
}

func isNameStart(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }

// isNamePart admits the dot for names with a namespace, as in microsoft.graph.user.
func isNamePart(r rune) bool {
	return isNameStart(r) || r == '.' || unicode.IsDigit(r) || unicode.IsMark(r)
}
