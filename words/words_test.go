package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-zA-Z]+\}`)

func TestEveryLanguageHasEveryTextWithTheSameArguments(t *testing.T) {
	arguments := func(text string) []string {
		list := placeholder.FindAllString(text, -1)
		slices.Sort(list)
		return slices.Compact(list)
	}
	for code, english := range catalogs["en"] {
		for _, lang := range Languages {
			text := catalogs[lang][code]
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is missing", lang, code)
				continue
			}
			if got, want := arguments(text), arguments(english); !slices.Equal(got, want) {
				t.Errorf("%s: %s takes %v, want %v", lang, code, got, want)
			}
			if lang != "en" && text == english && strings.Contains(english, " ") {
				t.Errorf("%s: %s is the English text", lang, code)
			}
		}
	}
	for _, lang := range Languages {
		if len(catalogs[lang]) != len(catalogs["en"]) {
			t.Errorf("%s has %d texts, want %d", lang, len(catalogs[lang]), len(catalogs["en"]))
		}
	}
}

func TestText(t *testing.T) {
	catalogs["en"]["test"] = "a {x} b {y}, {x}"
	defer delete(catalogs["en"], "test")
	if got := Text("de", "test", Args{"x": "1", "y": "{x}"}); got != "a 1 b {x}, 1" {
		t.Errorf("got %q", got)
	}
	if got := Text("en", "no such code", nil); got != "no such code" {
		t.Errorf("got %q", got)
	}
}

func TestMatch(t *testing.T) {
	for wanted, want := range map[string]string{
		"de-CH": "de", "nb-NO": "en", "sv": "sv", "": "en", "zh": "en", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "xx-bad-!!": "en", "nl_BE": "nl",
	} {
		if got := Match(wanted); got != want {
			t.Errorf("%q gives %s, want %s", wanted, got, want)
		}
	}
}
