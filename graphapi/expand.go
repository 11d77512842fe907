package graphapi

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// navigation is a way from objects of a class to others, which $expand can take.
type navigation struct {
	name     string
	relation hospes.Relation // 0 for what is no object: the assignments of a principal, the federated credentials of an application
	reverse  bool
	one      bool // leads to one object at most
	far      bool // over any number of ties
	unbuilt  bool // known to clients, and not offered
}

// navigations of each class (graph-wire 1.3).
var navigations = map[*hospes.Schema][]navigation{
	hospes.UserSchema: {
		{name: "manager", relation: hospes.RelationManager, one: true},
		{name: "directReports", relation: hospes.RelationManager, reverse: true},
		{name: "memberOf", relation: hospes.RelationMember, reverse: true},
		{name: "sponsors", relation: hospes.RelationSponsor},
		{name: "appRoleAssignments"},
		{name: "transitiveMemberOf", relation: hospes.RelationMember, reverse: true, far: true},
		{name: "ownedObjects", relation: hospes.RelationOwner, reverse: true},
		{name: "extensions", unbuilt: true},
	},
	hospes.GroupSchema: {
		{name: "members", relation: hospes.RelationMember},
		{name: "owners", relation: hospes.RelationOwner},
		{name: "memberOf", relation: hospes.RelationMember, reverse: true},
		{name: "appRoleAssignments"},
		{name: "transitiveMembers", relation: hospes.RelationMember, far: true},
		{name: "transitiveMemberOf", relation: hospes.RelationMember, reverse: true, far: true},
		{name: "extensions", unbuilt: true},
	},
	hospes.DirectoryRoleSchema: {
		{name: "members", relation: hospes.RelationMember},
	},
	hospes.ApplicationSchema: {
		{name: "owners", relation: hospes.RelationOwner},
		{name: federatedName},
	},
	hospes.ServicePrincipalSchema: {
		{name: "owners", relation: hospes.RelationOwner},
		{name: "memberOf", relation: hospes.RelationMember, reverse: true},
		{name: "transitiveMemberOf", relation: hospes.RelationMember, reverse: true, far: true},
		{name: "ownedObjects", relation: hospes.RelationOwner, reverse: true},
		{name: "appRoleAssignments"},
	},
}

// maxExpanded is how many objects an expanded collection shows; the rest is at its own address.
const maxExpanded = 20

// maxLevels is how far up a chain of managers is followed.
const maxLevels = 1000

// expansion is what a request wants to see along with the objects it asks for.
type expansion struct {
	navigation
	text   string // as the context names it: manager(id,displayName)
	levels int
	shape  shape // of the objects that are shown
	chosen []string
	hidden bool // members of groups that hide them are shown, too
}

// expansionOf reads $expand. Who may not ask for the relation itself may not ask for it in passing either.
func (c *call) expansionOf(schema *hospes.Schema, q odata.Query) (*expansion, error) {
	if len(q.Expand) == 0 {
		return nil, nil
	}
	if len(q.Expand) > 1 || schema == nil {
		return nil, unsupportedQuery("graphapi.expand")
	}
	e := q.Expand[0]
	i := slices.IndexFunc(navigations[schema], func(n navigation) bool { return strings.EqualFold(n.name, e.Navigation) })
	if i < 0 {
		return nil, noProperty(e.Navigation, schema.Name)
	}
	x := &expansion{navigation: navigations[schema][i], levels: max(e.Levels, 1)}
	if e.Levels == odata.LevelsMax {
		x.levels = maxLevels
	}
	if x.unbuilt || x.levels > maxLevels || e.Levels != 0 && !x.one {
		return nil, unsupportedQuery("graphapi.expand")
	}
	route, _, err := c.api.graph.route(http.MethodGet, schema.Plural+"/id/"+x.name)
	if err != nil {
		return nil, err
	}
	if err := c.permit(route, c.ownObject() && c.route.Key == "GET /users/{id}"); err != nil { // of those below, none is the person
		return nil, err
	}
	x.hidden = x.relation != hospes.RelationMember || c.seesHidden()
	x.chosen, x.text = e.Select, x.name+"("+strings.Join(e.Select, ",")+")"
	if x.relation == 0 {
		return x, nil
	}
	var target *hospes.Schema
	if x.one {
		target = hospes.UserSchema
	}
	if x.shape, err = c.shapeOf(target, odata.Query{Select: e.Select}); err == nil {
		err = x.shape.withoutActivity()
	}
	x.shape.typed = true
	return x, err
}

