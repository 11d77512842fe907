package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

var postgresDialect = dialect{
	name:       "postgres",
	goose:      goose.DialectPostgres,
	migrations: "migrations/postgres",
	anyOf: func(placeholder string, text bool) string {
		if text {
			return "= ANY(" + placeholder + "::text[])"
		}
		return "= ANY(" + placeholder + "::bigint[])"
	},
	ints:  func(list []int64) any { return list },
	texts: func(list []string) any { return list },
	facet: func(path string) string { return "((o.facets->>" + quoted(path) + `) COLLATE "C")` },
	elements: func(path string) string {
		return "json_array_elements(o.facets->" + quoted(path) + ")"
	},
	element: func(path string) string {
		if path == "" {
			return `((e.value#>>'{}') COLLATE "C")`
		}
		return "((e.value->>" + quoted(path) + `) COLLATE "C")`
	},
	size:     func(path string) string { return "json_array_length(o.facets->" + quoted(path) + ")" },
	position: func(text, placeholder string) string { return "strpos(" + text + ", " + placeholder + ")" },

	lockCounters: " FOR UPDATE",
	sequence:     true,
	// It keeps count of pages whose checksum was wrong, where it was set up with checksums. That every page can be read is
	// seen by the other checks.
	integrity: `SELECT CASE WHEN COALESCE(checksum_failures, 0) = 0 THEN 'ok' ELSE checksum_failures || ' pages have a wrong checksum' END
		FROM pg_stat_database WHERE datname = current_database()`,
	bulkInsert: func(table string, columns []column) string {
		names, arrays := make([]string, len(columns)), make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.name
			arrays[i] = fmt.Sprintf("$%d::%s[]", i+1, c.postgresType())
		}
		return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")"
	},
	unique: func(err error) bool { return sqlState(err) == "23505" },
	retry: func(err error) bool {
		switch sqlState(err) {
		case "40001", "40P01": // serialization failure, deadlock
			return true
		}
		return false
	},
	full: func(err error) bool { return sqlState(err) == "53100" },
}

func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// OpenPostgres connects to a database, given as a URL or a key=value text, and brings its tables up to date.
func OpenPostgres(ctx context.Context, dsn string, o Options) (*Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	connections := max(4, 2*runtime.NumCPU())
	handle := func() *sql.DB {
		db := stdlib.OpenDB(*config)
		db.SetMaxOpenConns(connections + 1) // sessions keep theirs; one is for what is said to other nodes
		db.SetMaxIdleConns(connections + 1)
		return db
	}
	writer := handle()
	if err := migrate(ctx, writer, postgresDialect); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	s, err := open(ctx, &postgresDialect, writer, handle(), connections, connections, o)
	if err != nil {
		return nil, err
	}
	if s.nodes, err = joinNodes(ctx, s, config, o.Rescan); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
