package graphclient

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Login is a person who has signed in.
type Login struct {
	Tenant  string // id
	Account string // the name
	Refresh string
}

// device is what a server tells a device that waits for its person.
type device struct {
	Code     string `json:"device_code"`
	UserCode string `json:"user_code"`
	Address  string `json:"verification_uri"`
	Expires  int    `json:"expires_in"`
	Interval int    `json:"interval"`
}

// SignIn lets a person sign in with a browser, on this machine or another: show is told where, and which code to enter
// there. It waits until they have, or until the code is over.
func (c *Client) SignIn(ctx context.Context, tenant, clientID string, show func(address, code string)) (Login, error) {
	form := url.Values{"client_id": {clientID}, "scope": {GraphScope + " openid profile offline_access"}}
	var d device
	if err := c.postForm(ctx, Request{Method: http.MethodPost, Path: Path(tenant, "oauth2", "v2.0", "devicecode")}, form, &d); err != nil {
		return Login{}, err
	}
	show(d.Address, d.UserCode)
	pause := time.Duration(max(1, d.Interval)) * time.Second
	poll := url.Values{"client_id": {clientID}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {d.Code}}
	for {
		if err := c.wait(ctx, pause); err != nil {
			return Login{}, err
		}
		g, err := c.grant(ctx, tenant, poll)
		var refusal *Error
		switch {
		case err == nil:
			return loginOf(g), nil
		case errors.As(err, &refusal) && refusal.Code == "authorization_pending":
		case errors.As(err, &refusal) && refusal.Code == "slow_down":
			pause += 5 * time.Second
		default:
			return Login{}, err
		}
	}
}

// loginOf reads who has signed in. The id token came from the server itself, over the connection that was proven, so its
// signature says nothing more.
func loginOf(g granted) Login {
	out := Login{Refresh: g.Refresh}
	if parts := strings.Split(g.ID, "."); len(parts) == 3 {
		var claims struct {
			Tenant  string `json:"tid"`
			Account string `json:"preferred_username"`
		}
		if text, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil && json.Unmarshal(text, &claims) == nil {
			out.Tenant, out.Account = claims.Tenant, claims.Account
		}
	}
	return out
}
