package oidc

import (
	"net/url"
)

// configuration is the discovery document of OpenID Connect with what the original adds. What is offered in it works;
// clients read it as a promise.
type configuration struct {
	TokenEndpoint            string   `json:"token_endpoint"`
	TokenEndpointAuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	JWKSURI                  string   `json:"jwks_uri"`
	ResponseModes            []string `json:"response_modes_supported"`
	SubjectTypes             []string `json:"subject_types_supported"`
	IDTokenSigningAlgValues  []string `json:"id_token_signing_alg_values_supported"`
	ResponseTypes            []string `json:"response_types_supported"`
	GrantTypes               []string `json:"grant_types_supported"`
	ChallengeMethods         []string `json:"code_challenge_methods_supported"`
	Prompts                  []string `json:"prompt_values_supported"`
	IssuerInAnswer           bool     `json:"authorization_response_iss_parameter_supported"`
	Scopes                   []string `json:"scopes_supported"`
	Issuer                   string   `json:"issuer"`
	RequestURIParameter      bool     `json:"request_uri_parameter_supported"`
	UserinfoEndpoint         string   `json:"userinfo_endpoint"`
	AuthorizationEndpoint    string   `json:"authorization_endpoint"`
	DeviceEndpoint           string   `json:"device_authorization_endpoint"`
	HTTPLogout               bool     `json:"http_logout_supported"`
	FrontchannelLogout       bool     `json:"frontchannel_logout_supported"`
	EndSessionEndpoint       string   `json:"end_session_endpoint"`
	Claims                   []string `json:"claims_supported"`
	CertificateBoundTokens   bool     `json:"tls_client_certificate_bound_access_tokens"`
	TenantRegionScope        *string  `json:"tenant_region_scope"`
	CloudInstanceName        string   `json:"cloud_instance_name"`
	CloudGraphHostName       string   `json:"cloud_graph_host_name"`
	GraphHost                string   `json:"msgraph_host"`
	RBACURL                  string   `json:"rbac_url"`
}

func (h *Handler) configurationV2(x *exchange) error {
	a, err := h.authority(x)
	if err != nil {
		return err
	}
	base := x.origin + "/" + a.segment()
	c := x.configuration(base + "/oauth2/v2.0")
	c.Issuer = x.issuer(a)
	c.JWKSURI = base + "/discovery/v2.0/keys"
	return x.publish(c)
}

func (h *Handler) configurationV1(x *exchange) error {
	a, err := h.authority(x)
	if err != nil {
		return err
	}
	base := x.origin + "/" + a.segment()
	c := x.configuration(base + "/oauth2")
	c.Issuer = "https://sts.windows.net/" + a.issuedTo() + "/"
	c.JWKSURI = base + "/discovery/keys"
	return x.publish(c)
}

// configurationADFS is the document of the alias that names no tenant.
func (h *Handler) configurationADFS(x *exchange) error {
	base := x.origin + "/" + adfsSegment
	c := x.configuration(base + "/oauth2")
	c.Issuer = base
	c.JWKSURI = base + "/discovery/keys"
	return x.publish(c)
}

// issuer is that of v2 tokens. Its host is the client's: MSAL refuses a document that names another.
func (x *exchange) issuer(a authority) string { return x.origin + "/" + a.issuedTo() + "/v2.0" }

// configuration fills in what both versions share; oauth is where the endpoints stand.
func (x *exchange) configuration(oauth string) configuration {
	host, graph := hostOf(x.origin), hostOf(x.graph)
	return configuration{
		TokenEndpoint: oauth + "/token", TokenEndpointAuthMethods: []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		ResponseModes: []string{"query", "fragment", "form_post"}, SubjectTypes: []string{"pairwise"},
		IDTokenSigningAlgValues: []string{"RS256"}, ResponseTypes: []string{"code"},
		GrantTypes:       []string{grantCode, grantRefresh, grantClient, grantDevice},
		ChallengeMethods: []string{"S256"}, Prompts: []string{PromptNone, PromptLogin, PromptSelect, PromptConsent}, IssuerInAnswer: true,
		Scopes: []string{"openid", "profile", "email", "offline_access"}, UserinfoEndpoint: x.graph + "/oidc/userinfo",
		AuthorizationEndpoint: oauth + "/authorize", DeviceEndpoint: oauth + "/devicecode",
		EndSessionEndpoint: oauth + "/logout",
		Claims: []string{
			"sub", "iss", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "preferred_username", "name", "oid", "sid", "tid", "ver", "email", "idp",
		},
		CloudInstanceName: host, CloudGraphHostName: graph, GraphHost: graph, RBACURL: x.graph,
	}
}

// hostOf gives the host of an origin, with its port.
func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Host
}
