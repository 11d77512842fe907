package sqlstore

import (
	"database/sql"
	"math"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func (h *handle) escrows(job hospes.Number, limit int, text string, args ...any) ([]store.Escrow, error) {
	var list []store.Escrow
	err := h.each(func(rows *sql.Rows) error {
		e := store.Escrow{Job: job}
		var first, next int64
		err := rows.Scan(&e.Source, &e.Code, &e.Attempts, &first, &next)
		e.First, e.Next = moment(first), moment(next)
		list = append(list, e)
		return err
	}, "SELECT source, code, attempts, first, next FROM escrows WHERE tenant = $1 AND job = $2"+text+" ORDER BY source LIMIT "+strconv.Itoa(limit), append([]any{h.number(), int64(job)}, args...)...)
	return list, err
}

// Escrows gives the failures that source objects of a job wait with.
func (h *handle) Escrows(job hospes.Number, sources ...hospes.Number) ([]store.Escrow, error) {
	var list []store.Escrow
	for chunk := range chunks(int64s(sources), listMax) {
		part, err := h.escrows(job, listMax, " AND source "+h.session.d.anyOf("$3", false), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	return list, nil
}

// EscrowsBetween gives those of the sources between the bounds, both exclusive.
func (h *handle) EscrowsBetween(job, after, before hospes.Number) ([]store.Escrow, error) {
	return h.escrows(job, math.MaxInt32, " AND source > $3 AND source < $4", int64(after), int64(before))
}

// DueEscrows gives a page of the failures that are to be tried again by a time.
func (h *handle) DueEscrows(job, after hospes.Number, by time.Time, limit int) ([]store.Escrow, error) {
	return h.escrows(job, limit, " AND source > $3 AND next <= $4", int64(after), micros(by))
}

// PutEscrows stores failures, one for each source object.
func (t *tx) PutEscrows(list ...store.Escrow) error {
	for _, e := range list {
		_, err := t.exec(`INSERT INTO escrows (tenant, job, source, code, attempts, first, next) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (tenant, job, source) DO UPDATE SET code = excluded.code, attempts = excluded.attempts, first = excluded.first, next = excluded.next`,
			t.number(), int64(e.Job), int64(e.Source), e.Code, e.Attempts, micros(e.First), micros(e.Next))
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteEscrows forgets failures.
func (t *tx) DeleteEscrows(list ...store.Escrow) error {
	for _, e := range list {
		if _, err := t.exec("DELETE FROM escrows WHERE tenant = $1 AND job = $2 AND source = $3", t.number(), int64(e.Job), int64(e.Source)); err != nil {
			return err
		}
	}
	return nil
}

// ClearEscrows forgets all failures of a job.
func (t *tx) ClearEscrows(job hospes.Number) error {
	_, err := t.exec("DELETE FROM escrows WHERE tenant = $1 AND job = $2", t.number(), int64(job))
	return err
}
