package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// written are the tables that work writes, with the key by which new rows are told from old ones.
var written = []struct{ table, key string }{
	{"objects", "number"}, {"object_keys", "number"}, {"search_tokens", "number"}, {"relations", "holder"}, {"changes", "seq"}, {"writes", "number"},
	{"audits", "number"}, {"provisionings", "number"}, {"links", "number"},
}

// rawOpen opens a database with the settings that the store has, and nothing of the store.
func rawOpen(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(file)+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(8000)&_pragma=busy_timeout(10000)&_txlock=immediate")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// Mark remembers how many rows each table and tenant has.
type Mark map[string]map[int64]int64

// MarkRows notes what is there before work begins.
func MarkRows(ctx context.Context, file string) (all Mark, err error) {
	db, err := rawOpen(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all = Mark{}
	for _, t := range written {
		all[t.table] = map[int64]int64{}
		rows, err := db.QueryContext(ctx, "SELECT tenant, COUNT(*) FROM "+t.table+" GROUP BY tenant")
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var tenant, count int64
			if err := rows.Scan(&tenant, &count); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			all[t.table][tenant] = count
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// batch are the rows of one table.
type batch struct {
	insert string
	rows   [][]any
	stmt   *sql.Stmt
}

// Replay writes what was written since the mark into a fresh file: every row of every table, raw, by the same driver and
// with the same durability, in as many transactions as said. That is the floor of the work. The rows are read before it
// is measured, so they have to fit in memory.
func Replay(ctx context.Context, clock hospes.Clock, from, to string, since Mark, transactions int) (cost Cost, rows int, err error) {
	fresh, err := sqlstore.OpenSQLite(ctx, to, sqlstore.Options{Clock: clock}) // makes the tables
	if err != nil {
		return cost, 0, err
	}
	if err := fresh.Close(); err != nil {
		return cost, 0, err
	}
	source, err := rawOpen(from)
	if err != nil {
		return cost, 0, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	var batches []batch
	for _, t := range written {
		b, err := readSince(ctx, source, t.table, t.key, since[t.table])
		if err != nil {
			return cost, 0, err
		}
		rows += len(b.rows)
		batches = append(batches, b)
	}
	target, err := rawOpen(to)
	if err != nil {
		return cost, 0, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	for i := range batches { // once, as the store does: closed with the database
		if batches[i].stmt, err = target.PrepareContext(ctx, batches[i].insert); err != nil {
			return cost, 0, err
		}
	}
	runtime.GC()
	cost, err = Measure(clock, func() error {
		for i := range transactions {
			if err := writeShare(ctx, target, batches, i, transactions); err != nil {
				return err
			}
		}
		return nil
	})
	return cost, rows, err
}

// readSince reads the new rows of a table. Those of a tenant that were there before come first in the order of their
// keys, and are left out by their number.
func readSince(ctx context.Context, db *sql.DB, table, key string, before map[int64]int64) (b batch, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY "+key)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return b, err
	}
	tenantColumn := 0
	marks := make([]string, len(columns))
	for i, c := range columns {
		marks[i] = "?"
		if c == "tenant" {
			tenantColumn = i
		}
	}
	b.insert = "INSERT INTO " + table + " VALUES (" + strings.Join(marks, ", ") + ")"
	seen := map[int64]int64{}
	for rows.Next() {
		values, refs := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			refs[i] = &values[i]
		}
		if err := rows.Scan(refs...); err != nil {
			return b, err
		}
		tenant, ok := values[tenantColumn].(int64)
		if !ok {
			return b, fmt.Errorf("the tenant of a row of %s is %v", table, values[tenantColumn])
		}
		if seen[tenant]++; seen[tenant] > before[tenant] {
			b.rows = append(b.rows, values)
		}
	}
	return b, rows.Err()
}

// writeShare writes the same share of every table in one transaction, as the work did.
func writeShare(ctx context.Context, db *sql.DB, batches []batch, i, of int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, b := range batches {
		stmt := tx.StmtContext(ctx, b.stmt)
		for _, row := range b.rows[i*len(b.rows)/of : (i+1)*len(b.rows)/of] {
			if _, err := stmt.ExecContext(ctx, row...); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
	}
	return tx.Commit()
}
