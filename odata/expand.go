package odata

import (
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// LevelsMax is $levels=max: as far up as the relation goes.
const LevelsMax = -1

// Expand is one navigation of $expand with the options in its parentheses.
type Expand struct {
	Navigation string // as it was written: manager, members
	Select     []string
	Levels     int // 0 when not given, or LevelsMax
}

// String gives the text of the entry.
func (e Expand) String() string {
	var inner []string
	switch {
	case e.Levels == LevelsMax:
		inner = append(inner, "$levels=max")
	case e.Levels > 0:
		inner = append(inner, "$levels="+strconv.Itoa(e.Levels))
	}
	if e.Select != nil {
		inner = append(inner, "$select="+strings.Join(e.Select, ","))
	}
	if inner == nil {
		return e.Navigation
	}
	return e.Navigation + "(" + strings.Join(inner, ";") + ")"
}

func parseExpand(v string) ([]Expand, error) {
	if v == "" {
		return nil, nil
	}
	var list []Expand
	for v != "" {
		item, rest, err := cutItem(v)
		if err != nil {
			return nil, err
		}
		e, err := parseExpandItem(item)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		v = rest
	}
	return list, nil
}

// cutItem takes the text up to the first comma that is not in parentheses.
func cutItem(v string) (item, rest string, err error) {
	depth := 0
	for i := range len(v) {
		switch v[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 && i+1 < len(v) {
				return v[:i], v[i+1:], nil
			}
		}
		if depth < 0 || depth > 1 {
			return "", "", invalidExpand(v)
		}
	}
	if depth != 0 {
		return "", "", invalidExpand(v)
	}
	return v, "", nil
}

func parseExpandItem(item string) (Expand, error) {
	name, inner, nested := strings.Cut(strings.TrimSpace(item), "(")
	e := Expand{Navigation: strings.TrimSpace(name)}
	if !isPath(e.Navigation) {
		return e, invalidExpand(item)
	}
	if !nested {
		return e, nil
	}
	inner, closed := strings.CutSuffix(inner, ")")
	if !closed {
		return e, invalidExpand(item)
	}
	if strings.TrimSpace(inner) == "" {
		return e, nil
	}
	seen := map[string]bool{}
	for option := range strings.SplitSeq(inner, ";") {
		key, value, _ := strings.Cut(option, "=")
		key = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(key)), "$")
		if seen[key] {
			return e, hospes.Invalidf(opQuery, "The query option '$%s' is given more than once.", excerpt(key))
		}
		seen[key] = true
		if err := e.set(key, strings.TrimSpace(value)); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (e *Expand) set(key, value string) (err error) {
	switch key {
	case "select":
		e.Select, err = parseSelect(value)
		return err
	case "levels":
		if strings.EqualFold(value, "max") {
			e.Levels = LevelsMax
			return nil
		}
		if e.Levels, err = strconv.Atoi(value); err != nil || e.Levels < 1 {
			return hospes.Invalidf(opQuery, "Invalid value '%s' for $levels: it is max or a number from 1.",
				excerpt(value))
		}
		return nil
	}
	return hospes.Invalidf(opQuery, "The query option '$%s' is not supported inside $expand.", excerpt(key))
}

func invalidExpand(text string) error {
	return hospes.Invalidf(opQuery, "Invalid $expand clause: '%s'.", excerpt(strings.TrimSpace(text)))
}
