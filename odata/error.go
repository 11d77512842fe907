package odata

import (
	"fmt"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
)

const (
	opParse  = "odata.ParseFilter"
	opCheck  = "odata.Check"
	opQuery  = "odata.ParseQuery"
	opSearch = "odata.ParseSearch"
)

// invalidFilter reports a filter that is malformed or whose types do not fit; at counts characters from one.
func invalidFilter(op string, at int, format string, args ...any) error {
	return hospes.Invalidf(op, "Invalid filter clause: %s at position %d.", fmt.Sprintf(format, args...), at)
}

func unknownProperty(op, name, typeName string) error {
	err := hospes.Invalidf(op, "Could not find a property named '%s' on type '%s'.", excerpt(name), typeName)
	err.Target = excerpt(name)
	return err
}

// unsupportedQuery reports a query that is understood and not offered. Graph answers 400, hence the kind.
func unsupportedQuery(op, format string, args ...any) error {
	return &hospes.Error{
		Kind: hospes.KindInvalid, Op: op, Code: hospes.CodeUnsupportedQuery, Message: fmt.Sprintf(format, args...),
	}
}

func unsupported(op string) error { return unsupportedQuery(op, "Unsupported Query.") }

func notIndexed(Ref) error {
	return unsupportedQuery(opCheck, "The request uses a filter property that is not indexed")
}

// excerpt keeps a message short whatever the caller sent.
func excerpt(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
