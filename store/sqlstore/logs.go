package sqlstore

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// auditDoc is what an audit record says beyond its columns.
type auditDoc struct {
	Category  string               `json:"category"`
	Service   string               `json:"service"`
	Operation string               `json:"operation"`
	Result    string               `json:"result"`
	Reason    string               `json:"reason,omitempty"`
	Targets   []hospes.AuditTarget `json:"targets,omitempty"`
	Details   []hospes.AuditDetail `json:"details,omitempty"`
}

// Audit appends records.
func (t *tx) Audit(records ...*hospes.Audit) error {
	t.audits = append(t.audits, records...)
	return nil
}

// flushAudits writes the records, each chained to the one before by a digest.
func (t *tx) flushAudits() error {
	if len(t.audits) == 0 {
		return nil
	}
	write, err := t.writeNumber()
	if err != nil {
		return err
	}
	counters, err := t.numbersFor(len(t.audits))
	if err != nil {
		return err
	}
	rows := newBatch("audits", "number tenant at activity:text doc:text write digest:blob chain:blob")
	for i, a := range t.audits {
		doc, err := json.Marshal(auditDoc{a.Category, a.Service, a.Operation, a.Result, a.Reason, a.Targets, a.Details})
		if err != nil {
			return err
		}
		a.Number, a.At, a.By = hospes.MakeNumber(t.tenant.Number, hospes.ClassAudit, counters[i]), t.now, t.by
		digest := auditDigest(int64(a.Number), t.now.UnixMicro(), a.Activity, string(doc), write)
		t.counters.chain = link(t.counters.chain, digest)
		t.dirty = true
		rows.add(int64(a.Number), t.number(), t.now.UnixMicro(), a.Activity, string(doc), write, digest, t.counters.chain)
	}
	t.audits = nil
	return rows.insert(t.ctx, t.session)
}

// auditDigest digests a record. The chain is over digests, so that the text of a record can be erased one day without
// breaking what follows it.
func auditDigest(number, at int64, activity, doc string, write int64) []byte {
	h := sha256.New()
	for _, part := range []string{strconv.FormatInt(number, 10), strconv.FormatInt(at, 10), activity, doc, strconv.FormatInt(write, 10)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// logBounds gives the range of numbers that a query asks for.
func (h *handle) logBounds(q store.LogQuery, class hospes.Class) (after, before hospes.Number) {
	after, before = h.tenant.Number.Range(class)
	if q.Before != 0 {
		before = q.Before
	}
	return after, before
}

// Audits reads the audit log, newest first.
func (h *handle) Audits(q store.LogQuery) ([]hospes.Audit, error) {
	after, before := h.logBounds(q, hospes.ClassAudit)
	b := h.logQuery("a", after, before, q)
	if q.Activity != "" {
		b.and("a.activity = " + b.arg(q.Activity))
	}
	var list []hospes.Audit
	err := h.each(func(rows *sql.Rows) error {
		var a hospes.Audit
		var at int64
		var doc, by string
		if err := rows.Scan(&a.Number, &at, &a.Activity, &doc, &by); err != nil {
			return err
		}
		var d auditDoc
		if err := json.Unmarshal([]byte(doc), &d); err != nil {
			return err
		}
		a.At, a.Category, a.Service, a.Operation = time.UnixMicro(at).UTC(), d.Category, d.Service, d.Operation
		a.Result, a.Reason, a.Targets, a.Details = d.Result, d.Reason, d.Targets, d.Details
		list = append(list, a)
		return json.Unmarshal([]byte(by), &list[len(list)-1].By)
	}, "SELECT a.number, a.at, a.activity, a.doc, w.doc FROM audits a JOIN writes w ON w.tenant = a.tenant AND w.number = a.write WHERE "+
		b.where.String()+" ORDER BY a.number DESC LIMIT "+b.arg(int64(limitOf(q))), b.args...)
	return list, err
}

func (h *handle) logQuery(alias string, after, before hospes.Number, q store.LogQuery) *builder {
	b := &builder{d: h.session.d}
	if q.SourceID.IsZero() {
		b.where.WriteString(b.d.byNumber)
	}
	b.where.WriteString(alias + ".tenant = " + b.arg(h.number()))
	b.and(alias + ".number > " + b.arg(int64(after)) + " AND " + alias + ".number < " + b.arg(int64(before)))
	if !q.Since.IsZero() {
		b.and(alias + ".at >= " + b.arg(q.Since.UnixMicro()))
	}
	if !q.Until.IsZero() {
		b.and(alias + ".at < " + b.arg(q.Until.UnixMicro()))
	}
	return b
}

func limitOf(q store.LogQuery) int {
	if q.Limit <= 0 {
		return 100
	}
	return q.Limit
}

// VerifyAudits recomputes the hash chain.
func (h *handle) VerifyAudits() (sound int64, broken hospes.Number, err error) {
	after, before := h.tenant.Number.Range(hospes.ClassAudit)
	chain := genesis(h.tenant.ID)
	for {
		rows := 0
		err := h.each(func(r *sql.Rows) error {
			var number, at, write int64
			var activity, doc string
			var digest, kept []byte
			if err := r.Scan(&number, &at, &activity, &doc, &write, &digest, &kept); err != nil {
				return err
			}
			rows++
			after = hospes.Number(number)
			if broken != 0 {
				return nil
			}
			chain = link(chain, digest)
			if !bytes.Equal(digest, auditDigest(number, at, activity, doc, write)) || !bytes.Equal(chain, kept) {
				broken = after
				return nil
			}
			sound++
			return nil
		}, "SELECT number, at, activity, doc, write, digest, chain FROM audits WHERE tenant = $1 AND number > $2 AND number < $3 ORDER BY number LIMIT 1000",
			h.number(), int64(after), int64(before))
		if err != nil || broken != 0 || rows == 0 {
			return sound, broken, err
		}
	}
}
