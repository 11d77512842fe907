package hospes

import (
	"encoding/hex"
	"io"
)

// uuid is the binary form of an RFC 4122 identifier. Ids are kept as 16 bytes inside and written as text at the edges.
type uuid [16]byte

// TenantID names a tenant of this instance, or a foreign one.
type TenantID uuid

// ObjectID names an object within its tenant. It is random (version 4), never reused and immutable.
type ObjectID uuid

// NewObjectID draws an id from r.
func NewObjectID(r Random) ObjectID { return ObjectID(newUUID(r)) }

// NewTenantID draws an id from r.
func NewTenantID(r Random) TenantID { return TenantID(newUUID(r)) }

// NewUUID draws a version 4 UUID in its text form, for ids that are not objects: correlation, cycles, key ids.
func NewUUID(r Random) string { return newUUID(r).text() }

func newUUID(r Random) uuid {
	var u uuid
	if _, err := io.ReadFull(r, u[:]); err != nil {
		panic("hospes: the random source failed: " + err.Error())
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u
}

// ParseObjectID reads the 36-character form in any case; ok is false for anything else.
func ParseObjectID(s string) (id ObjectID, ok bool) {
	u, ok := parseUUID(s)
	return ObjectID(u), ok
}

// ParseTenantID reads the 36-character form in any case; ok is false for anything else.
func ParseTenantID(s string) (id TenantID, ok bool) {
	u, ok := parseUUID(s)
	return TenantID(u), ok
}

func parseUUID(s string) (u uuid, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return u, false
	}
	var digits [32]byte
	copy(digits[0:], s[0:8])
	copy(digits[8:], s[9:13])
	copy(digits[12:], s[14:18])
	copy(digits[16:], s[19:23])
	copy(digits[20:], s[24:36])
	if _, err := hex.Decode(u[:], digits[:]); err != nil {
		return uuid{}, false
	}
	return u, true
}

func (u uuid) text() string {
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

func (id ObjectID) String() string { return uuid(id).text() }

// IsZero tells that no id is set.
func (id ObjectID) IsZero() bool { return id == ObjectID{} }

// Bytes gives the 16 bytes as the store keeps them.
func (id ObjectID) Bytes() []byte { return id[:] }

func (id TenantID) String() string { return uuid(id).text() }

// IsZero tells that no id is set.
func (id TenantID) IsZero() bool { return id == TenantID{} }

// Bytes gives the 16 bytes as the store keeps them.
func (id TenantID) Bytes() []byte { return id[:] }

// Compact gives the 32 hexadecimal digits without dashes, as job ids and extension names carry them.
func (id TenantID) Compact() string { return hex.EncodeToString(id[:]) }

// MarshalText and UnmarshalText let ids stand in JSON documents.
func (id ObjectID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the 36-character form.
func (id *ObjectID) UnmarshalText(b []byte) error {
	u, ok := parseUUID(string(b))
	if !ok {
		return Invalidf("hospes.ObjectID", "Invalid object identifier '%s'.", b)
	}
	*id = ObjectID(u)
	return nil
}

// MarshalText writes the 36-character form.
func (id TenantID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the 36-character form.
func (id *TenantID) UnmarshalText(b []byte) error {
	u, ok := parseUUID(string(b))
	if !ok {
		return Invalidf("hospes.TenantID", "Invalid tenant identifier '%s'.", b)
	}
	*id = TenantID(u)
	return nil
}

// TenantNumber is the small ordered number of a tenant inside this instance. It never leaves it.
type TenantNumber int64

// Number is the ordered number of a stored thing: its tenant, its class and a counter, in this order of significance.
// What belongs together stands together in the store, a class is one range of keys, and a reference that crosses
// tenants shows at a glance.
type Number int64

const (
	counterBits = 36
	classBits   = 6
	tenantShift = counterBits + classBits
)

// MakeNumber joins a tenant, a class and a counter.
func MakeNumber(t TenantNumber, c Class, counter int64) Number {
	return Number(int64(t)<<tenantShift | int64(c)<<counterBits | counter)
}

// Tenant gives the tenant the number belongs to.
func (n Number) Tenant() TenantNumber { return TenantNumber(n >> tenantShift) }

// Class gives the class of the thing that is numbered.
func (n Number) Class() Class { return Class(n >> counterBits & (1<<classBits - 1)) }

// Counter gives the lowest part.
func (n Number) Counter() int64 { return int64(n) & (1<<counterBits - 1) }

// Range gives the bounds, both exclusive, of the numbers of one class in the tenant.
func (t TenantNumber) Range(c Class) (after, before Number) {
	return MakeNumber(t, c, 0) - 1, MakeNumber(t, c+1, 0)
}

// Seq is the position of a change in its tenant's change log, ascending in commit order.
type Seq int64
