// Package dynamic gives groups with a rule the members that the rule takes.
//
// A rule that is new, changed or switched on is asked about everybody, page by page; from then on it is asked about those
// only whom a change concerns, in the order of the change log. Who comes into a group and who leaves it, the records of
// that, and how far the work has come are one transaction: whatever dies in between, the next attempt goes on from there.
// One node works on a tenant at a time, which a lease sees to.
//
// It does not know the language of rules (package rule), nor what a group may be (package directory); who depends on a
// membership hears of it by the change log, as of any other.
package dynamic
