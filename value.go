package hospes

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// Value is the value of a property as canonical JSON text; the empty Value means that the property has none.
// Two values are equal exactly when their texts are, so documents are compared, spliced and stored without decoding.
type Value string

// Null is the absent value.
const Null Value = ""

// The two truth values.
const (
	True  Value = "true"
	False Value = "false"
)

// String makes a value of a text.
func String(s string) Value { return Value(AppendQuoted(make([]byte, 0, len(s)+2), s)) }

// Bool makes a truth value.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Strings makes a collection. An empty one is absent.
func Strings(list ...string) Value {
	if len(list) == 0 {
		return Null
	}
	b := []byte{'['}
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendQuoted(b, s)
	}
	return Value(append(b, ']'))
}

// Moment makes a date with the precision of seconds that directory objects have.
func Moment(t time.Time) Value {
	if t.IsZero() {
		return Null
	}
	return Value(t.UTC().AppendFormat([]byte{'"'}, `2006-01-02T15:04:05Z"`))
}

// JSON makes a value of anything that encoding/json can write; it panics on what it cannot, which is a fault of the
// program. Use it for complex properties.
func JSON(v any) Value {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("hospes: " + err.Error())
	}
	s := strings.TrimSuffix(b.String(), "\n")
	if s == "null" || s == "[]" {
		return Null
	}
	return Value(s)
}

// IsNull tells that there is no value.
func (v Value) IsNull() bool { return v == "" || v == "null" || v == "[]" }

// Text gives the text of a string value; for other values the JSON text itself.
func (v Value) Text() string {
	if len(v) < 2 || v[0] != '"' {
		return string(v)
	}
	return unquote(string(v))
}

// Bool tells whether the value is true.
func (v Value) Bool() bool { return v == True }

// Time gives the moment of a date value, or the zero time.
func (v Value) Time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, v.Text())
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// Texts gives the texts of a collection of strings; a single string counts as a collection of one.
func (v Value) Texts() []string {
	if v.IsNull() {
		return nil
	}
	if v[0] != '[' {
		return []string{v.Text()}
	}
	var list []string
	v.Each(func(item Value) bool {
		list = append(list, item.Text())
		return true
	})
	return list
}

// Each visits the items of a collection until visit answers false.
func (v Value) Each(visit func(item Value) bool) {
	if len(v) < 2 || v[0] != '[' {
		return
	}
	s := string(v[1 : len(v)-1])
	for s != "" {
		n := skipValue(s)
		if n <= 0 || !visit(Value(s[:n])) {
			return
		}
		s = strings.TrimPrefix(s[n:], ",")
	}
}

// Member gives the member of an object value by its name, or the absent value.
func (v Value) Member(name string) Value {
	found := Null
	eachMember(string(v), func(key, value string) bool {
		if key == name {
			found = Value(value)
			if found.IsNull() {
				found = Null
			}
			return false
		}
		return true
	})
	return found
}

// Decode reads a complex value into dst with encoding/json.
func (v Value) Decode(dst any) error {
	if v == "" {
		return nil
	}
	return json.Unmarshal([]byte(v), dst)
}

// AppendQuoted writes s as a JSON string with the fewest escapes; invalid UTF-8 becomes U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\uFFFD"...)
				i++
				start = i
				continue
			}
			i += size
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// unquote reads a JSON string; it shares memory with s where nothing is escaped.
func unquote(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1]
	}
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		return s[1 : len(s)-1]
	}
	return out
}

// skipValue gives the length of the JSON value at the start of s, or -1 when there is none. It trusts that s was
// written by this package, and only looks for the end.
func skipValue(s string) int {
	if s == "" {
		return -1
	}
	switch s[0] {
	case '"':
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return -1
	case '{', '[':
		depth := 0
		for i := 0; i < len(s); i++ {
			switch s[i] {
			case '"':
				n := skipValue(s[i:])
				if n < 0 {
					return -1
				}
				i += n - 1
			case '{', '[':
				depth++
			case '}', ']':
				depth--
				if depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ',', '}', ']':
			return i
		}
	}
	return len(s)
}

// eachMember visits the members of a JSON object, or of the inside of one without its braces.
func eachMember(s string, visit func(key, value string) bool) {
	if strings.HasPrefix(s, "{") {
		s = s[1 : len(s)-1]
	}
	for s != "" {
		n := skipValue(s)
		if n < 2 || n >= len(s) || s[n] != ':' {
			return
		}
		key := unquote(s[:n])
		s = s[n+1:]
		n = skipValue(s)
		if n <= 0 || !visit(key, s[:n]) {
			return
		}
		s = strings.TrimPrefix(s[n:], ",")
	}
}

// Members visits the members of an object value.
func (v Value) Members(visit func(name string, v Value)) {
	if len(v) < 2 || v[0] != '{' {
		return
	}
	eachMember(string(v), func(key, value string) bool {
		visit(key, Value(value))
		return true
	})
}
