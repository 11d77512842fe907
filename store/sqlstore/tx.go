package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// tx writes one tenant. Unique values are taken at once, so that a clash shows at its cause; everything else is staged
// and written in one go, when something is read or at the end. The tenant's counters, which put commits in order, are
// locked only then.
type tx struct {
	handle
	by   hospes.By
	peer *tx // the other tenant of a pair

	counters counters
	locked   bool
	dirty    bool // the counters moved
	moved    bool // the change log grew
	wrote    bool // something was written at all

	objects       []*stagedObject
	staged        map[hospes.Number]*stagedObject
	changes       []hospes.Change
	audits        []*hospes.Audit
	provisionings []*hospes.Provisioning
	newLinks      []*hospes.Link
	write         hospes.Number // the row in writes that says who acts; 0 until needed
}

// counters are the row that a tenant's commits are ordered by.
type counters struct {
	seq   int64
	next  int64
	chain []byte
}

var _ store.Tx = (*tx)(nil)

func newTx(ctx context.Context, s *Store, session *session, t hospes.Tenant, by hospes.By) *tx {
	// Bulk statements run without the caller's deadline: a statement that is cut off half-way would take the
	// transactions of others with it, and a context that can end costs a goroutine a statement.
	x := &tx{
		handle: handle{ctx: context.WithoutCancel(ctx), session: session, store: s, tenant: t, now: s.clock.Now()},
		by:     by, staged: map[hospes.Number]*stagedObject{},
	}
	x.settle = x.flush
	return x
}

func (t *tx) run(fn func(store.Tx) error) ([]touch, error) {
	if err := fn(t); err != nil {
		return nil, err
	}
	if err := t.flush(); err != nil {
		return nil, err
	}
	return t.touched(), t.storeCounters()
}

// touch says that a commit changed a tenant, and the seq it reached; 0 where it left no change.
type touch struct {
	tenant hospes.TenantNumber
	seq    hospes.Seq
}

func (t *tx) touched() []touch {
	if !t.wrote {
		return nil
	}
	touched := touch{tenant: t.tenant.Number}
	if t.moved {
		touched.seq = hospes.Seq(t.counters.seq)
	}
	return []touch{touched}
}

// exec writes at once.
func (t *tx) exec(text string, args ...any) (int64, error) {
	t.wrote = true
	return t.session.exec(t.ctx, text, args...)
}

// lock takes the tenant's counters; of a pair both, in the order of their numbers.
func (t *tx) lock() error {
	if t.locked {
		return nil
	}
	first, second := t, t.peer
	if second != nil && second.tenant.Number < first.tenant.Number {
		first, second = second, first
	}
	if err := first.lockOne(); err != nil {
		return err
	}
	if second != nil {
		return second.lockOne()
	}
	return nil
}

// Alone waits until no other transaction writes in the tenant.
func (t *tx) Alone() error { return t.lock() }

func (t *tx) lockOne() error {
	if t.locked {
		return nil
	}
	found, err := t.session.one(t.ctx, []any{&t.counters.seq, &t.counters.next, &t.counters.chain},
		"SELECT seq, next, chain FROM tenant_counters WHERE tenant = $1"+t.session.d.lockCounters, t.number())
	if err == nil && !found {
		err = errors.New("the tenant has no counters")
	}
	t.locked = err == nil
	return err
}

func (t *tx) storeCounters() error {
	if !t.dirty {
		return nil
	}
	t.dirty = false
	if err := fault.Point("store.beforeCounters"); err != nil {
		return err
	}
	_, err := t.exec("UPDATE tenant_counters SET seq = $2, next = $3, chain = $4 WHERE tenant = $1",
		t.number(), t.counters.seq, t.counters.next, t.counters.chain)
	return err
}

