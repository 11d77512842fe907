package graphapi

import (
	"strings"
	"sync"
)

// routers are those of an API that serves nobody.
var routers = sync.OnceValue(func() *API { return New(API{}) })

// RouteKey names the route that a request is for, or "".
func RouteKey(method, path string) string {
	api := routers()
	first, rest, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	root := api.graph
	if strings.EqualFold(first, "hospes") {
		root = api.own
	}
	route, _, err := root.route(method, rest)
	if err != nil {
		return ""
	}
	return route.Key
}

// GuestsLimited tells that guests at the usual level may call a route about single objects.
func GuestsLimited(r Route) bool { return r.Permissions.Guests == guestsLimited }

// GuestsAlways tells that guests at every level may call a route.
func GuestsAlways(r Route) bool { return r.Permissions.Guests == guestsAlways }
