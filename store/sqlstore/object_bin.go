package sqlstore

import (
	"time"

	"github.com/hospes-dev/hospes"
)

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
