package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
)

// The formats of results.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatCSV   = "csv"
	formatYAML  = "yaml"
)

var formats = []string{formatTable, formatJSON, formatCSV, formatYAML}

// show writes one object. Columns say what a table or CSV shows of it; without any, a table shows all that has a
// value.
func (c *cli) show(raw json.RawMessage, columns ...string) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	out := bufio.NewWriter(c.out)
	switch c.flags.output {
	case formatJSON:
		var indented bytes.Buffer
		if err := json.Indent(&indented, raw, "", "  "); err != nil {
			return err
		}
		indented.WriteByte('\n')
		_, _ = out.Write(indented.Bytes()) // the error stays in the writer, and Flush gives it
	case formatYAML:
		if err := writeYAML(out, raw); err != nil {
			return err
		}
	default:
		if err := c.showRows(out, raw, columns); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (c *cli) showRows(out io.Writer, raw json.RawMessage, columns []string) error {
	var rows []member
	for _, column := range columnsFrom(columns) {
		rows = append(rows, member{column.name, column.of(raw)})
	}
	if len(columns) == 0 {
		var err error
		if rows, err = flatten(raw, ""); err != nil {
			return err
		}
	}
	if c.flags.output == formatCSV {
		names, values := make([]string, len(rows)), make([]string, len(rows))
		for i, row := range rows {
			names[i], values[i] = row.name, text(row.raw)
		}
		w := csv.NewWriter(out)
		return w.WriteAll([][]string{names, values})
	}
	t := &table{width: c.columns(c.out), fixed: 1}
	for _, row := range rows {
		if value := text(row.raw); value != "" {
			t.rows = append(t.rows, []string{row.name, value})
		}
	}
	return t.write(out)
}

// lister writes a collection as it comes, page by page, so that no list has to fit in memory.
type lister struct {
	c       *cli
	out     *bufio.Writer
	columns []column
	empty   string // what is said where there is nothing
	table   *table
	csv     *csv.Writer
	begun   bool
	count   int
}

// list begins a collection. Columns are what tables and CSV show of each item.
func (c *cli) list(empty string, columns ...string) *lister {
	out := bufio.NewWriter(c.out)
	return &lister{c: c, out: out, columns: columnsFrom(columns), empty: empty, csv: csv.NewWriter(out)}
}

// begin writes what stands before the first item. Head holds members of the body that come before its items.
func (l *lister) begin(head ...member) {
	l.begun = true
	switch l.c.flags.output {
	case formatJSON:
		l.print("{\n")
		for _, m := range head {
			l.print("  " + quoteJSON(m.name) + ": " + string(m.raw) + ",\n")
		}
		l.print(`  "value": [`)
	case formatYAML:
		for _, m := range head {
			_ = writeYAML(l.out, json.RawMessage("{"+quoteJSON(m.name)+":"+string(m.raw)+"}")) // Flush gives the error
		}
	case formatCSV:
		_ = l.csv.Write(l.names()) // likewise
	}
}

// page writes items and lets them be seen.
func (l *lister) page(items []json.RawMessage) error {
	var rows [][]string
	for _, item := range items {
		switch l.c.flags.output {
		case formatJSON:
			if err := l.itemJSON(item); err != nil {
				return err
			}
		case formatYAML:
			if l.count == 0 {
				l.print("value:\n")
			}
			if err := writeYAML(l.out, json.RawMessage("["+string(item)+"]")); err != nil {
				return err
			}
		default:
			row := make([]string, len(l.columns))
			for i, column := range l.columns {
				row[i] = text(column.of(item))
			}
			rows = append(rows, row)
		}
		l.count++
	}
	if err := l.pageRows(rows); err != nil {
		return err
	}
	return l.out.Flush()
}

func (l *lister) pageRows(rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	if l.c.flags.output == formatCSV {
		return l.csv.WriteAll(rows)
	}
	if l.table == nil {
		l.table = &table{width: l.c.columns(l.c.out), headings: l.names()}
	}
	l.table.rows = rows
	return l.table.write(l.out)
}

func (l *lister) names() []string {
	names := make([]string, len(l.columns))
	for i, column := range l.columns {
		names[i] = column.name
	}
	return names
}

func (l *lister) itemJSON(item json.RawMessage) error {
	if l.count > 0 {
		l.print(",")
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, item, "    ", "  "); err != nil {
		return err
	}
	l.print("\n    " + indented.String())
	return nil
}

// end writes what stands after the last item.
func (l *lister) end(tail ...member) error {
	if !l.begun {
		l.begin()
	}
	switch l.c.flags.output {
	case formatJSON:
		if l.count > 0 {
			l.print("\n  ")
		}
		l.print("]")
		for _, m := range tail {
			l.print(",\n  " + quoteJSON(m.name) + ": " + string(m.raw))
		}
		l.print("\n}\n")
	case formatYAML:
		if l.count == 0 {
			l.print("value: []\n")
		}
		for _, m := range tail {
			_ = writeYAML(l.out, json.RawMessage("{"+quoteJSON(m.name)+":"+string(m.raw)+"}")) // Flush gives the error
		}
	case formatCSV:
		l.csv.Flush()
	}
	if l.count == 0 {
		l.c.hint("%s", l.empty)
	}
	return l.out.Flush()
}

// print writes; the error stays in the writer, and Flush gives it.
func (l *lister) print(s string) { _, _ = l.out.WriteString(s) }

func quoteJSON(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic("hospes: " + err.Error()) // texts always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}
