package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitRefused     = 4
	exitConflict    = 5
	exitUnavailable = 6
)

// endings is the one table from kinds of errors to exit codes and to what can be done about them. A server's status
// becomes a kind in graphclient.
var endings = map[hospes.Kind]struct {
	code   int
	remedy string
}{
	hospes.KindInternal:        {exitFailed, "run it again with --verbose, and report it if it stays"},
	hospes.KindInvalid:         {exitFailed, "correct what was given"},
	hospes.KindNotFound:        {exitNotFound, "check the name and --tenant; the list command of the noun shows what there is"},
	hospes.KindConflict:        {exitConflict, "choose another value, or change what holds it"},
	hospes.KindPrecondition:    {exitConflict, "look at the present state and decide again"},
	hospes.KindUnauthenticated: {exitRefused, "check --tenant, --client-id and --client-secret"},
	hospes.KindForbidden:       {exitRefused, "grant the application the permission that this needs"},
	hospes.KindThrottled:       {exitUnavailable, "try again later"},
	hospes.KindUnavailable:     {exitUnavailable, "try again later"},
	hospes.KindUnsupported:     {exitFailed, "this cannot be done here"},
}

const gatesRemedy = "the source has to allow outbound consent, the target inbound consent and synchronization: see 'hospes policy partner'"

// codeRemedies are better advice for errors that are known more closely.
var codeRemedies = map[string]string{
	graphclient.CodeUnreachable:                             "check --server, and that 'hospes serve' runs there",
	graphclient.CodeUntrusted:                               "name the authority with --ca; 'hospes ca --data DIR' prints where a server keeps its own",
	"DataDirectoryInUse":                                    "or try again when it has ended",
	"CredentialsMissing":                                    "the configuration names no target; make one with 'hospes sync create'",
	"AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure": gatesRemedy,
	provision.CodeGateClosed:                                gatesRemedy,
	hospes.CodeSizeExceeded:                                 "give it fewer or shorter values",
	hospes.CodeStorageFull:                                  "free some room, and run it again",
	hospes.CodeUnsupportedQuery:                             "see --help for what can be asked, or add --advanced",
}

// usageError is a command line that cannot be understood.
type usageError struct {
	message string
	path    string // of the command, for the remedy
}

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) *usageError {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// asUsage makes an error that came before a command began one of usage.
func asUsage(err error, path string) error {
	var usage *usageError
	if !errors.As(err, &usage) {
		usage = &usageError{message: err.Error()}
	}
	if usage.path == "" {
		usage.path = path
	}
	return usage
}

// withPath says which command a wrong usage was of.
func withPath(err error, path string) error {
	var usage *usageError
	if errors.As(err, &usage) && usage.path == "" {
		usage.path = path
	}
	return err
}

// helpful is an error with advice of its own.
type helpful struct {
	error
	remedy string
}

func (e *helpful) Unwrap() error { return e.error }

// report writes an error as one line and gives the exit code.
func (c *cli) report(ctx context.Context, err error) int {
	var expression *mapping.Error
	var filter scope.Error
	var usage *usageError
	switch {
	case errors.As(err, &expression): // what editors can jump to
		c.complain(expression.Error())
		return exitFailed
	case errors.As(err, &filter):
		c.complain("hospes: " + filter.Error())
		return exitFailed
	case errors.As(err, &usage):
		c.complain("hospes: " + sentence(usage.message) + "; see '" + usage.path + " --help'")
		return exitUsage
	case ctx.Err() != nil:
		c.complain("hospes: interrupted")
		return exitFailed
	}
	ending := endings[hospes.KindOf(err)]
	c.complain("hospes: " + sentence(textOf(err)) + "; " + remedyOf(err, ending.remedy))
	return ending.code
}

// complain writes a line; where that fails, nobody listens. What a server says may hold the names that others gave.
func (c *cli) complain(line string) { _, _ = fmt.Fprintln(c.err, oneLine(clean(line))) }

// hint says on standard error what is not part of the result.
func (c *cli) hint(format string, args ...any) {
	if !c.flags.quiet {
		c.complain(fmt.Sprintf(format, args...))
	}
}

func remedyOf(err error, general string) string {
	var own *helpful
	if errors.As(err, &own) {
		return own.remedy
	}
	if remedy := codeRemedies[hospes.CodeOf(err)]; remedy != "" {
		return remedy
	}
	var refusal *graphclient.Error
	if errors.As(err, &refusal) && refusal.Kind() == hospes.KindInternal && refusal.RequestID != "" {
		return "the log of the server has the cause under the request " + refusal.RequestID
	}
	return general
}

// textOf says what went wrong without the names of operations, which mean nothing to a user. It goes as far down as
// nobody has said more about an error.
func textOf(err error) string {
	switch e := err.(type) { //nolint:errorlint // a wrapped error is told by what wraps it
	case *helpful:
		return textOf(e.error)
	case *hospes.Error:
		if e.Message != "" {
			return sentence(e.Message)
		}
	case interface{ Unwrap() []error }:
		var parts []string
		for _, part := range e.Unwrap() {
			parts = append(parts, textOf(part))
		}
		return strings.Join(parts, "; ")
	}
	return err.Error()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// sentence takes the final stop off, as more follows.
func sentence(s string) string { return strings.TrimRight(strings.TrimSpace(s), ".") }
