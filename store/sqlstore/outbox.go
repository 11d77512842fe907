package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Mail puts a message on its way.
func (t *tx) Mail(m store.Mail) error {
	n, err := t.NewNumber(hospes.ClassMail)
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO outbox (number, tenant, kind, address, body, at, written, attempts, sent) VALUES ($2, $1, $3, $4, $5, $6, $6, 0, 0)",
		t.number(), int64(n), m.Kind, m.To, m.Body, t.now.UnixMicro())
	return err
}

// DueMail gives messages that are to be sent by now.
func (s *Store) DueMail(ctx context.Context, now time.Time, limit int) ([]store.OutboxMail, error) {
	var list []store.OutboxMail
	err := s.read(ctx, "store.DueMail", func(session *session) error {
		return session.each(ctx, func(rows *sql.Rows) error {
			var m store.OutboxMail
			var written int64
			err := rows.Scan(&m.Number, &m.Tenant, &m.Kind, &m.To, &m.Body, &m.Attempts, &written)
			m.Written = moment(written)
			list = append(list, m)
			return err
		}, "SELECT number, tenant, kind, address, body, attempts, written FROM outbox WHERE sent = 0 AND at <= $1 ORDER BY at, number LIMIT $2", now.UnixMicro(), limit)
	})
	return list, err
}

// givenUp stands in the column of the sending time of a message that will never be sent.
const givenUp = -1

// SettleMail notes what came of an attempt to send a message.
func (s *Store) SettleMail(ctx context.Context, o store.MailOutcome) error {
	return s.write(ctx, "store.SettleMail", false, func(session *session) ([]touch, error) {
		ctx := context.WithoutCancel(ctx)
		if o.Sent.IsZero() && !o.GivenUp {
			_, err := session.exec(ctx, "UPDATE outbox SET attempts = $3, at = $4 WHERE tenant = $1 AND number = $2", int64(o.Tenant), int64(o.Number), o.Attempts, o.Next.UnixMicro())
			return nil, err
		}
		sent := int64(givenUp)
		if !o.GivenUp {
			sent = o.Sent.UnixMicro()
		}
		_, err := session.exec(ctx, "UPDATE outbox SET attempts = $3, sent = $4, body = $5 WHERE tenant = $1 AND number = $2", int64(o.Tenant), int64(o.Number), o.Attempts, sent, []byte{})
		return nil, err
	})
}

// Mails gives what is known of the tenant's messages.
func (h *handle) Mails(q store.LogQuery) ([]store.MailRecord, error) {
	after, before := h.logBounds(q, hospes.ClassMail)
	b := h.logQuery("m", after, before, store.LogQuery{})
	var list []store.MailRecord
	err := h.each(func(rows *sql.Rows) error {
		var m store.MailRecord
		var written, next, sent int64
		if err := rows.Scan(&m.Number, &m.Kind, &m.To, &m.Attempts, &written, &next, &sent); err != nil {
			return err
		}
		m.Written = moment(written)
		switch sent {
		case 0:
			m.Next = moment(next)
		case givenUp:
			m.GivenUp = true
		default:
			m.Sent = moment(sent)
		}
		list = append(list, m)
		return nil
	}, "SELECT m.number, m.kind, m.address, m.attempts, m.written, m.at, m.sent FROM outbox m WHERE "+b.where.String()+
		" ORDER BY m.number DESC LIMIT "+b.arg(int64(limitOf(q))), b.args...)
	return list, err
}
