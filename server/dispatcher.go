package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/signin"
)

// dispatcher sends a request on by the first segment of its path. The standard multiplexer cannot hold /{tenant}/…
// beside the others, nor keys in parentheses (design 2.1.10).
type dispatcher struct {
	api   *graphapi.API
	login *oidc.Handler
	pages *signin.Handler
	ready func(context.Context) error
}

// ServeHTTP implements http.Handler.
func (d dispatcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := "/" + strings.TrimLeft(r.URL.Path, "/")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// On the machine of a developer it would keep browsers from the plain http of everything else that listens there.
	if r.TLS != nil && !hospes.Loopback((&url.URL{Host: r.Host}).Hostname()) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	switch {
	case path == "/healthz":
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	case path == "/readyz":
		if err := d.ready(r.Context()); err != nil {
			answer(w, http.StatusServiceUnavailable, map[string]string{"status": "the store does not answer"})
			return
		}
		answer(w, http.StatusOK, map[string]string{"status": "ready"})
	case d.api.Owns(path):
		d.api.ServeHTTP(w, r)
	case d.pages.Owns(path):
		d.pages.ServeHTTP(w, r)
	case d.login.Owns(path):
		d.login.ServeHTTP(w, r)
	default:
		answer(w, http.StatusNotFound, map[string]any{"error": map[string]string{
			"code": "NotFound", "message": "Nothing is served here. Graph is at /v1.0, tokens are at /{tenant}/oauth2/v2.0/token.",
		}})
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away needs no answer
}
