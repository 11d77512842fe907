package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestVectors runs the files of testdata/eval. Each command takes an expression and the attributes of one object:
//
//	eval attrs=(name=text, other=(first, second), odd=" in quotes ") absent=(missing)
//
// An attribute in absent is declared, but the object does not have it. eval prints the result as JSON, error prints
// the message and its place, check prints every fault or what the expression reads, parse prints canonical source.
func TestVectors(t *testing.T) {
	datadriven.Walk(t, "testdata/eval", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			names, values := attributes(t, d)
			switch d.Cmd {
			case "eval":
				return evalVector(t, d.Input, names, values)
			case "error":
				return errorVector(t, d.Input, names, values)
			case "check":
				return checkVector(t, d.Input, names)
			case "parse":
				e, err := Parse(d.Input)
				if err != nil {
					return err.Error()
				}
				return e.String()
			default:
				d.Fatalf(t, "unknown command %q", d.Cmd)
				return ""
			}
		})
	})
}

func attributes(t *testing.T, d *datadriven.TestData) (names Names, values Values) {
	for _, arg := range d.CmdArgs {
		for _, text := range arg.Vals {
			name, rest, given := strings.Cut(text, "=")
			v := Null()
			switch {
			case arg.Key == "attrs" && given:
				v = vectorValue(t, rest)
			case arg.Key != "absent":
				d.Fatalf(t, "cannot read %s %q", arg.Key, text)
			}
			names, values = append(names, name), append(values, v)
		}
	}
	return names, values
}

func vectorValue(t *testing.T, text string) Value {
	if strings.HasPrefix(text, `"`) {
		var s string
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		return String(s)
	}
	if !strings.HasPrefix(text, "(") || !strings.HasSuffix(text, ")") {
		return String(text)
	}
	var list []string
	if inner := text[1 : len(text)-1]; inner != "" {
		for _, s := range strings.Split(inner, ",") {
			list = append(list, strings.TrimSpace(s))
		}
	}
	return List(list...)
}

func run(source string, names Names, values Values, warn func(*Error)) (Value, error) {
	e, err := Parse(source)
	if err != nil {
		return Null(), err
	}
	p, err := Compile(e, names)
	if err != nil {
		return Null(), err
	}
	return p.Eval(&Env{Row: values, Warn: warn})
}

func evalVector(t *testing.T, source string, names Names, values Values) string {
	var out strings.Builder
	v, err := run(source, names, values, func(w *Error) { out.WriteString("warning: " + w.Error() + "\n") })
	if err != nil {
		return "error: " + err.Error()
	}
	return render(t, v) + "\n" + out.String()
}

func render(t *testing.T, v Value) string {
	t.Helper()
	var plain any
	switch {
	case v.IsList():
		plain = append([]string{}, v.Texts()...)
	case !v.IsNull():
		plain = v.Text()
	}
	return renderJSON(t, plain, "")
}

func renderJSON(t *testing.T, v any, indent string) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

func errorVector(t *testing.T, source string, names Names, values Values) string {
	v, err := run(source, names, values, nil)
	if err == nil {
		return "no error: " + render(t, v)
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T is not an *Error", err)
	}
	return e.Error() + "\n" + e.Snippet()
}

func checkVector(t *testing.T, source string, names Names) string {
	e, err := Parse(source)
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for _, err := range Check(e, names) {
		out.WriteString(err.Error() + "\n")
	}
	if out.Len() > 0 {
		return out.String()
	}
	p, err := Compile(e, names)
	if err != nil {
		t.Fatal(err)
	}
	out.WriteString("ok")
	for i, r := range p.Attributes() {
		if i == 0 {
			out.WriteString(", reads")
		}
		out.WriteString(" " + r.Name)
	}
	return out.String()
}
