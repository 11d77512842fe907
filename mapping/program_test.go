package mapping

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
)

func mustCompile(t testing.TB, source string, schema Schema) *Program {
	t.Helper()
	e, err := Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(e, schema)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLimitsOfSource(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("Not(", n) + "1" + strings.Repeat(")", n) }
	for _, test := range []struct{ name, source, want string }{
		{"length", `"` + strings.Repeat("é", MaxLength-2) + `"`, ""},
		{"too long", `"` + strings.Repeat("é", MaxLength-1) + `"`, "1:1: the expression has 10001 characters; the limit is 10000"},
		{"depth", deep(MaxDepth), ""},
		{"too deep", deep(MaxDepth + 1), "1:401: functions are nested more than 100 deep"},
		{"empty", " \n ", "2:2: the expression is empty"},
		{"encoding", "\"\xff\"", "1:1: the expression is not valid UTF-8"},
		{"parts", "Join(" + strings.Repeat("1,", MaxNodes-2) + "1)", ""},
		{"too many parts", "Join(" + strings.Repeat("1,", MaxNodes-1) + "1)",
			"1:1: the expression has 2001 parts; the limit is 2000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := Parse(test.source)
			if err == nil {
				_, err = Compile(e, Names{})
			}
			if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && got != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLimitsOfEvaluation(t *testing.T) {
	half := strings.Repeat("a", MaxText/2)
	names := Names{"half", "big", "many"}
	row := Values{String(half), String(half + half + "a"), List(make([]string, MaxList+1)...)}
	for _, test := range []struct{ source, want string }{
		{`Append([half],[half])`, ""},
		{`Append([half],Append([half],"a"))`, "1:1: Append gives a text of more than 65536 bytes"},
		{`Join("-",[half],[half])`, "1:1: Join gives a text of more than 65536 bytes"},
		{`Append("", [half] & [half] & "a")`, "1:12: & gives a text of more than 65536 bytes"},
		{`Replace([half],"a", , ,"bbb")`, "1:1: Replace gives a text of more than 65536 bytes"},
		{`Replace([half], ,"a", ,"b")`, "1:1: Replace finds more than 1000 matches"},
		{`Replace("xxx", ,"x", ,[half])`, "1:1: Replace gives a text of more than 65536 bytes"},
		{`Replace([half], ,"a+", ,"$0$0$0")`, "1:1: Replace gives a text of more than 65536 bytes"},
		{`Replace([half], ,[half], ,"b")`, "1:1: Replace has a pattern of 32768 bytes; the limit is 2000"},
		{`Replace([half],"a", , ,"ab")`, ""},
		{`Item(Split([half],"a"),1)`, "1:6: Split gives a list of more than 10000 values"},
		{`[big]`, "1:1: the result is a text of 65537 bytes; the limit is 65536"},
		{`Coalesce([many])`, "1:1: Coalesce gives a list of 10001 values; the limit is 10000"},
		{`[many]`, "1:1: the result is a list of 10001 values; the limit is 10000"},
		{`Left([big],1)`, ""},
		{`Left(Join(""` + strings.Repeat(`,Left(Append([half],""),0)`, 200) + `),0)`,
			"1:3347: Append brings the work of the expression over the limit of 4194304 bytes"},
	} {
		_, err := mustCompile(t, test.source, names).Eval(&Env{Row: row})
		if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && got != test.want {
			t.Errorf("%.60s: got %v, want %q", test.source, err, test.want)
		}
	}
}

// Which limit such a pattern meets first, of time or of depth, is the machine's business.
func TestDeepBacktrackingEnds(t *testing.T) {
	p := mustCompile(t, `Replace([a], ,"^(?:(a)|b)*$", ,"x")`, Names{"a"})
	_, err := p.Eval(&Env{Row: Values{String(strings.Repeat("a", MaxText))}})
	if err == nil || !strings.Contains(err.Error(), "gives up on its pattern") {
		t.Errorf("got %v", err)
	}
}

// ticks is a clock that goes on by a step whenever it is looked at.
type ticks struct {
	now  time.Time
	step time.Duration
}

func (c *ticks) Now() time.Time {
	c.now = c.now.Add(c.step)
	return c.now
}

// reads counts how often its one attribute is read.
type reads struct{ count int }

func (r *reads) At(int) Value {
	r.count++
	return String("a")
}

// TestNothingIsWorkedOutAfterAFailure: what failed once is not tried for the rest of the expression, which may hold
// hundreds of patterns.
func TestNothingIsWorkedOutAfterAFailure(t *testing.T) {
	p, row := mustCompile(t, `Join("", ToLower([a]), Item("x", 2)`+strings.Repeat(`, ToLower([a])`, 100)+`)`, Names{"a"}), &reads{}
	if _, err := p.Eval(&Env{Row: row}); err == nil || row.count != 1 {
		t.Errorf("%v, and the attribute was read %d times", err, row.count)
	}
}

func TestTimeOfEvaluation(t *testing.T) {
	p := mustCompile(t, `Join(""`+strings.Repeat(`, ToLower([a])`, 10)+`)`, Names{"a"})
	row := Values{String("A")}
	for _, test := range []struct {
		most time.Duration
		want string
	}{
		{0, "<nil>"},
		{20 * time.Millisecond, "<nil>"},
		{5 * time.Millisecond, "1:80: ToLower brings the time of the expression over the limit of 5ms"},
	} {
		_, err := p.Eval(&Env{Row: row, Most: test.most, Clock: &ticks{step: time.Millisecond}})
		if got := fmt.Sprint(err); got != test.want {
			t.Errorf("%v: got %s, want %s", test.most, got, test.want)
		}
	}
}

func TestErrorsAreInvalid(t *testing.T) {
	_, err := Parse("Join(")
	if !errors.Is(err, hospes.ErrInvalid) || hospes.KindOf(err) != hospes.KindInvalid {
		t.Errorf("%v is not of the kind invalid", err)
	}
}

// An Env starts afresh with each evaluation, also after one that failed halfway.
func TestEnvIsReused(t *testing.T) {
	names := Names{"index"}
	p := mustCompile(t, `Join("-", "left over", Item("x", [index]))`, names)
	env := &Env{}
	for range 3 {
		env.Row = Values{String("2")}
		if _, err := p.Eval(env); err == nil {
			t.Fatal("index 2 of 1 gave no error")
		}
		env.Row = Values{String("1")}
		if v, err := p.Eval(env); err != nil || v.Text() != "left over-x" {
			t.Fatalf("got %v, %v", v, err)
		}
	}
}

func TestProgramIsConcurrent(t *testing.T) {
	p := mustCompile(t, `ToUpper(Replace(Join(" ", [a], [a]), , "(?<v>\\d+) ", , "${v}-"), "tr-TR")`, Names{"a"})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			env := &Env{Row: Values{String(fmt.Sprint("i", i))}}
			want := fmt.Sprintf("İ%d-İ%d", i, i)
			for range 200 {
				if v, err := p.Eval(env); err != nil || v.Text() != want {
					t.Errorf("got %v, %v; want %s", v, err, want)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestAttributesAreListedOnce(t *testing.T) {
	schema := SchemaFunc(func(name string) (int, bool) { return len(name), true })
	reads := mustCompile(t, `Coalesce([bb], [a], [bb], Switch([ccc], [a], "", "x"))`, schema).Attributes()
	if got, want := fmt.Sprint(reads), "[{bb 2} {a 1} {ccc 3}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A function of the coming families needs a row of the table and nothing else: here one that asks for the time, one
// that takes bare names, and one that fails the object.
func TestTableTakesFurtherFunctions(t *testing.T) {
	family := []Func{{
		Name: "Now", Params: []Param{}, Result: TypeString,
		compile: func(*call) (step, *Error) {
			return func(e *Env) Value { return String(e.Clock.Now().Format("1/2/2006 3:04:05 PM")) }, nil
		},
	}, {
		Name: "Mode", Result: TypeString,
		Params: []Param{{Name: "compareType", Type: TypeString, Names: []string{"vbTextCompare", "vbBinaryCompare"}}},
		compile: func(k *call) (step, *Error) {
			return k.args[0].run, nil
		},
	}, {
		Name: "Error", Params: []Param{{Name: "message", Type: TypeString}}, Result: TypeString,
		compile: func(k *call) (step, *Error) {
			return func(e *Env) Value {
				s, _ := k.args[0].first(e)
				return k.fail(e, "%s", s)
			}, nil
		},
	}}
	env := &Env{Clock: hospes.NewManualClock(time.Date(2021, 7, 2, 15, 33, 38, 0, time.UTC))}
	for _, test := range []struct{ source, want string }{
		{`Now()`, "7/2/2021 3:33:38 PM"},
		{`Mode(vbTextCompare)`, "vbTextCompare"},
		{`Mode("vbTextCompare")`, "vbTextCompare"},
		{`Mode(vbOther)`, "1:6: unknown name vbOther; known here: vbTextCompare, vbBinaryCompare"},
		{`Now(1)`, "1:1: Now expects no arguments"},
		{`Error("no account")`, "1:1: Error no account"},
	} {
		e, err := Parse(test.source)
		if err != nil {
			t.Fatal(err)
		}
		var v Value
		p, err := compileWith(e, Names{}, table(family))
		if err == nil {
			v, err = p.Eval(env)
		}
		got := v.Text()
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.source, got, test.want)
		}
	}
}
