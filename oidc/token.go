package oidc

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// grantV2 is the answer of the v2 endpoint.
type grantV2 struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
}

// grantV1 is the answer of the v1 endpoint, which writes numbers as texts.
type grantV1 struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    string `json:"expires_in"`
	ExtExpiresIn string `json:"ext_expires_in"`
	ExpiresOn    string `json:"expires_on"`
	NotBefore    string `json:"not_before"`
	Resource     string `json:"resource"`
	AccessToken  string `json:"access_token"`
}

const bearer = "Bearer"

// The grants, as requests name them.
const (
	grantClient      = "client_credentials"
	grantCode        = "authorization_code"
	grantRefresh     = "refresh_token"
	grantDevice      = "urn:ietf:params:oauth:grant-type:device_code"
	grantDeviceShort = "device_code" // as MSAL for JavaScript and Go send it
	grantPassword    = "password"
)

// protocols are the names of the grants of people in the sign-in log.
var protocols = map[string]string{grantCode: "authorizationCode", grantRefresh: "refreshToken", grantDevice: "deviceCode", grantDeviceShort: "deviceCode"}

func (h *Handler) tokenV2(x *exchange) error { return h.token(x, false) }
func (h *Handler) tokenV1(x *exchange) error { return h.token(x, true) }

// token answers a request for a token.
func (h *Handler) token(x *exchange, v1 bool) error {
	form, err := x.readForm()
	if err != nil {
		return err
	}
	grantType := form.Get("grant_type")
	if grantType == "" {
		return missing("grant_type")
	}
	a, err := h.authority(x)
	if err != nil {
		return err
	}
	switch grantType {
	case grantClient:
		return h.client(x, form, a, v1)
	case grantCode, grantRefresh, grantDevice, grantDeviceShort:
		return h.person(x, form, a, v1)
	case grantPassword:
		return refuse(codeGrant, "The app requested an unsupported grant type 'password'. Passwords are entered on the sign-in page only; use an authorization code or a device code.")
	}
	return refuse(codeGrant, "The app requested an unsupported grant type '%s'.", clip(grantType))
}

// client answers an application that acts for itself.
func (h *Handler) client(x *exchange, form url.Values, a authority, v1 bool) error {
	resource, err := clientResource(form, v1)
	if err != nil {
		return err
	}
	p, err := x.proof(form)
	if hospes.CodeOf(err) == codeNoCredential {
		return refuse(codeNoProof, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	}
	if err != nil {
		return err
	}
	if a.adfs && a.many != "" {
		app, err := token.FindRegistration(x.r.Context(), h.config.Store, p.id)
		if err == nil {
			a, err = h.of(x, a, app)
		}
		if err != nil {
			return err
		}
	}
	if a.many != "" {
		return refuse(codeNoTenant, "The request does not say which tenant it is for: put the id or a domain of the tenant in the place of '%s'.", a.many)
	}
	client, err := h.prove(x, a.tenant.ID, p, resource)
	if err != nil {
		return err
	}
	audience, ok := h.audience(x, resource)
	if !ok && token.IsManagement(resource) {
		audience, ok = resource, true
	}
	claims := token.AppClaims{Client: client.Client, Audience: audience, Proof: client.proof(), Origin: x.origin}
	if !ok {
		found, is, err := token.FindResource(x.r.Context(), h.config.Store, a.tenant.ID, resource, client.Client)
		if err != nil {
			return err
		}
		if ok = is; is {
			claims.Audience, claims.For = resource, &found
		}
	}
	if !ok {
		return refuse(codeResource, "The resource principal named %s was not found in the tenant named %s. Nobody has added it there, or its name is misspelt.", clip(resource), a.tenant.ID)
	}
	made, err := h.config.Authority.Mint(x.r.Context(), claims)
	if err != nil {
		return err
	}
	left := secondsLeft(made)
	if !v1 {
		return x.answer(http.StatusOK, grantV2{TokenType: bearer, ExpiresIn: left, ExtExpiresIn: left, AccessToken: made.Raw})
	}
	text := strconv.Itoa(left)
	return x.answer(http.StatusOK, grantV1{
		TokenType: bearer, ExpiresIn: text, ExtExpiresIn: text, ExpiresOn: strconv.FormatInt(made.Expires.Unix(), 10),
		NotBefore: strconv.FormatInt(made.NotBefore.Unix(), 10), Resource: made.Audience, AccessToken: made.Raw,
	})
}

// clientResource reads the resource that an application asks for.
func clientResource(form url.Values, v1 bool) (string, error) {
	if resource := form.Get("resource"); v1 && resource != "" {
		return resource, nil
	}
	if scope := form.Get("scope"); scope != "" { // libraries that have learnt the new form keep to it at the old address
		return resourceOfScope(scope)
	}
	if v1 {
		return "", missing("resource")
	}
	return "", missing("scope")
}

// secondsLeft is a second less than the token lives, for the way to the client.
func secondsLeft(t token.Token) int { return int(t.Lifetime.Seconds()) - 1 }
