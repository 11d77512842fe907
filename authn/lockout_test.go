package authn

import (
	"testing"
)

// TestGuardsTellNamesAndAddressesApart: case does not make another name, and no name is kept in the clear.
func TestGuardsTellNamesAndAddressesApart(t *testing.T) {
	a, b, c := guardOf("Anna@Aurora.example", "192.0.2.1"), guardOf("anna@aurora.EXAMPLE", "192.0.2.1"), guardOf("anna@aurora.example", "192.0.2.2")
	if a != b || a.name != c.name || a.pair == c.pair || a.known == c.known || a.address == c.address {
		t.Errorf("%+v, %+v, %+v", a, b, c)
	}
	if long := guardOf(string(make([]byte, 1<<16)), ""); len(long.pair) > 64 {
		t.Errorf("a long name takes %d bytes", len(long.pair))
	}
	if a.pair == "pair:anna@aurora.example:192.0.2.1" {
		t.Error("the name is kept as it is")
	}
}
