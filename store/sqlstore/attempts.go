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
func (t *tx) Attempted(subject string, while time.Duration) (store.Attempts, error) {
	t.wrote = true
	a := store.Attempts{Subject: subject, Last: t.now}
	_, err := t.one([]any{&a.Failures}, `INSERT INTO attempts (tenant, subject, failures, last, expires) VALUES ($1, $2, 1, $3, $4)
		ON CONFLICT (tenant, subject) DO UPDATE SET failures = CASE WHEN attempts.expires < $3 THEN 1 ELSE attempts.failures + 1 END,
		last = excluded.last, expires = excluded.expires RETURNING failures`, t.number(), subject, t.now.UnixMicro(), t.now.Add(while).UnixMicro())
	return a, err
}

// ClearAttempts forgets counts.
func (t *tx) ClearAttempts(subjects ...string) error {
	_, err := t.exec("DELETE FROM attempts WHERE tenant = $1 AND subject "+t.session.d.anyOf("$2", true), t.number(), t.session.d.texts(subjects))
	return err
}

// ForgetAttempts forgets counts whose time is over.
func (t *tx) ForgetAttempts(limit int) (int64, error) {
	return t.exec("DELETE FROM attempts WHERE tenant = $1 AND subject IN (SELECT subject FROM attempts WHERE tenant = $1 AND expires < $2 LIMIT $3)",
		t.number(), t.now.UnixMicro(), int64(limit))
}
