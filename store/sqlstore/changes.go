package sqlstore

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
)

// Seq gives the seq of the last change.
func (h *handle) Seq() (hospes.Seq, error) {
	var seq int64
	_, err := h.one([]any{&seq}, "SELECT seq FROM tenant_counters WHERE tenant = $1", h.number())
	return hospes.Seq(seq), err
}

// Seq of a transaction is that of its own last change.
func (t *tx) Seq() (hospes.Seq, error) {
	if err := t.flush(); err != nil {
		return 0, err
	}
	if t.locked {
		return hospes.Seq(t.counters.seq), nil
	}
	return t.handle.Seq()
}

// OldestSeq gives the seq from which on the log is whole. One statement asks for both, so that it sees one moment.
func (h *handle) OldestSeq() (hospes.Seq, error) {
	var oldest sql.NullInt64
	var last int64
	_, err := h.one([]any{&oldest, &last}, `SELECT (SELECT MIN(seq) FROM changes WHERE tenant = $1 AND seq > $2 AND seq < $3), seq
		FROM tenant_counters WHERE tenant = $1`, h.number(), h.position(0), h.lastPosition())
	if err != nil || oldest.Valid {
		return seqOf(oldest.Int64), err
	}
	return hospes.Seq(last) + 1, nil
}

// Forget removes changes that were made before a moment and that every job has read.
func (t *tx) Forget(before time.Time, limit int) (int64, error) {
	until, err := t.Seq()
	if err != nil {
		return 0, err
	}
	jobs, err := t.Jobs(0)
	if err != nil {
		return 0, err
	}
	for _, job := range jobs {
		if after, reads := job.Status.Unread(); reads {
			until = min(until, after)
		}
	}
	var last int64
	err = t.each(func(rows *sql.Rows) error {
		return rows.Scan(&last)
	}, `SELECT MAX(seq) FROM (
			SELECT c.seq, w.at FROM changes c JOIN writes w ON w.tenant = c.tenant AND w.number = c.write
			WHERE c.tenant = $1 AND c.seq > $2 AND c.seq <= $3 ORDER BY c.seq LIMIT $4
		) first WHERE at < $5 HAVING MAX(seq) IS NOT NULL`, t.number(), t.position(0), t.position(until), limit, before.UnixMicro())
	if err != nil || last == 0 {
		return 0, err
	}
	return t.exec("DELETE FROM changes WHERE tenant = $1 AND seq > $2 AND seq <= $3", t.number(), t.position(0), last)
}

// lastPosition lies behind every change of the tenant.
func (h *handle) lastPosition() int64 {
	_, before := h.tenant.Number.Range(0)
	return int64(before)
}

func seqOf(position int64) hospes.Seq { return hospes.Seq(hospes.Number(position).Counter()) }

// Changes gives the changes after a seq, in order. The values that they have replaced are not read: they are as large as the
// objects.
func (h *handle) Changes(after hospes.Seq, limit int) ([]hospes.Change, error) {
	var list []hospes.Change
	writers := map[string]hospes.By{} // rows of one transaction share a text
	err := h.each(func(rows *sql.Rows) error {
		var (
			c              hospes.Change
			position, at   int64
			id, mask       []byte
			operation, rel int64
			doc            string
		)
		if err := rows.Scan(&position, &c.Object, &id, &operation, &mask, &rel, &c.Other, &at, &doc); err != nil {
			return err
		}
		c.Seq, c.ID, c.Class = seqOf(position), hospes.ObjectID(id), c.Object.Class()
		c.Operation, c.Relation = hospes.Operation(operation), hospes.Relation(rel)
		copy(c.Mask[:], mask)
		c.At = time.UnixMicro(at).UTC()
		by, known := writers[doc]
		if !known {
			if err := json.Unmarshal([]byte(doc), &by); err != nil {
				return err
			}
			writers[doc] = by
		}
		c.By = by
		list = append(list, c)
		return nil
	}, `SELECT c.seq, c.object, c.id, c.operation, c.mask, c.relation, c.other, w.at, w.doc
		FROM changes c JOIN writes w ON w.tenant = c.tenant AND w.number = c.write
		WHERE c.tenant = $1 AND c.seq > $2 AND c.seq < $3 ORDER BY c.seq LIMIT $4`,
		h.number(), h.position(after), h.lastPosition(), limit)
	return list, err
}

// OldValues gives the values that a change has replaced, as a JSON object.
func (h *handle) OldValues(seq hospes.Seq) (string, error) {
	var old sql.NullString
	found, err := h.one([]any{&old}, "SELECT old FROM changes WHERE tenant = $1 AND seq = $2", h.number(), h.position(seq))
	if err == nil && !found {
		err = hospes.NotFound("store.OldValues", strconv.FormatInt(int64(seq), 10))
	}
	return old.String, err
}

func sortedUnique[T ~int64](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
