package oidc

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/token"
)

const codePrefix = "AADSTS"

// Codes of the refusals that are made here; packages token, authn and grant have the others.
const (
	codeNoTenant      = codePrefix + "50059"
	codeInstance      = codePrefix + "50049"
	codeInternal      = codePrefix + "50000"
	codeResource      = codePrefix + "500011"
	codeRedirect      = codePrefix + "50011"
	codeSingleTenant  = codePrefix + "50194"
	codeGrant         = codePrefix + "70003"
	codeScopes        = codePrefix + "70011"
	codeResponseType  = codePrefix + "700051"
	codeRequestObject = codePrefix + "90023"
	codeRequestURI    = codePrefix + "900231"
	codeNoCredential  = codePrefix + "7000218"
	codeNoProof       = codePrefix + "7000216"
	codeTenant        = codePrefix + "90002"
	codeUnavailable   = codePrefix + "90033"
	codeMissing       = codePrefix + "900144"
	codeMethod        = codePrefix + "900561"
	codeDuplicate     = codePrefix + "9000411"
	codeMalformed     = codePrefix + "9002313"
	codeSPA           = codePrefix + "9002327"
	codeNotSPA        = codePrefix + "9002326"
	codeDefaultScope  = codePrefix + "1002012"

	accessDenied        = "access_denied"
	interactionRequired = "interaction_required"
	invalidClient       = "invalid_client"
	invalidGrant        = "invalid_grant"
	invalidRequest      = "invalid_request"
	invalidResource     = "invalid_resource"
	invalidScope        = "invalid_scope"
	unauthorizedClient  = "unauthorized_client"
)

