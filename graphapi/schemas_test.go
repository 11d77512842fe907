package graphapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestSchemas_WhatNoJobCanHaveIsRefused sends broken schemas: each is refused with a code and a sentence that names the
// place, and the job keeps the schema it had.
func TestSchemas_WhatNoJobCanHaveIsRefused(t *testing.T) {
	s := newStory(t)
	path := s.job + "/schema"
	s.source.do("PUT "+path, s.source.do("GET "+path, "").text).empty()
	kept := s.source.do("GET "+path, "").text
	datadriven.RunTest(t, "testdata/schemas.txt", func(t *testing.T, d *datadriven.TestData) string {
		r := s.source.on(t).do("PUT "+path, schemaText(t, d, kept))
		if r.status != 400 {
			t.Errorf("%s: %d\n%s", d.Pos, r.status, r.text)
		}
		if now := s.source.on(t).do("GET "+path, ""); now.text != kept {
			t.Fatalf("%s: the job has another schema now:\n%s", d.Pos, now.text)
		}
		return fmt.Sprintf("%d %v: %v\n", r.status, r.at("error.code"), r.at("error.message"))
	})
	if text := s.logged.String(); strings.Contains(text, "panic") {
		t.Error(text)
	}
}

// schemaText gives the body that a case of testdata/schemas.txt describes.
func schemaText(t *testing.T, d *datadriven.TestData, schema string) string {
	t.Helper()
	size := func(name string) (n int) {
		if d.HasArg(name) {
			d.ScanArgs(t, name, &n)
		}
		return n
	}
	const source = "synchronizationRules.0.objectMappings.0.attributeMappings.3.source"
	switch d.Cmd {
	case "body":
		return d.Input
	case "large":
		return `{"id":"` + strings.Repeat("x", size("bytes")) + `"}`
	case "deep":
		if n := size("json"); n > 0 {
			return edited(t, schema, "unheardOf = "+strings.Repeat("[", n)+strings.Repeat("]", n))
		}
		if n := size("expression"); n > 0 {
			return edited(t, schema, source+".expression = "+strconv.Quote(strings.Repeat("Not(", n)+"[city]"+strings.Repeat(")", n)))
		}
		n := size("source")
		opening, closing := `{"type":"Function","name":"Not","parameters":[{"key":"source","value":`, `}]}`
		return edited(t, schema, source+" = "+strings.Repeat(opening, n)+`{"type":"Attribute","name":"city"}`+strings.Repeat(closing, n))
	}
	return edited(t, schema, strings.Split(d.Input, "\n")...)
}

// edited gives a JSON text with other values at some places, each "place = JSON".
func edited(t *testing.T, text string, edits ...string) string {
	t.Helper()
	for _, edit := range edits {
		place, value, _ := strings.Cut(edit, "=")
		text = replaced(t, json.RawMessage(text), strings.Split(strings.TrimSpace(place), "."), strings.TrimSpace(value))
	}
	return text
}

// replaced gives a JSON text with another one at a place, or without what is there. It goes down only as far as the place
// is, because what is put there may be nested deeper than can be read.
func replaced(t *testing.T, text json.RawMessage, place []string, value string) string {
	t.Helper()
	if len(place) == 0 {
		return value
	}
	name, object, list := place[0], map[string]json.RawMessage{}, []json.RawMessage{}
	if n, err := strconv.Atoi(name); err == nil {
		if err := json.Unmarshal(text, &list); err != nil || n >= len(list) {
			t.Fatalf("there is no place %d in %.100s: %v", n, text, err)
		}
		parts := make([]string, len(list))
		for i, part := range list {
			parts[i] = string(part)
		}
		parts[n] = replaced(t, list[n], place[1:], value)
		return "[" + strings.Join(parts, ",") + "]"
	}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatalf("there is no place %s in %.100s: %v", name, text, err)
	}
	var parts []string
	for _, member := range slices.Sorted(maps.Keys(object)) {
		if member != name {
			parts = append(parts, strconv.Quote(member)+":"+string(object[member]))
		}
	}
	if with := replaced(t, object[name], place[1:], value); with != "" {
		parts = append(parts, strconv.Quote(name)+":"+with)
	}
	return "{" + strings.Join(parts, ",") + "}"
}
