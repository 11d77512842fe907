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

// Credentials are those of an application in a tenant.
type Credentials struct {
	Tenant       string // id or domain
	ClientID     string
	ClientSecret string
	Scope        string // empty: Graph
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

// exchange asks the token endpoint of the tenant.
func (t *tokens) exchange(ctx context.Context) (raw string, life time.Duration, err error) {
	scope := t.credentials.Scope
	if scope == "" {
		scope = GraphScope
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {t.credentials.ClientID}, "client_secret": {t.credentials.ClientSecret}, "scope": {scope},
	}
	q := Request{Method: http.MethodPost, Path: Path(t.credentials.Tenant, "oauth2", "v2.0", "token")}
	req, err := t.client.request(ctx, q, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
	if err != nil {
		return "", 0, err
	}
	res, err := t.client.http.Do(req)
	if err != nil {
		return "", 0, t.client.unreachable(ctx, err)
	}
	if res.StatusCode != http.StatusOK {
		return "", 0, readError(res, q)
	}
	defer func() { _ = res.Body.Close() }() // the answer has been read by then
	var grant struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"`
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	if err != nil {
		return "", 0, t.client.unreachable(ctx, err)
	}
	if json.Unmarshal(answer, &grant) != nil || grant.Token == "" { // what does not fit is not repeated: it may hold the token
		return "", 0, hospes.Internal("graphclient.token", fmt.Errorf("the answer of %s has no token", q.Path))
	}
	return grant.Token, time.Duration(grant.Expires) * time.Second, nil
}
