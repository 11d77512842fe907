package oidc

import (
	"context"
	"errors"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// verifier tells whom a token speaks for.
type verifier func(ctx context.Context, raw string) (token.Caller, error)

// list is an answer of Azure's resource management.
type list[T any] struct {
	Value []T `json:"value"`
}

// managedTenant is a tenant as the Azure command line looks for it after a sign-in.
type managedTenant struct {
	ID            string `json:"id"`
	TenantID      string `json:"tenantId"`
	DisplayName   string `json:"displayName"`
	DefaultDomain string `json:"defaultDomain"`
	Category      string `json:"tenantCategory"`
	Type          string `json:"tenantType"`
}

// subscriptions says that there are none: the Azure command line asks before it lets anybody in.
func (h *Handler) subscriptions(x *exchange) error {
	if _, _, err := h.manager(x); err != nil {
		return err
	}
	return x.answer(http.StatusOK, list[struct{}]{Value: []struct{}{}})
}

// tenants names the tenants that a person can go to: their own, and those that know them as a guest.
func (h *Handler) tenants(x *exchange) error {
	caller, person, err := h.manager(x)
	if err != nil {
		return err
	}
	ctx := x.r.Context()
	all, err := h.config.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	keys := []string{}
	// Where else somebody is a guest is nothing to other applications.
	if _, own := token.FirstParty(caller.AppID); own && person != nil {
		keys = identitiesOf(person)
	}
	out := list[managedTenant]{Value: []managedTenant{}}
	for _, t := range all {
		known := t.ID == caller.Tenant
		if !known && len(keys) > 0 {
			err := h.config.Store.View(ctx, t.ID, func(r store.Reader) error {
				holders, err := r.Holders(hospes.SpaceAltSec, keys...)
				known = len(holders) > 0
				return err
			})
			if err != nil {
				return err
			}
		}
		if known {
			out.Value = append(out.Value, managedTenant{"/tenants/" + t.ID.String(), t.ID.String(), t.DisplayName, t.InitialDomain, "Home", "AAD"})
		}
	}
	return x.answer(http.StatusOK, out)
}

// manager proves the token of a request to Azure's resource management, and reads the person who is signed in, if any.
func (h *Handler) manager(x *exchange) (caller token.Caller, person *hospes.Object, err error) {
	caller, err = h.bearer(x, h.config.Authority.VerifyManagement)
	if err != nil || !caller.Delegated {
		return caller, nil, err
	}
	err = h.config.Store.View(x.r.Context(), caller.Tenant, func(r store.Reader) (err error) {
		person, err = personOf(r, caller)
		return err
	})
	if errors.Is(err, hospes.ErrNotFound) {
		err = gone()
	}
	return caller, person, err
}

// identitiesOf gives the names under which other tenants know a person.
func identitiesOf(user *hospes.Object) (keys []string) {
	if id := hospes.AltSecID(user.Text(hospes.UserNetID)); id != hospes.Null {
		keys = append(keys, hospes.AltSecKey(id))
	}
	user.Get(hospes.UserAltSecIDs).Each(func(item hospes.Value) bool {
		keys = append(keys, hospes.AltSecKey(item))
		return true
	})
	return keys
}

// realm is what clients ask about a name before they ask for a password.
type realm struct {
	Version     string `json:"ver"`
	AccountType string `json:"account_type"`
	Domain      string `json:"domain_name"`
	Cloud       string `json:"cloud_instance_name"`
	Audience    string `json:"cloud_audience_urn"`
}

// userRealm tells whether the domain of a name is of this instance; about the name itself it tells nothing.
func (h *Handler) userRealm(x *exchange) error {
	out := realm{Version: "1.0", AccountType: "Unknown", Cloud: hostOf(x.origin), Audience: "urn:federation:MicrosoftOnline"}
	_, domain, _ := hospes.SplitAddress(x.rest)
	out.Domain = domain
	switch _, err := h.config.People.Home(x.r.Context(), x.rest); {
	case err == nil:
		out.AccountType = "Managed"
	case hospes.CodeOf(err) != authn.CodeNoDomain:
		return err
	}
	return x.answer(http.StatusOK, out)
}