// wire says how each code is answered by the token endpoint, and by the authorization endpoint where that has another
// name for it. What is not in it is a fault of ours or of something below.
var wire = map[string]struct {
	status    int
	name      string
	authorize string
}{
	codeNoTenant:      {status: http.StatusBadRequest, name: invalidRequest},
	codeInstance:      {status: http.StatusBadRequest, name: "invalid_instance"},
	codeInternal:      {status: http.StatusInternalServerError, name: "server_error"},
	codeResource:      {status: http.StatusBadRequest, name: invalidResource},
	codeRedirect:      {status: http.StatusBadRequest, name: invalidRequest},
	codeSingleTenant:  {status: http.StatusBadRequest, name: unauthorizedClient},
	codeGrant:         {status: http.StatusBadRequest, name: "unsupported_grant_type"},
	codeScopes:        {status: http.StatusBadRequest, name: invalidScope},
	codeResponseType:  {status: http.StatusBadRequest, name: "unsupported_response_type"},
	codeRequestObject: {status: http.StatusBadRequest, name: "request_not_supported"},
	codeRequestURI:    {status: http.StatusBadRequest, name: "request_uri_not_supported"},
	codeNoCredential:  {status: http.StatusUnauthorized, name: invalidClient},
	codeNoProof:       {status: http.StatusUnauthorized, name: invalidClient},
	codeTenant:        {status: http.StatusBadRequest, name: invalidRequest},
	codeUnavailable:   {status: http.StatusServiceUnavailable, name: "temporarily_unavailable"},
	codeMissing:       {status: http.StatusBadRequest, name: invalidRequest},
	codeMethod:        {status: http.StatusMethodNotAllowed, name: invalidRequest},
	codeDuplicate:     {status: http.StatusBadRequest, name: invalidRequest},
	codeMalformed:     {status: http.StatusBadRequest, name: invalidRequest},
	codeSPA:           {status: http.StatusBadRequest, name: invalidRequest},
	codeNotSPA:        {status: http.StatusBadRequest, name: invalidRequest},
	codeDefaultScope:  {status: http.StatusBadRequest, name: invalidScope},

	token.CodeMalformedClient:     {status: http.StatusBadRequest, name: unauthorizedClient},
	token.CodeUnknownClient:       {status: http.StatusBadRequest, name: unauthorizedClient},
	token.CodeNotAssignedResource: {status: http.StatusBadRequest, name: "invalid_grant"},
	token.CodeDisabledClient:      {status: http.StatusBadRequest, name: unauthorizedClient},
	token.CodeInvalidSecret:       {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeExpiredSecret:       {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeBadAssertion:        {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeUsedAssertion:       {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeAssertionClient:     {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeAssertionAudience:   {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeAssertionTime:       {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeNoKeys:              {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeUnknownKey:          {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeFederatedIssuer:     {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeFederatedAudience:   {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeFederatedSubject:    {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeFederatedCase:       {status: http.StatusUnauthorized, name: invalidClient},
	token.CodeIssuerAway:          {status: http.StatusBadRequest, name: invalidRequest},

	authn.CodePending:         {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeForeign:         {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeNoUser:          {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeLocked:          {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodePasswordExpired: {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeDisabled:        {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeNoSession:       {status: http.StatusBadRequest, name: "login_required"},
	authn.CodeMFA:             {status: http.StatusBadRequest, name: interactionRequired},
	authn.CodeMFAEnrol:        {status: http.StatusBadRequest, name: interactionRequired},
	authn.CodeSelect:          {status: http.StatusBadRequest, name: interactionRequired, authorize: "account_selection_required"},
	authn.CodeNotAssigned:     {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeWrongPassword:   {http.StatusBadRequest, invalidGrant, accessDenied},
	authn.CodeNoDomain:        {status: http.StatusBadRequest, name: invalidRequest},
	authn.CodeRevoked:         {http.StatusBadRequest, invalidGrant, "login_required"},
	authn.CodeOutbound:        {status: http.StatusBadRequest, name: accessDenied},
	authn.CodeInbound:         {status: http.StatusBadRequest, name: accessDenied},
	authn.CodeThrottled:       {status: http.StatusTooManyRequests, name: "temporarily_unavailable"},
	authn.CodeWrongCode:       {http.StatusBadRequest, invalidGrant, accessDenied},

	grant.CodeChallenge:     {http.StatusBadRequest, invalidGrant, invalidRequest},
	grant.CodeVerifier:      {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeVerifierSize:  {http.StatusBadRequest, invalidGrant, invalidRequest},
	grant.CodeRedeemed:      {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeConsent:       {http.StatusBadRequest, invalidGrant, "consent_required"},
	grant.CodeDeclined:      {http.StatusBadRequest, "authorization_declined", accessDenied},
	grant.CodeAdminOnly:     {http.StatusBadRequest, invalidGrant, accessDenied},
	grant.CodeNoScope:       {status: http.StatusUnauthorized, name: invalidClient},
	grant.CodeNotOffered:    {status: http.StatusBadRequest, name: invalidResource},
	grant.CodeBadGrant:      {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeExpiredGrant:  {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeIdleRefresh:   {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeSPARefresh:    {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodePublicSecret:  {status: http.StatusUnauthorized, name: invalidClient},
	grant.CodeOtherClient:   {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeRedirect:      {status: http.StatusBadRequest, name: invalidGrant},
	grant.CodeDevicePending: {status: http.StatusBadRequest, name: "authorization_pending"},
	grant.CodeDeviceUnknown: {status: http.StatusBadRequest, name: "bad_verification_code"},
	grant.CodeDeviceExpired: {status: http.StatusBadRequest, name: "expired_token"},
	grant.CodeDeviceSlow:    {status: http.StatusBadRequest, name: "slow_down"},
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
	if c := (*challenged)(nil); errors.As(err, &c) {
		x.answerChallenge(c)
		return
	}
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
			x.retryAfter(e.RetryAfter)
		}
		entry = wire[code]
		if x.r.Context().Err() == nil {
			h.config.Log.LogAttrs(x.r.Context(), slog.LevelError, "a request for "+x.endpoint.name+" failed",
				slog.String("trace", x.trace), slog.String("correlation", x.correlation), slog.Any("err", err))
		}
	}
	if code == token.CodeIssuerAway { // why exactly is the operator's to know: it would tell others what this machine can reach
		h.config.Log.LogAttrs(x.r.Context(), slog.LevelWarn, "the keys of an issuer cannot be read",
			slog.String("trace", x.trace), slog.String("correlation", x.correlation), slog.Any("err", err))
	}
	if entry.status == http.StatusTooManyRequests {
		x.retryAfter(e.RetryAfter)
	}
	if code == codeTenant && x.endpoint.name != "token" {
		entry.name = "invalid_tenant"
	}
	if entry.status == http.StatusUnauthorized && x.r.Header.Get("Authorization") != "" {
		x.w.Header().Set("WWW-Authenticate", `Basic realm="hospes"`)
	}
	_ = x.answer(entry.status, x.failure(code, entry.name, message))
}

// retryAfter tells the client for how long to wait.
func (x *exchange) retryAfter(d time.Duration) {
	x.w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(d.Seconds())))))
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
