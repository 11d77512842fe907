package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pressly/goose/v3"

	"github.com/hospes-dev/hospes"
)

// rederived is the migration that writes anew what is derived from documents: the words of $search, which came with the
// migration before it, and the comparable texts of properties that have become filterable.
const rederived = 8

// rederive makes that migration. What it reads is bound to a tenant, and one page of it is held at a time.
func rederive(d dialect) *goose.Migration {
	return goose.NewGoMigration(rederived, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		var tenants []int64
		rows, err := tx.QueryContext(ctx, "SELECT number FROM tenants ORDER BY number")
		if err != nil {
			return err
		}
		for rows.Next() {
			var n int64
			if err := rows.Scan(&n); err != nil {
				return errors.Join(err, rows.Close())
			}
			tenants = append(tenants, n)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, n := range tenants {
			if err := rederiveTenant(ctx, tx, d, n); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}

func rederiveTenant(ctx context.Context, tx *sql.Tx, d dialect, tenant int64) error {
	after := int64(-1)
	for {
		page, err := documentsAfter(ctx, tx, d, tenant, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, k := range page {
			after = int64(k.Number)
			o, err := k.Object()
			if err != nil {
				return err
			}
			if facets := o.Facets(); facets != k.facets {
				if _, err := tx.ExecContext(ctx, "UPDATE objects SET facets = $3 WHERE tenant = $1 AND number = $2", tenant, after, facets); err != nil {
					return err
				}
			}
			for _, t := range o.Tokens() {
				if _, err := tx.ExecContext(ctx, "INSERT INTO search_tokens (tenant, property, token, number) VALUES ($1, $2, $3, $4)", tenant, int64(t.Of), t.Text, after); err != nil {
					return err
				}
			}
		}
	}
}

func documentsAfter(ctx context.Context, tx *sql.Tx, d dialect, tenant, after int64) (page []kept, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT o.number, o.card, o.rest, o.facets FROM objects o WHERE "+d.byNumber+"o.tenant = $1 AND o.number > $2 ORDER BY o.number LIMIT $3", tenant, after, checkPage)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var k kept
		if err := rows.Scan(&k.Number, &k.Card, &k.Rest, &k.facets); err != nil {
			return nil, err
		}
		if k.Schema = hospes.SchemaOf(k.Number.Class()); k.Schema != nil {
			page = append(page, k)
		}
	}
	return page, rows.Err()
}
