package importer

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/go-ldap/ldif"
)

// LDIF reads entries and "changetype: add" records (RFC 2849).
//
// It finds the lines, unfolds them and keeps those that a rule reads; the values of a record are then taken apart by
// go-ldap/ldif. A reference to a file or an address (photo:< …) is refused and never followed.
type LDIF struct {
	in      source
	limits  Options
	ignored int
	began   bool // the first line that is no comment has been seen
	end     error

	// the record being collected
	text    []byte // the name and what rules read, unfolded, a line each
	lines   []int  // the number of each line of text
	first   int    // the line on which the record begins; 0 before that
	open    int    // where in text the line begins that may be continued; -1 when none may
	openAt  int    // its number
	fault   *RecordError
	foreign bool // no entry, but what ldapsearch adds to its output

	body   bytes.Reader
	buffer *bufio.Reader
	values [][]string
}

// NewLDIF gives a reader for an LDIF file.
func NewLDIF(r io.Reader, o Options) *LDIF {
	o = o.withDefaults()
	return &LDIF{
		in: newSource(r, o.MaxLine), limits: o, buffer: bufio.NewReader(nil), values: make([][]string, attributeCount),
	}
}

// Bytes tells how much of the file has been read into records.
func (r *LDIF) Bytes() int64 { return r.in.consumed() }

// Ignored counts the entries that are neither people nor groups.
func (r *LDIF) Ignored() int { return r.ignored }

// Next gives the next person or group.
func (r *LDIF) Next() (Record, error) {
	for r.end == nil {
		if r.end = r.collect(); r.end != nil {
			break
		}
		if r.fault == nil && r.foreign {
			r.ignored++
			continue
		}
		if r.fault != nil {
			return Record{}, r.fault
		}
		rec, err := r.record()
		if err != nil {
			return Record{}, err
		}
		if rec.Kind != 0 {
			return rec, nil
		}
		r.ignored++
	}
	return Record{}, r.end
}

// collect takes the lines of one record. A record that is broken is passed to its end without being held.
func (r *LDIF) collect() error {
	r.text, r.lines, r.first, r.open, r.fault, r.foreign = r.text[:0], r.lines[:0], 0, -1, nil, false
	comment := false
	for {
		line, err := r.in.next()
		r.in.release()
		switch {
		case err == errLong && r.in.head == '#':
			r.endLine()
			comment = true
			continue
		case err == errLong:
			r.fail(r.in.line, "the line is longer than %d bytes", r.limits.MaxLine)
			continue
		case err == io.EOF:
			if r.endLine(); r.first == 0 {
				return io.EOF
			}
			return nil
		case err != nil:
			return err
		}
		line = bytes.TrimRight(line, "\r")
		switch {
		case len(line) == 0:
			comment = false
			if r.endLine(); r.first != 0 {
				return nil
			}
		case line[0] == '#':
			r.endLine()
			comment = true
		case line[0] == ' ':
			if !comment {
				r.fold(line)
			}
		default:
			comment = false
			r.endLine()
			r.beginLine(line)
		}
	}
}

// fail notes the first fault of a record.
func (r *LDIF) fail(line int, format string, args ...any) {
	if r.first == 0 {
		r.first = line
	}
	if r.fault == nil {
		r.fault = broken(line, format, args...)
	}
	r.open = -1
}

func (r *LDIF) beginLine(line []byte) {
	if r.first == 0 {
		r.first = r.in.line
	}
	if r.fault == nil {
		r.open, r.openAt = len(r.text), r.in.line
		r.text = append(r.text, line...)
	}
}

// fold continues the open line.
func (r *LDIF) fold(line []byte) {
	rest := line[1:]
	switch {
	case r.fault != nil:
	case r.open < 0 && len(bytes.TrimSpace(rest)) == 0: // blanks between records
	case r.open < 0:
		r.fail(r.in.line, "a line that begins with a blank continues the one before it, and there is none")
	case len(r.text)-r.open+len(rest) > r.limits.MaxLine:
		r.fail(r.openAt, "the line is longer than %d bytes", r.limits.MaxLine)
	default:
		r.text = append(r.text, rest...)
	}
}

