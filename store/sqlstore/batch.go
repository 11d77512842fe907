package sqlstore

import (
	"context"
	"strconv"
	"strings"
)

// columnType is the type of a column of a batch.
type columnType uint8

const (
	intColumn columnType = iota
	textColumn
	blobColumn
	jsonColumn
)

// column collects the values of one column of a batch. Nil pointers are nulls.
type column struct {
	name  string
	kind  columnType
	ints  []*int64
	texts []*string
	blobs [][]byte
}

func (c column) postgresType() string {
	switch c.kind {
	case intColumn:
		return "bigint"
	case blobColumn:
		return "bytea"
	case jsonColumn:
		return "json"
	}
	return "text"
}

func (c column) at(row int) any {
	switch c.kind {
	case intColumn:
		if p := c.ints[row]; p != nil {
			return *p
		}
	case blobColumn:
		if b := c.blobs[row]; b != nil {
			return b
		}
	default:
		if p := c.texts[row]; p != nil {
			return *p
		}
	}
	return nil
}

func (c column) array() any {
	switch c.kind {
	case intColumn:
		return c.ints
	case blobColumn:
		return c.blobs
	}
	return c.texts
}

// batch is many rows for one table. SQLite takes them one by one through one prepared statement, which is its fastest
// way; PostgreSQL takes them as one array a column.
type batch struct {
	table   string
	columns []column
	rows    int
	slab    []int64
}

func newBatch(table string, spec string) *batch {
	b := &batch{table: table}
	for field := range strings.FieldsSeq(spec) {
		name, kind, _ := strings.Cut(field, ":")
		c := column{name: name}
		switch kind {
		case "text":
			c.kind = textColumn
		case "blob":
			c.kind = blobColumn
		case "json":
			c.kind = jsonColumn
		}
		b.columns = append(b.columns, c)
	}
	return b
}

// add appends a row; the values stand in the order of the columns: int64, string, []byte, *int64, *string or nil.
func (b *batch) add(values ...any) {
	for i, v := range values {
		c := &b.columns[i]
		switch c.kind {
		case intColumn:
			switch v := v.(type) {
			case int64:
				c.ints = append(c.ints, b.keep(v))
			case *int64:
				c.ints = append(c.ints, v)
			default:
				c.ints = append(c.ints, nil)
			}
		case blobColumn:
			p, _ := v.([]byte)
			c.blobs = append(c.blobs, p)
		default:
			switch v := v.(type) {
			case string:
				c.texts = append(c.texts, &v)
			case *string:
				c.texts = append(c.texts, v)
			default:
				c.texts = append(c.texts, nil)
			}
		}
	}
	b.rows++
}

func (b *batch) keep(v int64) *int64 {
	if len(b.slab) == cap(b.slab) {
		b.slab = make([]int64, 0, 1024)
	}
	b.slab = append(b.slab, v)
	return &b.slab[len(b.slab)-1]
}

// insert writes the rows.
func (b *batch) insert(ctx context.Context, s *session) error {
	if b.rows == 0 {
		return nil
	}
	if s.d.bulkInsert != nil {
		args := make([]any, len(b.columns))
		for i, c := range b.columns {
			args[i] = c.array()
		}
		_, err := s.exec(ctx, s.d.bulkInsert(b.table, b.columns), args...)
		return err
	}
	stmt, err := s.prepare(ctx, b.single())
	if err != nil {
		return err
	}
	args := make([]any, len(b.columns))
	for row := range b.rows {
		for i := range b.columns {
			args[i] = b.columns[i].at(row)
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) single() string {
	var names, marks strings.Builder
	for i, c := range b.columns {
		if i > 0 {
			names.WriteString(", ")
			marks.WriteString(", ")
		}
		names.WriteString(c.name)
		marks.WriteString("$" + strconv.Itoa(i+1))
	}
	return "INSERT INTO " + b.table + " (" + names.String() + ") VALUES (" + marks.String() + ")"
}
