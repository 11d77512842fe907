package hospes

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in a way that every surface (Graph, OAuth, the command line) can map to its own code.
type Kind uint8

// The kinds. Only Throttled and Unavailable are worth a retry without a change.
const (
	KindInternal        Kind = iota // a fault of hospes itself; the cause goes to the log, never to the caller
	KindInvalid                     // the request is malformed or breaks a rule
	KindNotFound                    // the thing does not exist, or not in this tenant
	KindConflict                    // another object holds the value, or the state forbids it
	KindPrecondition                // a stated condition does not hold (resync, expired token)
	KindUnauthenticated             // nobody has proven to be anyone
	KindForbidden                   // somebody is known, and may not
	KindThrottled                   // too much, too fast
	KindUnavailable                 // a dependency is away; the same call may go through later
	KindUnsupported                 // a well-formed request for something hospes does not do
)

var kindNames = [...]string{
	"internal", "invalid", "not found", "conflict", "precondition", "unauthenticated", "forbidden", "throttled",
	"unavailable", "unsupported",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is the one error type that crosses packages.
//
// Code is the stable wire string (for example Request_ResourceNotFound), Message is safe to show to whoever called,
// Op names the operation ("invite.Create"), Err is the cause and is only ever logged.
type Error struct {
	Kind       Kind
	Op         string
	Code       string
	Message    string
	Target     string        // the property or object the error is about, where there is one
	Details    []Detail      // further codes, as conflicts have them
	RetryAfter time.Duration // for Throttled and Unavailable
	Err        error
}

// Detail is one entry of an error's list of details.
type Detail struct {
	Code, Message, Target string
}

func (e *Error) Error() string {
	s := e.Message
	if s == "" {
		s = e.Kind.String()
	}
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches by kind, so that errors.Is(err, ErrNotFound) holds for every error of that kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == "" && t.Message == "" && t.Op == "" && t.Kind == e.Kind
}

// Sentinels for errors.Is; each matches every error of its kind.
var (
	ErrInvalid      = &Error{Kind: KindInvalid}
	ErrNotFound     = &Error{Kind: KindNotFound}
	ErrConflict     = &Error{Kind: KindConflict}
	ErrPrecondition = &Error{Kind: KindPrecondition}
	ErrForbidden    = &Error{Kind: KindForbidden}
	ErrUnavailable  = &Error{Kind: KindUnavailable}
)

// KindOf gives the kind of err: that of the outermost *Error in its chain, or KindInternal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// CodeOf gives the wire code of err, or "".
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Invalidf reports a request that breaks a rule, with the Graph code Request_BadRequest.
func Invalidf(op, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Op: op, Code: CodeBadRequest, Message: fmt.Sprintf(format, args...)}
}

// NotFound reports an object that is not there, in the words that clients match on.
func NotFound(op, id string) *Error {
	return &Error{
		Kind: KindNotFound, Op: op, Code: CodeResourceNotFound, Target: id,
		Message: "Resource '" + id + "' does not exist or one of its queried reference-property objects are not present.",
	}
}

// Conflicting reports a value that another live object holds (graph-wire 4.2: 400 with the detail ObjectConflict).
func Conflicting(op, property string) *Error {
	const text = "A conflicting object with one or more of the specified property values is present in the directory."
	msg := "Another object with the same value for property " + property + " already exists."
	return &Error{
		Kind: KindConflict, Op: op, Code: CodeBadRequest, Message: msg, Target: property,
		Details: []Detail{
			{Code: "ObjectConflict", Message: msg, Target: property},
			{Code: "ConflictingObjects", Message: text, Target: property},
		},
	}
}

// Oversized reports an object that has become larger than MaxObject, in the words of the original.
func Oversized(op string) *Error {
	return &Error{
		Kind: KindInvalid, Op: op, Code: CodeSizeExceeded,
		Message: "The size of the object has exceeded its limit. Please reduce the number of values and retry your request.",
	}
}

// Internal wraps an unexpected cause.
func Internal(op string, err error) *Error {
	return &Error{Kind: KindInternal, Op: op, Err: err}
}

// Forbidden reports a caller who is known and may not (graph-wire 4.2).
func Forbidden(op string) *Error {
	return &Error{
		Kind: KindForbidden, Op: op, Code: "Authorization_RequestDenied",
		Message: "Insufficient privileges to complete the operation.",
	}
}

// Wire codes that several packages give. Each surface may map them further.
const (
	CodeBadRequest       = "Request_BadRequest"
	CodeStorageFull      = "StorageFull" // nothing was written; the call goes through once there is room
	CodeUnsupportedQuery = "Request_UnsupportedQuery"
	CodeSizeExceeded     = "Directory_ResourceSizeExceeded"
	CodeResourceNotFound = "Request_ResourceNotFound"
)
