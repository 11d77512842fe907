package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

// listing is what a command lists, and the flags that say which of it.
type listing struct {
	path    string
	empty   string   // said where there is nothing
	columns []string // of tables and CSV
	query   url.Values

	filter, properties, order string
	top                       int
	all, advanced             bool

	bin     string // path of what was deleted
	deleted bool
}

// addFlags adds the flags of a list command.
func (l *listing) addFlags(cmd *cobra.Command) *cobra.Command {
	f := cmd.Flags()
	f.StringVar(&l.filter, "filter", "", "only those that this OData `FILTER` lets through")
	f.StringVar(&l.properties, "select", "", "show these `PROPERTIES`, separated by commas")
	f.StringVar(&l.order, "order-by", "", "sort by this `PROPERTY`; add ' desc' for the other direction")
	f.BoolVar(&l.advanced, "advanced", false, "allow the queries that Graph calls advanced (ConsistencyLevel: eventual)")
	l.addPaging(cmd)
	return cmd
}

// addPaging adds those about how much is shown.
func (l *listing) addPaging(cmd *cobra.Command) *cobra.Command {
	f := cmd.Flags()
	f.IntVar(&l.top, "top", 0, "show at most `N`; with --all, ask for so many at a time")
	f.BoolVar(&l.all, "all", false, "show all pages, not just the first")
	return cmd
}

// options gives the query of a request.
func (l *listing) options(format string) (url.Values, http.Header, error) {
	query := url.Values{}
	for name, values := range l.query {
		query[name] = values
	}
	if l.filter != "" {
		query.Set("$filter", l.filter)
	}
	if l.order != "" {
		query.Set("$orderby", l.order)
	}
	switch {
	case l.top < 0:
		return nil, nil, usagef("--top is %d; it has to be positive", l.top)
	case l.top > 0:
		query.Set("$top", strconv.Itoa(l.top))
	}
	if l.properties != "" {
		l.columns = splitList(l.properties)
		query.Set("$select", strings.Join(l.columns, ","))
	} else if query.Has("$select") && format != formatTable && format != formatCSV {
		query.Del("$select") // those who read the body get what Graph gives by default
	}
	header := http.Header{}
	if l.advanced {
		header.Set("ConsistencyLevel", "eventual")
		query.Set("$count", "true")
	}
	return query, header, nil
}

// run shows the list.
func (l *listing) run(ctx context.Context, c *cli, client *graphclient.Client) error {
	query, header, err := l.options(c.flags.output)
	if err != nil {
		return err
	}
	path := l.path
	if l.deleted {
		path = l.bin
	}
	out := c.list(l.empty, l.columns...)
	for page, err := range client.Pages(ctx, path, query, header) {
		if err != nil {
			return err
		}
		if !out.begun {
			out.begin(headOf(page)...)
		}
		if err := out.page(page.Value); err != nil {
			return err
		}
		if !l.all && page.NextLink != "" {
			c.hint("there is more; --all shows it")
			return out.end(member{"@odata.nextLink", json.RawMessage(quoteJSON(page.NextLink))})
		}
	}
	return out.end()
}

// headOf gives the members of a page that stand before its items.
func headOf(page graphclient.Page) []member {
	var head []member
	if page.Context != "" {
		head = append(head, member{"@odata.context", json.RawMessage(quoteJSON(page.Context))})
	}
	if page.Count != nil {
		head = append(head, member{"@odata.count", json.RawMessage(strconv.FormatInt(*page.Count, 10))})
	}
	return head
}

// splitList cuts a list at its commas.
func splitList(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
