// Package odatatest makes filters and records by chance, for proofs that two ways of evaluating a filter agree: the
// SQL of a store on one side, [odata.Filter.Match] on the other.
//
// The values of both come from one small pool of awkward ones (mixed case, non-ASCII, quotes, wildcards of LIKE, the
// last code point, the empty string), so that filters hit, miss and touch their borders about equally often.
package odatatest