// endLine judges the open line, now that it is whole: it is kept, dropped, or the fault of the record.
func (r *LDIF) endLine() {
	if r.open < 0 {
		return
	}
	start, line := r.open, r.text[r.open:]
	r.open = -1
	r.text = r.text[:start]
	began := r.began
	r.began = true
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		r.fail(r.openAt, "the line holds a NUL byte")
		return
	case !utf8.Valid(line):
		r.fail(r.openAt, "the line is not UTF-8")
		return
	}
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 {
		if !r.foreign {
			r.fail(r.openAt, "a line without a name and a colon")
		}
		return
	}
	name, rest := line[:colon], line[colon:]
	if len(rest) > 1 && rest[1] == '<' && !r.foreign {
		// No line of this kind may ever reach the parser, which would open the file.
		r.fail(r.openAt, "%.40s is a reference to a file or an address (\":<\"); those are not followed, put the value itself into the file", name)
		return
	}
	lower(name)
	if len(r.lines) == 0 {
		if !began && string(name) == "version" {
			r.version(rest)
			return
		}
		r.head(name, rest)
		return
	}
	r.attribute(name, rest)
}

// version passes the line that may stand before the first record, alone or with it.
func (r *LDIF) version(rest []byte) {
	if v := bytes.TrimSpace(rest[1:]); string(v) != "1" {
		r.fail(r.openAt, "version %.20q of LDIF is not known, only 1 is", v)
		return
	}
	r.first = 0
}

// head takes the first line of a record, which names the entry.
func (r *LDIF) head(name, rest []byte) {
	if r.foreign {
		return
	}
	switch string(name) {
	case "dn":
		r.keep(name, rest)
		r.keep([]byte("changetype"), []byte(": add")) // the parser spends half as much on an add as on an entry
	case "search", "result", "ref":
		r.foreign = true
	default:
		r.fail(r.openAt, "a record begins with \"dn:\", not with %.40q", name)
	}
}

// attribute takes a line after the first.
func (r *LDIF) attribute(name, rest []byte) {
	name, options, _ := bytes.Cut(name, []byte(";"))
	switch string(name) {
	case "dn":
		r.fail(r.openAt, "a second \"dn:\"; an empty line is missing before it")
		return
	case "changetype":
		if change := bytes.TrimSpace(rest[1:]); !bytes.EqualFold(change, []byte("add")) {
			r.fail(r.openAt, "a record that changes something (changetype %.20q) is not read; only entries are, and \"changetype: add\"", change)
		}
		return
	}
	if attributes[string(name)] == 0 {
		return
	}
	if part, ok := bytes.CutPrefix(options, []byte("range=")); ok {
		if !bytes.HasSuffix(part, []byte("-*")) {
			r.fail(r.openAt, "only a part of the values of %s is in the file (range %.20s); export it whole", name, part)
			return
		}
	} else if len(options) > 0 && string(options) != "binary" {
		return // in a language: the plain value stands beside it
	}
	r.keep(name, rest)
}

// keep holds a line for the parser: the bare name, the colon and the value. An empty value is no value, although the
// parser takes it for a fault.
func (r *LDIF) keep(name, rest []byte) {
	if value := bytes.TrimLeft(rest, ": "); len(value) == 0 && string(name) != "dn" {
		return
	}
	if len(r.text)+len(name)+len(rest) > r.limits.MaxRecord {
		r.fail(r.first, "the record is larger than %d bytes", r.limits.MaxRecord)
		return
	}
	// name and rest lie in the spare room of text, behind or at the place they go to.
	r.text = append(r.text, name...)
	r.text = append(r.text, rest...)
	r.text = append(r.text, '\n')
	r.lines = append(r.lines, r.openAt)
}

// record parses what was collected and maps it.
func (r *LDIF) record() (Record, error) {
	r.body.Reset(r.text)
	r.buffer.Reset(&r.body)
	var parser ldif.LDIF
	for entry, err := range ldif.UnmarshalEntries(r.buffer, &parser) {
		if err != nil {
			return Record{}, r.explain(err)
		}
		clear(r.values)
		for _, a := range entry.Add.Attributes {
			if n := attributes[a.Type]; n > 0 {
				r.values[n-1] = a.Vals
			}
		}
		return r.convert(entry.Add.DN)
	}
	return Record{}, broken(r.first, "the record could not be read")
}

func lower(b []byte) {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
}
