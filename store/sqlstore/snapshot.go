package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/hospes-dev/hospes"
)

// Snapshot writes the state of a SQLite database at one moment into a new file. It may be in use meanwhile, by this
// process or another.
func Snapshot(ctx context.Context, file, to string) (err error) {
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(file)+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return sqliteDialect.translate("store.Snapshot", err)
}

// CheckFile reads a whole SQLite database and tells whether it is sound.
func CheckFile(ctx context.Context, file string) (err error) {
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(file)+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&answer); err != nil {
		return sqliteDialect.translate("store.CheckFile", err)
	}
	if answer != "ok" {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "store.CheckFile", Code: "DatabaseDamaged", Message: fmt.Sprintf("The database is damaged: %s.", answer)}
	}
	return nil
}
