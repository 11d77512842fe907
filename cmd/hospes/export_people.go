package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// writePeople writes a table that 'hospes import' reads again.
func (e *export) writePeople(ctx context.Context) error {
	columns := importer.Columns()
	var names []string
	for _, c := range columns {
		names = append(names, c.Property)
	}
	table := csv.NewWriter(e.out)
	if err := table.Write(append(slices.Clone(names), "manager", "groups")); err != nil {
		return err
	}
	query := url.Values{
		"$select": {"id,creationType,externalUserState," + strings.Join(names, ",")}, "$expand": {"manager($select=userPrincipalName)"},
	}
	if err := e.countPeople(ctx); err != nil {
		return err
	}
	guests := 0
	row := make([]string, len(columns)+2)
	err := e.items(ctx, graphclient.Path(v1, "users"), query, func(raw json.RawMessage) error {
		e.bar.Add(1)
		if text(lookup(raw, "creationType")) == hospes.CreationTypeInvitation || text(lookup(raw, "externalUserState")) != "" {
			guests++
			return nil
		}
		for i, c := range columns {
			var torn []string
			if row[i], torn = cellOf(lookup(raw, c.Property), c.List); len(torn) > 0 {
				e.bar.Note("of %s, %s '%s' was left out: it has a semicolon", text(lookup(raw, "id")), c.Property, clean(strings.Join(torn, "', '")))
			}
		}
		row[len(columns)] = text(lookup(raw, "manager.userPrincipalName"))
		var err error
		if row[len(columns)+1], err = e.groupsOf(ctx, text(lookup(raw, "id"))); err != nil {
			return err
		}
		return table.Write(row)
	})
	if err != nil {
		return err
	}
	if guests > 0 {
		e.bar.Note("%d guests were left out: they come by invitation or synchronization, not by an import", guests)
	}
	table.Flush()
	return table.Error()
}

// countPeople asks how many there will be: together with managers, a list does not tell.
func (e *export) countPeople(ctx context.Context) error {
	var total int64
	err := e.client.Do(ctx, graphclient.Request{
		Method: http.MethodGet, Path: graphclient.Path(v1, "users", "$count"), Header: http.Header{"Consistencylevel": {"eventual"}},
	}, &total)
	e.bar.SetTotal(total)
	return err
}

// cellOf writes a property as a cell. Of a list, values with a semicolon cannot be told from two, and are torn: an import
// would make something else of them.
func cellOf(raw json.RawMessage, list bool) (cell string, torn []string) {
	var values []string
	if !list || json.Unmarshal(raw, &values) != nil {
		return text(raw), nil
	}
	var whole []string
	for _, v := range values {
		if strings.Contains(v, ";") {
			torn = append(torn, v)
		} else {
			whole = append(whole, v)
		}
	}
	return strings.Join(whole, ";"), torn
}

// groupsOf names the groups of a person. A name with a semicolon cannot be told from two.
func (e *export) groupsOf(ctx context.Context, person string) (string, error) {
	var names []string
	err := e.items(ctx, graphclient.Path(v1, "users", person, "memberOf", "microsoft.graph.group"), url.Values{"$select": {"displayName"}}, func(raw json.RawMessage) error {
		name := text(lookup(raw, "displayName"))
		if strings.Contains(name, ";") {
			e.bar.Note("the membership of %s in '%s' was left out: the name of the group has a semicolon", person, clean(name))
			return nil
		}
		names = append(names, name)
		return nil
	})
	slices.Sort(names) // so that two exports of the same people are the same file
	return strings.Join(names, ";"), err
}
