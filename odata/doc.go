// Package odata reads the query options of Microsoft Graph: $filter, $select, $orderby, $expand, $top and their kin.
//
// A filter goes through three stages. [ParseFilter] turns text into a typed syntax tree with positions. [Check] holds
// that tree against a [Schema] and a [Mode]: do the properties exist, do the values fit, is the operator offered, does
// it need an advanced query. What comes out is a [Filter], a small normalised tree of predicates that a back end
// walks: [Filter.Match] in memory, a writer of SQL elsewhere.
//
// # Everything compares as canonical text
//
// The checker writes each literal in the one textual form that its property's type has: folded strings, "true" and
// "false", lower-case GUIDs, times of fixed width in UTC, integers in a form that sorts. A store keeps the same form
// of each value (hospes.Canonical makes it). Equality, order and prefix of plain bytes then mean
// the same in SQL (binary collation) and in Go, and no back end knows a type.
//
// # Logic has two values
//
// A comparison with an absent value is false, except that "eq null" is true, and so is "ne 'x'". "not P" is the exact
// complement of P. Negation is pushed down into the leaves, so that no back end has to negate over nulls.
//
// # What it does not know
//
// The package does not know which entities exist (their tables live where the entities do), how anything is stored,
// what a page token looks like inside, what $search means, or HTTP. Limits that exist only for parity with Entra are
// off unless asked for ([EntraLimits]).
package odata
