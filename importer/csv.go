package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
)

// CSV reads people from a table with a row of headings: Graph names or what people write for them, separated by
// commas, semicolons or tabs, with Microsoft's version row before it or not.
type CSV struct {
	in      source
	limits  Options
	comma   byte
	columns []*column // by position; nil for one that is passed over
	form    bool      // one of Microsoft's forms, which come with a row of examples
	ignored int
	end     error

	feed  bytes.Reader
	cells *csv.Reader
}

// NewCSV gives a reader for a CSV file, whose headings it reads at once. Headings that cannot be used are an error for
// the whole file, and name the column.
func NewCSV(r io.Reader, o Options) (*CSV, error) {
	o = o.withDefaults()
	c := &CSV{in: newSource(r, o.MaxLine), limits: o}
	if err := c.preamble(); err != nil {
		return nil, err
	}
	names, err := c.headings()
	if err != nil {
		return nil, err
	}
	if err := c.use(names); err != nil {
		return nil, err
	}
	return c, nil
}

// Bytes tells how much of the file has been read into records.
func (r *CSV) Bytes() int64 { return r.in.consumed() }

// Ignored counts the rows that are examples.
func (r *CSV) Ignored() int { return r.ignored }

// Next gives the next person.
func (r *CSV) Next() (Record, error) {
	for r.end == nil {
		cells, line, err := r.row()
		switch {
		case err != nil && !passable(err):
			r.end = err
		case err != nil:
			return Record{}, err
		case len(cells) == 0:
		case r.form && strings.HasPrefix(cells[0], "Example:"):
			r.ignored++
		default:
			rec, err := r.convert(cells, line)
			if err != nil {
				return Record{}, err
			}
			return rec, nil
		}
	}
	return Record{}, r.end
}

// preamble passes what may stand before the headings, and finds the separator: that of a line "sep=;", which
// spreadsheets write, else the one that the headings have most of.
func (r *CSV) preamble() error {
	for {
		r.in.release()
		row, err := r.in.next()
		switch {
		case err == io.EOF:
			return hospes.Invalidf(opOpen, "The file is empty; its first row must name the columns.")
		case err == errLong:
			return hospes.Invalidf(opOpen, "The first line is longer than %d bytes.", r.limits.MaxLine)
		case err != nil:
			return err
		}
		start := strings.ToLower(string(row[:min(len(row), 32)]))
		switch {
		case len(bytes.Trim(row, " ,;\t")) == 0:
		case strings.HasPrefix(start, "version:v"):
			r.form = true
		case strings.HasPrefix(start, "sep=") && len(row) == len("sep=")+1 && strings.IndexByte(",;\t", row[4]) >= 0:
			r.comma = row[4]
		default:
			if r.comma == 0 {
				r.comma = separator(row)
			}
			r.in.rewind(0, r.in.line-1)
			r.restart()
			return nil
		}
	}
}

// separator gives the separator of a row of headings.
func separator(row []byte) byte {
	best := byte(',')
	for _, c := range []byte(";\t") {
		if bytes.Count(row, []byte{c}) > bytes.Count(row, []byte{best}) {
			best = c
		}
	}
	return best
}

// restart gives the parser of cells a clean state.
func (r *CSV) restart() {
	r.feed.Reset(nil)
	r.cells = csv.NewReader(&r.feed)
	r.cells.Comma = rune(r.comma)
	r.cells.FieldsPerRecord = -1
	r.cells.ReuseRecord = true
}

// row gives the cells of the next row, good until the next call; none for an empty row.
func (r *CSV) row() (cells []string, line int, err error) {
	text, line, err := r.split()
	if err != nil {
		return nil, line, err
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return nil, line, broken(line+bytes.Count(text[:i], []byte("\n")), "the line holds a NUL byte")
	}
	if !utf8.Valid(text) {
		return nil, line, broken(notUTF8(text, line), "the line is not UTF-8")
	}
	if len(bytes.Trim(text, " \r\n\t,;\"")) == 0 {
		return nil, line, nil
	}
	r.feed.Reset(text)
	if cells, err = r.cells.Read(); err != nil {
		r.restart()
		if e := (*csv.ParseError)(nil); errors.As(err, &e) {
			err = e.Err
		}
		return nil, line, broken(line, "%v", err)
	}
	return cells, line, nil
}

// notUTF8 gives the number of the first line of a record that is not UTF-8.
func notUTF8(text []byte, line int) int {
	for row := range bytes.Lines(text) {
		if !utf8.Valid(row) {
			break
		}
		line++
	}
	return line
}
