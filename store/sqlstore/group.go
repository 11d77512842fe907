package sqlstore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
)

// request is one caller waiting for the writer. The writer lends it the session when its turn has come, and the caller
// does its part in its own goroutine: a panic, or an end of that goroutine as by t.FailNow, then happens to the caller
// and not to the writer, on whom everybody waits.
type request struct {
	ctx  context.Context
	fn   work
	turn chan *session
	part chan part
	done chan error
}

// part is what a caller did with its turn.
type part struct {
	changed []touch
	err     error
}

// errLeft says that a caller did not come back from its part.
var errLeft = errors.New("a caller left its transaction")

// play does the caller's part.
func (r *request) play(session *session) {
	p := part{err: errLeft}
	defer func() {
		r.part <- p
		if errors.Is(p.err, errLeft) {
			<-r.done // it goes on leaving when nothing of its part is left
		}
	}()
	p.changed, p.err = r.fn(session)
}

// groupWriter is the one goroutine that writes to SQLite. It takes whoever waits into one transaction, each behind a
// savepoint, so that many callers share one sync of the disk; bulk work runs alone and lets the others go first.
type groupWriter struct {
	store   *Store
	quick   chan *request
	bulk    chan *request
	queued  atomic.Int64
	stop    chan struct{}
	stopped sync.WaitGroup
	closing sync.RWMutex
	closed  bool
}

const maxGroup = 256

func newGroupWriter(s *Store) *groupWriter {
	w := &groupWriter{store: s, quick: make(chan *request), bulk: make(chan *request), stop: make(chan struct{})}
	w.stopped.Add(1)
	go w.loop()
	return w
}

func (w *groupWriter) waiting() bool { return w.queued.Load() > 0 }

func (w *groupWriter) close() {
	w.closing.Lock()
	already := w.closed
	w.closed = true
	w.closing.Unlock()
	if !already {
		close(w.stop)
	}
	w.stopped.Wait()
}

var errClosed = &hospes.Error{Kind: hospes.KindUnavailable, Op: "store", Code: "ServiceUnavailable", Message: "The store is closing."}

func (w *groupWriter) do(ctx context.Context, bulk bool, fn work) error {
	r := &request{ctx: ctx, fn: fn, turn: make(chan *session), part: make(chan part, 1), done: make(chan error, 1)}
	queue := w.bulk
	if !bulk {
		queue = w.quick
		w.queued.Add(1)
		defer w.queued.Add(-1)
	}
	select {
	case queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	for { // once taken it is finished: a caller must not guess whether it was written
		select {
		case session := <-r.turn:
			r.play(session)
		case err := <-r.done:
			return err
		}
	}
}

func (w *groupWriter) loop() {
	defer w.stopped.Done()
	for {
		select { // whoever is interactive goes first
		case r := <-w.quick:
			w.runGroup(r)
			continue
		default:
		}
		select {
		case r := <-w.quick:
			w.runGroup(r)
		case r := <-w.bulk:
			w.commit([]*request{r})
		case <-w.stop:
			return
		}
	}
}

// runGroup takes everybody who is already waiting along.
func (w *groupWriter) runGroup(first *request) {
	group := []*request{first}
	for len(group) < maxGroup {
		select {
		case r := <-w.quick:
			group = append(group, r)
			continue
		default:
		}
		break
	}
	w.commit(group)
}

func (w *groupWriter) commit(group []*request) {
	results := make([]error, len(group))
	changed, err := w.transaction(group, results)
	if err == nil {
		w.store.tell(changed)
	}
	for i, r := range group {
		if err != nil {
			r.done <- err
			continue
		}
		r.done <- results[i]
	}
}

// transaction runs a group. results holds what each caller gets when the commit succeeds; an error of the whole is
// everybody's.
func (w *groupWriter) transaction(group []*request, results []error) (changed []touch, err error) {
	ctx := context.Background()
	session, err := w.store.borrow(ctx, w.store.writers, w.store.writeDB)
	if err != nil {
		return nil, err
	}
	defer func() { w.store.giveBack(w.store.writers, session, err) }()
	if err := session.run(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	any := false
	for i, r := range group {
		if results[i] = r.ctx.Err(); results[i] != nil {
			continue
		}
		touched, err := w.member(ctx, session, r, len(group) > 1)
		if errors.Is(err, errTorn) {
			return nil, errors.Join(err, session.run(ctx, "ROLLBACK"))
		}
		if err != nil {
			results[i] = err
			if len(group) == 1 {
				break
			}
			continue
		}
		any = true
		changed = append(changed, touched...)
	}
	if err := fault.Point("store.beforeCommit"); err != nil {
		return nil, errors.Join(err, session.run(ctx, "ROLLBACK"))
	}
	if !any {
		// Everybody has failed for a reason of its own, and hears of that first: SQLite may have rolled back by itself, as it
		// does when the disk is full, and has nothing to roll back then.
		if err := session.run(ctx, "ROLLBACK"); err != nil {
			for i := range results {
				results[i] = errors.Join(results[i], err)
			}
		}
		return nil, nil
	}
	if err := session.run(ctx, "COMMIT"); err != nil {
		return nil, errors.Join(err, session.run(ctx, "ROLLBACK"))
	}
	return changed, fault.Point("store.afterCommit")
}

// errTorn says that a savepoint is gone: SQLite has rolled back the whole transaction, as it does when the disk is full,
// and with it the work of those who came before.
var errTorn = errors.New("the shared transaction was rolled back")

// member runs one caller's part, behind a savepoint where others share the transaction.
func (w *groupWriter) member(ctx context.Context, session *session, r *request, shared bool) ([]touch, error) {
	do := func() ([]touch, error) {
		r.turn <- session
		p := <-r.part
		return p.changed, p.err
	}
	if !shared {
		return do()
	}
	if err := session.run(ctx, "SAVEPOINT member"); err != nil {
		return nil, errors.Join(errTorn, err)
	}
	changed, err := do()
	if err != nil {
		if undo := errors.Join(session.run(ctx, "ROLLBACK TO member"), session.run(ctx, "RELEASE member")); undo != nil {
			return nil, errors.Join(errTorn, err, undo)
		}
		return nil, err
	}
	if err := session.run(ctx, "RELEASE member"); err != nil {
		return nil, errors.Join(errTorn, err)
	}
	return changed, nil
}
