package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLetters stands in for Latin letters that do not decompose into a plain one and a mark.
var plainLetters = strings.NewReplacer(
	"ø", "oe", "Ø", "OE",
	"œ", "oe", "Œ", "OE",
	"æ", "ae", "Æ", "AE",
	"ß", "ss",
	"ł", "l", "Ł", "L",
	"ı", "i",
)

// firstMark is the first letter of Unicode that is a mark.
const firstMark = '\u0300'

// normalizeDiacritics composes what is left at the end, so that scripts whose letters decompose without marks, such
// as Hangul, come out as they went in.
func normalizeDiacritics(s string) string {
	if isASCII(s) {
		return s
	}
	decomposed := norm.NFD.String(s)
	bare := strings.Map(func(r rune) rune {
		if r >= firstMark && unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, decomposed)
	return norm.NFC.String(plainLetters.Replace(bare))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
