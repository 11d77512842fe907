package intake

import (
	"errors"

	"github.com/hospes-dev/hospes"
)

// Problem is a record that was refused.
type Problem struct {
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (i *Intake) refuse(line int, code, message string) {
	i.counts.Failed++
	if i.Refused != nil {
		i.Refused(Problem{line, code, message})
	}
}

// twiceProblem is a record about somebody who has had one: which of the two is right, nobody can tell.
func twiceProblem(line int, name string) Problem {
	return Problem{line, "DuplicateSourceEntries", "The name '" + name + "' stands twice in the import."}
}

func problemOf(line int, err error) Problem {
	var e *hospes.Error
	if errors.As(err, &e) {
		return Problem{line, e.Code, e.Message}
	}
	return Problem{line, "InternalServerError", "The record could not be stored."}
}
