package hospes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire1_7_Tokens holds what a text is found by.
func TestWire1_7_Tokens(t *testing.T) {
	for text, want := range map[string]string{
		"hello world":   "hello|world",
		"HelloWorld":    "hello|world",
		"helloWORLD":    "hello|world",
		"hello.world":   ".|hello|helloworld|world",
		"hello123world": "123|hello|world",
		"O'Neil":        "'|neil|o|oneil",
		"a-b c":         "-|a|ab|b|c",
		"Straße":        "strasse",
		"ÉCOLE":         "école",
		"e\u0301cole":   "école",
		"x x X":         "x",
		"李 四":           "四|李",
		"...":           ".",
		" \t\n\x00":     "",
		"":              "",
	} {
		if got := strings.Join(hospes.Tokens(text), "|"); got != want {
			t.Errorf("%q is found by %s, want %s", text, got, want)
		}
	}
	long := strings.Repeat("x", 5000)
	for _, token := range hospes.Tokens(long + "." + long) {
		if len(token) > 100 {
			t.Errorf("a token is %d bytes long", len(token))
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"Anna Berg", "o'Neil", "helloWORLD12", "e\u0301", "\xff", "ǅa", "ıİ", "a\u200db"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		have := hospes.Tokens(text)
		if !slices.IsSorted(have) || len(slices.Compact(slices.Clone(have))) != len(have) || slices.Contains(have, "") {
			t.Errorf("%q is found by %q", text, have)
		}
		// every text is found by itself, and by the beginning of any of its words
		for _, token := range hospes.SearchTokens(text) {
			if !slices.Contains(have, token) {
				t.Errorf("%q is not found by its own %q", text, token)
			}
		}
	})
}
