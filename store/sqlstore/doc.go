// Package sqlstore keeps tenants in SQLite or PostgreSQL. One SQL text serves both engines; what truly differs is in
// the dialect.
//
// It owns transactions, group commit, migrations, the translation of filters into SQL and of driver errors into ours.
// It does not know what the objects mean: names, unique values and comparable texts come from the root package.
package sqlstore
