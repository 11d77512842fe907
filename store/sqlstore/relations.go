package sqlstore

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Related gives the ties that the given objects have in a relation.
func (h *handle) Related(relation hospes.Relation, from ...hospes.Number) ([]hospes.Tie, error) {
	return h.ties(relation, "holder", from)
}

// RelatedTo gives the ties by which the given objects are had in a relation.
func (h *handle) RelatedTo(relation hospes.Relation, to ...hospes.Number) ([]hospes.Tie, error) {
	return h.ties(relation, "related", to)
}

func (h *handle) ties(relation hospes.Relation, side string, numbers []hospes.Number) ([]hospes.Tie, error) {
	var list []hospes.Tie
	for chunk := range chunks(int64s(numbers), listMax) {
		err := h.each(func(rows *sql.Rows) error {
			tie := hospes.Tie{Relation: relation}
			err := rows.Scan(&tie.From, &tie.To)
			list = append(list, tie)
			return err
		}, "SELECT holder, related FROM relations WHERE tenant = $1 AND relation = $2 AND "+side+" "+h.session.d.anyOf("$3", false),
			h.number(), int64(relation), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
	}
	// Sorted here, because an ORDER BY makes SQLite walk the whole relation instead of looking the numbers up.
	slices.SortFunc(list, func(a, b hospes.Tie) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return list, nil
}

// firstAtOnce is how many objects one statement of RelatedFirst asks about.
const firstAtOnce = 50

// RelatedFirst gives the first ties of each object. Each has a limited part of the statement to itself, because a group
// may have far more members than anybody wants to see.
func (h *handle) RelatedFirst(relation hospes.Relation, reverse bool, limit int, of ...hospes.Number) ([]hospes.Tie, error) {
	side, other := "holder", "related"
	if reverse {
		side, other = other, side
	}
	var text strings.Builder
	for i := range firstAtOnce {
		if i > 0 {
			text.WriteString(" UNION ALL ")
		}
		text.WriteString("SELECT * FROM (SELECT r.holder, r.related FROM relations r JOIN objects o ON o.number = r." + other +
			" WHERE r.tenant = $1 AND " + h.session.d.byNumber + "o.tenant = $1 AND r.relation = $2 AND o.deleted IS NULL AND r." + side + " = $" + strconv.Itoa(4+i) +
			" ORDER BY r." + other + " LIMIT $3) t" + strconv.Itoa(i))
	}
	var list []hospes.Tie
	for chunk := range chunks(int64s(of), firstAtOnce) {
		args := []any{h.number(), int64(relation), limit}
		for i := range firstAtOnce {
			var n int64 // the number of nothing fills the statement up
			if i < len(chunk) {
				n = chunk[i]
			}
			args = append(args, n)
		}
		err := h.each(func(rows *sql.Rows) error {
			tie := hospes.Tie{Relation: relation}
			err := rows.Scan(&tie.From, &tie.To)
			list = append(list, tie)
			return err
		}, text.String(), args...)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// RelatedBetween gives the numbers that any of the given objects has in a relation, within bounds.
func (h *handle) RelatedBetween(relation hospes.Relation, from []hospes.Number, after, before hospes.Number, limit int) ([]hospes.Number, error) {
	var list []hospes.Number
	for chunk := range chunks(int64s(from), listMax) {
		err := h.each(func(rows *sql.Rows) error {
			var n hospes.Number
			err := rows.Scan(&n)
			list = append(list, n)
			return err
		}, "SELECT DISTINCT related FROM relations WHERE tenant = $1 AND relation = $2 AND holder "+h.session.d.anyOf("$3", false)+
			" AND related > $4 AND related < $5 ORDER BY related LIMIT $6",
			h.number(), int64(relation), h.session.d.ints(chunk), int64(after), int64(before), limit)
		if err != nil {
			return nil, err
		}
	}
	if len(from) > listMax {
		list = sortedUnique(list)
		if len(list) > limit {
			list = list[:limit]
		}
	}
	return list, nil
}

// Relate adds ties and answers those that were not there before.
func (t *tx) Relate(ties ...hospes.Tie) ([]hospes.Tie, error) {
	const text = "INSERT INTO relations (tenant, relation, holder, related) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
	return t.eachTie(ties, text, hospes.OperationRelate)
}

// Unrelate removes ties and answers those that were there.
func (t *tx) Unrelate(ties ...hospes.Tie) ([]hospes.Tie, error) {
	const text = "DELETE FROM relations WHERE tenant = $1 AND relation = $2 AND holder = $3 AND related = $4"
	return t.eachTie(ties, text, hospes.OperationUnrelate)
}

func (t *tx) eachTie(ties []hospes.Tie, text string, operation hospes.Operation) ([]hospes.Tie, error) {
	var done []hospes.Tie
	for _, tie := range ties {
		if tie.From.Tenant() != t.tenant.Number || tie.To.Tenant() != t.tenant.Number {
			return nil, hospes.Internal("store.Relate", fmt.Errorf("a tie between tenants"))
		}
		n, err := t.exec(text, t.number(), int64(tie.Relation), int64(tie.From), int64(tie.To))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			done = append(done, tie)
		}
	}
	if len(done) == 0 {
		return nil, nil
	}
	ids, err := t.idsOf(done)
	if err != nil {
		return nil, err
	}
	for _, tie := range done {
		t.note(hospes.Change{Object: tie.From, ID: ids[tie.From], Operation: operation, Relation: tie.Relation, Other: tie.To})
	}
	return done, nil
}

// note stages a change that is not one of an object's properties. Its seq is given when it is written.
func (t *tx) note(c hospes.Change) { t.changes = append(t.changes, c) }

// idsOf gives the ids of the objects that have the ties, without disturbing what is staged.
func (t *tx) idsOf(ties []hospes.Tie) (map[hospes.Number]hospes.ObjectID, error) {
	ids := make(map[hospes.Number]hospes.ObjectID, len(ties))
	var unknown []int64
	for _, tie := range ties {
		if _, known := ids[tie.From]; known {
			continue
		}
		ids[tie.From] = hospes.ObjectID{}
		if s := t.staged[tie.From]; s != nil {
			ids[tie.From] = s.object.ID
			continue
		}
		unknown = append(unknown, int64(tie.From))
	}
	found := 0
	for chunk := range chunks(unknown, listMax) {
		err := t.session.each(t.ctx, func(rows *sql.Rows) error {
			var n hospes.Number
			var raw sql.RawBytes
			if err := rows.Scan(&n, &raw); err != nil {
				return err
			}
			ids[n] = hospes.ObjectID(raw)
			found++
			return nil
		}, "SELECT number, id FROM objects WHERE "+t.session.d.byNumber+"tenant = $1 AND number "+t.session.d.anyOf("$2", false), t.number(), t.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
	}
	if found != len(unknown) {
		return nil, hospes.NotFound("store.Relate", "object")
	}
	return ids, nil
}

func int64s[T ~int64](list []T) []int64 {
	out := make([]int64, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}
