package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/hospes-dev/hospes"
)

// session is one connection with the statements prepared on it. One goroutine uses it at a time.
type session struct {
	conn  *sql.Conn
	d     *dialect
	stmts map[string]*sql.Stmt

	losses int64 // of connections of the store, when this one was made
}

func newSession(ctx context.Context, db *sql.DB, d *dialect) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, d: d, stmts: map[string]*sql.Stmt{}}, nil
}

// maxStatements bounds the cache; statements with filters in them come in any number.
const maxStatements = 256

func (s *session) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[text]; ok {
		return stmt, nil
	}
	if len(s.stmts) >= maxStatements {
		for text, stmt := range s.stmts {
			delete(s.stmts, text)
			_ = stmt.Close() // what cannot be closed is closed with its connection
		}
	}
	stmt, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	s.stmts[text] = stmt
	return stmt, nil
}

// exec runs a statement and gives the number of rows it touched.
func (s *session) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// errEnough is what scan answers when it wants no more rows.
var errEnough = errors.New("enough")

// each runs a query and hands each row to scan.
func (s *session) each(ctx context.Context, scan func(*sql.Rows) error, text string, args ...any) error {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := scan(rows); err == errEnough {
			return rows.Close()
		} else if err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// one runs a query for a single row; found is false when there is none.
func (s *session) one(ctx context.Context, dst []any, text string, args ...any) (found bool, err error) {
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return false, err
	}
	switch err := stmt.QueryRowContext(ctx, args...).Scan(dst...); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// begin begins or ends a transaction. On SQLite it is prepared once: to read the two words costs more than to follow them.
func (s *session) begin(ctx context.Context, text string) error {
	if !s.d.groups {
		return s.run(ctx, text)
	}
	_, err := s.exec(context.WithoutCancel(ctx), text)
	return err
}

// run executes a text that is not worth preparing, such as BEGIN.
func (s *session) run(ctx context.Context, text string) error {
	_, err := s.conn.ExecContext(ctx, text)
	return err
}

func (s *session) close() error {
	for _, stmt := range s.stmts {
		_ = stmt.Close() // closed with the connection at the latest
	}
	return s.conn.Close()
}

// translate turns an error of a driver into one of ours. Errors of ours pass.
func (d *dialect) translate(op string, err error) error {
	var ours *hospes.Error
	switch {
	case err == nil || errors.As(err, &ours) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case d.full(err):
		return &hospes.Error{
			Kind: hospes.KindUnavailable, Op: op, Code: hospes.CodeStorageFull,
			Message: "The disk is full. Nothing was written; free some room and try again.", Err: err,
		}
	case d.unique(err):
		return &hospes.Error{
			Kind: hospes.KindConflict, Op: op, Code: hospes.CodeBadRequest,
			Message: "Another object with the same value already exists.", Err: err,
		}
	case d.retry(err) || lost(err):
		return &hospes.Error{
			Kind: hospes.KindUnavailable, Op: op, Code: "ServiceUnavailable",
			Message: "The database did not answer. Try again.", Err: err,
		}
	}
	return hospes.Internal(op, err)
}
