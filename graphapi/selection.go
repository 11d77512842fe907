package graphapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// selection leaves of an answer that is no object of the directory what $select names. Routes say what they show; others
// are answered whole.
func (c *call) selection(answer []byte) ([]byte, error) {
	if c.route.Shows == "" || c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return answer, nil
	}
	q, _, err := c.query()
	if err != nil || len(q.Select) == 0 || slices.Contains(q.Select, "*") {
		return answer, err
	}
	list := []member{}
	whole, err := membersOf(answer)
	if err != nil {
		return nil, err
	}
	for _, m := range whole {
		if m.name != "value" || !bytes.HasPrefix(m.raw, []byte{'['}) {
			list = append(list, m)
			continue
		}
		var items []json.RawMessage
		if err := json.Unmarshal(m.raw, &items); err != nil {
			return nil, err
		}
		if err := pick(items, q.Select, c.route.Shows); err != nil {
			return nil, err
		}
		m.raw = raw(items)
		return object(append(list, m)), nil
	}
	items := []json.RawMessage{answer}
	err = pick(items, q.Select, c.route.Shows)
	return items[0], err
}

// pick leaves the named members of objects, in the order in which they are named. A name that none of them has is no
// property of their type; of some types, not every object has every member.
func pick(items []json.RawMessage, names []string, typeName string) error {
	unknown := map[string]bool{}
	for _, name := range names {
		unknown[name] = len(items) > 0
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
