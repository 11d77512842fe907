package oidc

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// Store is what the endpoints read; store.Store is one.
type Store interface {
	token.Directory
	Tenant(ctx context.Context, id hospes.TenantID) (hospes.Tenant, error)
	TenantOfDomain(ctx context.Context, name string) (hospes.Tenant, error)
}

// Config is what a Handler needs from its surroundings.
type Config struct {
	Store     Store
	Authority *token.Authority
	Origin    func(*http.Request) string // scheme, host and port that the client used, without a path
	Clock     hospes.Clock
	Random    hospes.Random
	Log       *slog.Logger // nil for none
}

// Handler serves the endpoints.
type Handler struct{ config Config }

// New makes a Handler.
func New(config Config) *Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{config: config}
}

// endpoint is one of the paths below a tenant.
type endpoint struct {
	name   string
	method string
	serve  func(*Handler, *exchange) error
}

var endpoints = map[string]endpoint{
	"oauth2/v2.0/token":                     {"token", http.MethodPost, (*Handler).tokenV2},
	"oauth2/token":                          {"token", http.MethodPost, (*Handler).tokenV1},
	"v2.0/.well-known/openid-configuration": {"configuration", http.MethodGet, (*Handler).configurationV2},
	".well-known/openid-configuration":      {"configuration", http.MethodGet, (*Handler).configurationV1},
	"discovery/v2.0/keys":                   {"keys", http.MethodGet, (*Handler).keys},
	"discovery/keys":                        {"keys", http.MethodGet, (*Handler).keys},
	"discovery/instance":                    {"instance", http.MethodGet, (*Handler).instance},
}

var cloudEndpoint = endpoint{"cloud", http.MethodGet, (*Handler).cloud}

// route finds the endpoint of a path and the tenant in it. Empty segments do not count: clients join addresses that end
// in a slash with paths that begin with one. Case does not count either.
func route(path string) (e endpoint, tenant string, ok bool) {
	tenant, rest, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	segments := strings.FieldsFunc(rest, func(r rune) bool { return r == '/' })
	rest = strings.ToLower(strings.Join(segments, "/"))
	if strings.EqualFold(tenant, "metadata") && rest == "endpoints" {
		return cloudEndpoint, "", true
	}
	e, ok = endpoints[rest]
	return e, tenant, ok && tenant != ""
}

// Owns tells whether a path is one of this handler's, whatever stands in the place of the tenant.
func (h *Handler) Owns(path string) bool {
	_, _, ok := route(path)
	return ok
}

// ServeHTTP answers a request for a path that the handler owns.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, tenant, ok := route(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	x := h.begin(w, r, e, tenant)
	if r.Method != e.method && (r.Method != http.MethodHead || e.method != http.MethodGet) {
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
	origin      string
	now         time.Time
	trace       string
	correlation string
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request, e endpoint, tenant string) *exchange {
	x := &exchange{
		w: w, r: r, endpoint: e, tenant: tenant, origin: strings.TrimRight(h.config.Origin(r), "/"),
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
	return x.answer(http.StatusOK, body)
}
