package sqlstore

import (
	"sync"

	"github.com/hospes-dev/hospes"
)

// watchers are told which tenants a commit changed.
type watchers struct {
	mu   sync.Mutex
	next int
	open map[int]*watcher
}

// watcher keeps what a slow reader has not seen yet, each tenant once.
type watcher struct {
	out     chan hospes.TenantNumber
	wake    chan struct{}
	done    chan struct{}
	mu      sync.Mutex
	pending map[hospes.TenantNumber]struct{}
}

// Watch gives a channel that receives the number of a tenant after each commit that changed it.
func (s *Store) Watch() (<-chan hospes.TenantNumber, func()) {
	w := &watcher{
		out: make(chan hospes.TenantNumber), wake: make(chan struct{}, 1), done: make(chan struct{}),
		pending: map[hospes.TenantNumber]struct{}{},
	}
	ws := &s.watchers
	ws.mu.Lock()
	if ws.open == nil {
		ws.open = map[int]*watcher{}
	}
	id := ws.next
	ws.next++
	ws.open[id] = w
	ws.mu.Unlock()
	go w.pump()
	var once sync.Once
	return w.out, func() {
		once.Do(func() {
			ws.mu.Lock()
			delete(ws.open, id)
			ws.mu.Unlock()
			close(w.done)
		})
	}
}

// tell passes on what a commit of this store has changed.
func (s *Store) tell(changed []touch) {
	s.generations.count(changed)
	if s.nodes != nil {
		s.nodes.announce(changed)
	}
	s.watchers.tell(changed)
}

func (ws *watchers) tell(changed []touch) {
	if len(changed) == 0 {
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, w := range ws.open {
		w.mu.Lock()
		for _, t := range changed {
			w.pending[t.tenant] = struct{}{}
		}
		w.mu.Unlock()
		select {
		case w.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

func (w *watcher) pump() {
	defer close(w.out)
	for {
		select {
		case <-w.wake:
		case <-w.done:
			return
		}
		w.mu.Lock()
		pending := w.pending
		w.pending = map[hospes.TenantNumber]struct{}{}
		w.mu.Unlock()
		for t := range pending {
			select {
			case w.out <- t:
			case <-w.done:
				return
			}
		}
	}
}
