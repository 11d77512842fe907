package sqlstore

import (
	"sync"

	"github.com/hospes-dev/hospes"
)

// generations counts the commits of this store, by the tenants that they changed.
type generations struct {
	mu sync.RWMutex
	of map[hospes.TenantNumber]uint64
}

// Generation counts the commits that changed a tenant. On PostgreSQL others write too, so that it says nothing.
func (s *Store) Generation(tenant hospes.TenantID) (n uint64, sole bool) {
	if s.d == &postgresDialect {
		return 0, false
	}
	s.mu.RLock()
	t, known := s.tenants[tenant]
	s.mu.RUnlock()
	if !known {
		return 0, false
	}
	s.generations.mu.RLock()
	defer s.generations.mu.RUnlock()
	return s.generations.of[t.Number], true
}

// count notes a commit. It comes before the writers are answered: who has been told of a change never finds anything
// from before it.
func (g *generations) count(changed []touch) {
	if len(changed) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of == nil {
		g.of = map[hospes.TenantNumber]uint64{}
	}
	for _, t := range changed {
		g.of[t.tenant]++
	}
}
