package sqlstore

import (
	"slices"

	"github.com/hospes-dev/hospes"
)

// claim is an object that wants unique values.
type claim struct {
	index         int
	object        *hospes.Object
	operation     hospes.Operation
	before, after []hospes.Key
}

// claimKeys takes the unique values of each claim, all of them or none, and answers who was refused.
func (t *tx) claimKeys(claims []claim) (map[int]error, error) {
	if t.session.d.bulkInsert != nil && len(claims) > 1 {
		return t.claimMany(claims)
	}
	var refused map[int]error
	for _, c := range claims {
		err := t.claimOne(c)
		if hospes.KindOf(err) == hospes.KindConflict {
			if refused == nil {
				refused = map[int]error{}
			}
			refused[c.index] = err
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return refused, nil
}

const insertKey = "INSERT INTO object_keys (tenant, space, value, number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"

func (t *tx) claimOne(c claim) error {
	var taken []hospes.Key
	for _, k := range c.after {
		if slices.Contains(c.before, k) {
			continue
		}
		n, err := t.exec(insertKey, t.number(), int64(k.Space), k.Value, int64(c.object.Number))
		if err != nil {
			return err
		}
		if n == 0 {
			for _, k := range taken {
				if err := t.dropKey(k); err != nil {
					return err
				}
			}
			return hospes.Conflicting("store.Put", k.Space.Property())
		}
		taken = append(taken, k)
	}
	for _, k := range c.before {
		if !slices.Contains(c.after, k) {
			if err := t.dropKey(k); err != nil {
				return err
			}
		}
	}
	if c.operation == hospes.OperationAdd {
		return t.registerApp(c.object)
	}
	return nil
}

// claimMany takes the values of all claims in one statement and gives back those of the refused.
func (t *tx) claimMany(claims []claim) (map[int]error, error) {
	type wanted struct {
		key   hospes.Key
		claim int
	}
	first := map[hospes.Key]int{} // who of the claims wants a value first
	var list []wanted
	refused := map[int]error{}
	refuse := func(c claim, k hospes.Key) {
		if refused[c.index] == nil {
			refused[c.index] = hospes.Conflicting("store.Put", k.Space.Property())
		}
	}
	for i, c := range claims {
		for _, k := range c.after {
			if slices.Contains(c.before, k) {
				continue
			}
			if _, taken := first[k]; taken {
				refuse(c, k)
				continue
			}
			first[k] = i
			list = append(list, wanted{k, i})
		}
	}
	rows := newBatch("object_keys", "tenant space value:text number")
	for _, w := range list {
		rows.add(t.number(), int64(w.key.Space), w.key.Value, int64(claims[w.claim].object.Number))
	}
	won, err := t.insertKeys(rows)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		if !won[w.key] {
			refuse(claims[w.claim], w.key)
		}
	}
	for _, w := range list {
		if won[w.key] && refused[claims[w.claim].index] != nil {
			if err := t.dropKey(w.key); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range claims {
		if refused[c.index] != nil {
			continue
		}
		for _, k := range c.before {
			if !slices.Contains(c.after, k) {
				if err := t.dropKey(k); err != nil {
					return nil, err
				}
			}
		}
		if c.operation == hospes.OperationAdd {
			if err := t.registerApp(c.object); err != nil {
				return nil, err
			}
		}
	}
	return refused, nil
}

// insertKeys inserts the values that are free and answers which those were.
func (t *tx) insertKeys(rows *batch) (map[hospes.Key]bool, error) {
	won := map[hospes.Key]bool{}
	if rows.rows == 0 {
		return won, nil
	}
	t.wrote = true
	text := t.session.d.bulkInsert(rows.table, rows.columns) + " ON CONFLICT DO NOTHING RETURNING space, value"
	args := make([]any, len(rows.columns))
	for i, c := range rows.columns {
		args[i] = c.array()
	}
	stmt, err := t.session.prepare(t.ctx, text)
	if err != nil {
		return nil, err
	}
	result, err := stmt.QueryContext(t.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for result.Next() {
		var k hospes.Key
		if err := result.Scan(&k.Space, &k.Value); err != nil {
			return nil, err
		}
		won[k] = true
	}
	return won, result.Err()
}

func (t *tx) dropKey(k hospes.Key) error {
	_, err := t.exec("DELETE FROM object_keys WHERE tenant = $1 AND space = $2 AND value = $3", t.number(), int64(k.Space), k.Value)
	return err
}

// releaseKeys frees the values of an object that is no longer live.
func (t *tx) releaseKeys(o *hospes.Object) error {
	if !o.Deleted.IsZero() {
		return nil // it gave them up when it went to the bin
	}
	for _, k := range t.keysOf(o) {
		if err := t.dropKey(k); err != nil {
			return err
		}
	}
	if o.Schema.Class == hospes.ClassServicePrincipal {
		_, err := t.exec("DELETE FROM application_ids WHERE app_id = $2 AND tenant = $1", t.number(), hospes.Fold(o.Text(hospes.PrincipalAppID)))
		return err
	}
	return nil
}

// registerApp enters a service principal in the instance's list of applications, by which a sign-in finds its tenant.
func (t *tx) registerApp(o *hospes.Object) error {
	if o.Schema.Class != hospes.ClassServicePrincipal {
		return nil
	}
	_, err := t.exec("INSERT INTO application_ids (app_id, tenant, number) VALUES ($2, $1, $3) ON CONFLICT DO NOTHING",
		t.number(), hospes.Fold(o.Text(hospes.PrincipalAppID)), int64(o.Number))
	return err
}
