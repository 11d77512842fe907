package sqlstore

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// List gives a page of a class, by keyset: the row after the cursor is found in an index, never counted off.
func (h *handle) List(q store.Query) (store.Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	b := h.query(q)
	key := b.orderKey(q)
	b.after(q, key)
	direction := ""
	if q.Order.Descending {
		direction = " DESC"
	}
	order := "o.number" + direction
	plain := objectColumns
	if q.Brief {
		plain = briefColumns
	}
	columns := plain
	if key != "" {
		order = key + direction + ", " + order
		columns += ", " + key + " AS sorted"
	}
	found := b.from + " WHERE " + b.where.String()
	most := " LIMIT " + b.arg(int64(limit+1))
	rest := found + " ORDER BY " + order + most
	text := "SELECT " + columns + rest
	first := b.d.headlong && demanding(q.Filter)
	switch {
	case pinpoints(q.Filter):
		// The few that are found are sorted, whatever an engine takes their number for: else it looks for them in the order of all.
		order = strings.TrimPrefix(order, "o.")
		if key != "" {
			order = "sorted" + direction + ", number" + direction
		}
		text = "WITH found AS MATERIALIZED (SELECT " + columns + found + ") SELECT * FROM found ORDER BY " + order + most
	case key == "" && (first || narrows(q.Filter)):
		// What an index of its own finds has to be sorted by number. The numbers alone are: whole rows would be carried along.
		text = "SELECT " + columns + " FROM objects o WHERE " + b.d.byNumber + "o.tenant = $1 AND o.number IN (SELECT o.number" + rest + ") ORDER BY " + order
	case key != "" && (first || !indexed(key)):
		// The numbers alone again, and what they are sorted by.
		text = "WITH page AS MATERIALIZED (SELECT o.number AS place, " + key + " AS sorted" + rest + ") SELECT " + plain + ", sorted FROM page JOIN objects o ON " +
			b.d.byNumber + "o.tenant = $1 AND o.number = place ORDER BY sorted" + direction + ", place" + direction
	}
	page := store.Page{Documents: make([]hospes.Document, 0, min(limit, 100))}
	each := h.each
	if q.Filter == nil && q.Via == nil && key == "" {
		each = h.lookUp
	}
	var row listed
	into := row.into(q.Brief, key != "")
	last, bytes := "", 0
	err := each(func(rows *sql.Rows) error {
		if n := len(page.Documents); n == limit || q.Bytes > 0 && bytes >= q.Bytes {
			page.Next = &store.Cursor{Text: last, Number: page.Documents[n-1].Number}
			return errEnough
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		last = row.key
		page.Documents = append(page.Documents, row.document())
		bytes += len(row.d.Card) + len(row.d.Rest)
		return nil
	}, text, b.args...)
	if len(page.Documents) == 0 {
		page.Documents = nil
	}
	return page, err
}

// briefColumns are what a list of the default set is read from.
const briefColumns = "o.number, o.id, o.card"

// listed is one row of a list on its way to a document.
type listed struct {
	d       hospes.Document
	number  int64
	id      sql.RawBytes
	version int64
	deleted sql.NullInt64
	key     string
}

// into gives where the columns go.
func (l *listed) into(brief, keyed bool) []any {
	list := []any{&l.number, &l.id, &l.version, &l.deleted, &l.d.Card, &l.d.Rest}
	if brief {
		list = []any{&l.number, &l.id, &l.d.Card}
	}
	if keyed {
		list = append(list, &l.key)
	}
	return list
}

func (l *listed) document() hospes.Document {
	d := l.d
	copy(d.ID[:], l.id)
	d.Number, d.Version = hospes.Number(l.number), hospes.Seq(l.version)
	d.Schema, d.Deleted = hospes.SchemaOf(d.Number.Class()), moment(l.deleted.Int64)
	return d
}

// Count counts what List would give over all pages.
func (h *handle) Count(q store.Query) (n int64, err error) {
	b := h.query(q)
	_, err = h.one([]any{&n}, "SELECT COUNT(*)"+b.from+" WHERE "+b.where.String(), b.args...)
	return n, err
}

// builder collects a statement about objects: its FROM, its WHERE and what is bound to its placeholders.
type builder struct {
	d     *dialect
	bin   store.Bin
	from  string
	where strings.Builder
	args  []any
}

// arg binds a value and gives its placeholder. Nothing from a caller enters a statement in any other way.
func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

func (b *builder) and(condition string) {
	b.where.WriteString(" AND ")
	b.where.WriteString(condition)
}

// query begins a statement: the tenant first, then the class as a range of numbers.
func (h *handle) query(q store.Query) *builder {
	b := &builder{d: h.session.d, bin: q.Bin, from: " FROM objects o"}
	tenant := b.arg(h.number())
	if q.Via == nil && (b.numbered(q.Filter) || q.Order == (store.Order{Descending: q.Order.Descending}) && !narrows(q.Filter) && !pinpoints(q.Filter)) {
		b.where.WriteString(b.d.byNumber)
	}
	b.where.WriteString("o.tenant = " + tenant)
	after, before := h.bounds(q)
	b.and("o.number > " + b.arg(int64(after)) + " AND o.number < " + b.arg(int64(before)))
	b.where.WriteString(binCondition(q.Bin))
	if v := q.Via; v != nil && v.Transitive {
		b.and(h.reachable(b, *v))
	} else if v != nil {
		holder, related := "holder", "related"
		if v.Reverse {
			holder, related = related, holder
		}
		b.from += " JOIN relations r ON r.tenant = o.tenant AND r." + related + " = o.number"
		b.and("r.tenant = " + tenant + " AND r.relation = " + b.arg(int64(v.Relation)) + " AND r." + holder + " = " + b.arg(int64(v.Of)))
	}
	if q.Filter != nil {
		b.and(b.filter(q.Filter.Root))
	}
	return b
}

func (h *handle) bounds(q store.Query) (after, before hospes.Number) {
	if q.Schema != nil {
		after, before = h.tenant.Number.Range(q.Schema.Class)
	} else {
		after, _ = h.tenant.Number.Range(hospes.ClassUser)
		_, before = h.tenant.Number.Range(hospes.ClassAssignment - 1) // what has a number from there on is no object
	}
	if q.Between[0] != 0 {
		after = max(after, q.Between[0])
	}
	if q.Between[1] != 0 {
		before = min(before, q.Between[1])
	}
	if q.Order.By != nil || q.Order.Deleted || q.After.Number == 0 {
		return after, before
	}
	// The cursor is part of the range: of two lower bounds SQLite would seek to the first and count its way to the other.
	if q.Order.Descending {
		return after, min(before, q.After.Number)
	}
	return max(after, q.After.Number), before
}

// orderKey gives the expression that the listing is ordered by before the number, or "".
func (b *builder) orderKey(q store.Query) string {
	switch {
	case q.Order.Deleted:
		return "o.deleted"
	case q.Order.By == nil:
		return ""
	}
	if text := b.text(q.Order.By.Path()); text == "o.name" {
		return text
	} else if text == "o.upn" && q.Bin == store.Live {
		// Live names are unique values, and those have an index in their order.
		b.from += " JOIN object_keys k ON k.tenant = o.tenant AND k.number = o.number"
		b.and("k.tenant = $1 AND k.space = " + b.arg(int64(hospes.SpaceUPN)))
		return "k.value"
	} else {
		return "COALESCE(" + text + ", '')"
	}
}

// indexed tells that objects can be read in the order of a key.
func indexed(key string) bool { return !strings.HasPrefix(key, "COALESCE(") }

// after adds the keyset condition of a cursor.
func (b *builder) after(q store.Query, key string) {
	if q.After == (store.Cursor{}) || key == "" {
		return // where only numbers count, the cursor is in the bounds
	}
	sign := " > "
	if q.Order.Descending {
		sign = " < "
	}
	var text any = q.After.Text
	if q.Order.Deleted {
		text, _ = strconv.ParseInt(q.After.Text, 10, 64)
	}
	b.and("(" + key + ", o.number)" + sign + "(" + b.arg(text) + ", " + b.arg(int64(q.After.Number)) + ")")
}

// leading are the classes of the objects that a relation leads on through.
var leading = map[hospes.Relation]hospes.Class{hospes.RelationMember: hospes.ClassGroup, hospes.RelationManager: hospes.ClassUser}

// reachable writes the condition that an object is tied to another one over any number of ties. Only what leads on is
// collected on the way, each once, so that rings come to an end and the members of a huge group are not.
func (h *handle) reachable(b *builder, v store.Via) string {
	holder, related := "holder", "related"
	if v.Reverse {
		holder, related = related, holder
	}
	after, before := h.tenant.Number.Range(leading[v.Relation])
	of, relation := b.arg(int64(v.Of)), b.arg(int64(v.Relation))
	return "o.number <> " + of + " AND o.number IN (WITH RECURSIVE reach(n) AS (SELECT CAST(" + of + " AS BIGINT) UNION " +
		"SELECT i.number FROM reach JOIN relations r ON r." + holder + " = reach.n JOIN objects i ON i.number = r." + related +
		" WHERE r.tenant = $1 AND r.relation = " + relation + " AND " + b.d.byNumber + "i.tenant = $1 AND i.number > " + b.arg(int64(after)) +
		" AND i.number < " + b.arg(int64(before)) + " AND i.deleted IS NULL) " +
		"SELECT r." + related + " FROM reach JOIN relations r ON r." + holder + " = reach.n WHERE r.tenant = $1 AND r.relation = " + relation + ")"
}
