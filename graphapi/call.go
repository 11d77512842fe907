package graphapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// call is one request on its way.
type call struct {
	api             *API
	w               http.ResponseWriter
	r               *http.Request
	version         string // v1.0, beta or hospes
	route           *Route
	keys            []string
	appID           string // object id of the application or service principal of the path, once it is found
	caller          token.Caller
	person          *person // who is signed in; nil for an application by itself
	ownOnly         bool    // allowed because the path names the person itself, and for no other reason
	sights          map[hospes.Class]sight
	inProcess       bool
	system          bool // the caller is of the operator's tenant
	origin          string
	requestID       string
	clientRequestID string
	bare            bool // the client wants no annotations
	full            bool // the client wants every annotation
	inBatch         bool // a step of a batch
	body            []byte
}

func (a *API) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{api: a, origin: a.Origin(r)}
	c.begin(w, r)
	return c
}

// begin takes up a request. Who calls and from where stays.
func (c *call) begin(w http.ResponseWriter, r *http.Request) {
	c.w, c.r, c.requestID = w, r, hospes.NewUUID(c.api.Random)
	c.route, c.keys, c.appID, c.body = nil, nil, "", nil
	c.clientRequestID = r.Header.Get("client-request-id")
	if c.clientRequestID == "" || len(c.clientRequestID) > 100 {
		c.clientRequestID = c.requestID
	}
	accept := strings.ToLower(r.Header.Get("Accept"))
	c.bare, c.full = strings.Contains(accept, "odata.metadata=none"), strings.Contains(accept, "odata.metadata=full")
	h := w.Header()
	h.Set("request-id", c.requestID)
	h.Set("client-request-id", c.clientRequestID)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("OData-Version", "4.0")
	h.Set("x-ms-resource-unit", "1")
}

func (c *call) routeKey() string {
	if c.route == nil {
		return ""
	}
	return c.route.Key
}

func (c *call) recover() {
	if p := recover(); p != nil {
		c.fail(hospes.Internal("graphapi", fmt.Errorf("panic: %v", p)))
	}
}

func (c *call) ctx() context.Context { return c.r.Context() }

// view reads the caller's tenant. For Graph, that is broken off when it takes too long: there are few readers, and a query
// may ask for anything. What is asked below /hospes may take its time: checks and plans go through whole tenants.
func (c *call) view(fn func(store.Reader) error) error {
	if c.version == "hospes" {
		return c.api.Store.View(c.ctx(), c.caller.Tenant, fn)
	}
	ctx, cancel := context.WithTimeout(c.ctx(), c.api.Limits.Read)
	defer cancel()
	err := c.api.Store.View(ctx, c.caller.Tenant, fn)
	if errors.Is(err, context.DeadlineExceeded) && c.ctx().Err() == nil {
		return tooLong(c.api.Limits.Read, err)
	}
	return err
}

// update changes the caller's tenant.
func (c *call) update(fn func(store.Tx) error) error {
	return c.api.Store.Update(c.ctx(), store.Write{Tenant: c.caller.Tenant, By: c.by()}, fn)
}

// by says who acts.
func (c *call) by() hospes.By {
	actor := hospes.Actor{Kind: hospes.ActorApp, ID: c.caller.Principal.String(), AppID: c.caller.AppID, DisplayName: c.caller.DisplayName, Address: c.address()}
	if c.person != nil {
		actor.Kind, actor.UPN = hospes.ActorUser, c.person.user.Text(hospes.UserPrincipalName)
		actor.DisplayName = c.person.user.Text(hospes.UserDisplayName)
	}
	if c.inProcess {
		actor = hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes operator"}
	}
	return hospes.By{Actor: actor, Cause: hospes.CauseAPI, Correlation: c.clientRequestID}
}

// address says where the request comes from.
func (c *call) address() string {
	address, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return address
}

// query reads the query options of the request.
func (c *call) query() (odata.Query, odata.Mode, error) {
	q, err := c.api.Limits.Query.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return q, odata.Mode{}, err
	}
	mode, err := q.Mode(strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual"))
	return q, mode, err
}

// noContent answers 204.
func (c *call) noContent() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// accepted answers that what was asked for has begun.
func (c *call) accepted() error {
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

// context gives the address that an answer's @odata.context points to.
func (c *call) context(suffix string) string {
	return c.origin + "/" + c.base() + "/$metadata#" + suffix
}

func (c *call) base() string {
	if c.version == "hospes" {
		return "hospes/v1"
	}
	return c.version
}

// writeValue answers with anything that encoding/json can write, under a context.
func (c *call) writeValue(status int, context string, v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	if text, err = c.queried(text); err != nil {
		return err
	}
	if len(text) > 2 && text[0] == '{' && context != "" && !c.bare {
		head := hospes.AppendQuoted([]byte(`{"@odata.context":`), c.context(context))
		text = append(append(head, ','), text[1:]...)
	}
	return c.write(status, text)
}
