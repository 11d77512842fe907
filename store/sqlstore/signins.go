package sqlstore

import (
	"database/sql"
	"encoding/json"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// LogSignIn appends a record, and keeps it as the last one of its person.
func (t *tx) LogSignIn(s *hospes.SignIn) error {
	n, err := t.NewNumber(hospes.ClassSignIn)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	s.Number, s.At = n, t.now
	if !s.UserID.IsZero() {
		if err := t.noteActivity(s); err != nil {
			return err
		}
	}
	_, err = t.exec("INSERT INTO signins (number, tenant, at, id, user_id, doc) VALUES ($1, $2, $3, $4, $5, $6)", int64(n), t.number(), t.now.UnixMicro(), s.ID, s.UserID.Bytes(), string(doc))
	return err
}

// ForgetSignIns removes records from before a moment, oldest first.
func (t *tx) ForgetSignIns(before time.Time, limit int) (int64, error) {
	return t.exec("DELETE FROM signins WHERE tenant = $1 AND number IN (SELECT number FROM signins WHERE tenant = $1 AND at < $2 ORDER BY number LIMIT $3)",
		t.number(), before.UnixMicro(), int64(limit))
}

// SignIns reads the sign-in log, newest first.
func (h *handle) SignIns(q store.LogQuery) ([]hospes.SignIn, error) {
	after, before := h.logBounds(q, hospes.ClassSignIn)
	b := h.logQuery("s", after, before, q)
	if !q.SourceID.IsZero() {
		b.and("s.user_id = " + b.arg(q.SourceID.Bytes()))
	}
	if q.ID != "" {
		b.and("s.id = " + b.arg(q.ID))
	}
	var list []hospes.SignIn
	err := h.each(func(rows *sql.Rows) error {
		var s hospes.SignIn
		var number hospes.Number
		var at int64
		var user []byte
		var id, doc string
		if err := rows.Scan(&number, &at, &id, &user, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &s); err != nil {
			return err
		}
		s.Number, s.At, s.ID, s.UserID = number, moment(at), id, hospes.ObjectID(user)
		list = append(list, s)
		return nil
	}, "SELECT s.number, s.at, s.id, s.user_id, s.doc FROM signins s WHERE "+b.where.String()+" ORDER BY s.number DESC LIMIT "+b.arg(int64(limitOf(q))), b.args...)
	return list, err
}
