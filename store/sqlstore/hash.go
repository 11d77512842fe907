package sqlstore

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/hospes-dev/hospes"
)

// ContentHash digests what the tenant holds. Objects are added up rather than chained, so that the order in which they
// were made does not count: each is digested on its own, by id, and the digests are summed.
func (h *handle) ContentHash() ([32]byte, error) {
	var sum [4]uint64
	for _, schema := range hospes.Schemas() {
		after, before := h.tenant.Number.Range(schema.Class)
		for {
			rows := 0
			err := h.each(func(r *sql.Rows) error {
				d, err := scanDocument(r)
				if err != nil {
					return err
				}
				rows++
				after = d.Number
				o, err := d.Object()
				if err != nil {
					return err
				}
				add(&sum, objectDigest(o))
				return nil
			}, "SELECT "+objectColumns+" FROM objects o WHERE "+h.session.d.byNumber+"o.tenant = $1 AND o.number > $2 AND o.number < $3 AND o.deleted IS NULL ORDER BY o.number LIMIT 1000",
				h.number(), int64(after), int64(before))
			if err != nil {
				return [32]byte{}, err
			}
			if rows < 1000 {
				break
			}
		}
	}
	if err := h.addTies(&sum); err != nil {
		return [32]byte{}, err
	}
	var out [32]byte
	for i, part := range sum {
		binary.BigEndian.PutUint64(out[8*i:], part)
	}
	return out, nil
}

// addTies adds relations and assignments between objects that live.
func (h *handle) addTies(sum *[4]uint64) error {
	const ends = " JOIN objects a ON a.tenant = t.tenant AND a.number = t.%s JOIN objects b ON b.tenant = t.tenant AND b.number = t.%s" +
		" WHERE t.tenant = $1 AND a.deleted IS NULL AND b.deleted IS NULL"
	err := h.each(func(r *sql.Rows) error {
		var relation hospes.Relation
		var from, to sql.RawBytes
		if err := r.Scan(&relation, &from, &to); err != nil {
			return err
		}
		addTie(sum, relation.String(), from, to, nil)
		return nil
	}, "SELECT t.relation, a.id, b.id FROM relations t"+fmt.Sprintf(ends, "holder", "related"), h.number())
	if err != nil {
		return err
	}
	return h.each(func(r *sql.Rows) error {
		var resource, principal, role sql.RawBytes
		if err := r.Scan(&resource, &principal, &role); err != nil {
			return err
		}
		addTie(sum, "assignment", resource, principal, role)
		return nil
	}, "SELECT a.id, b.id, t.role FROM assignments t"+fmt.Sprintf(ends, "resource", "principal"), h.number())
}

func addTie(sum *[4]uint64, kind string, from, to, extra []byte) {
	digest := sha256.New()
	write(digest, []byte(kind), from, to, extra)
	add(sum, digest.Sum(nil))
}

func objectDigest(o *hospes.Object) []byte {
	digest := sha256.New()
	write(digest, []byte(o.Schema.Name), o.ID.Bytes())
	for _, p := range o.Schema.Properties {
		if p.Type == hospes.TypeDateTime && p.Access == hospes.ReadOnly {
			continue // when something happened is not what there is
		}
		if v := o.Get(p); v != hospes.Null {
			write(digest, []byte(p.Name), []byte(v))
		}
	}
	return digest.Sum(nil)
}

func write(h hash.Hash, parts ...[]byte) {
	var size [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write(p)
	}
}

func add(sum *[4]uint64, digest []byte) {
	for i := range sum {
		sum[i] += binary.BigEndian.Uint64(digest[8*i:])
	}
}
