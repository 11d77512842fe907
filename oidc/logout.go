package oidc

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// Logout is a request to sign a person out of the browser. The redirect is empty unless an application has registered it.
type Logout struct {
	Redirect string
	State    string
	Hint     string // of the account: logout_hint
}

// logout takes a request to sign out in. An address that no application has registered is not gone to.
func (h *Handler) logout(x *exchange) error {
	query := x.r.URL.Query()
	if x.r.Method == http.MethodPost {
		form, err := x.readForm()
		if err != nil {
			return h.page(x, err)
		}
		query = form
	}
	q := Logout{State: query.Get("state"), Hint: query.Get("logout_hint")}
	after := query.Get("post_logout_redirect_uri")
	id := query.Get("client_id")
	if hint := query.Get("id_token_hint"); hint != "" {
		if of, err := h.config.Authority.IDHint(x.r.Context(), hint); err == nil {
			id = of.Audience
		}
	}
	if after != "" && id != "" {
		app, err := token.FindRegistration(x.r.Context(), h.config.Store, id)
		if err == nil && slices.ContainsFunc(app.Redirects, func(r token.Redirect) bool { return r.URI == after }) {
			if _, sound := app.FindRedirect(after); sound {
				q.Redirect = after
			}
		}
	}
	h.config.Pages.Logout(x.w, x.r, q)
	return nil
}

// adminConsent takes a request for the consent of an administrator in.
func (h *Handler) adminConsent(x *exchange) error {
	query := x.r.URL.Query()
	if err := once(query, single); err != nil {
		return h.page(x, err)
	}
	q, app, err := h.proveRedirect(x, query)
	if err != nil {
		return h.page(x, err)
	}
	q.Origin, q.Correlation, q.State, q.MaxAge = x.origin, x.correlation, query.Get("state"), -1
	form := url.Values{"scope": {query.Get("scope")}}
	if query.Get("scope") == "" {
		form.Set("scope", token.GraphResource+"/.default")
	}
	if q.Scopes, err = h.personScopes(x, form, false); err != nil {
		return h.respondError(x, q, err)
	}
	h.config.Pages.AdminConsent(x.w, x.r, q, app)
	return nil
}

// RespondConsent tells an application that an administrator has consented.
func RespondConsent(w http.ResponseWriter, r *http.Request, q AuthRequest, tenant hospes.TenantID) {
	respond(w, r, q, url.Values{"admin_consent": {"True"}, "tenant": {tenant.String()}})
}
