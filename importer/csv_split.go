package importer

import (
	"bytes"
	"io"
)

// quoting is where a cell stands with its quotes.
type quoting uint8

const (
	fresh  quoting = iota // nothing of the cell has been seen
	bare                  // without quotes
	quoted                // inside quotes
	closed                // behind a quote that ended the cell, or was the first of two
)

// split takes the lines of one record and gives its text and first line. It knows just enough of quotes to find the
// end; the cells are for encoding/csv.
//
// A quote that is never closed would swallow the good rows after it. So when a cell that goes over several lines turns
// out to be wrong, reading goes on behind the line on which that cell began. No line is read more than twice by that: a
// cell is wrong at the latest where the next quote comes. A record that is merely too large is passed to its end
// instead, for lines in the middle of a long text must never be taken for rows.
func (r *CSV) split() (text []byte, line int, err error) {
	s := &r.in
	s.release()
	line = s.line + 1
	state, carried := fresh, false
	began, beganAt := 0, line // end and number of the line on which the present cell began
	for {
		row, err := s.next()
		switch {
		case err == errLong:
			s.release()
			return nil, line, broken(s.line, "the line is longer than %d bytes", r.limits.MaxLine)
		case err == io.EOF && state == quoted:
			s.rewind(began, beganAt)
			return nil, line, broken(beganAt, "a quote is opened on this line and never closed")
		case err != nil:
			return nil, line, err
		}
		var fault string
		state, carried, fault = scan(row, state, r.comma)
		if !carried {
			began, beganAt = len(s.taken()), s.line
		}
		switch {
		case fault != "":
			s.rewind(began, beganAt)
			return nil, line, broken(beganAt, "%s", fault)
		case len(s.taken()) > r.limits.MaxRecord:
			if err := r.skip(state); err != nil {
				return nil, line, err
			}
			return nil, line, broken(line, "the record is larger than %d bytes; if that is not meant, the quote on line %d is not closed", r.limits.MaxRecord, beganAt)
		case state != quoted:
			return s.taken(), line, nil
		}
	}
}

// skip passes the rest of a record without holding it. What is wrong with it no longer matters.
func (r *CSV) skip(state quoting) error {
	for state == quoted {
		r.in.release()
		row, err := r.in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil && err != errLong {
			return err
		}
		state, _, _ = scan(row, state, r.comma)
	}
	return nil
}

// scan follows the quotes through a line. carried tells that the cell it ended in, or found wrong, began on an earlier
// line.
func scan(row []byte, state quoting, comma byte) (after quoting, carried bool, fault string) {
	if carried = state == quoted; !carried && bytes.IndexByte(row, '"') < 0 {
		return bare, false, ""
	}
	for i := 0; i < len(row); i++ {
		c := row[i]
		switch {
		case state == quoted:
			n := bytes.IndexByte(row[i:], '"')
			if n < 0 {
				return quoted, carried, ""
			}
			i += n
			state = closed
		case c == comma:
			state, carried = fresh, false
		case c == '"' && state == bare:
			return state, carried, "a quote inside a cell that does not begin with one"
		case c == '"': // opens a fresh cell, or doubles the quote before it
			state = quoted
		case state == closed:
			return state, carried, "text behind the quote that ends a cell; a quote may be missing or too many"
		default:
			state = bare
		}
	}
	return state, carried, ""
}
