package words

import (
	"embed"
	"encoding/json"
	"strings"

	"golang.org/x/text/language"
)

//go:embed catalog/*.json
var files embed.FS

// Languages are those that texts exist in, English first.
var Languages = []string{"en", "it", "nl", "sv", "de", "fr", "es"}

var (
	catalogs = load()
	matcher  = language.NewMatcher(tags())
)

func load() map[string]map[string]string {
	all := make(map[string]map[string]string, len(Languages))
	for _, name := range Languages {
		text, err := files.ReadFile("catalog/" + name + ".json")
		if err != nil {
			panic("words: " + err.Error())
		}
		var catalog map[string]string
		if err := json.Unmarshal(text, &catalog); err != nil {
			panic("words: " + name + ": " + err.Error())
		}
		all[name] = catalog
	}
	return all
}

func tags() []language.Tag {
	list := make([]language.Tag, len(Languages))
	for i, name := range Languages {
		list[i] = language.MustParse(name)
	}
	return list
}

// Args are the arguments of a text: names and values.
type Args map[string]string

// Match gives the language that suits best: a BCP 47 tag or an Accept-Language list is asked for, and English is given
// where nothing suits.
func Match(wanted ...string) string {
	var list []language.Tag
	for _, w := range wanted {
		parsed, _, err := language.ParseAcceptLanguage(w)
		if err == nil {
			list = append(list, parsed...)
		}
	}
	_, index, confidence := matcher.Match(list...)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[index]
}

// Text gives a text with its arguments put in: {name} stands for the argument of that name. A code that a language
// lacks is said in English, and one that is not known at all as itself.
func Text(lang, code string, args Args) string {
	text, ok := catalogs[lang][code]
	if !ok {
		if text, ok = catalogs[Languages[0]][code]; !ok {
			return code
		}
	}
	return fill(text, args)
}

// Known tells that there is a text for a code.
func Known(code string) bool { return catalogs[Languages[0]][code] != "" }

func fill(text string, args Args) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(args[name])
		text = after
	}
}
