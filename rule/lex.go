package rule

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says what is wrong with a rule, and where.
type Error struct {
	At      int // the character, from 1
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("character %d: %s", e.At, e.Message) }

type kind uint8

const (
	kindEnd  kind = iota
	kindWord      // a property, an operator, true, false, null, a number
	kindText      // in quotes
	kindMark      // ( ) [ ] ,
)

type token struct {
	kind kind
	text string // without quotes, escapes and hyphens before an operator
	raw  string // of a word, with its hyphens
	at   int    // bytes from the beginning
}

// is tells that the token is this word or mark, in any case.
func (t token) is(text string) bool {
	return t.kind != kindText && t.kind != kindEnd && strings.EqualFold(t.text, text)
}

func (t token) String() string {
	switch t.kind {
	case kindEnd:
		return "the end"
	case kindText:
		return quote(t.text)
	}
	return "'" + t.text + "'"
}

// lexer cuts a rule into tokens, one at a time.
type lexer struct {
	source string
	at     int
}

func (l *lexer) errorf(at int, format string, args ...any) error {
	return &Error{utf8.RuneCountInString(l.source[:at]) + 1, fmt.Sprintf(format, args...)}
}

// hyphens are what a word processor makes of the one before an operator.
const hyphens = "-–—"

func (l *lexer) next() (token, error) {
	l.at = len(l.source) - len(strings.TrimLeftFunc(l.source[l.at:], unicode.IsSpace))
	start := l.at
	if start == len(l.source) {
		return token{kind: kindEnd, at: start}, nil
	}
	r, size := utf8.DecodeRuneInString(l.source[start:])
	switch {
	case strings.ContainsRune("()[],", r):
		l.at += size
		return token{kind: kindMark, text: l.source[start:l.at], at: start}, nil
	case r == '"' || r == '\'':
		return l.text(byte(r))
	}
	text := l.source[start:]
	if end := strings.IndexFunc(text, ends); end >= 0 {
		text = text[:end]
	}
	l.at += len(text)
	word := strings.TrimLeft(text, hyphens)
	if word == "" {
		return token{}, l.errorf(start, "'%s' stands alone; write an operator such as -eq.", l.source[start:start+max(len(text), size)])
	}
	return token{kind: kindWord, text: word, raw: text, at: start}, nil
}

func ends(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()[],\"'", r) }

// text reads a text in quotes. A backtick stands before a double quote or another backtick that belongs to the text; a
// single quote that belongs to it is written twice.
func (l *lexer) text(closing byte) (token, error) {
	start := l.at
	var b strings.Builder
	for i := start + 1; i < len(l.source); i++ {
		c := l.source[i]
		followed := i+1 < len(l.source)
		switch {
		case c == '`' && followed && (l.source[i+1] == '"' || l.source[i+1] == '`'),
			c == '\'' && followed && l.source[i+1] == '\'':
			i++
			b.WriteByte(l.source[i])
		case c == closing:
			l.at = i + 1
			return token{kind: kindText, text: b.String(), at: start}, nil
		default:
			b.WriteByte(c)
		}
	}
	return token{}, l.errorf(start, "The text that begins here has no closing quote.")
}

// quote writes a text the way the lexer reads it.
func quote(s string) string {
	return `"` + strings.NewReplacer("`", "``", `"`, "`\"", "'", "''").Replace(s) + `"`
}
