package demo

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/token"
)

// makeTenants makes the tenants, each with a client that holds every application permission and an administrator.
func (d *demo) makeTenants(ctx context.Context) error {
	for len(d.memory.Spokes) < d.Tenants-2 {
		d.memory.Spokes = append(d.memory.Spokes, Side{})
	}
	for i, s := range d.memory.sides() {
		name, domain := tenantName(i)
		s.DisplayName, s.Domain, s.InitialDomain = name, domain+".example", domain+".hospes.example"
		if err := d.makeTenant(ctx, s); err != nil {
			return err
		}
		d.Progress("Making tenants", int64(i+1), int64(len(d.memory.sides())))
	}
	d.report.Source, d.report.Target = d.memory.Source, d.memory.Target
	var err error
	d.source, err = d.client(d.memory.Source)
	return err
}

func (d *demo) client(s Side) (*graphclient.Client, error) {
	return graphclient.New(graphclient.Options{
		Base: d.BaseURL, Transport: d.Transport, UserAgent: "hospes-demo", Retries: 3, Clock: d.Clock,
		Credentials: &graphclient.Credentials{Tenant: s.TenantID, ClientID: s.ClientID, ClientSecret: s.ClientSecret},
	})
}

func (d *demo) makeTenant(ctx context.Context, s *Side) error {
	if s.TenantID == "" {
		id, err := d.findTenant(ctx, s.InitialDomain)
		if err != nil {
			return err
		}
		if id == "" {
			var made struct {
				ID string `json:"id"`
			}
			body := map[string]any{"displayName": s.DisplayName, "initialDomain": s.InitialDomain, "verifiedDomains": []string{s.Domain}}
			if err := d.operator.Post(ctx, "/hospes/v1/tenants", body, &made); err != nil {
				return err
			}
			id = made.ID
			d.changed = true
			d.say("Made the tenant %s (%s).", s.DisplayName, s.Domain)
		}
		s.TenantID = id
		if err := d.keep(); err != nil {
			return err
		}
	}
	if s.ClientSecret == "" {
		if err := d.makeClient(ctx, s); err != nil {
			return err
		}
	}
	return d.makeAdmin(ctx, s)
}

func (d *demo) findTenant(ctx context.Context, domain string) (string, error) {
	for item, err := range d.operator.Items(ctx, "/hospes/v1/tenants", nil) {
		if err != nil {
			return "", err
		}
		var t struct{ ID, InitialDomain string }
		if err := json.Unmarshal(item, &t); err != nil {
			return "", err
		}
		if t.InitialDomain == domain {
			return t.ID, nil
		}
	}
	return "", nil
}

// asOperator acts as the operator within a tenant.
func (d *demo) asOperator(tenant string) (*graphclient.Client, error) {
	id, _ := hospes.ParseTenantID(tenant)
	return graphclient.New(graphclient.Options{Base: d.BaseURL, Transport: d.Operator(id), UserAgent: "hospes-demo"})
}

// makeClient gives a tenant an application with every permission that the API asks for. A secret that was made and not
// kept, because the process died in between, is simply followed by another.
func (d *demo) makeClient(ctx context.Context, s *Side) error {
	c, err := d.asOperator(s.TenantID)
	if err != nil {
		return err
	}
	app, err := ensure(ctx, c, "/v1.0/applications", "displayName eq 'hospes demo'", map[string]any{"displayName": "hospes demo"})
	if err != nil {
		return err
	}
	sp, err := ensure(ctx, c, "/v1.0/servicePrincipals", "appId eq '"+app.AppID+"'", map[string]any{"appId": app.AppID})
	if err != nil {
		return err
	}
	graph, err := ensure(ctx, c, "/v1.0/servicePrincipals", "appId eq '"+token.GraphAppID+"'", nil)
	if err != nil {
		return err
	}
	if err := d.grant(ctx, c, sp.ID, graph.ID); err != nil {
		return err
	}
	var secret struct{ SecretText string }
	body := map[string]any{"passwordCredential": map[string]any{"displayName": "demo"}}
	if err := c.Post(ctx, "/v1.0/applications/"+app.ID+"/addPassword", body, &secret); err != nil {
		return err
	}
	s.ClientID, s.ClientSecret = app.AppID, secret.SecretText
	return d.keep()
}

func (d *demo) grant(ctx context.Context, c *graphclient.Client, principal, graph string) error {
	have := map[string]bool{}
	for item, err := range c.Items(ctx, "/v1.0/servicePrincipals/"+principal+"/appRoleAssignments", nil) {
		if err != nil {
			return err
		}
		var a struct{ AppRoleID string }
		if err := json.Unmarshal(item, &a); err != nil {
			return err
		}
		have[a.AppRoleID] = true
	}
	for _, p := range token.Permissions() {
		if have[p.ID.String()] {
			continue
		}
		body := map[string]any{"principalId": principal, "resourceId": graph, "appRoleId": p.ID.String()}
		if err := c.Post(ctx, "/v1.0/servicePrincipals/"+graph+"/appRoleAssignedTo", body, nil); err != nil {
			return err
		}
	}
	return nil
}

// named is what the demo needs to know of most objects.
type named struct {
	ID          string `json:"id"`
	AppID       string `json:"appId"`
	DisplayName string `json:"displayName"`
}

// ensure finds the one object that a filter selects, or makes it. A nil body only finds.
func ensure(ctx context.Context, c *graphclient.Client, path, filter string, body any) (named, error) {
	for item, err := range c.Items(ctx, path, url.Values{"$filter": {filter}}) {
		if err != nil {
			return named{}, err
		}
		var found named
		return found, json.Unmarshal(item, &found)
	}
	if body == nil {
		return named{}, hospes.NotFound("demo.ensure", filter)
	}
	var made named
	return made, c.Post(ctx, path, body, &made)
}

// makeAdmin gives a tenant an administrator, who is not a member of the group that is synchronized.
func (d *demo) makeAdmin(ctx context.Context, s *Side) error {
	if s.Admin.Password == "" {
		a, b := hospes.NewObjectID(d.Random), hospes.NewObjectID(d.Random)
		s.Admin = Admin{"admin@" + s.Domain, "Aa1-" + base64.RawURLEncoding.EncodeToString(append(a.Bytes(), b.Bytes()[:8]...))}
		if err := d.keep(); err != nil {
			return err
		}
	}
	c, err := d.client(*s)
	if err != nil {
		return err
	}
	var admin named
	found, err := there(c.Get(ctx, graphclient.Path("v1.0", "users", s.Admin.UserPrincipalName), nil, &admin))
	if err != nil {
		return err
	}
	if !found {
		err := c.Post(ctx, "/v1.0/users", map[string]any{
			"accountEnabled": true, "displayName": s.DisplayName + " Administrator", "mailNickname": "admin", "userPrincipalName": s.Admin.UserPrincipalName,
			"passwordProfile": map[string]any{"password": s.Admin.Password, "forceChangePasswordNextSignIn": false},
		}, &admin)
		if err != nil {
			return err
		}
	}
	const assignments = "/v1.0/roleManagement/directory/roleAssignments"
	role := hospes.GlobalAdministrator.ID
	_, err = ensure(ctx, c, assignments, "principalId eq '"+admin.ID+"' and roleDefinitionId eq '"+role+"'",
		map[string]string{"principalId": admin.ID, "roleDefinitionId": role, "directoryScopeId": "/"})
	return err
}
