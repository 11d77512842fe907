package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

const (
	tenantsPath = "/hospes/v1/tenants"
	v1          = "v1.0"
)

// tenant is a tenant of this instance on the wire.
type tenant struct {
	ID            hospes.TenantID `json:"id"`
	DisplayName   string          `json:"displayName"`
	InitialDomain string          `json:"initialDomain"`
	IsSystem      bool            `json:"isSystem"`
}

func tenants(ctx context.Context, operator *graphclient.Client) ([]tenant, error) {
	var list []tenant
	for raw, err := range operator.Items(ctx, tenantsPath, nil) {
		if err != nil {
			return nil, err
		}
		var t tenant
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// ownTenant finds the tenant to act in. Where there is only one, it need not be named.
func (c *cli) ownTenant(ctx context.Context, operator *graphclient.Client) (hospes.TenantID, error) {
	if c.flags.tenant != "" {
		return c.findTenant(ctx, operator, c.flags.tenant)
	}
	list, err := tenants(ctx, operator)
	if err != nil {
		return hospes.TenantID{}, err
	}
	var names []string
	var only hospes.TenantID
	for _, t := range list {
		if !t.IsSystem {
			names, only = append(names, t.DisplayName), t.ID
		}
	}
	switch len(names) {
	case 0:
		return only, &helpful{notFoundf("there is no tenant yet"), "make one with 'hospes tenant create'"}
	case 1:
		return only, nil
	}
	return only, usagef("which tenant? Give --tenant; there are %s", enumerate(names))
}

// findTenant turns a name for a tenant into its id. Ids stand for themselves, as a tenant may be one of elsewhere.
func (c *cli) findTenant(ctx context.Context, client *graphclient.Client, name string) (hospes.TenantID, error) {
	if id, ok := hospes.ParseTenantID(name); ok {
		return id, nil
	}
	if c.flags.data != "" {
		if id, err := c.tenantByName(ctx, name); !id.IsZero() || err != nil {
			return id, err
		}
	}
	if !hospes.ValidDomainName(name) {
		if c.flags.data == "" {
			return hospes.TenantID{}, usagef("a server knows '%s' by its id and its domains only", name)
		}
		return hospes.TenantID{}, noTenant(name)
	}
	var found struct {
		TenantID hospes.TenantID `json:"tenantId"`
	}
	err := client.Get(ctx, graphclient.Path(v1, "tenantRelationships", "findTenantInformationByDomainName(domainName='"+name+"')"), nil, &found)
	if hospes.KindOf(err) == hospes.KindNotFound {
		return hospes.TenantID{}, noTenant(name)
	}
	return found.TenantID, err
}

// tenantByName looks among the tenants of this instance. The zero id means that none is called so.
func (c *cli) tenantByName(ctx context.Context, name string) (hospes.TenantID, error) {
	operator, err := c.operator(ctx)
	if err != nil {
		return hospes.TenantID{}, err
	}
	list, err := tenants(ctx, operator)
	if err != nil {
		return hospes.TenantID{}, err
	}
	var matches []hospes.TenantID
	for _, t := range list {
		if hospes.Fold(t.InitialDomain) == hospes.Fold(name) {
			return t.ID, nil
		}
		if hospes.Fold(t.DisplayName) == hospes.Fold(name) {
			matches = append(matches, t.ID)
		}
	}
	switch len(matches) {
	case 0:
		return hospes.TenantID{}, nil
	case 1:
		return matches[0], nil
	}
	return hospes.TenantID{}, ambiguous("tenants", name)
}

func noTenant(name string) error {
	return &helpful{notFoundf("there is no tenant '%s'", name), "'hospes tenant list' shows those there are"}
}

// findUser turns an id or a user principal name into an id.
func findUser(ctx context.Context, client *graphclient.Client, name string) (string, error) {
	if _, ok := hospes.ParseObjectID(name); ok {
		return name, nil
	}
	var user struct {
		ID string `json:"id"`
	}
	err := client.Get(ctx, graphclient.Path(v1, "users", name), url.Values{"$select": {"id"}}, &user)
	return user.ID, err
}

// findGroup turns an id or a display name into an id.
func findGroup(ctx context.Context, client *graphclient.Client, name string) (string, error) {
	if _, ok := hospes.ParseObjectID(name); ok {
		return name, nil
	}
	list, err := idsNamed(ctx, client, graphclient.Path(v1, "groups"), "displayName", name)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", &helpful{notFoundf("there is no group '%s'", name), "'hospes group list' shows those there are"}
	case len(list) > 1:
		return "", ambiguous("groups", name)
	}
	return list[0], nil
}

// findPrincipal turns an id, a user principal name or the display name of a group into an id.
func findPrincipal(ctx context.Context, client *graphclient.Client, name string) (string, error) {
	if strings.Contains(name, "@") {
		return findUser(ctx, client, name)
	}
	return findGroup(ctx, client, name)
}

// quote writes a text as a literal of a filter.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func notFoundf(format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindNotFound, Message: fmt.Sprintf(format, args...)}
}

func ambiguous(nouns, name string) error {
	return &helpful{
		&hospes.Error{Kind: hospes.KindConflict, Message: fmt.Sprintf("several %s are called '%s'", nouns, name)},
		"name it by its id",
	}
}

// maxNames bounds what a message enumerates.
const maxNames = 10

func enumerate(names []string) string {
	if len(names) > maxNames {
		return strings.Join(names[:maxNames], ", ") + fmt.Sprintf(" and %d more", len(names)-maxNames)
	}
	return strings.Join(names, ", ")
}
