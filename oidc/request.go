package oidc

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/token"
)

// AuthRequest is an authorization request that has been proven to come from an application, as far as that can be: the
// answer may be sent to its redirect URI.
type AuthRequest struct {
	ClientID    string             `json:"client"`
	ClientName  string             `json:"name"`
	Host        hospes.TenantID    `json:"host"` // zero for the home of whoever signs in
	Redirect    string             `json:"redirect"`
	Kind        token.RedirectKind `json:"kind"`
	Mode        string             `json:"mode"`
	State       string             `json:"state,omitempty"`
	Nonce       string             `json:"nonce,omitempty"`
	Challenge   string             `json:"challenge,omitempty"`
	Scopes      grant.Scopes       `json:"scopes"`
	Prompt      []string           `json:"prompt,omitempty"`
	LoginHint   string             `json:"hint,omitempty"`
	Subject     string             `json:"subject,omitempty"` // of the only person who is meant, as the application knows them
	DomainHint  string             `json:"domain,omitempty"`
	MaxAge      int                `json:"maxAge"` // seconds since the person was authenticated; -1 for any
	ClientInfo  bool               `json:"info,omitempty"`
	V1          bool               `json:"v1,omitempty"`
	Origin      string             `json:"origin"`
	Correlation string             `json:"correlation"`
}

// Means tells whether a person of the host may answer the request: with an id token as a hint, nobody else may.
func (q AuthRequest) Means(user hospes.ObjectID) bool {
	return q.Subject == "" || q.Subject == token.PairwiseSubject(user, q.ClientID)
}

// Asks tells whether the application asked for a prompt.
func (q AuthRequest) Asks(prompt string) bool { return slices.Contains(q.Prompt, prompt) }

// The prompts.
const (
	PromptNone    = "none"
	PromptLogin   = "login"
	PromptConsent = "consent"
	PromptSelect  = "select_account"
)

// Caller says where a request comes from.
func Caller(r *http.Request, correlation string) authn.Caller {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	return authn.Caller{Address: address, Agent: r.UserAgent(), Correlation: correlation}
}

const (
	modeQuery    = "query"
	modeFragment = "fragment"
	modeForm     = "form_post"
)

// maxQuery bounds an authorization request: all of it travels with the person from page to page.
const maxQuery = 12 << 10

// single are the parameters of an authorization request that may stand there once.
var single = []string{
	"client_id", "redirect_uri", "response_type", "response_mode", "scope", "resource", "state", "nonce", "prompt", "login_hint", "domain_hint", "code_challenge",
	"code_challenge_method", "max_age", "client_info", "request", "request_uri", "id_token_hint",
}

func (h *Handler) authorizeV1(x *exchange) error { return h.authorize(x, true) }
func (h *Handler) authorizeV2(x *exchange) error { return h.authorize(x, false) }

// authorize takes an authorization request in. Until the redirect URI is proven, what is wrong is shown to the person;
// from then on the application is told.
func (h *Handler) authorize(x *exchange, v1 bool) error {
	if x.r.Method == http.MethodPost { // so that the browser sends its session along, which it does not from elsewhere
		form, err := x.readForm()
		if err != nil {
			return h.page(x, err)
		}
		// One slash at the beginning: two would name another host.
		http.Redirect(x.w, x.r, "/"+strings.TrimLeft(x.r.URL.EscapedPath(), "/")+"?"+form.Encode(), http.StatusSeeOther)
		return nil
	}
	if len(x.r.URL.RawQuery) > maxQuery {
		return h.page(x, refuse(codeMalformed, "The request is malformed: it is longer than %d bytes.", maxQuery))
	}
	query, err := url.ParseQuery(x.r.URL.RawQuery)
	if err != nil {
		return h.page(x, refuse(codeMalformed, "The request is malformed: the query cannot be read."))
	}
	if err := once(query, single); err != nil {
		return h.page(x, err)
	}
	q, app, err := h.proveRedirect(x, query)
	if err != nil {
		return h.page(x, err)
	}
	q.V1, q.Origin, q.Correlation, q.State = v1, x.origin, x.correlation, query.Get("state")
	if err := h.readRequest(x, query, app, &q); err != nil {
		return h.respondError(x, q, err)
	}
	h.config.Pages.Authorize(x.w, x.r, q)
	return nil
}

