package mapping

// call is one call of a function while it is compiled, and what its steps know of it while they run. It has an
// operand for every parameter, whether an argument was written or not.
type call struct {
	fn   *Func
	expr *Expr
	at   Pos
	args []*operand
}

func (k *call) errorf(at Pos, format string, args ...any) *Error {
	return errorAt(k.expr.source, at, k.fn.Name+" "+format, args...)
}

// fail ends the evaluation with an error at the call.
func (k *call) fail(e *Env, format string, args ...any) Value {
	e.fail(k.expr, k.at, k.fn.Name+" "+format, args...)
	return Null()
}

// metered charges what a call makes to the evaluation. After a failure nothing is worked out any more.
func (k *call) metered(run step) step {
	return func(e *Env) Value {
		if e.err != nil {
			return Null()
		}
		v := run(e)
		if e.Most > 0 && e.Clock.Now().After(e.until) {
			return k.fail(e, "brings the time of the expression over the limit of %v", e.Most)
		}
		e.spent += len(v.text)
		if len(v.text) > MaxText || v.kind == kindList || e.spent > MaxWork {
			return k.measured(e, v)
		}
		return v
	}
}

// measured is the part of metered that few values need.
func (k *call) measured(e *Env, v Value) Value {
	count := len(v.values())
	e.spent += count
	switch {
	case len(v.text) > MaxText:
		return k.tooLong(e)
	case count > MaxList:
		return k.fail(e, "gives a list of %d values; the limit is %d", count, MaxList)
	case e.spent > MaxWork:
		return k.fail(e, "brings the work of the expression over the limit of %d bytes", MaxWork)
	default:
		return v
	}
}

func (k *call) tooLong(e *Env) Value {
	return k.fail(e, "gives a text of more than %d bytes", MaxText)
}

// operand is an argument ready to be evaluated.
type operand struct {
	expr *Expr
	at   Pos
	what string // for warnings: whose argument it is
	run  step

	written bool   // an argument stands in the source, even if it is ""
	literal bool   // it is a constant
	text    string // its text, if literal
	fixed   bool   // it is a constant whole number
	number  int    // which, if fixed
}

// first evaluates to one text: that of a list is its first, with a warning if there are others.
func (o *operand) first(e *Env) (string, bool) {
	v := o.run(e)
	if v.kind == kindText {
		return v.text, true
	}
	return o.firstOf(e, v.values())
}

func (o *operand) firstOf(e *Env, list []string) (string, bool) {
	if len(list) > 1 && e.Warn != nil {
		e.Warn(errorAt(o.expr.source, o.at, "%s uses the first of %d values", o.what, len(list)))
	}
	if len(list) == 0 {
		return "", false
	}
	return list[0], true
}

// integer evaluates to a whole number. It fails the evaluation where the text is none, and is false for that and null.
func (o *operand) integer(e *Env) (int, bool) {
	if o.fixed {
		return o.number, true
	}
	s, ok := o.first(e)
	if !ok {
		return 0, false
	}
	n, ok := parseInteger(s)
	if !ok {
		e.fail(o.expr, o.at, "%s expects a whole number, not %q", o.what, s)
	}
	return n, ok
}

// holds evaluates to whether a condition is met.
func (o *operand) holds(e *Env) bool {
	s, ok := o.first(e)
	return ok && isTrue(s)
}
