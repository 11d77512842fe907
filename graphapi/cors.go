package graphapi

import "net/http"

// answersPage lets a page of any origin read the answer, and tells whether it only asked if it might send a request. A page
// needs a token like everybody else; no cookie is ever looked at, so that no origin has to be kept out.
func (c *call) answersPage() bool {
	if c.r.Header.Get("Origin") == "" {
		return false
	}
	h := c.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "client-request-id, Location, OData-Version, Preference-Applied, request-id, Retry-After, WWW-Authenticate, x-ms-resource-unit, x-ms-throttle-information, x-ms-throttle-limit-percentage, x-ms-throttle-scope")
	if c.r.Method != http.MethodOptions || c.r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "DELETE, GET, PATCH, POST, PUT")
	h.Set("Access-Control-Allow-Headers", "authorization, *") // the asterisk does not mean the first
	h.Set("Access-Control-Max-Age", "3600")
	c.w.WriteHeader(http.StatusNoContent)
	return true
}