// proveRedirect finds out which application asks, for which tenant, and where the answer may go.
func (h *Handler) proveRedirect(x *exchange, query url.Values) (AuthRequest, token.Registration, error) {
	var q AuthRequest
	clientID := query.Get("client_id")
	if clientID == "" {
		return q, token.Registration{}, missing("client_id")
	}
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, clientID)
	if err != nil {
		return q, app, err
	}
	uri := query.Get("redirect_uri")
	if uri == "" && len(app.Redirects) == 1 {
		uri = app.Redirects[0].URI
	}
	redirect, ok := app.FindRedirect(uri)
	if !ok {
		return q, app, refuse(codeRedirect, "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'.", clip(uri), app.AppID)
	}
	a, err := h.authority(x)
	if err == nil {
		a, err = h.of(x, a, app)
	}
	if err != nil {
		return q, app, err
	}
	if a.many != "" && !app.Many {
		return q, app, refuse(codeSingleTenant, "Application '%s'(%s) is not configured as a multi-tenant application. Usage of the /%s endpoint is not supported for such apps. Use the id or a domain of its tenant.", app.AppID, app.DisplayName, a.many)
	}
	return AuthRequest{ClientID: app.AppID, ClientName: app.DisplayName, Host: a.tenant.ID, Redirect: redirect.URI, Kind: redirect.Kind, Mode: modeQuery}, app, nil
}

// readRequest reads the rest. The application hears what is wrong.
func (h *Handler) readRequest(x *exchange, query url.Values, app token.Registration, q *AuthRequest) error {
	kind := strings.Fields(query.Get("response_type"))
	if slices.Contains(kind, "token") || slices.Contains(kind, "id_token") {
		q.Mode = modeFragment
	}
	switch mode := query.Get("response_mode"); mode {
	case "":
	case modeQuery, modeFragment, modeForm:
		q.Mode = mode
	default:
		return refuse(codeMalformed, "The response_mode '%s' is not supported: use query, fragment or form_post.", clip(mode))
	}
	switch {
	case len(kind) == 0:
		return missing("response_type")
	case len(kind) != 1 || kind[0] != "code":
		return refuse(codeResponseType, "The response_type '%s' is not supported. Use 'code', with a code_challenge.", clip(query.Get("response_type")))
	case query.Get("request") != "":
		return refuse(codeRequestObject, "Request objects are not supported. Send the parameters in the query.")
	case query.Get("request_uri") != "":
		return refuse(codeRequestURI, "The parameter request_uri is not supported. Send the parameters in the query.")
	}
	if err := grant.CheckChallenge(q.Kind, query.Get("code_challenge"), query.Get("code_challenge_method")); err != nil {
		return err
	}
	q.Challenge, q.Nonce, q.LoginHint, q.DomainHint = query.Get("code_challenge"), query.Get("nonce"), query.Get("login_hint"), query.Get("domain_hint")
	if hint := query.Get("id_token_hint"); hint != "" {
		of, err := h.config.Authority.IDHint(x.r.Context(), hint)
		if err != nil || of.Audience != q.ClientID {
			return refuse(codeMalformed, "The id_token_hint is not an id token that this server gave to the application.")
		}
		q.Subject = of.Subject
	}
	q.ClientInfo = query.Get("client_info") == "1"
	q.MaxAge = -1
	if text := query.Get("max_age"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return refuse(codeMalformed, "The value of max_age is not a number of seconds.")
		}
		q.MaxAge = n
	}
	q.Prompt = strings.Fields(query.Get("prompt"))
	for _, p := range q.Prompt {
		switch p {
		case PromptNone, PromptLogin, PromptConsent, PromptSelect:
		default:
			return refuse(codeMalformed, "The prompt '%s' is not supported: use none, login, consent or select_account.", clip(p))
		}
	}
	if q.Asks(PromptNone) && len(q.Prompt) > 1 {
		return refuse(codeMalformed, "The prompt 'none' does not go with others.")
	}
	var err error
	if q.Scopes, err = h.personScopes(x, query, q.V1); err != nil || q.Host.IsZero() {
		return err
	}
	return h.config.Grants.CheckAPI(x.r.Context(), q.Host, q.Scopes)
}

// personScopes reads what is asked for in the name of a person.
func (h *Handler) personScopes(x *exchange, form url.Values, v1 bool) (grant.Scopes, error) {
	mine := func(resource string) (string, bool) { return h.audience(x, resource) }
	resource, scope := form.Get("resource"), form.Get("scope")
	if v1 && (resource != "" || scope == "") {
		s := h.config.Grants.ParseResource(resource, mine)
		for _, name := range append(strings.Fields(scope), token.ScopeOpenID, token.ScopeProfile, token.ScopeOfflineAccess) {
			if name = strings.ToLower(name); token.IsProtocolScope(name) && !slices.Contains(s.Protocol, name) {
				s.Protocol = append(s.Protocol, name) // v1 always gives an id token and a refresh token
			}
		}
		return s, nil
	}
	if scope == "" {
		return grant.Scopes{}, missing("scope")
	}
	return h.config.Grants.ParseScopes(scope, mine)
}

// page shows a person what went wrong before it was clear whom else to tell.
func (h *Handler) page(x *exchange, err error) error {
	h.config.Pages.Fail(x.w, x.r, x.correlation, err)
	return nil
}
