package sqlstore

import (
	"cmp"
	"database/sql"
	"slices"

	"github.com/hospes-dev/hospes"
)

const linkColumns = "number, job, source, source_id, target, target_id, state, tombstone, pending, written"

func (h *handle) links(text string, args ...any) ([]hospes.Link, error) {
	var list []hospes.Link
	err := h.each(func(rows *sql.Rows) error {
		var l hospes.Link
		var id sql.RawBytes
		if err := rows.Scan(&l.Number, &l.Job, &l.Source, &id, &l.Target, &l.TargetID, &l.State, &l.Tombstone, &l.Pending, &l.Written); err != nil {
			return err
		}
		copy(l.SourceID[:], id)
		list = append(list, l)
		return nil
	}, "SELECT "+linkColumns+" FROM links WHERE tenant = $1 AND "+text, append([]any{h.number()}, args...)...)
	return list, err
}

// Links gives the links of source objects in a job.
func (h *handle) Links(job hospes.Number, sources ...hospes.Number) ([]hospes.Link, error) {
	var list []hospes.Link
	for chunk := range chunks(int64s(sources), listMax) {
		part, err := h.links("job = $2 AND source "+h.session.d.anyOf("$3", false), int64(job), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	slices.SortFunc(list, func(a, b hospes.Link) int { return cmp.Compare(a.Source, b.Source) })
	return list, nil
}

// LinksBetween gives a page of links, by source.
func (h *handle) LinksBetween(job, after, before hospes.Number, pending bool, limit int) ([]hospes.Link, error) {
	condition := "job = $2 AND source > $3 AND source < $4"
	if pending {
		condition += " AND pending <> ''"
	}
	return h.links(condition+" ORDER BY source LIMIT $5", int64(job), int64(after), int64(before), limit)
}

// LinksTo gives the links of a job to people of a remote target. The last condition is what SQLite knows the index by.
func (h *handle) LinksTo(job hospes.Number, targetIDs ...string) ([]hospes.Link, error) {
	var list []hospes.Link
	for chunk := range chunks(targetIDs, listMax) {
		part, err := h.links("job = $2 AND target_id "+h.session.d.anyOf("$3", true)+" AND target = 0", int64(job), h.session.d.texts(chunk))
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

// LinksInto gives the links of a job to objects of a tenant. The last condition is what SQLite knows the index by.
func (h *handle) LinksInto(job hospes.Number, targets ...hospes.Number) ([]hospes.Link, error) {
	var list []hospes.Link
	for chunk := range chunks(int64s(targets), listMax) {
		part, err := h.links("job = $2 AND target "+h.session.d.anyOf("$3", false)+" AND target <> 0", int64(job), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

// CountStaged counts the links of a job whose target is to be deleted or blocked. The last condition is what SQLite
// knows the index by.
func (h *handle) CountStaged(job hospes.Number) (n int64, err error) {
	_, err = h.one([]any{&n}, "SELECT COUNT(*) FROM links WHERE tenant = $1 AND job = $2 AND pending IN ('delete', 'disable') AND pending <> ''", h.number(), int64(job))
	return n, err
}

// PutLinks stores links, new and changed.
func (t *tx) PutLinks(links ...*hospes.Link) error {
	fresh := 0
	for _, l := range links {
		if l.Number == 0 {
			fresh++
		}
	}
	counters, err := t.numbersFor(fresh)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Number == 0 {
			l.Number = hospes.MakeNumber(t.tenant.Number, hospes.ClassLink, counters[0])
			counters = counters[1:]
			t.newLinks = append(t.newLinks, l)
			continue
		}
		_, err := t.exec("UPDATE links SET target = $3, target_id = $4, state = $5, tombstone = $6, pending = $7, written = $8 WHERE tenant = $1 AND number = $2",
			t.number(), int64(l.Number), int64(l.Target), l.TargetID, int64(l.State), string(l.Tombstone), l.Pending, l.Written)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) flushLinks() error {
	rows := newBatch("links", "tenant number job source source_id:blob target target_id:text state tombstone:text pending:text written:text")
	for _, l := range t.newLinks {
		rows.add(t.number(), int64(l.Number), int64(l.Job), int64(l.Source), l.SourceID.Bytes(), int64(l.Target), l.TargetID,
			int64(l.State), string(l.Tombstone), l.Pending, l.Written)
	}
	t.newLinks = nil
	return rows.insert(t.ctx, t.session)
}

// DeleteLinks forgets links.
func (t *tx) DeleteLinks(links ...hospes.Link) error {
	for _, l := range links {
		if _, err := t.exec("DELETE FROM links WHERE tenant = $1 AND number = $2", t.number(), int64(l.Number)); err != nil {
			return err
		}
	}
	return nil
}
