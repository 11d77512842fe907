package graphclient

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
)

// Error is a refusal of the server.
type Error struct {
	Status     int
	Code       string
	Message    string
	Details    []hospes.Detail
	RequestID  string // under which the log of the server has the cause
	RetryAfter time.Duration
	Method     string
	Path       string
}

// Error gives the sentence of the server, and its code.
func (e *Error) Error() string {
	switch {
	case e.Code == "" && e.Message == "":
		return e.Method + " " + e.Path + " answered " + strconv.Itoa(e.Status) + " " + http.StatusText(e.Status)
	case e.Code == "":
		return e.Message
	case e.Message == "":
		return e.Code
	}
	return strings.TrimRight(e.Message, ".") + " (" + e.Code + ")"
}

// Unwrap gives the same as an error of hospes, so that hospes.KindOf and errors.Is see what kind it is.
func (e *Error) Unwrap() error {
	return &hospes.Error{Kind: e.Kind(), Code: e.Code, Message: e.Message, Details: e.Details, RetryAfter: e.RetryAfter}
}

// kinds is the table from HTTP to kinds. What is not in it is a fault of the server.
var kinds = map[int]hospes.Kind{
	http.StatusBadRequest:            hospes.KindInvalid,
	http.StatusUnauthorized:          hospes.KindUnauthenticated,
	http.StatusForbidden:             hospes.KindForbidden,
	http.StatusNotFound:              hospes.KindNotFound,
	http.StatusMethodNotAllowed:      hospes.KindUnsupported,
	http.StatusConflict:              hospes.KindConflict,
	http.StatusGone:                  hospes.KindPrecondition,
	http.StatusPreconditionFailed:    hospes.KindPrecondition,
	http.StatusRequestEntityTooLarge: hospes.KindInvalid,
	http.StatusUnsupportedMediaType:  hospes.KindInvalid,
	http.StatusUnprocessableEntity:   hospes.KindInvalid,
	http.StatusTooManyRequests:       hospes.KindThrottled,
	http.StatusNotImplemented:        hospes.KindUnsupported,
	http.StatusBadGateway:            hospes.KindUnavailable,
	http.StatusServiceUnavailable:    hospes.KindUnavailable,
	http.StatusGatewayTimeout:        hospes.KindUnavailable,
}

// Kind says what went wrong. A value that is taken answers 400 like any broken rule; its details tell the two apart.
func (e *Error) Kind() hospes.Kind {
	if e.Status == http.StatusBadRequest {
		for _, d := range e.Details {
			if d.Code == "ObjectConflict" || d.Code == "ConflictingObjects" {
				return hospes.KindConflict
			}
		}
		switch e.Code {
		case "unauthorized_client", "invalid_client":
			return hospes.KindUnauthenticated
		}
		if strings.HasPrefix(e.Message, noTenant) {
			return hospes.KindNotFound
		}
	}
	if e.Code == hospes.CodeSizeExceeded {
		return hospes.KindInvalid
	}
	return kinds[e.Status]
}

// noTenant is how the token endpoint begins when the tenant in its path is unknown.
const noTenant = "AADSTS90002"

// repeatable tells that the same request may go through later. What gateways say is no promise that nothing was done,
// so it lets only requests be repeated that change nothing.
func (e *Error) repeatable() bool {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return e.Method == http.MethodGet
	}
	return false
}

// maxRefusal bounds what is read of a refusal.
const maxRefusal = 1 << 20

// readError reads a refusal in any of the forms that servers give: that of Graph, that of OAuth, or none.
func readError(res *http.Response, q Request) *Error {
	defer func() { _ = res.Body.Close() }() // nothing more is read of it
	e := &Error{Status: res.StatusCode, Method: q.Method, Path: q.Path, RequestID: res.Header.Get("request-id")}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	var body struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	if err != nil || json.Unmarshal(raw, &body) != nil {
		return e
	}
	var graph struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Target  string `json:"target"`
		} `json:"details"`
		Inner struct {
			RequestID string `json:"request-id"`
		} `json:"innerError"`
	}
	if json.Unmarshal(body.Error, &graph) == nil {
		e.Code, e.Message = graph.Code, graph.Message
		for _, d := range graph.Details {
			e.Details = append(e.Details, hospes.Detail{Code: d.Code, Message: d.Message, Target: d.Target})
		}
		if e.RequestID == "" {
			e.RequestID = graph.Inner.RequestID
		}
		return e
	}
	if json.Unmarshal(body.Error, &e.Code) == nil {
		e.Message = firstSentences(body.Description)
	}
	return e
}

// firstSentences leaves out the ids and the time that token endpoints put behind what they say.
func firstSentences(s string) string {
	s, _, _ = strings.Cut(s, " Trace ID: ")
	s, _, _ = strings.Cut(s, "\r\n")
	return s
}

// unreachable says that there was no answer at all. What the transport itself says in our own words stays as it is.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var own *hospes.Error
	if errors.As(err, &own) {
		return own
	}
	e := &hospes.Error{Kind: hospes.KindUnavailable, Op: "graphclient.Do", Code: CodeUnreachable, Err: err}
	var transport *url.Error
	if errors.As(err, &transport) {
		err = transport.Err // without the address, which the message has
	}
	e.Message = c.base.String() + " cannot be reached: " + err.Error()
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		e.Code, e.Message = CodeUntrusted, "the certificate of "+c.base.String()+" is signed by an authority that this machine does not know"
	}
	return e
}

// Codes of errors that are made here, where no server answered.
const (
	CodeUnreachable = "Unreachable"
	CodeUntrusted   = "UntrustedCertificate"
)
