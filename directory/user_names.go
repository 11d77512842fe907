package directory

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes"
)

// NetID is the immutable number of an internal user: the salt of its tenant and a counter, so that no two tenants ever
// share one and the people of a tenant stand in the order of their making.
func NetID(t hospes.Tenant, n hospes.Number) string {
	return t.Salt + fmt.Sprintf("%010x", n.Counter())
}

// SecurityIdentifier gives S-1-12-1-a-b-c-d, the four little-endian words of the id (graph-wire 1.9).
func SecurityIdentifier(id hospes.ObjectID) string {
	b := id.Bytes()
	// The first three groups of a UUID are little-endian in the form that the words are taken from.
	le := []byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]}
	var s strings.Builder
	s.WriteString("S-1-12-1")
	for i := 0; i < 16; i += 4 {
		fmt.Fprintf(&s, "-%d", binary.LittleEndian.Uint32(le[i:]))
	}
	return s.String()
}

func internalIdentity(t hospes.Tenant, upn string) hospes.Value {
	b := hospes.AppendQuoted([]byte(`[{"signInType":"userPrincipalName","issuer":`), t.InitialDomain)
	b = hospes.AppendQuoted(append(b, `,"issuerAssignedId":`...), upn)
	return hospes.Value(append(b, `}]`...))
}
