package grant

import (
	"io"
	"strings"

	"github.com/hospes-dev/hospes"
)

const (
	// userCodeAlphabet has no vowels, so that no word comes about, and nothing that is taken for something else.
	userCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ"
	userCodeLength   = 9 // of 20 letters: with the limit below, a guess in a year is one in a million

	// userCodeTries is how many wrong codes a network may type in while a device would wait.
	userCodeTries = 10
)

// newUserCode draws a code that a person can read off one device and type into another.
func (s *Service) newUserCode() (string, error) {
	var b strings.Builder
	draw := make([]byte, 1)
	for b.Len() < userCodeLength {
		if _, err := io.ReadFull(s.config.Random, draw); err != nil {
			return "", hospes.Internal("grant.StartDevice", err)
		}
		if draw[0] < 240 { // the last whole multiple of 20: no letter is likelier than another
			b.WriteByte(userCodeAlphabet[draw[0]%20])
		}
	}
	return b.String(), nil
}

// plainUserCode reads a code as people type it: in any case, with blanks and hyphens.
func plainUserCode(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(clip(text)))
}
