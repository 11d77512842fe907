package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// member is one member of a JSON object.
type member struct {
	name string
	raw  json.RawMessage
}

// membersOf reads an object in the order in which it was written, which a map would lose.
func membersOf(raw json.RawMessage) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var list []member
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		m := member{}
		m.name, _ = name.(string) // names of members are texts
		if err := decoder.Decode(&m.raw); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// lookup follows a path such as "schedule.state" or "status.progress.0.totalUnits". A name with dots in it, as
// annotations have them, is found before its parts. Nil means that there is nothing.
func lookup(raw json.RawMessage, path string) json.RawMessage {
	raw = bytes.TrimSpace(raw)
	if path == "" || len(raw) == 0 {
		return raw
	}
	if raw[0] == '[' {
		first, rest, _ := strings.Cut(path, ".")
		var items []json.RawMessage
		i, err := strconv.Atoi(first)
		if err != nil || json.Unmarshal(raw, &items) != nil || i < 0 || i >= len(items) {
			return nil
		}
		return lookup(items[i], rest)
	}
	if raw[0] != '{' {
		return nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	for name, value := range object {
		if rest, ok := strings.CutPrefix(path, name); ok && (rest == "" || rest[0] == '.') {
			return lookup(value, strings.TrimPrefix(rest, "."))
		}
	}
	return nil
}

// column is what a table or CSV shows of an object: a path, and what it is called.
type column struct{ path, name string }

// of gives the first value that the column has in an object.
func (c column) of(raw json.RawMessage) json.RawMessage {
	for path := range strings.SplitSeq(c.path, "|") {
		if value := lookup(raw, path); text(value) != "" {
			return value
		}
	}
	return nil
}

// columnsFrom reads columns from their short form: "id", "schedule.state as state", or "user.name|app.name as by" for the
// first of them that has a value.
func columnsFrom(list []string) []column {
	out := make([]column, len(list))
	for i, text := range list {
		path, name, renamed := strings.Cut(text, " as ")
		if !renamed {
			name = path
		}
		out[i] = column{path, name}
	}
	return out
}

// never is how the wire writes a moment that has not come.
const never = "0001-01-01T00:00:00Z"

// text writes a value for people: texts without quotes, lists of plain values with commas, the rest as JSON.
func text(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return strings.TrimPrefix(s, never)
		}
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			break
		}
		parts := make([]string, len(items))
		for i, item := range items {
			parts[i] = text(item)
		}
		return strings.Join(parts, ", ")
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return string(raw)
	}
	return compact.String()
}

// flatten lists the values of an object by their paths, in order. What is null or empty, and what only says what the
// answer is, is left out.
func flatten(raw json.RawMessage, prefix string) ([]member, error) {
	list, err := membersOf(raw)
	if err != nil {
		return nil, err
	}
	var out []member
	for _, m := range list {
		if strings.HasPrefix(m.name, "@odata.") {
			continue
		}
		value := bytes.TrimSpace(m.raw)
		switch {
		case string(value) == "null" || string(value) == "[]" || string(value) == "{}":
		case value[0] == '{':
			inner, err := flatten(value, prefix+m.name+".")
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
		default:
			out = append(out, member{prefix + m.name, value})
		}
	}
	return out, nil
}
