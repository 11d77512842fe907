package mapping

import (
	"slices"
	"strings"
)

// MaxNodes limits the parts of one expression, and with them the steps of an evaluation: nothing runs twice.
const MaxNodes = 2_000

// Check lists what is wrong with an expression against a schema, in the order of the source; nothing means that
// Compile will take it.
func Check(e *Expr, schema Schema) []*Error {
	c := newCompiler(e, schema, functions)
	c.program()
	return c.errs
}

// Compile makes a program of an expression. Attribute names are resolved by schema now and never again. The error is
// an *Error: the first that Check would list.
func Compile(e *Expr, schema Schema) (*Program, error) {
	return compileWith(e, schema, functions)
}

func compileWith(e *Expr, schema Schema, funcs map[string]*Func) (*Program, error) {
	c := newCompiler(e, schema, funcs)
	p := c.program()
	if len(c.errs) > 0 {
		return nil, c.errs[0]
	}
	return p, nil
}

// step is a compiled node. A step that fails notes the error in its Env and gives null.
type step func(*Env) Value

// compiler walks a tree once, checks it, and makes steps of it. After an error it goes on, to find the others.
type compiler struct {
	expr   *Expr
	schema Schema
	funcs  map[string]*Func
	reads  []Read
	errs   []*Error
	nodes  int
}

func newCompiler(e *Expr, schema Schema, funcs map[string]*Func) *compiler {
	return &compiler{expr: e, schema: schema, funcs: funcs}
}

func (c *compiler) errorf(at Pos, format string, args ...any) {
	c.errs = append(c.errs, errorAt(c.expr.source, at, format, args...))
}

func (c *compiler) program() *Program {
	Walk(c.expr.Root, func(Node) bool { c.nodes++; return true })
	if c.nodes > MaxNodes {
		c.errorf(0, "the expression has %d parts; the limit is %d", c.nodes, MaxNodes)
		return nil
	}
	root := c.node(c.expr.Root, nil)
	slices.SortStableFunc(c.errs, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return &Program{expr: c.expr, root: root, reads: c.reads}
}

func nothing(*Env) Value { return Null() }

// node compiles one node; param is the parameter it is an argument of, or nil.
func (c *compiler) node(n Node, param *Param) step {
	switch n := n.(type) {
	case *Attribute:
		return c.attribute(n)
	case *Constant:
		return c.constant(n, param)
	case *Call:
		return c.call(n)
	case *Compare:
		if param == nil || param.Type != TypeBoolean {
			c.errorf(n.OpAt, "a comparison may only stand where a condition is expected")
		}
		return c.compare(n)
	case *Concat:
		return c.concat(n)
	default:
		return nothing
	}
}

func (c *compiler) attribute(n *Attribute) step {
	slot, ok := 0, false
	if c.schema != nil {
		slot, ok = c.schema.Slot(n.Name)
	}
	if !ok {
		c.errorf(n.At, "no attribute [%s]", n.Name)
		return nothing
	}
	read := Read{Name: n.Name, Slot: slot}
	if !slices.Contains(c.reads, read) {
		c.reads = append(c.reads, read)
	}
	return func(e *Env) Value { return e.Row.At(slot) }
}

func (c *compiler) constant(n *Constant, param *Param) step {
	if n.Kind == NameConstant && (param == nil || !slices.Contains(param.Names, n.Text)) {
		if param != nil && len(param.Names) > 0 {
			c.errorf(n.At, "unknown name %s; known here: %s", n.Text, strings.Join(param.Names, ", "))
		} else {
			c.errorf(n.At, `unknown name %s; an attribute is written [%[1]s], a text "%[1]s"`, n.Text)
		}
	}
	v := String(n.Text)
	return func(*Env) Value { return v }
}

func (c *compiler) operandOf(n Node, param *Param, what string) *operand {
	o := &operand{expr: c.expr, at: n.Pos(), what: what, run: c.node(n, param)}
	switch n := n.(type) {
	case *Empty:
		return o
	case *Constant:
		o.literal, o.text = true, n.Text
	}
	o.written = true
	return o
}

func (c *compiler) call(n *Call) step {
	f := c.funcs[n.Name]
	if f == nil {
		c.unknown(n)
		for _, a := range n.Args {
			c.node(a, &Param{Type: TypeBoolean})
		}
		return nothing
	}
	found := len(c.errs)
	least, most := f.arity()
	if len(n.Args) < least || most >= 0 && len(n.Args) > most {
		c.errorf(n.At, "%s expects %s", f.Name, f.expectation())
	}
	k := &call{fn: f, at: n.At, expr: c.expr, args: make([]*operand, 0, max(len(n.Args), len(f.Params)))}
	for i, a := range n.Args {
		k.args = append(k.args, c.argument(f, i, a))
	}
	if len(c.errs) > found {
		return nothing
	}
	for i := len(k.args); i < len(f.Params); i++ {
		k.args = append(k.args, &operand{expr: c.expr, at: n.At, what: f.Name, run: nothing})
	}
	run, err := f.compile(k)
	if err != nil {
		c.errs = append(c.errs, err)
		return nothing
	}
	return k.metered(run)
}

func (c *compiler) argument(f *Func, i int, n Node) *operand {
	if len(f.Params) == 0 {
		return c.operandOf(n, nil, f.Name)
	}
	p := f.param(i)
	o := c.operandOf(n, p, f.Name)
	if !o.written && p.Required && !p.Multiple {
		c.errorf(o.at, "%s needs its argument %d, %s; an empty text is written \"\"", f.Name, i+1, p.Label())
	}
	if o.literal && p.Type == TypeInteger {
		if o.number, o.fixed = parseInteger(o.text); !o.fixed {
			c.errorf(o.at, "%s expects a whole number for %s, not %q", f.Name, p.Label(), o.text)
		}
	}
	return o
}

func (c *compiler) unknown(n *Call) {
	for _, name := range names(c.funcs) {
		if strings.EqualFold(name, n.Name) {
			c.errorf(n.At, "no function %s; names are case-sensitive: %s", n.Name, name)
			return
		}
	}
	c.errorf(n.At, "no function %s", n.Name)
}

func (c *compiler) concat(n *Concat) step {
	parts := make([]*operand, len(n.Parts))
	for i, p := range n.Parts {
		parts[i] = c.operandOf(p, nil, "&")
	}
	k := &call{fn: &Func{Name: "&"}, at: n.Pos(), expr: c.expr}
	return k.metered(func(e *Env) Value {
		j := e.join("")
		for _, p := range parts {
			if s, ok := p.first(e); ok {
				j.add(e, k, s)
			}
		}
		return j.end(e)
	})
}
