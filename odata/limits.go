package odata

import "github.com/hospes-dev/hospes"

// Limits bound what one query may cost before anything is looked up.
type Limits struct {
	Query      int // bytes of all options together; 0 is no limit
	Characters int // length of the text
	Depth      int // parentheses, not and lambdas inside each other
	Nodes      int // nodes of the syntax tree
	Chain      int // alternatives of one or, values of one in; 0 is no limit beyond Nodes
}

// DefaultLimits are the limits of [ParseFilter].
func DefaultLimits() Limits {
	return Limits{Query: 64 << 10, Characters: 10_000, Depth: 50, Nodes: 2_000}
}

// EntraLimits are the default limits with Entra's own on or and in, for those who test against them.
func EntraLimits() Limits {
	l := DefaultLimits()
	l.Chain = 15
	return l
}

func (l Limits) checkChain(n int) error {
	if l.Chain == 0 || n <= l.Chain {
		return nil
	}
	return unsupportedQuery(opParse, "Too many child clauses specified in search filter expression containing "+
		"'OR' operators: %d. Max allowed: %d.", n, l.Chain)
}

func (l Limits) checkQuery(raw string) error {
	if l.Query == 0 || len(raw) <= l.Query {
		return nil
	}
	return hospes.Invalidf(opQuery, "The query string is longer than %d bytes.", l.Query)
}

func (l Limits) tooLong() error {
	return invalidFilter(opParse, l.Characters+1, "the filter is longer than %d characters", l.Characters)
}
