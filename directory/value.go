package directory

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
)

const (
	// maxText is the length of texts that no rule limits further.
	maxText = 4096

	// maxItems is how many values a collection has at most, as the original bounds the entries of an application.
	maxItems = 1200
)

// ParseValue reads a JSON value for a property and answers it in canonical form, or says what is wrong with it. null
// gives the absent value.
func ParseValue(p *hospes.Property, raw []byte) (hospes.Value, error) {
	raw = bytes.TrimSpace(raw)
	if bytes.Equal(raw, []byte("null")) {
		return hospes.Null, nil
	}
	if !p.Many {
		return parseOne(p, raw)
	}
	items := json.NewDecoder(bytes.NewReader(raw))
	if opening, err := items.Token(); err != nil || opening != json.Delim('[') {
		return hospes.Null, wrongType(p, "Collection("+typeName(p)+")")
	}
	b, count := []byte{'['}, 0
	for ; items.More(); count++ { // one by one: most of a list that is too long is not even looked at
		if count == maxItems {
			return hospes.Null, hospes.Invalidf("directory.Value", "Property '%s' has more than %d values.", p.Name, maxItems)
		}
		var item json.RawMessage
		if items.Decode(&item) != nil {
			return hospes.Null, wrongType(p, "Collection("+typeName(p)+")")
		}
		v, err := parseOne(p, item)
		if err != nil {
			return hospes.Null, err
		}
		if count > 0 {
			b = append(b, ',')
		}
		b = append(b, v...)
	}
	if _, err := items.Token(); err != nil || items.InputOffset() != int64(len(raw)) {
		return hospes.Null, wrongType(p, "Collection("+typeName(p)+")")
	}
	switch {
	case count == 0:
		return hospes.Null, nil
	case len(b) > hospes.MaxObject:
		return hospes.Null, invalidValue(p)
	}
	return hospes.Value(append(b, ']')), nil
}

func parseOne(p *hospes.Property, raw []byte) (hospes.Value, error) {
	switch p.Type {
	case hospes.TypeBoolean:
		if s := string(raw); s == "true" || s == "false" {
			return hospes.Value(s), nil
		}
		return hospes.Null, wrongType(p, typeName(p))
	case hospes.TypeInteger, hospes.TypeInteger32:
		bits := 64
		if p.Type == hospes.TypeInteger32 {
			bits = 32
		}
		if n, err := strconv.ParseInt(string(raw), 10, bits); err == nil {
			return hospes.Value(strconv.FormatInt(n, 10)), nil
		}
		return hospes.Null, wrongType(p, typeName(p))
	case hospes.TypeComplex:
		return parseComplex(p, raw)
	}
	var text string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return hospes.Null, wrongType(p, typeName(p))
	}
	return parseText(p, text)
}

func parseText(p *hospes.Property, text string) (hospes.Value, error) {
	limit := p.Max
	if limit == 0 {
		limit = maxText
	}
	if p.Type == hospes.TypeBinary {
		return parseBinary(p, text)
	}
	switch {
	case text == "" || utf8.RuneCountInString(text) > limit || strings.ContainsRune(text, 0):
		return hospes.Null, invalidValue(p)
	case p.Type == hospes.TypeGuid:
		id, ok := hospes.ParseObjectID(text)
		if !ok {
			return hospes.Null, invalidValue(p)
		}
		return hospes.String(id.String()), nil
	case p.Type == hospes.TypeDateTime:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return hospes.Null, wrongType(p, "Edm.DateTimeOffset")
		}
		return hospes.Moment(t), nil
	}
	return hospes.String(text), nil
}

// parseBinary reads a base64 text, of which only one spelling is kept.
func parseBinary(p *hospes.Property, text string) (hospes.Value, error) {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return hospes.Null, wrongType(p, typeName(p))
	}
	if len(bytes) == 0 || len(bytes) > p.Max {
		return hospes.Null, invalidValue(p)
	}
	return hospes.String(base64.StdEncoding.EncodeToString(bytes)), nil
}

