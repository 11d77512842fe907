package oidc

import (
	"errors"
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

// personV2 is the answer of the v2 endpoint to a grant of a person.
type personV2 struct {
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	personTokens
}

// personV1 is that of the v1 endpoint, which writes numbers as texts.
type personV1 struct {
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	ExpiresIn    string `json:"expires_in"`
	ExtExpiresIn string `json:"ext_expires_in"`
	ExpiresOn    string `json:"expires_on"`
	NotBefore    string `json:"not_before"`
	Resource     string `json:"resource"`
	personTokens
}

type personTokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	ClientInfo   string `json:"client_info,omitempty"`
}

// find finds what an application wants to redeem.
func (h *Handler) find(x *exchange, form url.Values) (held grant.Held, id string, err error) {
	ctx := x.r.Context()
	id, _, err = x.clientID(form)
	if err != nil {
		return held, "", err
	}
	parsed, ok := hospes.ParseObjectID(id)
	if ok {
		id = parsed.String()
	}
	switch form.Get("grant_type") {
	case grantCode:
		for _, name := range []string{"code", "redirect_uri"} {
			if form.Get(name) == "" {
				return held, id, missing(name)
			}
		}
		if held, err = h.config.Grants.FindCode(ctx, form.Get("code")); err == nil {
			err = held.CheckRedeemer(id, form.Get("redirect_uri"), form.Get("code_verifier"))
		}
	case grantRefresh:
		if form.Get("refresh_token") == "" {
			return held, id, missing("refresh_token")
		}
		held, err = h.config.Grants.FindRefresh(ctx, form.Get("refresh_token"))
		if err == nil && held.Client != id {
			err = refuse(grant.CodeBadGrant, "The refresh token was issued to another client.")
		}
	default:
		code := form.Get("device_code")
		if code == "" {
			code = form.Get("code") // as az sends it
		}
		if code == "" {
			return held, id, missing("device_code")
		}
		held, err = h.config.Grants.PollDevice(ctx, code, id)
	}
	return held, id, err
}

// person answers the grants that stand for a person.
func (h *Handler) person(x *exchange, form url.Values, a authority, v1 bool) error {
	registered, err := h.originOfApp(x, form)
	if err != nil {
		return err
	}
	held, id, err := h.find(x, form)
	if err != nil {
		return err
	}
	if err := crossOrigin(x, held, registered); err != nil {
		return err
	}
	proof, err := h.proveHolder(x, form, held, id)
	if err != nil {
		return err
	}
	asked := grant.Asked{
		Host: a.tenant.ID, Proof: proof, Origin: x.origin, V1: v1,
		Attempt: authn.Attempt{Caller: Caller(x.r, x.correlation), Protocol: protocols[form.Get("grant_type")]},
	}
	asked.Attempt.AppID = held.Client
	if form.Get("scope") != "" || v1 && form.Get("resource") != "" {
		scopes, err := h.personScopes(x, form, v1)
		if err != nil {
			return err
		}
		asked.Scopes = &scopes
	}
	out, err := h.config.Grants.Redeem(x.r.Context(), held, asked)
	if err != nil {
		return err
	}
	return x.grantPerson(out, v1, form.Get("client_info") == "1")
}

func (x *exchange) grantPerson(out grant.Answer, v1, info bool) error {
	tokens := personTokens{AccessToken: out.Access.Raw, RefreshToken: out.Refresh, IDToken: out.ID}
	if info {
		tokens.ClientInfo = out.ClientInfo
	}
	left := secondsLeft(out.Access)
	if !v1 {
		return x.answer(http.StatusOK, personV2{TokenType: bearer, Scope: out.Scope, ExpiresIn: left, ExtExpiresIn: left, personTokens: tokens})
	}
	text := strconv.Itoa(left)
	return x.answer(http.StatusOK, personV1{
		TokenType: bearer, Scope: out.Scope, ExpiresIn: text, ExtExpiresIn: text, ExpiresOn: strconv.FormatInt(out.Access.Expires.Unix(), 10),
		NotBefore: strconv.FormatInt(out.Access.NotBefore.Unix(), 10), Resource: out.Access.Audience, personTokens: tokens,
	})
}

// originOfApp tells whether a request comes from a page that the application has registered, and then lets the page read
// the answer, also where that is a refusal.
func (h *Handler) originOfApp(x *exchange, form url.Values) (registered bool, err error) {
	origin := x.r.Header.Get("Origin")
	id, _, err := x.clientID(form)
	if origin == "" || err != nil {
		return false, err
	}
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, id)
	if err != nil {
		return false, err
	}
	registered = slices.ContainsFunc(app.Redirects, func(r token.Redirect) bool { return r.Kind == token.RedirectSPA && originOf(r.URI) == origin })
	if registered {
		x.allowOrigin(origin)
	}
	return registered, nil
}

// crossOrigin holds the rule of browsers: what was given to a page is redeemed by a page of the same application, and by
// nothing else (the header Origin is beyond the reach of scripts).
func crossOrigin(x *exchange, held grant.Held, registered bool) error {
	origin := x.r.Header.Get("Origin")
	switch {
	case held.Kind == token.RedirectSPA && !registered:
		return refuse(codeSPA, "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests, from an origin that the application registered.")
	case held.Kind != token.RedirectSPA && origin != "" && origin != x.origin:
		return refuse(codeNotSPA, "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.")
	}
	return nil
}

// originOf gives the origin of an address, as browsers send it.
func originOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// proveHolder makes an application prove itself that has a secret, and refuses the secret of one that should have none.
func (h *Handler) proveHolder(x *exchange, form url.Values, held grant.Held, id string) (string, error) {
	p, err := x.proof(form)
	if err != nil && hospes.CodeOf(err) != codeNoCredential {
		return "", err
	}
	public := held.Public()
	if public && held.Kind == "" { // a device, or what followed from one
		app, err := token.FindRegistration(x.r.Context(), h.config.Store, held.Client)
		if err != nil {
			return "", err
		}
		public = app.Public
	}
	switch {
	case public && err == nil:
		return "", refuse(grant.CodePublicSecret, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")
	case public:
		return token.ProofNone, nil
	case err != nil:
		return "", err
	}
	client, err := h.prove(x, held.Host, p, grantPurpose+held.Client)
	if err == nil && client.AppID != id {
		err = errors.New("oidc: another client was proven than the one that asks")
	}
	return client.proof(), err
}
