package sqlstore

import (
	"fmt"
	"maps"

	"github.com/hospes-dev/hospes"
)

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

// PutEach is Put that goes on past what is refused.
func (t *tx) PutEach(objects []*hospes.Object) (map[int]error, error) {
	fresh, oversized := 0, map[int]error(nil)
	for i, o := range objects {
		if o.Size() > hospes.MaxObject {
			if oversized == nil {
				oversized = map[int]error{}
			}
			oversized[i] = hospes.Oversized("store.Put")
			continue
		}
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
		if oversized[i] != nil {
			continue
		}
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
	if refused == nil {
		return oversized, nil
	}
	maps.Copy(refused, oversized)
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
