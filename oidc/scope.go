package oidc

import (
	"slices"
	"strings"
)

const defaultScope = "/.default"

// resourceOfScope gives the resource that a scope of an application asks for: one, with all that was granted. The scopes
// of people that some clients add to everything are passed over.
func resourceOfScope(scope string) (string, error) {
	var resource string
	for _, s := range strings.Fields(scope) {
		switch strings.ToLower(s) {
		case "openid", "offline_access", "profile", "email":
			continue
		}
		r, ok := cutDefault(s)
		if !ok || r == "" {
			return "", notDefault(s)
		}
		if resource != "" && strings.TrimRight(resource, "/") != strings.TrimRight(r, "/") {
			return "", refuse(codeScopes, "The provided value for the input parameter 'scope' is not valid: '%s' names more than one resource.", clip(scope))
		}
		resource = r
	}
	if resource == "" {
		return "", notDefault(scope)
	}
	return resource, nil
}

// cutDefault takes the suffix off. A slash that the name of the resource itself ends in stays.
func cutDefault(scope string) (string, bool) {
	n := len(scope) - len(defaultScope)
	if n < 0 || !strings.EqualFold(scope[n:], defaultScope) {
		return "", false
	}
	return scope[:n], true
}

func notDefault(scope string) error {
	return refuse(codeDefaultScope, "The provided value for scope %s is not valid. An application that acts for itself asks for the name of the resource with /.default after it.", clip(scope))
}

// audience gives the audience that a token for a resource carries. The names of Graph stand as they were asked for. The
// address that the request came to is Graph as well, but only the Host header vouches for it, so the token gets the
// common name instead of one that another service could be known by.
func (h *Handler) audience(x *exchange, resource string) (string, bool) {
	if h.config.Authority.IsGraph(resource) {
		return resource, true
	}
	return "", isOneOf(strings.TrimRight(resource, "/"), x.origin, x.graph)
}

// isOneOf compares origins, without regard to case.
func isOneOf(origin string, others ...string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(o, origin) })
}
