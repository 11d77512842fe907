package mapping

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Limits of regular expressions. Those of .NET can backtrack for ages, so each search has a time limit; and a pattern
// may come from an attribute, so its length has one too.
//
// The limit is of the clock on the wall. On a busy machine a harmless search may lose its processor for longer, and
// would fail its object by chance; so one that ran out of time is tried again before it counts.
const (
	matchTimeout     = 10 * time.Millisecond
	matchAttempts    = 3
	maxPatternLength = 2_000
)

// The matcher looks at its clock every 100 ms unless told otherwise, and would let a search of 10 ms run for that
// long. The period is one variable of its package without a lock, hence set before anything can match.
func init() { regexp2.SetTimeoutCheckPeriod(4 * time.Millisecond) }

var (
	errTooManyMatches = fmt.Errorf("finds more than %d matches", MaxMatches)
	errTooLong        = fmt.Errorf("gives a text of more than %d bytes", MaxText)
	errTooSlow        = fmt.Errorf("gives up on its pattern, which takes more than %v on this value", matchTimeout)
	errTooDeep        = errors.New("gives up on its pattern, which backtracks too far on this value")
)

// pattern is a compiled regular expression of the .NET dialect. It is safe for concurrent use.
type pattern struct {
	re *regexp2.Regexp
}

func newPattern(source string) (*pattern, error) {
	if len(source) > maxPatternLength {
		return nil, fmt.Errorf("has a pattern of %d bytes; the limit is %d", len(source), maxPatternLength)
	}
	re, err := regexp2.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("cannot read its pattern: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if re.RightToLeft() {
		return nil, errors.New("cannot search from right to left")
	}
	re.MatchTimeout = matchTimeout
	return &pattern{re}, nil
}

// group gives the number of a named or numbered group.
func (p *pattern) group(name string) (int, error) {
	n := p.re.GroupNumberFromName(name)
	if n < 0 {
		return 0, fmt.Errorf("has no group %q in its pattern", name)
	}
	return n, nil
}

// find gives what a group holds in the first match of s.
func (p *pattern) find(s string, group int) (text string, found bool, err error) {
	runes := []rune(s)
	err = patiently(func() error {
		return p.re.FindRunesMatches(runes, 0, func(m regexp2.MatchView) bool {
			var at, size int
			if at, size, found = m.GroupRange(group); found {
				text = string(runes[at : at+size])
			}
			return false
		})
	})
	return text, found, err
}

// replace puts replacement, in which $ refers to groups, in place of every match.
func (p *pattern) replace(s, replacement string) (string, error) {
	to := newReplacement(p.re, replacement)
	return p.rewrite(s, 0, func(b []byte, text []rune, m regexp2.MatchView) []byte { return to.appendTo(b, text, m) })
}

// replaceGroup puts replacement, taken as it is, in place of what a group holds in every match.
func (p *pattern) replaceGroup(s string, group int, replacement string) (string, error) {
	return p.rewrite(s, group, func(b []byte, _ []rune, _ regexp2.MatchView) []byte { return append(b, replacement...) })
}

// rewrite copies s, with what insert makes in place of the given group of every match. A group may lie outside its
// match, in a look-around, and so before what is already copied; it then stays as it is.
func (p *pattern) rewrite(s string, group int, insert func([]byte, []rune, regexp2.MatchView) []byte) (string, error) {
	text := []rune(s)
	var b []byte
	var copied, matches int
	var limit error
	err := patiently(func() error {
		b, copied, matches, limit = b[:0], 0, 0, nil
		return p.re.FindRunesMatches(text, 0, func(m regexp2.MatchView) bool {
			if matches++; matches > MaxMatches {
				limit = errTooManyMatches
				return false
			}
			at, size, ok := m.GroupRange(group)
			if !ok || at < copied {
				return true
			}
			b = appendRunes(b, text[copied:at])
			b = insert(b, text, m)
			copied = at + size
			if len(b) > MaxText {
				limit = errTooLong
			}
			return limit == nil
		})
	})
	switch {
	case err != nil:
		return "", err
	case limit != nil:
		return "", limit
	case matches == 0:
		return s, nil
	default:
		return string(appendRunes(b, text[copied:])), nil
	}
}

// patiently searches, and searches again where time ran out.
func patiently(search func() error) error {
	for range matchAttempts {
		err := search()
		if err == nil {
			return nil
		}
		if errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
			return errTooDeep
		}
	}
	return errTooSlow
}
