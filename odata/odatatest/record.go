package odatatest

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// Record is an object, or an element of a collection, by its canonical texts.
type Record struct {
	// Values has the present single values by path ("employeeOrgData/costCenter"). The element of a plain collection
	// has its one value under the empty path.
	Values map[string]string
	// Lists has the elements of the collections by path.
	Lists map[string][]Record
}

// Text implements [odata.Record].
func (r Record) Text(path string) (string, bool) {
	text, ok := r.Values[path]
	return text, ok
}

// Elements implements [odata.Record].
func (r Record) Elements(path string) iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for _, e := range r.Lists[path] {
			if !yield(e) {
				return
			}
		}
	}
}

// ParseRecord reads an object as Graph writes it in JSON. Names have to be in the schema's spelling.
func ParseRecord(s *odata.Schema, text string) (Record, error) {
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		return Record{}, fmt.Errorf("record %s: %w", text, err)
	}
	r := Record{Values: map[string]string{}, Lists: map[string][]Record{}}
	return r, r.fill(s.Properties, "", object)
}

func (r Record) fill(properties []odata.Property, prefix string, object map[string]any) error {
	known := map[string]bool{}
	for i := range properties {
		p := &properties[i]
		known[p.Name] = true
		v := object[p.Name]
		if v == nil {
			continue
		}
		if err := r.set(p, prefix+p.Name, v); err != nil {
			return err
		}
	}
	for name := range object {
		if !known[name] {
			return fmt.Errorf("record: no property %q", prefix+name)
		}
	}
	return nil
}

func (r Record) set(p *odata.Property, path string, v any) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			e := Record{Values: map[string]string{}}
			single := *p
			single.Collection = false
			var err error
			if fields, complex := item.(map[string]any); complex {
				err = e.fill(p.Fields, "", fields)
			} else {
				err = e.set(&single, "", item)
			}
			if err != nil {
				return err
			}
			r.Lists[path] = append(r.Lists[path], e)
		}
		return nil
	case map[string]any:
		return r.fill(p.Fields, path+"/", v)
	}
	text, err := canonical(p, v)
	r.Values[path] = text
	return err
}

// canonical writes a decoded JSON value as the property's type is compared.
func canonical(p *odata.Property, v any) (string, error) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		if v == math.Trunc(v) {
			return hospes.CanonicalInteger(int64(v)), nil
		}
	case string:
		switch {
		case p.Type == odata.DateTime:
			t, err := time.Parse(time.RFC3339, v)
			return hospes.CanonicalTime(t), err
		case p.CaseExact:
			return v, nil
		}
		return hospes.Fold(v), nil
	}
	return "", fmt.Errorf("record: %v is no value of %s", v, p.Name)
}

// String writes the record on one line, for messages.
func (r Record) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", r.Values)
	if len(r.Lists) > 0 {
		fmt.Fprintf(&b, " %v", r.Lists)
	}
	return b.String()
}
