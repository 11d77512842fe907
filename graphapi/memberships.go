package graphapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

const (
	maxChecked     = 20    // ids that one call checks (graph-wire 5.1)
	maxMemberships = 11000 // ids that one call answers with
)

// membershipRoutes ask of what an object is a member, by way of other groups too.
var membershipRoutes = func() (routes []Route) {
	for _, holder := range []struct {
		path        string
		find        finder
		permissions Permissions
	}{
		{"/users/{id}", findUserKey, readMemberships},
		{"/groups/{id}", findGroupKey, readGroups},
		{"/servicePrincipals/{id}", findPrincipalKey, readApps},
		{"/directoryObjects/{id}", findHolder, readDirectory},
	} {
		add := func(action string, handle func(*call, finder) error) {
			routes = append(routes, Route{Key: "POST " + holder.path + "/" + action, Permissions: holder.permissions, handle: func(c *call) error { return handle(c, holder.find) }})
		}
		add("checkMemberGroups", func(c *call, find finder) error { return c.checkMember(find, "groupIds", hospes.GroupSchema) })
		add("checkMemberObjects", func(c *call, find finder) error { return c.checkMember(find, "ids", nil) })
		add("getMemberGroups", func(c *call, find finder) error { return c.getMember(find, hospes.GroupSchema) })
		add("getMemberObjects", func(c *call, find finder) error { return c.getMember(find, nil) })
	}
	return routes
}()

func findObjectKey(c *call, r store.Reader) (*hospes.Object, error) {
	o, err := c.find(r, nil, c.keys[0])
	if err == nil && !isDirectoryObject(o.Schema) {
		err = hospes.NotFound("graphapi.directoryObject", c.keys[0])
	}
	return o, err
}

// findHolder is findObjectKey for who asks of what the object is a member. By its own address the same is asked for with
// the permission of its class, so that of people others may not be told here either.
func findHolder(c *call, r store.Reader) (*hospes.Object, error) {
	o, err := findObjectKey(c, r)
	if err == nil && o.Schema == hospes.UserSchema && !c.isSelf(o.ID.String()) && !c.may(readMemberships) {
		err = hospes.Forbidden("graphapi.memberships")
	}
	return o, err
}

// idsOf reads a list of ids out of the body.
func (c *call) idsOf(name string, most int) (ids []hospes.ObjectID, err error) {
	const op = "graphapi.ids"
	list, err := c.members()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(m member) bool { return strings.EqualFold(m.name, name) })
	if at < 0 {
		return nil, hospes.Invalidf(op, "A value is required for property '%s'.", name)
	}
	given, err := texts(list[at].raw, most)
	switch {
	case errors.Is(err, errTooMany):
		return nil, hospes.Invalidf(op, "At most %d ids can be given in '%s'.", most, name)
	case err != nil:
		return nil, hospes.Invalidf(op, "The value of '%s' must be a list of ids.", name)
	}
	for _, text := range given {
		id, ok := hospes.ParseObjectID(text)
		if !ok {
			return nil, hospes.Invalidf(op, "Invalid object identifier '%s'.", text)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// memberships are what an object is a member of, directly or not: groups, or, without a schema, directory roles as well.
func memberships(o *hospes.Object, schema *hospes.Schema) store.Query {
	return store.Query{
		Schema: schema, Limit: 1000,
		Via: &store.Via{Relation: hospes.RelationMember, Of: o.Number, Reverse: true, Transitive: true},
	}
}

// checkMember answers which of some groups and roles have the object of the path as a member.
func (c *call) checkMember(find finder, name string, schema *hospes.Schema) error {
	ids, err := c.idsOf(name, maxChecked)
	if err != nil {
		return err
	}
	found := []string{}
	err = c.view(func(r store.Reader) error {
		o, err := find(c, r)
		if err != nil || len(ids) == 0 {
			return err
		}
		query := memberships(o, schema)
		query.Filter = withIDs(ids)
		page, err := r.List(query)
		if c.hides(query.Via) {
			page.Documents = withoutHidden(page.Documents)
		}
		for _, d := range page.Documents {
			found = append(found, d.ID.String())
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "Collection(Edm.String)", map[string]any{"value": found})
}

// withIDs selects the objects with some ids.
func withIDs(ids []hospes.ObjectID) *odata.Filter {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	slices.Sort(texts)
	return &odata.Filter{Root: odata.In{Ref: odata.Ref{Path: "id"}, Texts: texts}}
}

// getMember answers with the ids of all groups, and of roles where there is no schema, that have the object of the path as a member.
func (c *call) getMember(find finder, schema *hospes.Schema) error {
	var body struct {
		SecurityEnabledOnly bool `json:"securityEnabledOnly"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return err
		}
	}
	found := []string{}
	err := c.view(func(r store.Reader) error {
		o, err := find(c, r)
		if err != nil {
			return err
		}
		query := memberships(o, schema)
		if body.SecurityEnabledOnly {
			if o.Schema != hospes.UserSchema {
				return hospes.Invalidf("graphapi.memberships", "'securityEnabledOnly' can be true only for users.")
			}
			query.Filter = &odata.Filter{Root: odata.Compare{Ref: odata.Ref{Path: "securityEnabled"}, Text: string(hospes.True)}}
		}
		for {
			page, err := r.List(query)
			if err != nil {
				return err
			}
			if c.hides(query.Via) {
				page.Documents = withoutHidden(page.Documents)
			}
			for _, d := range page.Documents {
				found = append(found, d.ID.String())
			}
			if len(found) > maxMemberships {
				return tooMuch("The size of the result is greater than the limit. Use transitiveMemberOf, which answers in pages.")
			}
			if page.Next == nil {
				return nil
			}
			query.After = *page.Next
		}
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "Collection(Edm.String)", map[string]any{"value": found})
}

// tooMuch refuses an answer that has no pages and would be too large, and says what to do.
func tooMuch(text string) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.tooMuch", Code: "Directory_ResultSizeLimitExceeded", Message: text}
}
