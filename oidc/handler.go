package oidc

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Config is what a Handler needs from its surroundings.
type Config struct {
	Store     store.Store
	Authority *token.Authority
	People    *authn.Service
	Grants    *grant.Service
	Pages     Pages
	Origin    func(*http.Request) string // scheme, host and port that the client used, without a path
	Login     func(*http.Request) string // of sign-in; nil where that is the same
	Graph     func(*http.Request) string // of Graph; nil where that is the same
	Clock     hospes.Clock
	Random    hospes.Random
	Log       *slog.Logger // nil for none
}

// Pages asks people; package signin does.
type Pages interface {
	Authorize(w http.ResponseWriter, r *http.Request, q AuthRequest)
	AdminConsent(w http.ResponseWriter, r *http.Request, q AuthRequest, app token.Registration)
	Logout(w http.ResponseWriter, r *http.Request, q Logout)
	Fail(w http.ResponseWriter, r *http.Request, correlation string, err error)
}

// Handler serves the endpoints.
type Handler struct{ config Config }

// New makes a Handler.
func New(config Config) *Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	for _, sibling := range []*func(*http.Request) string{&config.Login, &config.Graph} {
		if *sibling == nil {
			*sibling = config.Origin
		}
	}
	return &Handler{config: config}
}

// endpoint is one of the paths below a tenant.
type endpoint struct {
	name   string
	method string // what it answers; POST as well where it is open to both
	serve  func(*Handler, *exchange) error
	pages  bool // pages of other origins call it
	both   bool // GET and POST alike
}

var endpoints = map[string]endpoint{
	"oauth2/v2.0/token":                     {name: "token", method: http.MethodPost, serve: (*Handler).tokenV2, pages: true},
	"oauth2/token":                          {name: "token", method: http.MethodPost, serve: (*Handler).tokenV1, pages: true},
	"oauth2/v2.0/authorize":                 {name: "authorize", method: http.MethodGet, serve: (*Handler).authorizeV2, both: true},
	"oauth2/authorize":                      {name: "authorize", method: http.MethodGet, serve: (*Handler).authorizeV1, both: true},
	"oauth2/v2.0/devicecode":                {name: "devicecode", method: http.MethodPost, serve: (*Handler).deviceV2},
	"oauth2/devicecode":                     {name: "devicecode", method: http.MethodPost, serve: (*Handler).deviceV1},
	"oauth2/v2.0/logout":                    {name: "logout", method: http.MethodGet, serve: (*Handler).logout, both: true},
	"oauth2/logout":                         {name: "logout", method: http.MethodGet, serve: (*Handler).logout, both: true},
	"v2.0/adminconsent":                     {name: "adminconsent", method: http.MethodGet, serve: (*Handler).adminConsent},
	"adminconsent":                          {name: "adminconsent", method: http.MethodGet, serve: (*Handler).adminConsent},
	"v2.0/.well-known/openid-configuration": {name: "configuration", method: http.MethodGet, serve: (*Handler).configurationV2, pages: true},
	".well-known/openid-configuration":      {name: "configuration", method: http.MethodGet, serve: (*Handler).configurationV1, pages: true},
	"discovery/v2.0/keys":                   {name: "keys", method: http.MethodGet, serve: (*Handler).keys, pages: true},
	"discovery/keys":                        {name: "keys", method: http.MethodGet, serve: (*Handler).keys, pages: true},
	"discovery/instance":                    {name: "instance", method: http.MethodGet, serve: (*Handler).instance, pages: true},
}

// aliases are the paths of the alias that names no tenant; v2 in all but the address.
var aliases = map[string]endpoint{
	"oauth2/token":                     {name: "token", method: http.MethodPost, serve: (*Handler).tokenV2},
	"oauth2/authorize":                 {name: "authorize", method: http.MethodGet, serve: (*Handler).authorizeV2, both: true},
	"oauth2/devicecode":                {name: "devicecode", method: http.MethodPost, serve: (*Handler).deviceV2},
	"oauth2/logout":                    {name: "logout", method: http.MethodGet, serve: (*Handler).logout, both: true},
	".well-known/openid-configuration": {name: "configuration", method: http.MethodGet, serve: (*Handler).configurationADFS},
	"discovery/keys":                   {name: "keys", method: http.MethodGet, serve: (*Handler).keys},
}

