package odata

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// MaxTop is the greatest page size that can be asked for.
const MaxTop = 999

// Query holds the query options of one request. The zero value of a field is the absence of its option.
type Query struct {
	Select     []string // paths as they were written; "*" is all
	Filter     Expr
	OrderBy    []OrderTerm
	Top        int
	SkipToken  string
	DeltaToken string
	Count      bool
	Search     *Search
	Expand     []Expand
	Format     string
}

// ParseQuery reads the options of a URL's raw query, under [DefaultLimits]. It takes the raw text because url.Values
// loses $expand, whose semicolons net/url refuses.
//
// Options go with or without the dollar, in any case. What is no option of OData is left to others, unless it has a
// dollar: then it is an error, as is an option given twice.
func ParseQuery(raw string) (Query, error) { return DefaultLimits().ParseQuery(raw) }

// ParseQuery reads the options of a URL's raw query under l.
func (l Limits) ParseQuery(raw string) (Query, error) {
	var q Query
	if err := l.checkQuery(raw); err != nil {
		return q, err
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err != nil {
			return Query{}, hospes.Invalidf(opQuery, "The query string is not encoded correctly.")
		}
		name, dollar := strings.CutPrefix(strings.ToLower(strings.TrimSpace(key)), "$")
		set := options[name]
		if set == nil {
			if dollar {
				return Query{}, hospes.Invalidf(opQuery, "The query option '$%s' is not supported.", excerpt(name))
			}
			continue
		}
		if seen[name] {
			return Query{}, hospes.Invalidf(opQuery, "The query option '$%s' is given more than once.", name)
		}
		seen[name] = true
		if value, err = url.QueryUnescape(value); err != nil {
			return Query{}, hospes.Invalidf(opQuery, "The value of '$%s' is not encoded correctly.", name)
		}
		if err := set(&q, l, strings.TrimSpace(value)); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

// options has the reader of each option, by its name in lower case.
var options = map[string]func(*Query, Limits, string) error{
	"select":  func(q *Query, _ Limits, v string) (err error) { q.Select, err = parseSelect(v); return },
	"orderby": func(q *Query, _ Limits, v string) (err error) { q.OrderBy, err = parseOrderBy(v); return },
	"expand":  func(q *Query, _ Limits, v string) (err error) { q.Expand, err = parseExpand(v); return },
	"filter":  func(q *Query, l Limits, v string) (err error) { q.Filter, err = l.ParseFilter(v); return },
	"search":  func(q *Query, l Limits, v string) (err error) { q.Search, err = l.ParseSearch(v); return },
	"top":     func(q *Query, _ Limits, v string) (err error) { q.Top, err = parseTop(v); return },
	"count":   func(q *Query, _ Limits, v string) (err error) { q.Count, err = parseCount(v); return },
	"format":  func(q *Query, _ Limits, v string) (err error) { q.Format, err = parseFormat(v); return },

	"skiptoken":  func(q *Query, _ Limits, v string) (err error) { q.SkipToken, err = parseToken(v); return },
	"deltatoken": func(q *Query, _ Limits, v string) (err error) { q.DeltaToken, err = parseToken(v); return },
	"skip": func(*Query, Limits, string) error {
		return hospes.Invalidf(opQuery, "'$skip' is not supported by the service.")
	},
}

func parseTop(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > MaxTop {
		return 0, hospes.Invalidf(opQuery, "Invalid page size specified: '%s'. Must be between 1 and %d inclusive.",
			excerpt(v), MaxTop)
	}
	return n, nil
}

func parseCount(v string) (bool, error) {
	switch strings.ToLower(v) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, hospes.Invalidf(opQuery, "Invalid value '%s' for $count: it is true or false.", excerpt(v))
}

// parseFormat lets any spelling of JSON through.
func parseFormat(v string) (string, error) {
	media, _, _ := strings.Cut(strings.ToLower(v), ";")
	if media == "json" || media == "application/json" {
		return v, nil
	}
	return "", hospes.Invalidf(opQuery, "Invalid value '%s' for $format: the service writes json.", excerpt(v))
}

// parseToken refuses the empty token: taken for none, it would send a client back to the first page for ever.
func parseToken(v string) (string, error) {
	if v == "" {
		return "", hospes.Invalidf(opQuery, "The specified page token is invalid")
	}
	return v, nil
}

// Mode tells whether the request is an advanced query. eventual is the header ConsistencyLevel: eventual; it counts
// together with $count=true or $search, and $search does not go without it.
func (q Query) Mode(eventual bool) (Mode, error) {
	if q.Search != nil && !eventual {
		return Mode{}, unsupportedQuery(opQuery, "Request with $search query parameter only works through MSGraph "+
			"with a special request header: 'ConsistencyLevel: eventual'")
	}
	return Mode{Advanced: eventual && (q.Count || q.Search != nil)}, nil
}

// Names gives the properties that the query names, as they were written: the first segment of every path. Inside any()
// the variable counts as one.
func (q Query) Names() (names []string) {
	for _, path := range q.Select {
		name, _, _ := strings.Cut(path, "/")
		names = append(names, name)
	}
	for _, term := range q.OrderBy {
		name, _, _ := strings.Cut(term.Path, "/")
		names = append(names, name)
	}
	if q.Filter != nil {
		Walk(q.Filter, func(e Expr) bool {
			if path, ok := e.(PathExpr); ok {
				names = append(names, path.Segments[0])
			}
			return true
		})
	}
	if q.Search != nil {
		names = append(names, q.Search.names()...)
	}
	return names
}

// CheckFilter checks the filter and the search, which have to hold both; without either it gives the nil [Filter], which
// selects everything.
func (q Query) CheckFilter(s *Schema, m Mode) (*Filter, error) {
	var filter *Filter
	var err error
	if q.Filter != nil {
		if filter, err = Check(q.Filter, s, m); err != nil {
			return nil, err
		}
	}
	if q.Search == nil {
		return filter, nil
	}
	found, err := q.Search.check(s)
	if err != nil {
		return nil, err
	}
	if filter == nil {
		return &Filter{Root: found}, nil
	}
	filter.Root = allOf([]Predicate{filter.Root, found})
	return filter, nil
}
