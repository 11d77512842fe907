package sqlstore

import (
	"embed"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// dialect is everything in which the two engines differ.
type dialect struct {
	name       string
	goose      goose.Dialect
	migrations string

	// anyOf completes "column " to a test against the list that is bound to a placeholder.
	anyOf func(placeholder string, text bool) string
	// list makes the argument of anyOf.
	ints  func([]int64) any
	texts func([]string) any

	// facet gives the canonical text at a path of the facets, comparable byte by byte.
	facet func(path string) string
	// elements gives a FROM item for the JSON collection at a path of the facets; it is given the alias e.
	elements func(path string) string
	// element gives the text of an element of e, or of one of its fields.
	element func(path string) string
	// size gives the number of elements of such a collection, null where it is absent.
	size func(path string) string
	// position gives an expression above zero where the text contains the placeholder's.
	position func(text, placeholder string) string

	// byNumber stands before a tenant column where rows are read in the order of their numbers. A number holds its tenant,
	// and SQLite would otherwise take any index that begins with the tenant, and then sort.
	byNumber string

	// headlong tells that a statement can be broken off until its first row is there, and no more: what a filter of many
	// leaves has to go through is to be gone through by then.
	headlong bool

	lockCounters string // suffix of the SELECT that locks a tenant's counters
	sequence     bool   // numbers come from a sequence
	groups       bool   // one writer, whose transactions serve several callers
	bulkInsert   func(table string, columns []column) string

	integrity string // asks the database about its own files: rows that say "ok", or what is wrong

	unique func(error) bool // a unique constraint was violated
	retry  func(error) bool // the transaction may go through when it is run again
	full   func(error) bool // no room is left
}

// quoted writes a text as an SQL literal. It is for names of properties, which come from schemas, never from callers.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
