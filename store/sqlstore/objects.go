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

// stagedObject is an object that waits to be written, and what is to happen to it.
type stagedObject struct {
	object    *hospes.Object
	operation hospes.Operation
	keys      []hospes.Key // the unique values that it holds by now
}

func (t *tx) stage(o *hospes.Object, operation hospes.Operation) {
	var keys []hospes.Key
	if operation != hospes.OperationDelete && operation != hospes.OperationPurge {
		keys = o.Keys()
	}
	if have := t.staged[o.Number]; have != nil && have.object == o {
		// What was made or restored and then changed in one breath is still made or restored.
		if operation != hospes.OperationUpdate {
			have.operation = operation
		}
		have.keys = keys
		return
	}
	s := &stagedObject{o, operation, keys}
	t.objects = append(t.objects, s)
	t.staged[o.Number] = s
}

// keysOf gives the unique values that an object holds: those it was staged with, or else those it was read with.
func (t *tx) keysOf(o *hospes.Object) []hospes.Key {
	if s := t.staged[o.Number]; s != nil && s.object == o {
		return s.keys
	}
	return o.LoadedKeys()
}

// settleNew writes an object that was made in this transaction before it goes again.
func (t *tx) settleNew(o *hospes.Object) error {
	if s := t.staged[o.Number]; s != nil && s.operation == hospes.OperationAdd {
		return t.flush()
	}
	return nil
}

// Put stores new objects and changed ones.
func (t *tx) Put(objects ...*hospes.Object) error {
	refused, err := t.PutEach(objects)
	if err != nil {
		return err
	}
	for i := range objects {
		if refused[i] != nil {
			return refused[i]
		}
	}
	return nil
}

// PutEach is Put that goes on past clashes.
func (t *tx) PutEach(objects []*hospes.Object) (map[int]error, error) {
	fresh := 0
	for _, o := range objects {
		if o.Number == 0 {
			fresh++
		}
	}
	counters, err := t.numbersFor(fresh)
	if err != nil {
		return nil, err
	}
	claims := make([]claim, 0, len(objects))
	for i, o := range objects {
		if o.Number != 0 {
			if o.Number.Tenant() != t.tenant.Number {
				return nil, hospes.Internal("store.Put", fmt.Errorf("object %s is of another tenant", o.ID))
			}
			if changed := o.Changed(); !changed.Empty() {
				claims = append(claims, claim{index: i, object: o, operation: hospes.OperationUpdate, before: t.keysOf(o), after: o.Keys()})
			}
			continue
		}
		o.Number = hospes.MakeNumber(t.tenant.Number, o.Schema.Class, counters[0])
		counters = counters[1:]
		claims = append(claims, claim{index: i, object: o, operation: hospes.OperationAdd, after: o.Keys()})
	}
	refused, err := t.claimKeys(claims)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if refused[c.index] != nil {
			if c.operation == hospes.OperationAdd {
				c.object.Number = 0
			}
			continue
		}
		t.stage(c.object, c.operation)
	}
	return refused, nil
}

// flushObjects writes what is staged and notes the changes.
func (t *tx) flushObjects() error {
	staged := t.objects
	t.objects = nil
	clear(t.staged)
	made := newBatch("objects", "number tenant id:blob version deleted name:text upn:text mail:text card:text rest:text facets:json")
	var words []noted
	var err error
	changes := make([]hospes.Change, 0, len(staged)+len(t.changes))
	for _, s := range staged {
		o := s.object
		change := hospes.Change{Object: o.Number, ID: o.ID, Operation: s.operation}
		if s.operation != hospes.OperationAdd && s.operation != hospes.OperationPurge {
			change.Mask = o.Changed()
			change.Old = o.OldValues(change.Mask)
		}
		change.Seq = t.nextSeq()
		if err := t.flushObject(s, change.Seq, made); err != nil {
			return err
		}
		if words, err = t.changeTokens(s, words); err != nil {
			return err
		}
		o.Version = change.Seq
		o.Settle()
		changes = append(changes, change)
	}
	if err := made.insert(t.ctx, t.session); err != nil {
		return err
	}
	if err := t.insertTokens(words); err != nil {
		return err
	}
	for i := range t.changes {
		t.changes[i].Seq = t.nextSeq()
	}
	t.changes = append(changes, t.changes...)
	return nil
}