// whole are the paths that no tenant stands in front of.
var whole = map[string]endpoint{
	"metadata/endpoints": {name: "cloud", method: http.MethodGet, serve: (*Handler).cloud},
	"oidc/userinfo":      {name: "userinfo", method: http.MethodGet, serve: (*Handler).userinfo, pages: true, both: true},
	"subscriptions":      {name: "subscriptions", method: http.MethodGet, serve: (*Handler).subscriptions},
	"tenants":            {name: "tenants", method: http.MethodGet, serve: (*Handler).tenants},
}

var realmEndpoint = endpoint{name: "userrealm", method: http.MethodGet, serve: (*Handler).userRealm}

// route finds the endpoint of a path, the tenant in it, and what follows the name of the endpoint. Empty segments do not
// count: clients join addresses that end in a slash with paths that begin with one. Case does not count either.
func route(path string) (e endpoint, tenant, below string, ok bool) {
	segments := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(segments) == 0 {
		return e, "", "", false
	}
	if e, ok = whole[strings.ToLower(strings.Join(segments, "/"))]; ok {
		return e, "", "", true
	}
	tenant, rest := segments[0], strings.ToLower(strings.Join(segments[1:], "/"))
	if len(segments) == 3 && strings.EqualFold(segments[1], "userrealm") {
		return realmEndpoint, tenant, segments[2], true
	}
	if strings.EqualFold(tenant, adfsSegment) {
		e, ok = aliases[rest]
	} else {
		e, ok = endpoints[rest]
	}
	return e, tenant, "", ok
}

// Owns tells whether a path is one of this handler's, whatever stands in the place of the tenant.
func (h *Handler) Owns(path string) bool {
	_, _, _, ok := route(path)
	return ok
}

// ServeHTTP answers a request for a path that the handler owns.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, tenant, below, ok := route(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	x := h.begin(w, r, e, tenant)
	x.rest = below
	if r.Method == http.MethodOptions {
		h.preflight(x)
		return
	}
	if r.Method != e.method && (r.Method != http.MethodHead || e.method != http.MethodGet) && (!e.both || r.Method != http.MethodPost) {
		w.Header().Set("Allow", e.method)
		h.fail(x, refuse(codeMethod, "The endpoint only accepts %s requests. Received a %s request.", e.method, r.Method))
		return
	}
	if err := e.serve(h, x); err != nil {
		h.fail(x, err)
	}
}

// exchange is one request on its way to its answer.
type exchange struct {
	w           http.ResponseWriter
	r           *http.Request
	endpoint    endpoint
	tenant      string // as it stands in the path
	rest        string // what follows the name of the endpoint in the path
	origin      string // by which the client came
	login       string // of sign-in
	graph       string // of Graph
	now         time.Time
	trace       string
	correlation string
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request, e endpoint, tenant string) *exchange {
	x := &exchange{
		w: w, r: r, endpoint: e, tenant: tenant, origin: strings.TrimRight(h.config.Origin(r), "/"), login: strings.TrimRight(h.config.Login(r), "/"), graph: strings.TrimRight(h.config.Graph(r), "/"),
		now: h.config.Clock.Now(), trace: hospes.NewUUID(h.config.Random),
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Pragma", "no-cache")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("x-ms-request-id", x.trace)
	x.correlation = r.Header.Get("client-request-id")
	if x.correlation == "" {
		x.correlation = r.URL.Query().Get("client-request-id") // where MSAL for JavaScript puts it
	}
	if id, ok := hospes.ParseObjectID(x.correlation); ok {
		x.correlation = id.String()
		header.Set("client-request-id", x.correlation)
	} else {
		x.correlation = hospes.NewUUID(h.config.Random)
	}
	return x
}

// answer writes a body.
func (x *exchange) answer(status int, body any) error {
	x.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	x.w.WriteHeader(status)
	if x.r.Method == http.MethodHead {
		return nil
	}
	encoder := json.NewEncoder(x.w)
	encoder.SetEscapeHTML(false)
	// A client that has gone away is no failure of ours, and the status is out already.
	_ = encoder.Encode(body)
	return nil
}

// publish writes a document that may be kept for a while: much less than a signing key is published before it signs.
func (x *exchange) publish(body any) error {
	x.w.Header().Del("Pragma")
	x.w.Header().Set("Cache-Control", "private, max-age=3600")
	x.w.Header().Set("Access-Control-Allow-Origin", "*") // nothing in it is anybody's own
	return x.answer(http.StatusOK, body)
}
