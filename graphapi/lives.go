package graphapi

import (
	"sync"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// standing is what stands behind a token: an application of a tenant that may act, and a person where one is signed in.
type standing struct {
	generation uint64
	system     bool
	person     *person
}

// standings remembers what stood behind tokens, as long as nothing in their tenants has changed: most requests find it
// here. Where others write to the store too, nothing is remembered.
type standings struct {
	mu sync.RWMutex
	of map[identity]standing
}

// identity is whom a token speaks for.
type identity struct {
	tenant    hospes.TenantID
	principal hospes.ObjectID
	appID     string
	delegated bool
}

// maxStandings bounds the memory that callers can make use of.
const maxStandings = 10_000

func (s *standings) find(id identity, generation uint64) (standing, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.of[id]
	return found, ok && found.generation == generation
}

func (s *standings) keep(id identity, found standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil || len(s.of) >= maxStandings {
		s.of = map[identity]standing{}
	}
	s.of[id] = found
}

// lives checks that the tenant, the application and the person behind a token are still there: a token outlives none of
// them.
func (c *call) lives() error {
	id := identity{c.caller.Tenant, c.caller.Principal, c.caller.AppID, c.caller.Delegated}
	generation, sole := c.api.Store.Generation(id.tenant)
	found, known := c.api.standings.find(id, generation)
	if !sole || !known {
		var err error
		if found, err = c.readStanding(); err != nil {
			return err
		}
		found.generation = generation // of before the reading: what changed meanwhile is read anew
		if sole {
			c.api.standings.keep(id, found)
		}
	}
	c.system, c.person = found.system, found.person
	if c.person != nil {
		return c.person.stillSignedIn(c.caller.SignedIn)
	}
	return nil
}

func (c *call) readStanding() (found standing, err error) {
	gone := &hospes.Error{
		Kind: hospes.KindUnauthenticated, Op: "graphapi.authenticate", Code: "Authorization_IdentityNotFound",
		Message: "The identity of the calling application could not be established.",
	}
	err = c.view(func(r store.Reader) error {
		found.system = r.Tenant().System
		principal, err := c.readClient(r)
		if err != nil {
			return err
		}
		if principal.Get(hospes.PrincipalAccountEnabled) == hospes.False { // absent where nobody has ever set it
			return gone
		}
		if c.caller.Delegated {
			found.person, err = readPerson(r, c.caller.Principal)
		}
		return err
	})
	if hospes.KindOf(err) == hospes.KindNotFound {
		err = gone
	}
	return found, err
}

// readClient reads the service principal of the application that calls.
func (c *call) readClient(r store.Reader) (*hospes.Object, error) {
	if c.caller.Delegated {
		return store.FindHolder(r, hospes.SpacePrincipal, hospes.Fold(c.caller.AppID))
	}
	return store.Find(r, store.Live, hospes.ServicePrincipalSchema, c.caller.Principal)
}