func (t *tx) flushObject(s *stagedObject, seq hospes.Seq, made *batch) error {
	o := s.object
	if s.operation == hospes.OperationPurge {
		_, err := t.exec("DELETE FROM objects WHERE tenant = $1 AND number = $2", t.number(), int64(o.Number))
		return err
	}
	d := o.Document()
	var deleted any
	if !o.Deleted.IsZero() {
		deleted = o.Deleted.UnixMicro()
	}
	if s.operation == hospes.OperationAdd {
		made.add(int64(o.Number), t.number(), o.ID.Bytes(), int64(seq), deleted, o.Name(), orNull(o.UPN()), orNull(o.Mail()), d.Card, d.Rest, o.Facets())
		return nil
	}
	n, err := t.exec(`UPDATE objects SET version = $4, deleted = $5, name = $6, upn = $7, mail = $8, card = $9, rest = $10, facets = $11
		WHERE tenant = $1 AND number = $2 AND version = $3`,
		t.number(), int64(o.Number), int64(o.Version), int64(seq), deleted, o.Name(), orNull(o.UPN()), orNull(o.Mail()), d.Card, d.Rest, o.Facets())
	if err == nil && n == 0 {
		err = errStale
	}
	return err
}

func orNull(s string, ok bool) any {
	if !ok {
		return nil
	}
	return s
}

// Delete puts objects into the bin, or removes them for good where their class has none.
func (t *tx) Delete(objects ...*hospes.Object) error {
	for _, o := range objects {
		if err := t.settleNew(o); err != nil {
			return err
		}
		if !o.Schema.Bin {
			if err := t.Purge(o); err != nil {
				return err
			}
			continue
		}
		if err := t.releaseKeys(o); err != nil {
			return err
		}
		o.SetDeleted(t.now)
		t.stage(o, hospes.OperationDelete)
	}
	return nil
}

// Restore takes an object out of the bin.
func (t *tx) Restore(o *hospes.Object) error {
	c := claim{object: o, operation: hospes.OperationRestore, after: o.Keys()}
	refused, err := t.claimKeys([]claim{c})
	if err != nil {
		return err
	}
	if refused[0] != nil {
		return refused[0]
	}
	o.SetDeleted(time.Time{})
	t.stage(o, hospes.OperationRestore)
	return t.registerApp(o)
}

// Purge removes objects and all that hangs on them for good.
func (t *tx) Purge(objects ...*hospes.Object) error {
	for _, o := range objects {
		if err := t.settleNew(o); err != nil {
			return err
		}
		if err := t.releaseKeys(o); err != nil {
			return err
		}
		if err := t.purgeDependents(o.Number); err != nil {
			return err
		}
		t.stage(o, hospes.OperationPurge)
	}
	return nil
}

// purgeDependents removes what would be left hanging in the air.
func (t *tx) purgeDependents(n hospes.Number) error {
	for _, r := range hospes.Relations() {
		for _, side := range []string{"holder", "related"} {
			if _, err := t.exec("DELETE FROM relations WHERE tenant = $1 AND relation = $2 AND "+side+" = $3", t.number(), int64(r), int64(n)); err != nil {
				return err
			}
		}
	}
	lost, err := t.assignments("principal = $2", int64(n))
	if err != nil {
		return err
	}
	for _, a := range lost { // a group that is purged takes its assignments along, and its members have to hear of it
		if err := t.noteAssignment(a, hospes.OperationUnassign); err != nil {
			return err
		}
	}
	for _, dependents := range []string{"assignments WHERE tenant = $1 AND principal", "assignments WHERE tenant = $1 AND resource",
		"credentials WHERE tenant = $1 AND owner", "settings WHERE tenant = $1 AND principal",
		"authenticators WHERE tenant = $1 AND owner", "proofs WHERE tenant = $1 AND owner",
		"group_rules WHERE tenant = $1 AND number", "sign_in_activities WHERE tenant = $1 AND number"} {
		if _, err := t.exec("DELETE FROM "+dependents+" = $2", t.number(), int64(n)); err != nil {
			return err
		}
	}
	return nil
}
