package graphapi

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
)

// codeMediaType tells a client that its body is of a type or encoding that cannot be read.
const codeMediaType = "UnsupportedMediaType"

// codeTimeout tells that a query was broken off (graph-wire 4.2).
const codeTimeout = "GatewayTimeout"

// tooLong says so. Clients that ask again by themselves are asked to wait for as long as the query ran.
func tooLong(limit time.Duration, cause error) *hospes.Error {
	return &hospes.Error{
		Kind: hospes.KindUnavailable, Op: "graphapi.view", Code: codeTimeout, RetryAfter: limit, Err: cause,
		Message: "The query took longer than " + limit.String() + " and was broken off. Ask for less: by id, userPrincipalName, mail or the beginning of displayName, with fewer conditions, or by delta query.",
	}
}

// statuses is the one table from kinds of errors to HTTP (graph-wire 4.2).
var statuses = map[hospes.Kind]int{
	hospes.KindInternal: http.StatusInternalServerError, hospes.KindInvalid: http.StatusBadRequest, hospes.KindNotFound: http.StatusNotFound,
	hospes.KindConflict: http.StatusConflict, hospes.KindPrecondition: http.StatusPreconditionFailed, hospes.KindUnauthenticated: http.StatusUnauthorized,
	hospes.KindForbidden: http.StatusForbidden, hospes.KindThrottled: http.StatusTooManyRequests, hospes.KindUnavailable: http.StatusServiceUnavailable,
	hospes.KindUnsupported: http.StatusNotImplemented,
}

var defaultCodes = map[hospes.Kind]string{
	hospes.KindInternal: "InternalServerError", hospes.KindInvalid: hospes.CodeBadRequest, hospes.KindNotFound: hospes.CodeResourceNotFound,
	hospes.KindConflict: "Conflict", hospes.KindUnauthenticated: "InvalidAuthenticationToken", hospes.KindForbidden: "Authorization_RequestDenied",
	hospes.KindThrottled: "TooManyRequests", hospes.KindUnavailable: "ServiceUnavailable", hospes.KindUnsupported: "NotImplemented",
}

// statusOf gives the HTTP status of an error.
func statusOf(e *hospes.Error) int {
	switch {
	case e.Kind == hospes.KindConflict && e.Code == hospes.CodeBadRequest:
		return http.StatusBadRequest // a value that is taken answers 400 with the detail ObjectConflict
	case e.Kind == hospes.KindPrecondition && e.Code == codeResync:
		return http.StatusGone
	case e.Kind == hospes.KindUnsupported && e.Target == "method":
		return http.StatusMethodNotAllowed
	case e.Code == codeDependency:
		return http.StatusFailedDependency
	case e.Code == codeTimeout:
		return http.StatusGatewayTimeout
	case e.Code == hospes.CodeSizeExceeded:
		return http.StatusForbidden // as the original, though nobody is lacking a permission
	case e.Code == codeMediaType:
		return http.StatusUnsupportedMediaType // kiota sends the body again, uncompressed
	case e.Code == directory.CodeUnprocessable:
		return http.StatusUnprocessableEntity
	case e.Code == "Unauthorized": // POST /invitations alone answers 401 to a caller without the permission (design 2.2)
		return http.StatusUnauthorized
	}
	return statuses[e.Kind]
}

type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Code       string        `json:"code"`
	Message    string        `json:"message"`
	Details    []errorDetail `json:"details,omitempty"`
	InnerError innerError    `json:"innerError"`
}

type errorDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target,omitempty"`
}

type innerError struct {
	Date            string `json:"date"`
	RequestID       string `json:"request-id"`
	ClientRequestID string `json:"client-request-id"`
}

// fail writes an error. What is not meant for the caller goes to the log, under the request id.
func (c *call) fail(err error) {
	var e *hospes.Error
	if !errors.As(err, &e) {
		e = hospes.Internal("graphapi", err)
	}
	status := statusOf(e)
	body := errorBody{errorObject{
		Code: e.Code, Message: e.Message,
		InnerError: innerError{Date: c.api.Clock.Now().Format("2006-01-02T15:04:05"), RequestID: c.requestID, ClientRequestID: c.clientRequestID},
	}}
	if body.Error.Code == "" {
		body.Error.Code = defaultCodes[e.Kind]
	}
	if e.Kind == hospes.KindInternal {
		c.api.Log.Error("a request failed", "request", c.requestID, "method", c.r.Method, "route", c.routeKey(), "err", err)
		body.Error.Message = "An unexpected error occurred. Quote the request id when you report it."
	}
	challenge := ""
	for _, d := range e.Details {
		if d.Code == challengeDetail {
			challenge = `, error="insufficient_claims", claims="` + d.Message + `"`
			continue
		}
		body.Error.Details = append(body.Error.Details, errorDetail{d.Code, d.Message, d.Target})
	}
	h := c.w.Header()
	if e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	} else if e.Kind == hospes.KindUnavailable || e.Kind == hospes.KindThrottled {
		h.Set("Retry-After", "1")
	}
	if e.Kind == hospes.KindUnauthenticated {
		h.Set("WWW-Authenticate", `Bearer realm="", authorization_uri="`+c.api.Login(c.r)+`/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`+challenge)
	}
	text, err := encode(body)
	if err != nil {
		text = []byte(`{"error":{"code":"InternalServerError","message":""}}`)
	}
	h.Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(text) // a client that went away needs no answer
}
