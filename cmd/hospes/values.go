package main

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// valuesHelp explains name=value on the commands that take it.
const valuesHelp = `
Values are written NAME=VALUE. An empty value clears the property. Lists are separated by commas, members of a complex
property are named with a dot (employeeOrgData.costCenter=12), and NAME:=JSON gives a value as JSON.`

// body is a JSON object that is being put together.
type body map[string]any

// parseValues reads NAME=VALUE arguments. What a value means is in the schema; the server judges names that are not.
func parseValues(schema *hospes.Schema, args []string) (body, error) {
	b := body{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || strings.TrimSuffix(name, ":") == "" {
			return nil, usagef("'%s' is not of the form NAME=VALUE", arg)
		}
		literal := strings.HasSuffix(name, ":")
		name = strings.TrimSuffix(name, ":")
		outer, inner, nested := strings.Cut(name, ".")
		property := schema.Property(outer)
		if property != nil {
			outer = property.Name
		}
		if nested && property != nil {
			if property.Field(inner) == nil {
				return nil, noMember(property, inner)
			}
			property = property.Field(inner)
		}
		v, err := parseValue(property, name, value, literal)
		if err != nil {
			return nil, err
		}
		if !nested {
			if _, twice := b[outer]; twice {
				return nil, usagef("'%s' is given twice", outer)
			}
			b[outer] = v
			continue
		}
		members, ok := b[outer].(map[string]any)
		if !ok {
			if _, whole := b[outer]; whole {
				return nil, usagef("'%s' is given whole and in part", outer)
			}
			members = map[string]any{}
		}
		members[inner] = v
		b[outer] = members
	}
	return b, nil
}

// noMember refuses a member that is not known by name: a server would take it for the whole, and the others would go.
func noMember(p *hospes.Property, inner string) error {
	if len(p.Fields) == 0 {
		return usagef("the members of '%s' cannot be set one by one; give all of it with %s:=JSON", p.Name, p.Name)
	}
	var names []string
	for _, f := range p.Fields {
		names = append(names, f.Name)
	}
	return usagef("'%s' has no member '%s'; there are %s", p.Name, inner, enumerate(names))
}

// parseValue reads one value. Without a property to say what it is, it is a text.
func parseValue(p *hospes.Property, name, value string, literal bool) (any, error) {
	switch {
	case literal || p != nil && p.Type == hospes.TypeComplex && value != "":
		if !json.Valid([]byte(value)) {
			return nil, usagef("the value of '%s' has to be JSON", name)
		}
		return json.RawMessage(value), nil
	case value == "":
		return nil, nil
	case p == nil:
		return value, nil
	case p.Many:
		list := []any{}
		for _, part := range splitList(value) {
			v, err := parseOne(p, name, part)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	return parseOne(p, name, value)
}

func parseOne(p *hospes.Property, name, value string) (any, error) {
	switch p.Type {
	case hospes.TypeBoolean:
		switch strings.ToLower(value) {
		case "true", "yes":
			return true, nil
		case "false", "no":
			return false, nil
		}
		return nil, usagef("'%s' is true or false, not '%s'", name, value)
	case hospes.TypeInteger:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, usagef("'%s' is a whole number, not '%s'", name, value)
		}
		return n, nil
	}
	return value, nil
}

// set puts a value under a name that was not given otherwise.
func (b body) set(name string, value any) {
	if _, given := b[name]; !given {
		b[name] = value
	}
}
