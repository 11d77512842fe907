package graphapi

import (
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Route is one operation of the API. Key is its name in the documentation, the permission table and the tests:
// "GET /users/{id}". Permissions says who may call it.
type Route struct {
	Key         string
	Permissions Permissions
	Classes     map[*hospes.Schema]Permissions // those that count once the class of the object is known; of others there is none
	Operator    bool                           // only the operator of the instance
	Public      bool                           // answers whoever asks, without a token
	Shows       string                         // the type that is answered, where that is no object of the directory
	Paged       paging                         // of a list of such values: what of the query the handler does itself
	Expands     bool                           // likewise
	handle      func(*call) error
}

// paging says what a handler does itself of a query for values.
type paging string

const (
	paged            paging = "paged"               // it answers page by page
	pagedAndFiltered paging = "paged, and filtered" // and does the rest as well
)

// me stands for the id of the person who is signed in.
const me = "me"

// node is a place in the tree of paths.
type node struct {
	names  map[string]*node
	key    *node
	routes map[string]*Route // by method
}

func (n *node) add(method, path string, route *Route) {
	at := n
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if part == "" {
			continue // the root itself
		}
		if strings.HasPrefix(part, "{") {
			if at.key == nil {
				at.key = &node{}
			}
			at = at.key
			continue
		}
		if at.names == nil {
			at.names = map[string]*node{}
		}
		name := strings.ToLower(part)
		if at.names[name] == nil {
			at.names[name] = &node{}
		}
		at = at.names[name]
	}
	if at.routes == nil {
		at.routes = map[string]*Route{}
	}
	if at.routes[method] != nil {
		panic("graphapi: two routes for " + route.Key)
	}
	at.routes[method] = route
}

// find walks a path. A name goes before a key, so that users/delta is not the user named delta.
func (n *node) find(path []segment) (*node, []string, error) {
	var keys []string
	at := n
	for _, s := range path {
		if next := at.names[s.name]; next != nil && !s.key {
			at = next
			continue
		}
		if at.key == nil {
			return nil, nil, noSegment(s.text)
		}
		keys = append(keys, s.text)
		at = at.key
	}
	return at, keys, nil
}

// route finds the operation of a request.
func (n *node) route(method, path string) (*Route, []string, error) {
	segments, err := parsePath(path)
	if err != nil {
		return nil, nil, err
	}
	if len(segments) > 0 && segments[0].name == me && !segments[0].key { // /me is the caller among the users
		segments = append([]segment{{name: "users", text: "users"}, {text: me, key: true}}, segments[1:]...)
	}
	at, keys, err := n.find(segments)
	if err != nil {
		return nil, nil, err
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if r := at.routes[method]; r != nil {
		return r, keys, nil
	}
	if len(at.routes) == 0 {
		last := "/"
		if len(segments) > 0 {
			last = segments[len(segments)-1].text
		}
		return nil, nil, noSegment(last)
	}
	return nil, nil, &hospes.Error{
		Kind: hospes.KindUnsupported, Op: "graphapi.route", Code: hospes.CodeBadRequest,
		Message: "Specified HTTP method is not allowed for the request target.", Target: "method",
	}
}
