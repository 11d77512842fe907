package mapping

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestValue(t *testing.T) {
	for _, test := range []struct {
		name   string
		value  Value
		null   bool
		list   bool
		text   string
		texts  []string
		onWire string
	}{
		{"zero", Value{}, true, false, "", nil, `null`},
		{"null", Null(), true, false, "", nil, `null`},
		{"text", String("a"), false, false, "a", []string{"a"}, `"a"`},
		{"empty text", String(""), false, false, "", []string{""}, `""`},
		{"list", List("a", "b"), false, true, "a", []string{"a", "b"}, `["a","b"]`},
		{"empty list", List(), false, true, "", nil, `[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := test.value
			if v.IsNull() != test.null || v.IsList() != test.list {
				t.Errorf("null %v, list %v", v.IsNull(), v.IsList())
			}
			if v.Text() != test.text || !slices.Equal(v.Texts(), test.texts) {
				t.Errorf("got %q, %q", v.Text(), v.Texts())
			}
			if b, err := json.Marshal(v); err != nil || string(b) != test.onWire {
				t.Errorf("got %s, %v", b, err)
			}
		})
	}
}

func TestValueEqual(t *testing.T) {
	values := []Value{Null(), String(""), String("a"), List(), List("a"), List("a", "b"), List("b", "a")}
	for i, v := range values {
		for j, w := range values {
			if v.Equal(w) != (i == j) {
				t.Errorf("%d and %d: %v", i, j, v.Equal(w))
			}
		}
	}
}

func TestCompareTexts(t *testing.T) {
	ordered := [][]string{
		{"-10", "-9.5", "-9", "-0.01", "0", "0.1", "0.25", "9", "10", "10.5", "129699324000000000", "129699324000000001"},
		{"", "10", "1e3", "a"},
		{"-", "--1", "1.", "A", "a"},
	}
	for _, texts := range ordered {
		for i, a := range texts {
			for j, b := range texts {
				c := compareTexts(a, b)
				if (c < 0) != (i < j) || (c > 0) != (i > j) {
					t.Errorf("%q against %q: %d", a, b, c)
				}
			}
		}
	}
	for _, equal := range [][2]string{{"007", "7"}, {"-0", "0.0"}, {"1.50", "1.5"}, {"&HFF", "255"}, {"x", "x"}} {
		if compareTexts(equal[0], equal[1]) != 0 {
			t.Errorf("%q is not %q", equal[0], equal[1])
		}
	}
}
