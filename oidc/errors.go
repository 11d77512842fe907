package oidc

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

const codePrefix = "AADSTS"

// Codes of the refusals that are made here; package token has the others.
const (
	codeNoTenant       = codePrefix + "50059"
	codeInstance       = codePrefix + "50049"
	codeInternal       = codePrefix + "50000"
	codeResource       = codePrefix + "500011"
	codeGrant          = codePrefix + "70003"
	codeScopes         = codePrefix + "70011"
	codeAssertion      = codePrefix + "700027"
	codeNoCredential   = codePrefix + "7000218"
	codeTenant         = codePrefix + "90002"
	codeUnavailable    = codePrefix + "90033"
	codeMissing        = codePrefix + "900144"
	codeMethod         = codePrefix + "900561"
	codeDuplicate      = codePrefix + "9000411"
	codeMalformed      = codePrefix + "9002313"
	codeDefaultScope   = codePrefix + "1002012"
	invalidClient      = "invalid_client"
	invalidRequest     = "invalid_request"
	invalidResource    = "invalid_resource"
	invalidScope       = "invalid_scope"
	unauthorizedClient = "unauthorized_client"
)

// wire says how each code is answered. What is not in it is a fault of ours or of something below.
var wire = map[string]struct {
	status int
	name   string
}{
	codeNoTenant:              {http.StatusBadRequest, invalidRequest},
	codeInstance:              {http.StatusBadRequest, "invalid_instance"},
	codeInternal:              {http.StatusInternalServerError, "server_error"},
	codeResource:              {http.StatusBadRequest, invalidResource},
	codeGrant:                 {http.StatusBadRequest, "unsupported_grant_type"},
	codeScopes:                {http.StatusBadRequest, invalidScope},
	codeAssertion:             {http.StatusUnauthorized, invalidClient},
	codeNoCredential:          {http.StatusUnauthorized, invalidClient},
	codeTenant:                {http.StatusBadRequest, invalidRequest},
	codeUnavailable:           {http.StatusServiceUnavailable, "temporarily_unavailable"},
	codeMissing:               {http.StatusBadRequest, invalidRequest},
	codeMethod:                {http.StatusMethodNotAllowed, invalidRequest},
	codeDuplicate:             {http.StatusBadRequest, invalidRequest},
	codeMalformed:             {http.StatusBadRequest, invalidRequest},
	codeDefaultScope:          {http.StatusBadRequest, invalidScope},
	token.CodeMalformedClient: {http.StatusBadRequest, unauthorizedClient},
	token.CodeUnknownClient:   {http.StatusBadRequest, unauthorizedClient},
	token.CodeDisabledClient:  {http.StatusBadRequest, unauthorizedClient},
	token.CodeInvalidSecret:   {http.StatusUnauthorized, invalidClient},
	token.CodeExpiredSecret:   {http.StatusUnauthorized, invalidClient},
}

// failure is the body of every answer that is not a success.
type failure struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri"`
}

// refuse makes an error with one of the codes above.
func refuse(code, format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "oidc", Code: code, Message: fmt.Sprintf(format, args...)}
}

// fail answers with an error. The cause goes to the log where it is a fault of ours, and nowhere else.
func (h *Handler) fail(x *exchange, err error) {
	var e *hospes.Error
	if !errors.As(err, &e) {
		e = hospes.Internal("oidc", err)
	}
	code, message := e.Code, e.Message
	entry, known := wire[code]
	if !known {
		code, message = codeInternal, "Something went wrong here; the log of the server tells more."
		if e.Kind == hospes.KindUnavailable || e.Kind == hospes.KindThrottled {
			code, message = codeUnavailable, "The service is away for a moment. Try again."
			x.w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(e.RetryAfter.Seconds())))))
		}
		entry = wire[code]
		if x.r.Context().Err() == nil {
			h.config.Log.LogAttrs(x.r.Context(), slog.LevelError, "a request for "+x.endpoint.name+" failed",
				slog.String("trace", x.trace), slog.String("correlation", x.correlation), slog.Any("err", err))
		}
	}
	if code == codeTenant && x.endpoint.name != "token" {
		entry.name = "invalid_tenant"
	}
	if entry.status == http.StatusUnauthorized && x.r.Header.Get("Authorization") != "" {
		x.w.Header().Set("WWW-Authenticate", `Basic realm="hospes"`)
	}
	_ = x.answer(entry.status, x.failure(code, entry.name, message))
}

func (x *exchange) failure(code, name, message string) failure {
	number := strings.TrimPrefix(code, codePrefix)
	n, err := strconv.Atoi(number)
	if err != nil {
		panic("oidc: the code " + code + " has no number") // the table of codes is ours
	}
	stamp := x.now.UTC().Format("2006-01-02 15:04:05Z")
	return failure{
		Error:       name,
		Description: code + ": " + message + " Trace ID: " + x.trace + " Correlation ID: " + x.correlation + " Timestamp: " + stamp,
		Codes:       []int{n}, Timestamp: stamp, TraceID: x.trace, CorrelationID: x.correlation,
		URI: x.origin + "/error?code=" + number,
	}
}

// clip bounds what is repeated of a caller's text.
func clip(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
