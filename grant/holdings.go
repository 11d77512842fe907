package grant

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// holdings reads what an application was let do, each API once.
type holdings struct {
	r     store.Reader
	visit authn.Visit

	client *hospes.Object
	read   map[holder][]string
	roles  map[hospes.Number][]hospes.ObjectID // by the API
}

type holder struct{ api, user hospes.Number }

// scopes gives the scopes of an API that the client has in the name of a person, or, for nil, of everybody. What the API
// has ceased to offer nobody has.
func (h *holdings) scopes(api token.API, user *hospes.Object) (names []string, err error) {
	at := holder{api: api.Number}
	if user != nil {
		at.user = user.Number
	}
	names, known := h.read[at]
	if known || h.visit.New {
		return names, nil
	}
	if err := h.load(); err != nil {
		return nil, err
	}
	if names, err = directory.GrantedScopes(h.r, h.client, api.Object, user); err != nil {
		return nil, err
	}
	if api.AppID() != token.GraphAppID {
		offered := api.Scopes()
		names = slices.DeleteFunc(names, func(name string) bool {
			return !slices.ContainsFunc(offered, func(s token.Scope) bool { return s.Name == name })
		})
		more, err := api.PreAuthorized(h.r, h.visit.Client.AppID)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
		slices.Sort(names)
		names = slices.Compact(names)
	}
	h.read[at] = names
	return names, nil
}

// has tells whether the client has a permission, in the name of a person or, for nil, of everybody.
func (h *holdings) has(p Permission, user *hospes.Object) (bool, error) {
	if !p.Role {
		names, err := h.scopes(p.API, user)
		return slices.Contains(names, p.Name), err
	}
	if h.visit.New {
		return false, nil
	}
	err := h.load()
	return slices.Contains(h.roles[p.API.Number], p.ID), err
}

// load reads the client and its roles.
func (h *holdings) load() (err error) {
	if h.client != nil {
		return nil
	}
	if h.client, err = store.FindNumber(h.r, store.Live, h.visit.Client.Number); err != nil {
		return err
	}
	h.read, h.roles = map[holder][]string{}, map[hospes.Number][]hospes.ObjectID{}
	list, err := h.r.AssignmentsOf(h.client.Number)
	for _, a := range list {
		h.roles[a.Resource] = append(h.roles[a.Resource], a.RoleID)
	}
	return err
}
