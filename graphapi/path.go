package graphapi

import (
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
)

// segment is one piece of a path: a name, or a key.
type segment struct {
	name string // lower case
	text string // as it was sent, unescaped
	key  bool   // came from parentheses: it can only be a parameter
}

// namespace stands before the names of classes, functions and actions where they are written in full.
const namespace = "microsoft.graph."

// qualified tells that a segment is such a name, which is no key. Names of people hold an "@".
func (s segment) qualified() bool {
	return !s.key && strings.HasPrefix(s.name, namespace) && !strings.Contains(s.name, "@")
}

// parsePath cuts a path into segments. users('x') gives two, the name and the key; delta() and
// microsoft.graph.delta() give delta; a cast such as microsoft.graph.user stays a name of its own (graph-wire 1.1).
func parsePath(path string) ([]segment, error) {
	var list []segment
	for raw := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if raw == "" {
			continue
		}
		text, err := url.PathUnescape(raw)
		if err != nil {
			return nil, noSegment(raw)
		}
		name, arguments, called := cutCall(text)
		if !called {
			list = append(list, segment{name: strings.ToLower(text), text: text})
			continue
		}
		name = strings.TrimPrefix(name, namespace)
		list = append(list, segment{name: strings.ToLower(name), text: name})
		if arguments != "" {
			list = append(list, segment{text: unquoteKey(arguments), key: true})
		}
	}
	return list, nil
}

// cutCall splits "name(arguments)". Parentheses and quotes may stand in the arguments within quotes only.
func cutCall(s string) (name, arguments string, ok bool) {
	i := strings.IndexByte(s, '(')
	if i <= 0 || s[len(s)-1] != ')' {
		return s, "", false
	}
	name, arguments = s[:i], s[i+1:len(s)-1]
	quoted := false
	for _, c := range arguments {
		switch {
		case c == '\'':
			quoted = !quoted
		case !quoted && (c == '(' || c == ')'):
			return s, "", false
		}
	}
	return name, arguments, !quoted
}

// unquoteKey gives the text of a quoted key; alternate keys (appId='…') stay as they are written.
func unquoteKey(s string) string {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}

// alternateKey reads "name='value'"; ok is false for an ordinary key.
func alternateKey(key string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(key, "=")
	if !ok || !strings.HasPrefix(value, "'") {
		return "", "", false
	}
	return name, unquoteKey(value), true
}

func noSegment(name string) error {
	return &hospes.Error{
		Kind: hospes.KindInvalid, Op: "graphapi.route", Code: "BadRequest",
		Message: "Resource not found for the segment '" + name + "'.",
	}
}