// parseComplex reads an object. Where its members are known by name, others are refused and the order is ours.
func parseComplex(p *hospes.Property, raw []byte) (hospes.Value, error) {
	if len(raw) == 0 || raw[0] != '{' {
		return hospes.Null, wrongType(p, "microsoft.graph."+p.Name)
	}
	if len(p.Fields) == 0 {
		var b bytes.Buffer
		if json.Compact(&b, raw) != nil || b.Len() > hospes.MaxObject {
			return hospes.Null, invalidValue(p)
		}
		return hospes.Value(b.String()), nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return hospes.Null, invalidValue(p)
	}
	values := map[*hospes.Property]hospes.Value{}
	for name, item := range members {
		if strings.Contains(name, "@") {
			continue // annotations say nothing that is kept
		}
		f := p.Field(name)
		if f == nil {
			return hospes.Null, UnknownProperty(name)
		}
		v, err := ParseValue(f, item)
		if err != nil {
			return hospes.Null, err
		}
		values[f] = v
	}
	b := []byte{'{'}
	for _, f := range p.Fields {
		v, given := values[f]
		if !given {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(hospes.AppendQuoted(b, f.Name), ':')
		if v == hospes.Null {
			v = "null"
		}
		b = append(b, v...)
	}
	return hospes.Value(append(b, '}')), nil
}

func typeName(p *hospes.Property) string {
	switch p.Type {
	case hospes.TypeDateTime:
		return "Edm.DateTimeOffset"
	case hospes.TypeGuid:
		return "Edm.Guid"
	case hospes.TypeComplex:
		return "microsoft.graph." + p.Name
	case hospes.TypeBoolean:
		return "Edm.Boolean"
	case hospes.TypeInteger:
		return "Edm.Int64"
	case hospes.TypeInteger32:
		return "Edm.Int32"
	case hospes.TypeBinary:
		return "Edm.Binary"
	}
	return "Edm.String"
}

// UnknownProperty is the answer to a member that the class does not have (design 2.2).
func UnknownProperty(name string) error {
	e := hospes.Invalidf("directory.ParseValue", "Invalid property '%s'.", name)
	e.Target = name
	return e
}

func wrongType(p *hospes.Property, want string) error {
	e := hospes.Invalidf("directory.ParseValue", "A value without a type name was found for property '%s'; the expected type is '%s'.", p.Name, want)
	e.Target = p.Name
	return e
}

func invalidValue(p *hospes.Property) error {
	resource := "resource"
	if s := p.Schema(); s != nil {
		resource = s.Name
	}
	e := hospes.Invalidf("directory.ParseValue", "Invalid value specified for property '%s' of resource '%s'.", p.Name, titled(resource))
	e.Target = p.Name
	return e
}

func titled(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// missing is the answer to a property that must be given.
func missing(s *hospes.Schema, name string) error {
	e := hospes.Invalidf("directory.Create", "A value is required for property '%s' of resource '%s'.", name, titled(s.Name))
	e.Target = name
	return e
}

// CheckAccess refuses edits of what the public API may not write, and at a change those that clear what cannot be
// cleared. What is fixed at creation is the business of the update, which knows what is there.
func CheckAccess(edits []hospes.Edit, creating bool) error {
	for _, e := range edits {
		switch e.Property.Access {
		case hospes.ReadOnly, hospes.Hidden:
			return hospes.Invalidf("directory.CheckAccess", "Property '%s' is read-only and cannot be set.", e.Property.Name)
		}
		if !creating && e.Value == hospes.Null && e.Property.NotNull {
			return invalidValue(e.Property)
		}
	}
	return nil
}

// checkFixed refuses to change what is fixed at creation. To name the value that is there is no change: Terraform sends
// mailEnabled and securityEnabled with every update of a group.
func checkFixed(o *hospes.Object, edits []hospes.Edit) error {
	for _, e := range edits {
		if e.Property.Access != hospes.CreateOnly || o.Get(e.Property) == e.Value || !o.Get(e.Property).Bool() && e.Value == hospes.False {
			continue
		}
		return fixed(e.Property)
	}
	return nil
}

func fixed(p *hospes.Property) error {
	return hospes.Invalidf("directory.Update", "Property '%s' cannot be changed after creation.", p.Name)
}

func given(edits []hospes.Edit, p *hospes.Property) (hospes.Value, bool) {
	for i := len(edits) - 1; i >= 0; i-- {
		if edits[i].Property == p {
			return edits[i].Value, true
		}
	}
	return hospes.Null, false
}
