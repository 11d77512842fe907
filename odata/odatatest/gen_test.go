package odatatest_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

// A generator whose filters hardly ever hit, or never leave some operator out, would prove little.
func TestGeneratedFiltersReachEverything(t *testing.T) {
	schema := odatatest.Schema()
	filters, records := odatatest.FilterGen(schema), odatatest.RecordGen(schema)
	matched, tried := 0, 0
	kinds := map[string]int{}
	for seed := range 2000 {
		e := filters.Example(seed)
		f, err := odata.Check(e, schema, odata.Mode{Advanced: true})
		if err != nil {
			t.Fatalf("%v: %v", e, err)
		}
		text := f.Root.String()
		for _, kind := range []string{
			" = ", " > ", "startswith", "endswith", "contains", " in (", "not in", "is null", "is present", "any ", "no ",
			"count of", "issuerAssignedId", "externalKey", "employeeOrgData/", "element", " and ", " or ",
		} {
			if strings.Contains(text, kind) {
				kinds[kind]++
			}
		}
		if tried++; f.Match(records.Example(seed)) {
			matched++
		}
	}
	if 4*matched < tried || 4*matched > 3*tried {
		t.Errorf("%d of %d pairs match; want between a quarter and three quarters", matched, tried)
	}
	if len(kinds) < 18 {
		t.Errorf("only these kinds came up: %v", kinds)
	}
	t.Logf("%d of %d pairs match; %v", matched, tried, kinds)
}

func TestParseRecord(t *testing.T) {
	r, err := odatatest.ParseRecord(odatatest.Schema(), `{"id":"AB","externalKey":"Ab","accountEnabled":true,
		"createdDateTime":"2024-01-31T01:00:00.5+01:00","unseenCount":5,"mail":null,"employeeOrgData":{"costCenter":"Å"},
		"ports":[1,2],"licenses":[{"skuId":"X"},{}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"id": "ab", "externalKey": "Ab", "accountEnabled": "true", "createdDateTime": "2024-01-31T00:00:00.500000Z",
		"unseenCount": "09223372036854775813", "employeeOrgData/costCenter": "å",
	} {
		if got, _ := r.Text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if _, ok := r.Text("mail"); ok || len(r.Lists["ports"]) != 2 || len(r.Lists["licenses"]) != 2 {
		t.Errorf("record is %v", r)
	}
	if _, err := odatatest.ParseRecord(odatatest.Schema(), `{"colour":"x"}`); err == nil {
		t.Error("an unknown property passed")
	}
}
