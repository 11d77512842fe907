package mapping

import "github.com/dlclark/regexp2/v2"

// Pattern is a regular expression of the .NET dialect that only says whether it is found, within the limits of time and
// length that all patterns here have. It is safe for concurrent use.
type Pattern struct{ p *pattern }

// CompilePattern reads a pattern. The error completes a sentence about what has the pattern.
func CompilePattern(source string) (Pattern, error) {
	p, err := newPattern(source)
	return Pattern{p}, err
}

// Matches tells whether the pattern is found anywhere in s.
func (p Pattern) Matches(s string) (found bool, err error) {
	runes := []rune(s)
	err = patiently(func() error {
		found = false
		return p.p.re.FindRunesMatches(runes, 0, func(regexp2.MatchView) bool {
			found = true
			return false
		})
	})
	return found, err
}
