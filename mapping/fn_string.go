package mapping

import (
	"strings"
	"unicode/utf8"
)

// stringFuncs take texts apart and put them together. Positions count characters (code points) from 1.
var stringFuncs = []Func{
	{
		Name: "Append",
		Params: []Param{
			{Name: "source", Required: true, Type: TypeString},
			{Name: "suffix", Required: true, Type: TypeString},
		},
		Result:  TypeString,
		Doc:     "Puts suffix behind source. Null if either is null.",
		compile: compileAppend,
	},
	{
		Name: "Join",
		Params: []Param{
			{Name: "separator", Required: true, Type: TypeString},
			{Name: "source", Required: true, Multiple: true, Type: TypeString, List: true},
		},
		Result: TypeString,
		Doc: "Joins all values of all sources with separator between them. Null and empty values are left out together " +
			"with their separator. Null only if every source is null.",
		compile: compileJoin,
	},
	{
		Name: "Left",
		Params: []Param{
			{Name: "String", Required: true, Type: TypeString},
			{Name: "NumChars", Required: true, Type: TypeInteger},
		},
		Result: TypeString,
		Doc: "Gives the first NumChars characters: the whole text where it is shorter or NumChars is negative. The empty " +
			"text if an argument is null.",
		compile: compileLeft,
	},
	{
		Name: "Mid",
		Params: []Param{
			{Name: "source", Required: true, Type: TypeString},
			{Name: "start", Required: true, Type: TypeInteger},
			{Name: "length", Type: TypeInteger},
		},
		Result: TypeString,
		Doc: "Gives length characters from position start, or those up to the end where the text is shorter or length is " +
			"left out. A start beyond the end gives the empty text; one below 1 is an error. Null if an argument is null.",
		compile: compileMid,
	},
	{
		Name:    "NormalizeDiacritics",
		Params:  []Param{{Name: "source", Required: true, Type: TypeString}},
		Result:  TypeString,
		Doc:     "Replaces letters with accents by plain ones: Zoë becomes Zoe, Søren Soeren, Müller Muller. Null if source is null.",
		compile: compileText(normalizeDiacritics),
	},
	{
		Name:    "StripSpaces",
		Params:  []Param{{Name: "source", Required: true, Type: TypeString}},
		Result:  TypeString,
		Doc:     "Removes every space, but no other white space. Null if source is null.",
		compile: compileText(func(s string) string { return strings.ReplaceAll(s, " ", "") }),
	},
	{
		Name: "Word",
		Params: []Param{
			{Name: "String", Required: true, Type: TypeString},
			{Name: "WordNumber", Required: true, Type: TypeInteger},
			{Name: "Delimiters", Required: true, Type: TypeString},
		},
		Result: TypeString,
		Doc: "Gives the word with that number, counted from 1. Each character of Delimiters ends a word. The empty text if " +
			"there is no such word or String is null.",
		compile: compileWord,
	},
}

// compileText makes a function of one text, null for null.
func compileText(change func(string) string) func(*call) (step, *Error) {
	return func(k *call) (step, *Error) {
		source := k.args[0]
		return func(e *Env) Value {
			s, ok := source.first(e)
			if !ok {
				return Null()
			}
			return String(change(s))
		}, nil
	}
}

func compileAppend(k *call) (step, *Error) {
	source, suffix := k.args[0], k.args[1]
	return func(e *Env) Value {
		s, ok := source.first(e)
		if !ok {
			return Null()
		}
		t, ok := suffix.first(e)
		if !ok {
			return Null()
		}
		return String(s + t)
	}, nil
}

func compileJoin(k *call) (step, *Error) {
	separator, sources := k.args[0], k.args[1:]
	return func(e *Env) Value {
		s, _ := separator.first(e)
		j := e.join(s)
		for _, source := range sources {
			switch v := source.run(e); v.kind {
			case kindText:
				j.add(e, k, v.text)
			case kindList:
				for _, s := range *v.list {
					j.add(e, k, s)
				}
			}
		}
		return j.end(e)
	}, nil
}

func compileLeft(k *call) (step, *Error) {
	source, count := k.args[0], k.args[1]
	return func(e *Env) Value {
		s, _ := source.first(e)
		n, ok := count.integer(e)
		switch {
		case !ok:
			return String("")
		case n < 0:
			return String(s)
		default:
			return String(s[:offset(s, n)])
		}
	}, nil
}

func compileMid(k *call) (step, *Error) {
	source, start, length := k.args[0], k.args[1], k.args[2]
	if start.fixed && start.number < 1 {
		return nil, k.errorf(start.at, "counts characters from 1")
	}
	if length.fixed && length.number < 0 {
		return nil, k.errorf(length.at, "needs a length of 0 or more")
	}
	return func(e *Env) Value {
		s, sourceOK := source.first(e)
		from, startOK := start.integer(e)
		size, lengthOK := length.integer(e)
		if !sourceOK || !startOK || length.written && !lengthOK {
			return Null()
		}
		if from < 1 || size < 0 {
			return k.fail(e, "cannot take %d characters from position %d", size, from)
		}
		s = s[offset(s, from-1):]
		if length.written {
			s = s[:offset(s, size)]
		}
		return String(s)
	}, nil
}

func compileWord(k *call) (step, *Error) {
	source, number, delimiters := k.args[0], k.args[1], k.args[2]
	return func(e *Env) Value {
		s, _ := source.first(e)
		n, _ := number.integer(e)
		d, _ := delimiters.first(e)
		return String(word(s, n, d))
	}, nil
}

// word gives the n-th run of characters that are no delimiters.
func word(s string, n int, delimiters string) string {
	for ; n >= 1; n-- {
		s = strings.TrimLeft(s, delimiters)
		end := strings.IndexAny(s, delimiters)
		if end < 0 {
			end = len(s)
		}
		if n == 1 {
			return s[:end]
		}
		if s = s[end:]; s == "" {
			return ""
		}
	}
	return ""
}

// offset gives where the n-th character of s ends, or the end of s if it has fewer.
func offset(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		if s[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}
