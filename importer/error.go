package importer

import (
	"errors"
	"fmt"

	"github.com/hospes-dev/hospes"
)

// RecordError says that one record could not be read. The reader has passed it: the next call of Next goes on with
// the record after it.
type RecordError struct {
	Line    int    // where the trouble is: the line of the value, or the first line of the record
	Message string // for the person who made the file
}

func (e *RecordError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Unwrap gives the fault as the error that other packages speak, so that hospes.KindOf answers KindInvalid.
func (e *RecordError) Unwrap() error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: opNext, Code: hospes.CodeBadRequest, Message: e.Error()}
}

const (
	opOpen = "importer.Open"
	opNext = "importer.Next"
)

func broken(line int, format string, args ...any) *RecordError {
	return &RecordError{Line: line, Message: fmt.Sprintf(format, args...)}
}

// unreadable reports an input that ended with something else than its end. An error that already has a kind (a body
// that is larger than the server takes, say) keeps it.
func unreadable(op string, err error) error {
	if e := (*hospes.Error)(nil); errors.As(err, &e) {
		return err
	}
	return &hospes.Error{Kind: hospes.KindUnavailable, Op: op, Message: "The file could not be read to its end.", Err: err}
}
