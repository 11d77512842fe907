package mapping

// logicFuncs choose between values and ask about them. They evaluate only the arguments they need.
var logicFuncs = []Func{
	{
		Name:   "Coalesce",
		Params: []Param{{Name: "source", Required: true, Multiple: true, Type: TypeString, List: true}},
		Result: TypeString, Lists: true,
		Doc:     "Gives the first source that is not null; the last is the default. An empty text is not null.",
		compile: compileCoalesce,
	},
	{
		Name: "IIF",
		Params: []Param{
			{Name: "condition", Required: true, Type: TypeBoolean},
			{Name: "valueIfTrue", Required: true, Type: TypeString, List: true},
			{Name: "valueIfFalse", Type: TypeString, List: true},
		},
		Result: TypeString, Lists: true,
		Doc: "Gives valueIfTrue where the condition holds and valueIfFalse otherwise. The condition compares two values " +
			"with = <> > >= < or <=, or is the text True. A comparison with null does not hold, except <>. valueIfFalse " +
			"is null where it is left out.",
		compile: compileIIF,
	},
	{
		Name: "IsNull", Params: questionParams, Result: TypeBoolean,
		Doc:     "True if the object does not have the value. An empty text is a value.",
		compile: compileQuestion(Value.absent),
	},
	{
		Name: "IsNullOrEmpty", Params: questionParams, Result: TypeBoolean,
		Doc:     "True if the object does not have the value, or it is the empty text.",
		compile: compileQuestion(Value.blank),
	},
	{
		Name: "IsPresent", Params: questionParams, Result: TypeBoolean,
		Doc:     "True if the object has the value and it is not the empty text.",
		compile: compileQuestion(func(v Value) bool { return !v.blank() }),
	},
	{
		Name: "IsString", Params: questionParams, Result: TypeBoolean,
		Doc:     "True if the value is a single text; not for null, nor for an attribute with several values.",
		compile: compileQuestion(func(v Value) bool { return v.kind == kindText }),
	},
	{
		Name:    "Not",
		Params:  []Param{{Name: "source", Required: true, Type: TypeBoolean}},
		Result:  TypeBoolean,
		Doc:     "False if source is True, in whatever case; True for anything else, null included.",
		compile: compileNot,
	},
	{
		Name: "Switch",
		Params: []Param{
			{Name: "source", Required: true, Type: TypeString},
			{Name: "defaultValue", Type: TypeString, List: true},
			{Name: "switchValue", Multiple: true, Type: TypeString, List: true},
		},
		Result: TypeString, Lists: true,
		Doc: "Compares source with each key of the pairs of key and value that follow the default, and gives the value of " +
			"the first that is equal, in case too. The key \"\" stands for null as well. Without an equal key it gives " +
			"the default, or null where that is left out.",
		compile: compileSwitch,
	},
}

var questionParams = []Param{{Name: "expression", Required: true, Type: TypeString, List: true}}

func compileQuestion(answer func(Value) bool) func(*call) (step, *Error) {
	return func(k *call) (step, *Error) {
		source := k.args[0]
		return func(e *Env) Value { return boolean(answer(source.run(e))) }, nil
	}
}

func compileCoalesce(k *call) (step, *Error) {
	sources := k.args
	return func(e *Env) Value {
		for _, s := range sources {
			if v := s.run(e); !v.absent() {
				return v
			}
		}
		return Null()
	}, nil
}

func compileIIF(k *call) (step, *Error) {
	condition, yes, no := k.args[0], k.args[1], k.args[2]
	return func(e *Env) Value {
		if condition.holds(e) {
			return yes.run(e)
		}
		return no.run(e)
	}, nil
}

func compileNot(k *call) (step, *Error) {
	source := k.args[0]
	return func(e *Env) Value { return boolean(!source.holds(e)) }, nil
}

// indexedKeys is the number of keys from which a table of them beats looking at each.
const indexedKeys = 8

func compileSwitch(k *call) (step, *Error) {
	source, fallback, pairs := k.args[0], k.args[1], k.args[2:]
	if len(pairs) < 2 || len(pairs)%2 != 0 {
		return nil, k.errorf(k.at, "expects a source, a default, and then pairs of key and value")
	}
	index, constant := make(map[string]*operand), true
	for i := 0; i < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		if !key.written || !value.written {
			return nil, k.errorf(key.at, "needs a key and a value in each pair; an empty text is written \"\"")
		}
		constant = constant && key.literal
		if _, taken := index[key.text]; !taken {
			index[key.text] = value
		}
	}
	if constant && len(index) >= indexedKeys {
		return func(e *Env) Value {
			s, _ := source.first(e)
			if value := index[s]; value != nil {
				return value.run(e)
			}
			return fallback.run(e)
		}, nil
	}
	return func(e *Env) Value {
		s, _ := source.first(e)
		for i := 0; i < len(pairs); i += 2 {
			if key, ok := pairs[i].first(e); ok && key == s {
				return pairs[i+1].run(e)
			}
		}
		return fallback.run(e)
	}, nil
}
