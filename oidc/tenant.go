package oidc

import (
	"errors"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// authority is what the first segment of a path stands for: a tenant of this instance, or all of them.
type authority struct {
	tenant hospes.Tenant
	many   string // "common" or "organizations"; empty for one tenant
	adfs   bool   // asked for under the alias that names no tenant (graph-wire 6.7)
}

// segment gives what stands for the authority in the paths of a document: the id, also where a domain was asked for,
// since clients take the tenant from there.
func (a authority) segment() string {
	if a.adfs {
		return adfsSegment
	}
	if a.many != "" {
		return a.many
	}
	return a.tenant.ID.String()
}

// issuedTo gives the tenant in the name of an issuer, a placeholder where many are meant.
func (a authority) issuedTo() string {
	if a.many != "" {
		return "{tenantid}"
	}
	return a.tenant.ID.String()
}

// authority finds out what the path of a request stands for.
func (h *Handler) authority(x *exchange) (authority, error) {
	name := strings.ToLower(x.tenant)
	if name == adfsSegment {
		return h.adfs(x)
	}
	if name == "common" || name == "organizations" {
		return authority{many: name}, nil
	}
	var t hospes.Tenant
	err := error(hospes.ErrNotFound)
	if id, ok := hospes.ParseTenantID(name); ok {
		t, err = h.config.Store.Tenant(x.r.Context(), id)
	} else if hospes.ValidDomainName(name) {
		t, err = h.config.Store.TenantOfDomain(x.r.Context(), name)
	}
	if errors.Is(err, hospes.ErrNotFound) {
		return authority{}, refuse(codeTenant, "Tenant '%s' not found. Check that the tenant id or domain is right, and that it is a tenant of this instance.", clip(x.tenant))
	}
	return authority{tenant: t}, err
}

const adfsSegment = "adfs"

// adfs finds the tenant of the alias, which names none: by the name of the host, or else by who comes.
func (h *Handler) adfs(x *exchange) (authority, error) {
	host, err := url.Parse(x.origin)
	if err != nil || !hospes.ValidDomainName(host.Hostname()) {
		return authority{many: "organizations", adfs: true}, nil
	}
	t, err := h.config.Store.TenantOfDomain(x.r.Context(), host.Hostname())
	if errors.Is(err, hospes.ErrNotFound) {
		return authority{many: "organizations", adfs: true}, nil
	}
	return authority{tenant: t, adfs: true}, err
}

// of narrows an authority that names no tenant to the home of the application, where only its people may come.
func (h *Handler) of(x *exchange, a authority, app token.Registration) (authority, error) {
	if !a.adfs || a.many == "" || app.Home.IsZero() || app.Many {
		return a, nil
	}
	t, err := h.config.Store.Tenant(x.r.Context(), app.Home)
	return authority{tenant: t, adfs: true}, err
}
