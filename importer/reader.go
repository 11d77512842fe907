package importer

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/hospes-dev/hospes"
)

// Reader gives the records of a file, one at a time, in the order of the file.
type Reader interface {
	// Next gives the next record. A *RecordError stands in the place of a record that cannot be read, and the call
	// after it goes on; io.EOF is the end of the file, and every other error is an end, too. An end is final.
	Next() (Record, error)
	// Bytes tells how much of the file the records given so far take up; at the end it is the size of the file.
	Bytes() int64
	// Ignored counts what was well-formed, but is neither a person nor a group.
	Ignored() int
}

// Options are the limits and liberties of a reader. The zero value is a good choice.
type Options struct {
	// MaxRecord is how many bytes of a record are held at most; 0 stands for DefaultMaxRecord. What an LDIF record
	// holds beside the attributes that are read (photographs, certificates) does not count.
	MaxRecord int
	// MaxLine is how long a line may be at most, folded LDIF lines taken together; 0 stands for DefaultMaxLine.
	MaxLine int
	// IgnoreUnknown passes over CSV columns that nothing is known of, instead of refusing the file.
	IgnoreUnknown bool
}

// The limits that hold when none is given: groups of some 15,000 members by distinguished name pass.
const (
	DefaultMaxRecord = 1 << 20
	DefaultMaxLine   = 1 << 20
)

func (o Options) withDefaults() Options {
	if o.MaxRecord <= 0 {
		o.MaxRecord = DefaultMaxRecord
	}
	if o.MaxLine <= 0 {
		o.MaxLine = DefaultMaxLine
	}
	return o
}

// Open gives a reader for a file of either format, known by its name or else by how it begins. The name may be empty.
func Open(name string, r io.Reader, o Options) (Reader, error) {
	head := make([]byte, sniff)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	in := io.Reader(bytes.NewReader(head))
	switch {
	case err == nil:
		in = io.MultiReader(in, r)
	case err == io.EOF || err == io.ErrUnexpectedEOF:
	case n == 0:
		return nil, unreadable(opOpen, err)
	default:
		in = io.MultiReader(in, failed{err})
	}
	switch Detect(name, head) {
	case LDIFFormat:
		return NewLDIF(in, o), nil
	case CSVFormat:
		// Not "return NewCSV": a nil *CSV in the interface would not be nil.
		csv, err := NewCSV(in, o)
		if err != nil {
			return nil, err
		}
		return csv, nil
	}
	return nil, hospes.Invalidf(opOpen, "The file is neither LDIF (a first line like \"dn: …\") nor CSV (a first line of column names).")
}

// failed is the rest of an input that has failed already.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// All gives the records of a reader. A *RecordError comes beside an empty record and the walk goes on; any other
// error comes last.
func All(r Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			rec, err := r.Next()
			if err == io.EOF {
				return
			}
			if !yield(rec, err) || !passable(err) {
				return
			}
		}
	}
}

// Skip passes over n records, broken ones counted, so that an import can go on where an earlier one ended. It answers
// io.EOF when the file has fewer.
func Skip(r Reader, n int) error {
	for range n {
		if _, err := r.Next(); !passable(err) {
			return err
		}
	}
	return nil
}

func passable(err error) bool {
	var broken *RecordError
	return err == nil || errors.As(err, &broken)
}
