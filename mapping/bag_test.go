package mapping_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hospes-dev/hospes/mapping"
)

func TestFromJSON(t *testing.T) {
	for _, row := range []struct {
		json  string
		texts []string
		list  bool
	}{
		{``, nil, false},
		{`null`, nil, false},
		{`{`, nil, false},
		{`"a\u00e9\/"`, []string{"aé/"}, false},
		{`true`, []string{"True"}, false},
		{`false`, []string{"False"}, false},
		{`1e3`, []string{"1e3"}, false},
		{`{"a":1}`, []string{`{"a":1}`}, false},
		{`[]`, []string{}, true},
		{`["a",null,true,7]`, []string{"a", "True", "7"}, true},
	} {
		v := mapping.FromJSON(json.RawMessage(row.json))
		if v.IsList() != row.list || v.IsNull() != (row.texts == nil) || !reflect.DeepEqual(append([]string{}, v.Texts()...), append([]string{}, row.texts...)) {
			t.Errorf("%s gives %q, a list: %t, null: %t", row.json, v.Texts(), v.IsList(), v.IsNull())
		}
	}
}