// expanded gives for each of the documents the members that its expansion adds, in two reads for all of them together
// and for each level of managers.
func (x *expansion) expanded(r store.Reader, docs []hospes.Document) (map[hospes.Number][]byte, error) {
	numbers := make([]hospes.Number, len(docs))
	for i, d := range docs {
		numbers[i] = d.Number
	}
	switch {
	case x.name == federatedName:
		return x.federated(r, numbers)
	case x.relation == 0:
		return x.assignments(r, numbers)
	case x.one:
		return x.chains(r, numbers)
	}
	step := x.step
	if x.far {
		step = x.leap
	}
	next, found, err := step(r, numbers)
	if err != nil {
		return nil, err
	}
	out := map[hospes.Number][]byte{}
	for i, n := range numbers {
		b := append(hospes.AppendQuoted([]byte{','}, x.name), ':', '[')
		for _, to := range next[n] {
			if !x.hidden && (hidesMembers(docs[i]) || hidesMembers(found[to])) {
				continue
			}
			if b[len(b)-1] != '[' {
				b = append(b, ',')
			}
			if b, err = x.shape.render(b, found[to], ""); err != nil {
				return nil, err
			}
		}
		out[n] = append(b, ']')
	}
	return out, nil
}

// step goes from objects to those that they lead to.
func (x *expansion) step(r store.Reader, from []hospes.Number) (next map[hospes.Number][]hospes.Number, found map[hospes.Number]hospes.Document, err error) {
	ties, err := r.RelatedFirst(x.relation, x.reverse, maxExpanded, from...)
	if err != nil {
		return nil, nil, err
	}
	next, found = map[hospes.Number][]hospes.Number{}, map[hospes.Number]hospes.Document{}
	var wanted []hospes.Number
	for _, t := range ties {
		of, to := t.From, t.To
		if x.reverse {
			of, to = to, of
		}
		next[of] = append(next[of], to)
		if _, twice := found[to]; !twice {
			found[to] = hospes.Document{}
			wanted = append(wanted, to)
		}
	}
	docs, err := r.Numbered(store.Live, wanted...)
	if err != nil {
		return nil, nil, err
	}
	for i, d := range docs {
		found[wanted[i]] = d
	}
	return next, found, nil
}

// leap goes from objects to those that they lead to over any number of ties, one by one, as far as they are shown.
func (x *expansion) leap(r store.Reader, from []hospes.Number) (next map[hospes.Number][]hospes.Number, found map[hospes.Number]hospes.Document, err error) {
	next, found = map[hospes.Number][]hospes.Number{}, map[hospes.Number]hospes.Document{}
	for _, n := range from {
		page, err := r.List(store.Query{Via: &store.Via{Relation: x.relation, Of: n, Reverse: x.reverse, Transitive: true}, Limit: maxExpanded})
		if err != nil {
			return nil, nil, err
		}
		for _, d := range page.Documents {
			next[n], found[d.Number] = append(next[n], d.Number), d
		}
	}
	return next, found, nil
}

// chains gives the managers, each inside the one before, up to as many levels as are wanted. Nobody is looked up twice,
// so that people who manage each other in a ring come to an end.
func (x *expansion) chains(r store.Reader, numbers []hospes.Number) (map[hospes.Number][]byte, error) {
	above := map[hospes.Number]hospes.Number{}
	people := map[hospes.Number]hospes.Document{}
	asked := map[hospes.Number]bool{}
	for level, from := 0, numbers; level < x.levels && len(from) > 0; level++ {
		next, found, err := x.step(r, from)
		if err != nil {
			return nil, err
		}
		for _, n := range from {
			asked[n] = true
			for _, to := range next[n] {
				above[n], people[to] = to, found[to]
			}
		}
		from = nil
		for to := range found {
			if !asked[to] {
				from = append(from, to)
			}
		}
	}
	out := map[hospes.Number][]byte{}
	for _, n := range numbers {
		chain := []hospes.Number{n}
		for len(chain) <= x.levels {
			to, managed := above[chain[len(chain)-1]]
			if !managed || slices.Contains(chain, to) {
				break
			}
			chain = append(chain, to)
		}
		var inner []byte // from the top down, because each stands inside the one below
		for i := len(chain) - 1; i > 0; i-- {
			b := append(hospes.AppendQuoted([]byte{','}, x.name), ':')
			b, err := x.shape.render(b, people[chain[i]], "")
			if err != nil {
				return nil, err
			}
			inner = insert(b, inner)
		}
		out[n] = inner
	}
	return out, nil
}

// insert puts members at the end of the object that a text ends with; they begin with the comma.
func insert(object, members []byte) []byte {
	if len(members) == 0 {
		return object
	}
	object = object[:len(object)-1]
	if bytes.HasSuffix(object, []byte{'{'}) {
		members = members[1:]
	}
	return append(append(object, members...), '}')
}

func unsupportedQuery(op string) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: op, Code: hospes.CodeUnsupportedQuery, Message: "Unsupported Query."}
}

// noProperty is the answer to a name that a type does not have.
func noProperty(name, typeName string) error {
	e := hospes.Invalidf("graphapi.query", "Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, typeName)
	e.Target = name
	return e
}
