package graphapi

import (
	"encoding/json"
	"slices"
	"strings"
)

// pick leaves the named members of values, in the order in which they are named. A name that none of them has, nor the
// schema of their type, is no property; of some types, not every value has every member.
func pick(items []json.RawMessage, names []string, typeName string) error {
	if len(names) == 0 || slices.Contains(names, "*") {
		return nil
	}
	schema := valueSchemas[typeName]
	unknown := map[string]bool{}
	for _, name := range names {
		first, _, _ := strings.Cut(name, "/")
		if schema != nil {
			unknown[name] = schema.Lookup(first) == nil
		} else {
			unknown[name] = len(items) > 0
		}
	}
	for i, item := range items {
		have, err := membersOf(item)
		if err != nil {
			return err
		}
		var kept []member
		for _, name := range names {
			first, _, _ := strings.Cut(name, "/") // a member of a complex value brings the whole of it
			named := func(m member) bool { return strings.EqualFold(m.name, first) }
			at := slices.IndexFunc(have, named)
			if at < 0 {
				continue
			}
			unknown[name] = false
			if !slices.ContainsFunc(kept, named) {
				kept = append(kept, have[at])
			}
		}
		items[i] = object(kept)
	}
	for _, name := range names {
		if unknown[name] {
			return noProperty(name, typeName)
		}
	}
	return nil
}

func object(members []member) []byte {
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, raw(m.name)...), ':'), m.raw...)
	}
	return append(b, '}')
}
