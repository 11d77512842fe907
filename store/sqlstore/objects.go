package sqlstore

import (
	"database/sql"
	"fmt"
	"sort"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// objectColumns are what a document is read from, in the order of scanDocument.
const objectColumns = "o.number, o.id, o.version, o.deleted, o.card, o.rest"

func scanDocument(rows *sql.Rows) (hospes.Document, error) {
	var (
		d       hospes.Document
		id      sql.RawBytes
		deleted sql.NullInt64
	)
	if err := rows.Scan(&d.Number, &id, &d.Version, &deleted, &d.Card, &d.Rest); err != nil {
		return d, err
	}
	copy(d.ID[:], id)
	if deleted.Valid {
		d.Deleted = time.UnixMicro(deleted.Int64).UTC()
	}
	if d.Schema = hospes.SchemaOf(d.Number.Class()); d.Schema == nil {
		return d, fmt.Errorf("object %d is of an unknown class", d.Number)
	}
	return d, nil
}

func binCondition(bin store.Bin) string {
	switch bin {
	case store.Live:
		return " AND o.deleted IS NULL"
	case store.InBin:
		return " AND o.deleted IS NOT NULL"
	}
	return ""
}

// Documents gives what is stored under the ids, in their order.
func (h *handle) Documents(bin store.Bin, ids ...hospes.ObjectID) ([]hospes.Document, error) {
	found := make([]hospes.Document, len(ids))
	text := "SELECT " + objectColumns + " FROM objects o WHERE o.tenant = $1 AND o.id = $2" + binCondition(bin)
	for i, id := range ids {
		err := h.lookUp(func(rows *sql.Rows) (err error) {
			found[i], err = scanDocument(rows)
			return err
		}, text, h.number(), id.Bytes())
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Numbered is Documents by number.
func (h *handle) Numbered(bin store.Bin, numbers ...hospes.Number) ([]hospes.Document, error) {
	found := make([]hospes.Document, len(numbers))
	places := make(map[hospes.Number][]int, len(numbers))
	wanted := make([]int64, 0, len(numbers))
	for i, n := range numbers {
		if places[n] == nil {
			wanted = append(wanted, int64(n))
		}
		places[n] = append(places[n], i)
	}
	for chunk := range chunks(wanted, listMax) {
		err := h.lookUp(func(rows *sql.Rows) error {
			d, err := scanDocument(rows)
			if err != nil {
				return err
			}
			for _, i := range places[d.Number] {
				found[i] = d
			}
			return nil
		}, "SELECT "+objectColumns+" FROM objects o WHERE "+h.session.d.byNumber+"o.tenant = $1 AND o.number "+h.session.d.anyOf("$2", false)+binCondition(bin),
			h.number(), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// listMax is how many values one statement looks up.
const listMax = 1000

// chunks cuts a list into pieces of at most size.
func chunks[T any](list []T, size int) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			n := min(size, len(list))
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// Holders gives the number of the live object that holds each value. Many values that stand close together in the
// index, as the anchors of one source do, are read in one sweep; scattered ones are looked up one by one.
func (h *handle) Holders(space hospes.Space, values ...string) (map[string]hospes.Number, error) {
	found := make(map[string]hospes.Number, len(values))
	if len(values) == 0 {
		return found, nil
	}
	sorted := append([]string(nil), values...)
	sort.Strings(sorted)
	if len(sorted) >= sweepFrom {
		done, err := h.sweep(space, sorted, found)
		if done || err != nil {
			return found, err
		}
		clear(found)
	}
	for chunk := range chunks(sorted, listMax) {
		err := h.each(func(rows *sql.Rows) error {
			var value string
			var n hospes.Number
			err := rows.Scan(&value, &n)
			found[value] = n
			return err
		}, "SELECT value, number FROM object_keys WHERE tenant = $1 AND space = $2 AND value "+h.session.d.anyOf("$3", true),
			h.number(), int64(space), h.session.d.texts(chunk))
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

const (
	sweepFrom  = 64 // fewer values are looked up one by one
	sweepWaste = 3  // rows of a sweep for each value, above which it is given up
)

// sweep reads all holders between the least and the greatest value; done is false when that is too many.
func (h *handle) sweep(space hospes.Space, sorted []string, found map[string]hospes.Number) (done bool, err error) {
	limit := sweepWaste * len(sorted)
	read, next := 0, 0
	err = h.each(func(rows *sql.Rows) error {
		var value string
		var n hospes.Number
		if err := rows.Scan(&value, &n); err != nil {
			return err
		}
		read++
		for next < len(sorted) && sorted[next] < value {
			next++
		}
		if next < len(sorted) && sorted[next] == value {
			found[value] = n
		}
		return nil
	}, "SELECT value, number FROM object_keys WHERE tenant = $1 AND space = $2 AND value >= $3 AND value <= $4 ORDER BY value LIMIT $5",
		h.number(), int64(space), sorted[0], sorted[len(sorted)-1], limit)
	return err == nil && read < limit, err
}
