// Package intake takes people and groups from an import into a tenant: it makes those who are new, changes those who
// differ, ties them to each other, and says of every record that it refused which line it was and why.
//
// It works in groups of records, each in one transaction, so that an import that breaks off has kept whole groups and
// can simply be run again: what is there already is left alone. It does not know files, formats or HTTP.
package intake
