package mapping

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// caseFuncs change the case of letters.
var caseFuncs = []Func{
	{
		Name: "ToLower", Params: caseParams, Result: TypeString,
		Doc:     "Writes source in small letters, by the rules of culture (such as tr-TR) if it is given. Null if source is null.",
		compile: compileCase(strings.ToLower, func(t language.Tag) cases.Caser { return cases.Lower(t) }),
	},
	{
		Name: "ToUpper", Params: caseParams, Result: TypeString,
		Doc:     "Writes source in capitals, by the rules of culture (such as tr-TR) if it is given. Null if source is null.",
		compile: compileCase(strings.ToUpper, func(t language.Tag) cases.Caser { return cases.Upper(t) }),
	},
}

var caseParams = []Param{
	{Name: "source", Required: true, Type: TypeString},
	{Name: "culture", Type: TypeString},
}

// compileCase makes a function of the rules without a culture and a caser for one. A caser holds state, so every
// evaluation takes its own.
func compileCase(invariant func(string) string, caser func(language.Tag) cases.Caser) func(*call) (step, *Error) {
	return func(k *call) (step, *Error) {
		source, culture := k.args[0], k.args[1]
		if !culture.written || culture.literal && culture.text == "" {
			return compileText(invariant)(k)
		}
		if culture.literal {
			tag, err := language.Parse(culture.text)
			if err != nil {
				return nil, k.errorf(culture.at, "knows no culture %q", culture.text)
			}
			return compileText(func(s string) string { return caser(tag).String(s) })(k)
		}
		return func(e *Env) Value {
			s, ok := source.first(e)
			if !ok {
				return Null()
			}
			name, _ := culture.first(e)
			if name == "" {
				return String(invariant(s))
			}
			tag, err := language.Parse(name)
			if err != nil {
				return k.fail(e, "knows no culture %q", name)
			}
			return String(caser(tag).String(s))
		}, nil
	}
}
