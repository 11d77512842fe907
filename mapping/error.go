package mapping

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
)

// Error is a fault in an expression, or one met while it ran, with its place. Line and Column count from 1; a column
// is one character. It is of the kind hospes.KindInvalid: the same expression on the same object fails again.
type Error struct {
	Line, Column int
	Message      string

	source string
}

// Error renders "1:14: Join expects at least 2 arguments".
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// Unwrap lets hospes.KindOf and errors.Is see the kind.
func (e *Error) Unwrap() error { return hospes.ErrInvalid }

// snippetWidth is how much of a long line a snippet shows on either side of the fault: together a terminal's width.
const snippetWidth = 39

// Snippet renders the line of the fault with a caret below it, as two lines. Long lines are cut around the caret.
func (e *Error) Snippet() string {
	lines := strings.Split(e.source, "\n")
	if e.Line < 1 || e.Line > len(lines) {
		return ""
	}
	line := []rune(strings.TrimRight(lines[e.Line-1], "\r"))
	at := min(max(e.Column-1, 0), len(line))
	before, after := line[:at], line[at:]
	var head, tail string
	if len(before) > snippetWidth {
		head, before = "…", before[len(before)-snippetWidth:]
	}
	if len(after) > snippetWidth {
		tail, after = "…", after[:snippetWidth]
	}
	var pad strings.Builder
	pad.WriteString(strings.Repeat(" ", utf8.RuneCountInString(head)))
	for _, r := range before {
		if r != '\t' {
			r = ' '
		}
		pad.WriteRune(r)
	}
	return head + string(before) + string(after) + tail + "\n" + pad.String() + "^"
}

// errorAt makes an error about a place in source.
func errorAt(source string, at Pos, format string, args ...any) *Error {
	before := source[:min(int(at), len(source))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return &Error{Line: line, Column: column, Message: fmt.Sprintf(format, args...), source: source}
}
