package graphapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// API answers Graph requests.
type API struct {
	Store     store.Store
	Engine    *provision.Engine
	Authority Verifier
	People    PasswordChanger
	Clock     hospes.Clock
	Random    hospes.Random
	Log       *slog.Logger
	Origin    func(*http.Request) string // scheme, host and port that the client used
	Login     func(*http.Request) string // where people sign in; nil where that is the same
	TokenKey  []byte                     // signs the positions that are handed out in next links
	Limits    Limits
	Resolver  directory.TextResolver // proves domains; nil for that of the system

	graph *node // the routes below /v1.0 and /beta
	own   *node // those below /hospes

	onDemand  *throttle
	standings *standings
	throttles throttles
}

// Verifier tells whom an access token speaks for.
type Verifier interface {
	Verify(ctx context.Context, raw string) (token.Caller, error)
}

// PasswordChanger gives people a new password for the one they know; *authn.Service is one.
type PasswordChanger interface {
	ChangePassword(ctx context.Context, tenant hospes.Tenant, name, before, after string, a authn.Attempt) (authn.Account, error)
}

// New makes the API ready to serve.
func New(a API) *API {
	if a.Login == nil {
		a.Login = a.Origin
	}
	if a.Resolver == nil {
		a.Resolver = net.DefaultResolver
	}
	a.Limits = a.Limits.orGenerous()
	a.graph, a.own, a.standings = &node{}, &node{}, &standings{}
	a.onDemand, a.throttles = newThrottle(a.Limits.OnDemand, a.Clock), newThrottles(a.Limits, a.Clock)
	for i := range allRoutes {
		method, path, _ := strings.Cut(allRoutes[i].Key, " ")
		if below, ok := strings.CutPrefix(path, "/hospes/"); ok {
			a.own.add(method, below, &allRoutes[i])
		} else {
			a.graph.add(method, path, &allRoutes[i])
		}
	}
	return &a
}

// Routes gives every operation, by key. It is what the permission table and the security matrix are made from.
func Routes() []Route {
	list := slices.Clone(allRoutes)
	sort.Slice(list, func(i, j int) bool { return list[i].Key < list[j].Key })
	return list
}

// allRoutes is filled by the files of the resources.
var allRoutes = slices.Concat(
	userRoutes, ownPasswordRoutes, groupRoutes, domainRoutes, relationRoutes, membershipRoutes, directoryObjectRoutes, deletedRoutes, phoneRoutes, oathRoutes, contactRoutes, domainPolicyRoutes, organizationRoutes, policyRoutes, partnerRoutes, identitySyncRoutes, invitationRoutes, applicationRoutes,
	directoryRoleRoutes, roleAssignmentRoutes, securityDefaultsRoutes, validationRoutes, permissionGrantRoutes,
	batchRoutes, metadataRoutes, absentRoutes, extensionRoutes, federatedRoutes, assignmentRoutes, synchronizationRoutes, syncTemplateRoutes, syncSchemaRoutes, logRoutes, hospesRoutes,
)

// Owns tells whether a path is this handler's.
func (a *API) Owns(path string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	return strings.EqualFold(first, "v1.0") || strings.EqualFold(first, "beta") || strings.EqualFold(first, "hospes")
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := a.newCall(w, r)
	defer c.recover()
	if c.answersPage() {
		return
	}
	if err := c.serve(); err != nil {
		c.fail(err)
	}
}

// serve checks in the order of graph-wire 4.2: the route, the token, the permission, and only then what is asked.
func (c *call) serve() error {
	if err := c.findRoute(); err != nil {
		return err
	}
	if c.route.Public {
		return c.route.handle(c)
	}
	if err := c.authenticate(); err != nil {
		return err
	}
	return c.proceed()
}

// findRoute finds the operation that the request names.
func (c *call) findRoute() error {
	first, rest, _ := strings.Cut(strings.TrimLeft(c.r.URL.EscapedPath(), "/"), "/")
	c.version = strings.ToLower(first)
	root := c.api.graph
	switch c.version {
	case "v1.0", "beta":
	case "hospes":
		root = c.api.own
	default:
		return noSegment(first)
	}
	route, keys, err := root.route(c.r.Method, rest)
	if err != nil {
		return err
	}
	c.route, c.keys = route, keys
	return nil
}

// proceed does what a caller who is known asks for.
func (c *call) proceed() error {
	if err := c.throttle(); err != nil {
		return err
	}
	c.ownOnly = false
	if err := c.nameMe(); err != nil {
		return err
	}
	if err := c.authorize(); err != nil {
		return err
	}
	if err := c.readBody(); err != nil {
		return err
	}
	return c.route.handle(c)
}

type callerKey struct{}

// WithCaller marks requests of the same process as already proven: the command line over a data directory acts as
// the operator through the same handlers (design 2.1.11).
func WithCaller(ctx context.Context, caller token.Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// authenticate proves who calls.
func (c *call) authenticate() error {
	if caller, ok := c.r.Context().Value(callerKey{}).(token.Caller); ok {
		c.caller, c.inProcess = caller, true
		return nil
	}
	scheme, raw, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		raw = ""
	}
	caller, err := c.api.Authority.Verify(c.r.Context(), strings.TrimSpace(raw))
	if err != nil {
		return err
	}
	c.caller = caller
	return c.lives()
}

// nameMe puts the id of the person who is signed in into a path that begins with /me.
func (c *call) nameMe() error {
	if len(c.keys) == 0 || c.keys[0] != me || !strings.HasPrefix(c.route.Key[strings.IndexByte(c.route.Key, ' ')+1:], "/users/{id}") {
		return nil
	}
	if !c.caller.Delegated {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.me", Code: "BadRequest", Message: "/me request is only valid with delegated authentication flow."}
	}
	c.keys[0] = c.caller.Principal.String()
	return nil
}
