package mapping

import (
	"fmt"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
)

// Limits of an evaluation. Going over one is an error of the object, not of the program.
const (
	MaxText    = 64 << 10 // bytes in a text that a function or the whole expression gives
	MaxList    = 10_000   // values in a list
	MaxMatches = 1_000    // matches of a pattern in one text
	MaxWork    = 4 << 20  // bytes and values that all functions of one evaluation make together
)

// Program is a compiled expression. It does not change and may be run by many goroutines at once.
type Program struct {
	expr  *Expr
	root  step
	reads []Read
}

// Expr is the expression the program was made of.
func (p *Program) Expr() *Expr { return p.expr }

// Attributes lists what the program reads, each attribute once, in the order of the source. Where none of them has
// changed, the result has not either, unless the program asks for the time or for randomness.
func (p *Program) Attributes() []Read { return slices.Clone(p.reads) }

// Env is what a program runs on. One Env serves one goroutine, for any number of evaluations one after another; it
// keeps scratch space between them.
type Env struct {
	// Row is the object. It must not be nil if the program reads attributes.
	Row Row
	// Clock and Random serve the functions that ask for the time or for chance.
	Clock  hospes.Clock
	Random hospes.Random
	// Most, if set, is how long an evaluation may take by Clock. One that takes longer fails; what is mapped for real has
	// no such limit, because what comes of it must not depend on how busy the machine is.
	Most time.Duration
	// Warn, if set, hears of results that may surprise, such as a list cut to its first value.
	Warn func(*Error)

	scratch []byte
	spent   int
	until   time.Time // the end of an evaluation with Most
	err     *Error
}

// Eval runs the program on env. The error is an *Error with the place of the call that failed.
func (p *Program) Eval(env *Env) (Value, error) {
	env.err, env.spent, env.scratch = nil, 0, env.scratch[:0]
	if env.Most > 0 {
		env.until = env.Clock.Now().Add(env.Most)
	}
	v := p.root(env)
	if env.err == nil && (len(v.text) > MaxText || v.kind == kindList) {
		env.limit(p.expr, v)
	}
	if env.err != nil {
		return Null(), env.err
	}
	return v, nil
}

// limit holds attributes that pass through unchanged to what functions may give.
func (e *Env) limit(expr *Expr, v Value) {
	if n := len(v.values()); n > MaxList {
		e.fail(expr, 0, "the result is a list of %d values; the limit is %d", n, MaxList)
	}
	for _, s := range v.Texts() {
		if len(s) > MaxText {
			e.fail(expr, 0, "the result is a text of %d bytes; the limit is %d", len(s), MaxText)
			return
		}
	}
}

// fail notes an error. The first counts: those that follow are its consequences.
func (e *Env) fail(expr *Expr, at Pos, format string, args ...any) {
	if e.err == nil {
		e.err = errorAt(expr.source, at, "%s", fmt.Sprintf(format, args...))
	}
}

// joiner builds a text at the end of the scratch space, where joiners within joiners stack up.
type joiner struct {
	separator string
	start     int
	some      bool // some part was not null
}

func (e *Env) join(separator string) joiner {
	return joiner{separator: separator, start: len(e.scratch)}
}

// add appends a part; empty ones leave no separator behind.
func (j *joiner) add(e *Env, k *call, s string) {
	j.some = true
	if s == "" {
		return
	}
	if len(e.scratch)-j.start+len(j.separator)+len(s) > MaxText {
		k.tooLong(e)
		return
	}
	if len(e.scratch) > j.start {
		e.scratch = append(e.scratch, j.separator...)
	}
	e.scratch = append(e.scratch, s...)
}

// end takes the text off the scratch space. It is null if every part was.
func (j *joiner) end(e *Env) Value {
	if !j.some {
		return Null()
	}
	s := string(e.scratch[j.start:])
	e.scratch = e.scratch[:j.start]
	return String(s)
}
