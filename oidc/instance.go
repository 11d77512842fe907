package oidc

import (
	"net/url"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// instanceAnswer tells a client where the discovery document of an authority is, and by which names its host is known.
type instanceAnswer struct {
	Endpoint   string          `json:"tenant_discovery_endpoint"`
	APIVersion string          `json:"api-version"`
	Metadata   []instanceAlias `json:"metadata"`
}

type instanceAlias struct {
	PreferredNetwork string   `json:"preferred_network"`
	PreferredCache   string   `json:"preferred_cache"`
	Aliases          []string `json:"aliases"`
}

// instance vouches for an authority before a client sends secrets to it: only this server's own addresses are vouched for.
func (h *Handler) instance(x *exchange) error {
	query := x.r.URL.Query()
	asked := query.Get("authorization_endpoint")
	if asked == "" {
		return missing("authorization_endpoint")
	}
	u, err := url.Parse(asked)
	if err != nil {
		return unknownInstance()
	}
	origin, ok := matchOrigin(u, append([]string{x.origin}, h.config.Authority.Origins()...))
	if !ok {
		return unknownInstance()
	}
	version := "1.0"
	if query.Get("api-version") == "1.1" {
		version = "1.1"
	}
	host := hostOf(origin)
	aliases := []string{host}
	if u.Host != "" && !slices.Contains(aliases, u.Host) {
		aliases = append(aliases, u.Host)
	}
	return x.publish(instanceAnswer{
		Endpoint: origin + "/" + tenantOfPath(u.Path) + "/v2.0/.well-known/openid-configuration", APIVersion: version,
		Metadata: []instanceAlias{{PreferredNetwork: host, PreferredCache: host, Aliases: aliases}},
	})
}

// matchOrigin finds the address that a URL belongs to, by host and port, or else by the host alone: some MSALs lose the
// port on the way here.
func matchOrigin(u *url.URL, origins []string) (string, bool) {
	for _, name := range []func(*url.URL) string{func(u *url.URL) string { return u.Host }, (*url.URL).Hostname} {
		for _, origin := range origins {
			if o, err := url.Parse(origin); err == nil && name(o) != "" && strings.EqualFold(name(o), name(u)) {
				return strings.TrimRight(origin, "/"), true
			}
		}
	}
	return "", false
}

// tenantOfPath gives the first segment of an authority's path where it can be that of a tenant.
func tenantOfPath(path string) string {
	first, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	first = strings.ToLower(first)
	if _, ok := hospes.ParseTenantID(first); ok || first == "organizations" || hospes.ValidDomainName(first) {
		return first
	}
	return "common"
}

func unknownInstance() error { return refuse(codeInstance, "Unknown or invalid instance.") }
