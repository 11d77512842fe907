package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

var sqliteDialect = dialect{
	name:       "sqlite",
	goose:      goose.DialectSQLite3,
	migrations: "migrations/sqlite",
	anyOf: func(placeholder string, _ bool) string {
		return "IN (SELECT value FROM json_each(" + placeholder + "))"
	},
	ints:  func(list []int64) any { return jsonList(list) },
	texts: func(list []string) any { return jsonList(list) },
	facet: func(path string) string { return "(o.facets->>" + quoted(path) + ")" },
	elements: func(path string) string {
		return "json_each(o.facets, " + quoted(`$."`+path+`"`) + ")"
	},
	element: func(path string) string {
		if path == "" {
			return "e.value"
		}
		return "(e.value->>" + quoted(path) + ")"
	},
	size: func(path string) string {
		return "json_array_length(o.facets, " + quoted(`$."`+path+`"`) + ")"
	},
	position:  func(text, placeholder string) string { return "instr(" + text + ", " + placeholder + ")" },
	byNumber:  "+",
	integrity: "PRAGMA integrity_check(10)",
	groups:    true,
	headlong:  true,
	unique: func(err error) bool {
		code := sqliteCode(err)
		return code == lib.SQLITE_CONSTRAINT_UNIQUE || code == lib.SQLITE_CONSTRAINT_PRIMARYKEY || code == lib.SQLITE_CONSTRAINT_ROWID
	},
	retry: func(err error) bool { return sqliteCode(err)&0xff == lib.SQLITE_BUSY },
	full: func(err error) bool {
		code := sqliteCode(err)
		return code&0xff == lib.SQLITE_FULL || code == lib.SQLITE_IOERR_SHMSIZE // the index of its log could not grow
	},
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func jsonList(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sqlstore: " + err.Error()) // lists of numbers and texts always marshal
	}
	return string(b)
}

// writerCache and readerCache are the page caches of the connections, in KiB.
const (
	writerCache = 64 << 10
	readerCache = 8 << 10
)

// OpenSQLite opens the database in a file, or makes it. Everything committed is synced to the disk before it counts.
func OpenSQLite(ctx context.Context, file string, o Options) (*Store, error) {
	if err := private(file); err != nil {
		return nil, err
	}
	writer, err := sqliteHandle(file, writerCache, 1)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, writer, sqliteDialect); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	readers := max(2, runtime.NumCPU())
	reader, err := sqliteHandle(file, readerCache, readers)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return open(ctx, &sqliteDialect, writer, reader, 1, readers, o)
}

// private makes the file so that only its owner reads it; SQLite gives its companions the same mode.
func private(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteHandle(file string, cache, connections int) (*sql.DB, error) {
	pragmas := []string{
		"journal_mode(wal)", "synchronous(full)", "busy_timeout(5000)", "foreign_keys(1)", "temp_store(memory)",
		fmt.Sprintf("cache_size(-%d)", cache), "wal_autocheckpoint(8000)", "journal_size_limit(67108864)",
	}
	path := filepath.ToSlash(file)
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma="+strings.Join(pragmas, "&_pragma=")+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}
