package oidc

import "net/http"

// allowOrigin lets a page of another origin read the answer. Cookies are never asked for.
func (x *exchange) allowOrigin(origin string) {
	x.w.Header().Set("Access-Control-Allow-Origin", origin)
	x.w.Header().Add("Vary", "Origin")
	x.w.Header().Set("Access-Control-Expose-Headers", "client-request-id, x-ms-request-id")
}

// preflight answers a browser that asks whether a page may send a request. It says so of the endpoints that pages use:
// which page reads the answer is decided when the answer is known.
func (h *Handler) preflight(x *exchange) {
	if origin := x.r.Header.Get("Origin"); origin != "" && x.endpoint.pages {
		x.allowOrigin(origin)
		header := x.w.Header()
		header.Set("Access-Control-Allow-Methods", "GET, POST")
		header.Set("Access-Control-Allow-Headers", "authorization, client-request-id, content-type, return-client-request-id, x-anchormailbox, x-client-cpu, x-client-current-telemetry, x-client-last-telemetry, x-client-os, x-client-sku, x-client-ver, x-ms-lib-capability")
		header.Set("Access-Control-Max-Age", "3600")
	}
	x.w.WriteHeader(http.StatusNoContent)
}
