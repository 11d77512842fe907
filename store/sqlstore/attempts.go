package sqlstore

import (
	"database/sql"
	"time"

	"github.com/hospes-dev/hospes/store"
)

// Attempts gives the counts of subjects.
func (h *handle) Attempts(subjects ...string) (map[string]store.Attempts, error) {
	found := make(map[string]store.Attempts, len(subjects))
	err := h.each(func(rows *sql.Rows) error {
		var a store.Attempts
		var last int64
		err := rows.Scan(&a.Subject, &a.Failures, &last)
		a.Last = moment(last)
		found[a.Subject] = a
		return err
	}, "SELECT subject, failures, last FROM attempts WHERE tenant = $1 AND subject "+h.session.d.anyOf("$2", true), h.number(), h.session.d.texts(subjects))
	return found, err
}

// Attempted adds a failure. One statement does it, so that attempts that come at once all count.
func (t *tx) Attempted(subject string, since time.Time) (store.Attempts, error) {
	t.wrote = true
	a := store.Attempts{Subject: subject, Last: t.now}
	_, err := t.one([]any{&a.Failures}, `INSERT INTO attempts (tenant, subject, failures, last) VALUES ($1, $2, 1, $3)
		ON CONFLICT (tenant, subject) DO UPDATE SET failures = CASE WHEN attempts.last < $4 THEN 1 ELSE attempts.failures + 1 END, last = excluded.last
		RETURNING failures`, t.number(), subject, t.now.UnixMicro(), since.UnixMicro())
	return a, err
}

// ClearAttempts forgets counts.
func (t *tx) ClearAttempts(subjects ...string) error {
	_, err := t.exec("DELETE FROM attempts WHERE tenant = $1 AND subject "+t.session.d.anyOf("$2", true), t.number(), t.session.d.texts(subjects))
	return err
}

// ForgetAttempts forgets counts that are old.
func (t *tx) ForgetAttempts(before time.Time, limit int) (int64, error) {
	return t.exec("DELETE FROM attempts WHERE tenant = $1 AND subject IN (SELECT subject FROM attempts WHERE tenant = $1 AND last < $2 LIMIT $3)",
		t.number(), before.UnixMicro(), int64(limit))
}