// NewNumber gives the next number of a class.
func (t *tx) NewNumber(class hospes.Class) (hospes.Number, error) {
	if t.session.d.sequence {
		var n int64
		_, err := t.session.one(t.ctx, []any{&n}, "SELECT nextval('object_numbers')")
		return hospes.MakeNumber(t.tenant.Number, class, n), err
	}
	if err := t.lock(); err != nil {
		return 0, err
	}
	t.counters.next++
	t.dirty = true
	return hospes.MakeNumber(t.tenant.Number, class, t.counters.next), nil
}

// numbersFor gives count fresh counters, in order.
func (t *tx) numbersFor(count int) ([]int64, error) {
	list := make([]int64, 0, count)
	if !t.session.d.sequence {
		if err := t.lock(); err != nil {
			return nil, err
		}
		for range count {
			t.counters.next++
			list = append(list, t.counters.next)
		}
		t.dirty = true
		return list, nil
	}
	stmt, err := t.session.prepare(t.ctx, "SELECT nextval('object_numbers') FROM generate_series(1, $1)")
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, count)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		list = append(list, n)
	}
	return list, errors.Join(rows.Err(), rows.Close())
}

// flush writes what is staged.
func (t *tx) flush() error {
	if len(t.objects) == 0 && len(t.changes) == 0 && len(t.audits) == 0 && len(t.provisionings) == 0 && len(t.newLinks) == 0 {
		return nil
	}
	t.wrote = true
	if err := t.lock(); err != nil {
		return err
	}
	if err := t.flushObjects(); err != nil {
		return err
	}
	if err := fault.Point("store.midFlush"); err != nil { // objects are written, what tells of them is not
		return err
	}
	if err := t.flushChanges(); err != nil {
		return err
	}
	if err := t.flushAudits(); err != nil {
		return err
	}
	if err := t.flushProvisionings(); err != nil {
		return err
	}
	return t.flushLinks()
}

// writeNumber gives the row that says who made this transaction, writing it when first asked.
func (t *tx) writeNumber() (int64, error) {
	if t.write != 0 {
		return int64(t.write), nil
	}
	n, err := t.NewNumber(hospes.ClassWrite)
	if err != nil {
		return 0, err
	}
	doc, err := json.Marshal(t.by)
	if err != nil {
		return 0, err
	}
	_, err = t.exec("INSERT INTO writes (number, tenant, at, doc) VALUES ($1, $2, $3, $4)", int64(n), t.number(), t.now.UnixMicro(), string(doc))
	t.write = n
	return int64(n), err
}

// flushChanges gives the staged changes their seqs and writes them.
func (t *tx) flushChanges() error {
	if len(t.changes) == 0 {
		return nil
	}
	write, err := t.writeNumber()
	if err != nil {
		return err
	}
	rows := newBatch("changes", "seq tenant object id:blob operation mask:blob old:text relation other write")
	for i := range t.changes {
		c := &t.changes[i]
		var mask []byte
		var old any
		if !c.Mask.Empty() {
			mask, old = c.Mask[:], c.Old
		}
		rows.add(t.position(c.Seq), t.number(), int64(c.Object), c.ID.Bytes(), int64(c.Operation), mask, old, int64(c.Relation), int64(c.Other), write)
	}
	t.changes = t.changes[:0]
	return rows.insert(t.ctx, t.session)
}

// nextSeq gives the seq of the next change. The counters are locked by now.
func (t *tx) nextSeq() hospes.Seq {
	t.counters.seq++
	t.dirty, t.moved = true, true
	return hospes.Seq(t.counters.seq)
}

// position is the key of a change row: its tenant and its seq in one number.
func (h *handle) position(seq hospes.Seq) int64 {
	return int64(hospes.MakeNumber(h.tenant.Number, 0, int64(seq)))
}

// link extends a chain of digests.
func link(chain, digest []byte) []byte {
	sum := sha256.Sum256(append(append(make([]byte, 0, len(chain)+len(digest)), chain...), digest...))
	return sum[:]
}

// genesis is what the first audit record of a tenant is chained to.
func genesis(t hospes.TenantID) []byte {
	sum := sha256.Sum256(t.Bytes())
	return sum[:]
}
