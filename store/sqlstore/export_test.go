package sqlstore

import (
	"context"
	"database/sql"
)

// MigrateDown takes the tables of a database back to those of an earlier version.
func MigrateDown(ctx context.Context, db *sql.DB, engine string, version int64) error {
	d := sqliteDialect
	if engine == "pgx" {
		d = postgresDialect
	}
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, version)
	return err
}
