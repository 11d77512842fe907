package mapping

import "strings"

// multiFuncs make, read and reduce attributes with several values.
var multiFuncs = []Func{
	{
		Name: "Item",
		Params: []Param{
			{Name: "attribute", Required: true, Type: TypeString, List: true},
			{Name: "index", Required: true, Type: TypeInteger},
		},
		Result: TypeString,
		Doc: "Gives one value of an attribute, counted from 1. An index beyond the values is an error. Null if the " +
			"attribute has no values or index is null.",
		compile: compileItem,
	},
	{
		Name:    "SingleAppRoleAssignment",
		Params:  []Param{{Name: "source", Required: true, Type: TypeString, List: true}},
		Result:  TypeString,
		Doc:     "Gives the name of the one app role that is assigned: the first where there are several, null where there is none.",
		compile: compileFirst,
	},
	{
		Name: "Split",
		Params: []Param{
			{Name: "source", Required: true, Type: TypeString},
			{Name: "delimiter", Type: TypeString},
		},
		Result: TypeString, Lists: true,
		Doc: "Cuts source at every delimiter (a comma if left out) into several values, without the white space around " +
			"each. A text without delimiter gives one value. Null if an argument is null.",
		compile: compileSplit,
	},
}

func compileItem(k *call) (step, *Error) {
	attribute, index := k.args[0], k.args[1]
	if index.fixed && index.number < 1 {
		return nil, k.errorf(index.at, "counts values from 1")
	}
	return func(e *Env) Value {
		v := attribute.run(e)
		n, ok := index.integer(e)
		if !ok || v.absent() {
			return Null()
		}
		texts := v.Texts()
		if n < 1 || n > len(texts) {
			return k.fail(e, "cannot give value %d of %d", n, len(texts))
		}
		return String(texts[n-1])
	}, nil
}

// compileFirst warns of nothing: which of several roles is given is undefined by the documents.
func compileFirst(k *call) (step, *Error) {
	source := k.args[0]
	return func(e *Env) Value {
		s, ok := source.run(e).first()
		if !ok {
			return Null()
		}
		return String(s)
	}, nil
}

func compileSplit(k *call) (step, *Error) {
	source, delimiter := k.args[0], k.args[1]
	return func(e *Env) Value {
		s, ok := source.first(e)
		d, given := delimiter.first(e)
		if !delimiter.written {
			d, given = ",", true
		}
		if !ok || !given {
			return Null()
		}
		if d == "" {
			return List(strings.TrimSpace(s))
		}
		if strings.Count(s, d) >= MaxList {
			return k.fail(e, "gives a list of more than %d values", MaxList)
		}
		parts := strings.Split(s, d)
		for i, p := range parts {
			parts[i] = strings.TrimSpace(p)
		}
		return List(parts...)
	}, nil
}
