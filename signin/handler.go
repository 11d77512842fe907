package signin

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

//go:embed pages
var files embed.FS

// Config is what a Handler needs from its surroundings.
type Config struct {
	Store  store.Store
	People *authn.Service
	Grants *grant.Service
	Box    authn.Box
	Origin func(*http.Request) string // scheme, host and port that the client used, without a path
	Clock  hospes.Clock
	Random hospes.Random
	Log    *slog.Logger // nil for none
}

// Handler serves the pages.
type Handler struct{ config Config }

var _ oidc.Pages = (*Handler)(nil)

// New makes a Handler.
func New(config Config) *Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{config}
}

const (
	pathForm   = "/signin"
	pathStyle  = "/signin/style.css"
	pathDevice = "/devicelogin"
	deviceAuth = "/oauth2/deviceauth"

	// maxForm bounds what a page sends back: the flow is most of it.
	maxForm = 64 << 10
)

// Owns tells whether a path is one of this handler's.
func (h *Handler) Owns(path string) bool {
	path = strings.ToLower(path)
	return path == pathForm || path == pathStyle || path == pathDevice || isDeviceAuth(path)
}

// isDeviceAuth tells the older address of the page for devices, which a tenant stands in front of.
func isDeviceAuth(path string) bool {
	tenant, ok := strings.CutSuffix(path, deviceAuth)
	return ok && strings.Count(tenant, "/") == 1 && len(tenant) > 1
}

// exchange is one request on its way.
type exchange struct {
	w           http.ResponseWriter
	r           *http.Request
	origin      string
	browser     string
	correlation string
	lang        string
	now         time.Time
	begun       *authn.Session // in this exchange: the browser has its ticket with the answer only
}

func (h *Handler) begin(w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{w: w, r: r, origin: strings.TrimRight(h.config.Origin(r), "/"), now: h.config.Clock.Now(), correlation: hospes.NewUUID(h.config.Random)}
	x.browser, x.lang = x.cookie(cookieBrowser), x.language()
	return x
}

// ServeHTTP answers a request for a path that the handler owns.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.ToLower(r.URL.Path)
	switch {
	case path == pathStyle:
		h.style(w, r)
	case path == pathForm && r.Method == http.MethodPost:
		h.form(h.begin(w, r))
	case path == pathForm:
		x := h.begin(w, r)
		h.failed(x, nil, refuse(codeOver, "There is nothing to sign in to here. Begin at the application."))
	default:
		h.device(h.begin(w, r))
	}
}

func (h *Handler) style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, files, "pages/style.css")
}

// Authorize begins a sign-in for an application.
func (h *Handler) Authorize(w http.ResponseWriter, r *http.Request, q oidc.AuthRequest) {
	x := h.begin(w, r)
	x.correlation = q.Correlation
	f := h.beginFlow(x, forApplication, q)
	if !q.Asks(oidc.PromptNone) {
		f.Name = q.LoginHint
	}
	h.advance(x, f)
}

// AdminConsent begins the consent of an administrator.
func (h *Handler) AdminConsent(w http.ResponseWriter, r *http.Request, q oidc.AuthRequest, _ token.Registration) {
	x := h.begin(w, r)
	x.correlation = q.Correlation
	h.advance(x, h.beginFlow(x, forEverybody, q))
}

// Fail shows what went wrong before it was clear which application to tell.
func (h *Handler) Fail(w http.ResponseWriter, r *http.Request, correlation string, err error) {
	x := h.begin(w, r)
	x.correlation = correlation
	h.failed(x, nil, err)
}

// Logout signs everybody out of the browser, and goes on to the address that the application has registered.
func (h *Handler) Logout(w http.ResponseWriter, r *http.Request, q oidc.Logout) {
	x := h.begin(w, r)
	sessions, err := h.readSessions(x)
	if err != nil {
		h.failed(x, nil, err)
		return
	}
	for _, s := range sessions {
		if err := h.config.People.End(r.Context(), s, oidc.Caller(r, x.correlation)); err != nil {
			h.failed(x, nil, err)
			return
		}
	}
	x.setCookie(cookieSessions, "")
	if q.Redirect != "" {
		h.redirect(x, q)
		return
	}
	h.show(x, page{Kind: "message", Title: x.text("signin.signedOut"), Text: x.text("signin.signedOutWhy")})
}

// caller is where the attempt comes from.
func (x *exchange) caller(f flow) authn.Caller {
	c := oidc.Caller(x.r, x.correlation)
	c.AppID, c.AppName = f.Request.ClientID, f.Request.ClientName
	return c
}

// attempt begins the record of what is tried.
func (x *exchange) attempt(f flow) authn.Attempt {
	a := authn.Attempt{Caller: x.caller(f), Host: f.Request.Host, Interactive: true, Protocol: "authorizationCode"}
	if f.Purpose == forDevice {
		a.Protocol = "deviceCode"
	}
	return a
}

// Codes of the refusals that are made here.
const (
	codeOver = "AADSTS50089" // the page was open for too long
)

func refuse(code, message string) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "signin", Code: code, Message: message}
}

func isCode(err error, code string) bool {
	var e *hospes.Error
	return errors.As(err, &e) && e.Code == code
}
