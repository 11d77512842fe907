package mapping

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seed adds the expressions of the vectors: what stands between a command and its ----.
func seed(f *testing.F, add func(source string)) {
	paths, err := filepath.Glob("testdata/eval/*.txt")
	if err != nil || len(paths) == 0 {
		f.Fatal("no vectors", err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(content), "\n\n") {
			before, _, ok := strings.Cut(block, "\n----")
			if _, source, found := strings.Cut(strings.TrimLeft(before, "# "), "\n"); ok && found {
				add(source)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	seed(f, func(source string) { f.Add(source) })
	f.Fuzz(func(t *testing.T, source string) {
		e, err := Parse(source)
		if err != nil {
			if err.(*Error).Line < 1 || err.(*Error).Column < 1 {
				t.Errorf("%q: no place in %v", source, err)
			}
			_ = err.(*Error).Snippet()
			return
		}
		tree, err := ToExpr(FromExpr(e))
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		if want := asText(e.Root).String(); tree.String() != want {
			t.Fatalf("%q came back from JSON as %q", want, tree)
		}
		printed := e.String()
		if utf8.RuneCountInString(printed) > MaxLength {
			return // the spaces of the canonical form can put it over the limit
		}
		again, err := Parse(printed)
		if err != nil {
			t.Fatalf("%q was printed as %q: %v", source, printed, err)
		}
		if !sameTree(e.Root, again.Root) || again.String() != printed {
			t.Fatalf("%q was printed as %q and read as %q", source, printed, again)
		}
	})
}

func FuzzEval(f *testing.F) {
	seed(f, func(source string) { f.Add(source, "Åsa Berg", "a,b", "7") })
	f.Fuzz(func(t *testing.T, source, first, second, third string) {
		e, err := Parse(source)
		if err != nil {
			return
		}
		slots := SchemaFunc(func(name string) (int, bool) { return len(name) % 5, true })
		p, err := Compile(e, slots)
		if err != nil {
			return
		}
		env := &Env{Row: Values{String(first), List(second, third), Null(), String(third), List()}}
		v, err := p.Eval(env)
		if err != nil {
			_ = err.(*Error).Snippet()
			return
		}
		for _, s := range v.Texts() {
			if len(s) > MaxText {
				t.Errorf("%q gives %d bytes", source, len(s))
			}
		}
		if again, err := p.Eval(env); err == nil && !again.Equal(v) {
			t.Errorf("%q gives %v and then %v", source, v, again)
		}
	})
}
