package mapping

import (
	"strings"
)

// replaceFuncs hold Replace, whose arguments choose between five functions.
var replaceFuncs = []Func{{
	Name: "Replace",
	Params: []Param{
		{Name: "source", Required: true, Type: TypeString},
		{Name: "Find", Alias: "oldValue", Type: TypeString},
		{Name: "RegularExpression", Alias: "regexPattern", Type: TypeString},
		{Name: "RegularExpressionGroupName", Alias: "regexGroupName", Type: TypeString},
		{Name: "Replacement", Alias: "replacementValue", Type: TypeString},
		{Name: "ReplacementPropertyName", Alias: "replacementAttributeName", Type: TypeString},
		{Name: "Template", Alias: "template", Type: TypeString},
	},
	Result: TypeString,
	Doc: "Replaces text, minding case. What it does depends on which arguments are written; one that is empty between " +
		"its commas is not, \"\" is. " +
		"oldValue and replacementValue: replaces oldValue everywhere in source. " +
		"oldValue and template: replaces oldValue in template by source. " +
		"regexPattern and replacementValue: replaces what the pattern matches; ${name} stands for what a group matched. " +
		"regexPattern, regexGroupName and replacementValue: replaces only what that group matched. " +
		"regexPattern, regexGroupName and replacementAttributeName: gives source, or, where that is null or empty, what " +
		"the group matches in the other attribute (null where it does not match). " +
		"Patterns are .NET regular expressions. In the other modes the result is null if any argument used is null.",
	compile: compileReplace,
}}

// The places of the arguments of Replace.
const (
	replaceSource = iota
	replaceOld
	replacePattern
	replaceGroup
	replaceNew
	replaceOther
	replaceTemplate
)

// replaceModes are the combinations of arguments besides source that mean something.
var replaceModes = map[uint]func(*call) (step, *Error){
	1<<replaceOld | 1<<replaceNew:                         replaceText,
	1<<replaceOld | 1<<replaceTemplate:                    replaceInTemplate,
	1<<replacePattern | 1<<replaceNew:                     replaceMatches,
	1<<replacePattern | 1<<replaceGroup | 1<<replaceNew:   replaceGroups,
	1<<replacePattern | 1<<replaceGroup | 1<<replaceOther: replaceMissing,
}

func compileReplace(k *call) (step, *Error) {
	var written uint
	for i, a := range k.args[1:] {
		if a.written {
			written |= 1 << (i + 1)
		}
	}
	mode := replaceModes[written]
	if mode == nil {
		return nil, k.errorf(k.at, "needs oldValue with replacementValue or template, or regexPattern with "+
			"replacementValue, or with regexGroupName and one of replacementValue and replacementAttributeName")
	}
	if old := k.args[replaceOld]; old.literal && old.text == "" {
		return nil, k.errorf(old.at, "cannot look for an empty oldValue")
	}
	return mode(k)
}

func replaceText(k *call) (step, *Error) {
	return k.substitution(k.args[replaceSource], k.args[replaceOld], k.args[replaceNew]), nil
}

func replaceInTemplate(k *call) (step, *Error) {
	return k.substitution(k.args[replaceTemplate], k.args[replaceOld], k.args[replaceSource]), nil
}

func (k *call) substitution(in, old, new *operand) step {
	return func(e *Env) Value {
		s, sOK := in.first(e)
		from, fromOK := old.first(e)
		to, toOK := new.first(e)
		switch {
		case !sOK || !fromOK || !toOK:
			return Null()
		case from == "":
			return String(s)
		}
		if grow := len(to) - len(from); grow > 0 && len(s)+strings.Count(s, from)*grow > MaxText {
			return k.tooLong(e)
		}
		return String(strings.ReplaceAll(s, from, to))
	}
}

func replaceMatches(k *call) (step, *Error) {
	pattern, err := k.pattern(k.args[replacePattern])
	if err != nil {
		return nil, err
	}
	source, replacement := k.args[replaceSource], k.args[replaceNew]
	return func(e *Env) Value {
		s, ok := source.first(e)
		to, toOK := replacement.first(e)
		p := pattern(e)
		if !ok || !toOK || p == nil {
			return Null()
		}
		return k.matched(e, func() (string, error) { return p.replace(s, to) })
	}, nil
}

func replaceGroups(k *call) (step, *Error) {
	pattern, err := k.groupPattern()
	if err != nil {
		return nil, err
	}
	source, replacement := k.args[replaceSource], k.args[replaceNew]
	return func(e *Env) Value {
		s, ok := source.first(e)
		to, toOK := replacement.first(e)
		p, group := pattern(e)
		if !ok || !toOK || p == nil {
			return Null()
		}
		return k.matched(e, func() (string, error) { return p.replaceGroup(s, group, to) })
	}, nil
}

func replaceMissing(k *call) (step, *Error) {
	pattern, err := k.groupPattern()
	if err != nil {
		return nil, err
	}
	source, other := k.args[replaceSource], k.args[replaceOther]
	return func(e *Env) Value {
		if s, _ := source.first(e); s != "" {
			return String(s)
		}
		s, ok := other.first(e)
		p, group := pattern(e)
		if !ok || p == nil {
			return Null()
		}
		found := false
		v := k.matched(e, func() (t string, err error) {
			t, found, err = p.find(s, group)
			return t, err
		})
		if !found {
			return Null()
		}
		return v
	}, nil
}

func (k *call) matched(e *Env, match func() (string, error)) Value {
	s, err := match()
	if err != nil {
		return k.fail(e, "%v", err)
	}
	return String(s)
}

// pattern compiles the pattern of a call: now if it is constant, else in each evaluation. The function gives nil
// where the pattern is null or, after failing the evaluation, unusable.
func (k *call) pattern(o *operand) (func(*Env) *pattern, *Error) {
	if o.literal {
		p, err := newPattern(o.text)
		if err != nil {
			return nil, k.errorf(o.at, "%v", err)
		}
		return func(*Env) *pattern { return p }, nil
	}
	return func(e *Env) *pattern {
		source, ok := o.first(e)
		if !ok {
			return nil
		}
		p, err := newPattern(source)
		if err != nil {
			k.fail(e, "%v", err)
			return nil
		}
		return p
	}, nil
}

// groupPattern is pattern with the group that the call names.
func (k *call) groupPattern() (func(*Env) (*pattern, int), *Error) {
	compiled, err := k.pattern(k.args[replacePattern])
	if err != nil {
		return nil, err
	}
	name := k.args[replaceGroup]
	if name.literal && k.args[replacePattern].literal {
		p := compiled(nil)
		group, err := p.group(name.text)
		if err != nil {
			return nil, k.errorf(name.at, "%v", err)
		}
		return func(*Env) (*pattern, int) { return p, group }, nil
	}
	return func(e *Env) (*pattern, int) {
		p := compiled(e)
		text, ok := name.first(e)
		if p == nil || !ok {
			return nil, 0
		}
		group, err := p.group(text)
		if err != nil {
			k.fail(e, "%v", err)
			return nil, 0
		}
		return p, group
	}, nil
}
