package mapping

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// replacement is the text that takes the place of a match, with references to groups as .NET has them: $1, ${name},
// $& (the match), $` and $' (what stands before and after it), $_ (the whole text), $+ (the last group), $$ (a
// dollar). A dollar that begins none of these stands for itself.
//
// It is hospes' own, because the matcher's offers no way to stop a result that grows without bounds.
type replacement []piece

// piece is a literal text or, where that is empty, a reference.
type piece struct {
	text  string
	group int
}

// References that are no groups.
const (
	beforeMatch = -1 - iota
	afterMatch
	wholeText
)

func newReplacement(re *regexp2.Regexp, s string) replacement {
	var r replacement
	for {
		at := strings.IndexByte(s, '$')
		if at < 0 || at == len(s)-1 {
			return r.literal(s)
		}
		r = r.literal(s[:at])
		s = s[at:]
		size := 2
		switch s[1] {
		case '$':
			r = r.literal("$")
		case '&':
			r = append(r, piece{group: 0})
		case '`':
			r = append(r, piece{group: beforeMatch})
		case '\'':
			r = append(r, piece{group: afterMatch})
		case '_':
			r = append(r, piece{group: wholeText})
		case '+':
			numbers := re.GetGroupNumbers()
			r = append(r, piece{group: numbers[len(numbers)-1]})
		default:
			var group int
			if group, size = reference(re, s); size == 0 {
				r, size = r.literal("$"), 1
			} else {
				r = append(r, piece{group: group})
			}
		}
		s = s[size:]
	}
}

func (r replacement) literal(s string) replacement {
	if s == "" {
		return r
	}
	return append(r, piece{text: s})
}

// reference reads $1 or ${name} at the start of s; size is 0 where there is no such group.
func reference(re *regexp2.Regexp, s string) (group, size int) {
	var name string
	if strings.HasPrefix(s, "${") {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return 0, 0
		}
		name, size = s[2:end], end+1
	} else {
		size = 1 + span(s[1:], isDigit)
		name = s[1:size]
	}
	if n, err := strconv.Atoi(name); err == nil {
		name = strconv.Itoa(n)
	}
	if group = re.GroupNumberFromName(name); group < 0 {
		return 0, 0
	}
	return group, size
}

func (r replacement) appendTo(b []byte, text []rune, m regexp2.MatchView) []byte {
	for _, p := range r {
		if p.text != "" {
			b = append(b, p.text...)
		} else if len(b) <= MaxText {
			b = appendRunes(b, p.of(text, m))
		}
	}
	return b
}

func (p piece) of(text []rune, m regexp2.MatchView) []rune {
	if p.group >= 0 {
		at, size, _ := m.GroupRange(p.group)
		return text[at : at+size]
	}
	at, size, _ := m.GroupRange(0)
	switch p.group {
	case beforeMatch:
		return text[:at]
	case afterMatch:
		return text[at+size:]
	default:
		return text
	}
}

func appendRunes(b []byte, runes []rune) []byte {
	for _, r := range runes {
		b = utf8.AppendRune(b, r)
	}
	return b
}
