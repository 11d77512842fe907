package graphclient

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
)

// Credentials are those of an application in a tenant, or of a person who has signed in to one.
type Credentials struct {
	Tenant       string // id or domain
	ClientID     string
	ClientSecret string
	Scope        string // empty: Graph

	// Refresh is the refresh token of a person, in the place of a secret. Each use gives another, which Keep is told.
	Refresh string
	Keep    func(refresh string) error
}

// GraphScope asks for all that an application has been granted on Graph.
const GraphScope = "https://graph.microsoft.com/.default"

// String leaves the secret out, so that it cannot end in a message by accident.
func (c Credentials) String() string { return "client " + c.ClientID + " of " + c.Tenant }

// GoString does the same for %#v.
func (c Credentials) GoString() string { return c.String() }

// LogValue does the same for logs.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// margin is how long before its end a token is replaced: a request on its way must not see it expire.
const margin = time.Minute

// tokens gets tokens and keeps the one that is good.
type tokens struct {
	credentials Credentials
	clock       hospes.Clock
	client      *Client

	mu      sync.Mutex
	raw     string
	renewAt time.Time
}

// get gives a token that is good for the next request. Callers that come at once wait for one exchange.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.raw != "" && t.clock.Now().Before(t.renewAt) {
		return t.raw, nil
	}
	raw, life, err := t.exchange(ctx)
	if err != nil {
		return "", err
	}
	t.raw, t.renewAt = raw, t.clock.Now().Add(life-min(margin, life/2))
	return raw, nil
}

// drop forgets a token that was refused, unless somebody has replaced it already.
func (t *tokens) drop(raw string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.raw == raw {
		t.raw = ""
	}
}

// exchange asks the token endpoint of the tenant, for an application or for whoever has signed in.
func (t *tokens) exchange(ctx context.Context) (raw string, life time.Duration, err error) {
	scope := t.credentials.Scope
	if scope == "" {
		scope = GraphScope
	}
	form := url.Values{"client_id": {t.credentials.ClientID}, "scope": {scope}}
	if t.credentials.Refresh == "" {
		form.Set("grant_type", "client_credentials")
		form.Set("client_secret", t.credentials.ClientSecret)
	} else {
		form.Set("grant_type", "refresh_token")
		form.Set("refresh_token", t.credentials.Refresh)
	}
	g, err := t.client.grant(ctx, t.credentials.Tenant, form)
	if err != nil {
		return "", 0, err
	}
	if g.Refresh != "" && t.credentials.Keep != nil {
		t.credentials.Refresh = g.Refresh
		if err := t.credentials.Keep(g.Refresh); err != nil {
			return "", 0, err
		}
	}
	return g.Token, time.Duration(g.Expires) * time.Second, nil
}

// granted is what the token endpoint gives.
type granted struct {
	Token   string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
	Expires int    `json:"expires_in"`
}

// grant asks the token endpoint of a tenant.
func (c *Client) grant(ctx context.Context, tenant string, form url.Values) (granted, error) {
	var g granted
	q := Request{Method: http.MethodPost, Path: Path(tenant, "oauth2", "v2.0", "token")}
	err := c.postForm(ctx, q, form, &g)
	if err == nil && g.Token == "" {
		err = hospes.Internal("graphclient.token", fmt.Errorf("the answer of %s has no token", q.Path))
	}
	return g, err
}

// postForm sends a form and reads the answer. What does not fit is not repeated: it may hold a token.
func (c *Client) postForm(ctx context.Context, q Request, form url.Values, dst any) error {
	req, err := c.request(ctx, q, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	if res.StatusCode != http.StatusOK {
		return readError(res, q)
	}
	defer func() { _ = res.Body.Close() }() // the answer has been read by then
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	if err != nil {
		return c.unreachable(ctx, err)
	}
	if json.Unmarshal(answer, dst) != nil {
		return hospes.Internal("graphclient.token", fmt.Errorf("the answer of %s is not what it should be", q.Path))
	}
	return nil
}
