package sqlstore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// errStale says that an object changed between being read and being written: run the transaction again.
var errStale = errors.New("the object was changed meanwhile")

// Update runs fn and commits what it did.
func (s *Store) Update(ctx context.Context, w store.Write, fn func(store.Tx) error) error {
	t, err := s.Tenant(ctx, w.Tenant)
	if err != nil {
		return err
	}
	return s.write(ctx, "store.Update", w.Bulk, func(session *session) ([]hospes.TenantNumber, error) {
		tx := newTx(ctx, s, session, t, w.By)
		return tx.run(fn)
	})
}

// UpdatePair is Update over two tenants.
func (s *Store) UpdatePair(ctx context.Context, source, target store.Write, fn func(source, target store.Tx) error) error {
	st, err := s.Tenant(ctx, source.Tenant)
	if err != nil {
		return err
	}
	tt, err := s.Tenant(ctx, target.Tenant)
	if err != nil {
		return err
	}
	if st.Number == tt.Number {
		return hospes.Invalidf("store.UpdatePair", "A tenant cannot be paired with itself.")
	}
	return s.write(ctx, "store.UpdatePair", source.Bulk || target.Bulk, func(session *session) ([]hospes.TenantNumber, error) {
		a, b := newTx(ctx, s, session, st, source.By), newTx(ctx, s, session, tt, target.By)
		a.peer, b.peer = b, a
		if err := fn(a, b); err != nil {
			return nil, err
		}
		return pairChanged(a, b)
	})
}

func pairChanged(a, b *tx) ([]hospes.TenantNumber, error) {
	// Both are locked in the order of their numbers, whichever has something to write.
	if err := errors.Join(a.flush(), b.flush()); err != nil {
		return nil, err
	}
	if err := errors.Join(a.storeCounters(), b.storeCounters()); err != nil {
		return nil, err
	}
	return append(a.touched(), b.touched()...), nil
}

// work is one caller's part of a transaction; it answers the tenants it changed.
type work func(*session) ([]hospes.TenantNumber, error)

func (s *Store) write(ctx context.Context, op string, bulk bool, fn work) error {
	err := s.attempt(ctx, bulk, fn)
	var p *panicked
	if errors.As(err, &p) {
		panic(p.value)
	}
	return s.d.translate(op, stale(err))
}

// attempt hands fn to the one writer, or runs it in transactions of its own until one goes through.
func (s *Store) attempt(ctx context.Context, bulk bool, fn work) error {
	if s.group != nil {
		return s.group.do(ctx, bulk, fn)
	}
	const attempts = 20
	for attempt := 1; ; attempt++ {
		err := s.writeAlone(ctx, fn)
		if err == nil || attempt == attempts || !s.d.retry(err) && !errors.Is(err, errStale) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt) * time.Millisecond):
		}
	}
}

// stale gives the error that clients know for a lost race.
func stale(err error) error {
	if !errors.Is(err, errStale) {
		return err
	}
	return &hospes.Error{
		Kind: hospes.KindConflict, Op: "store.Update", Code: "Directory_ConcurrencyViolation",
		Message: "Unable to complete the request due to data concurrency violation. Please retry.",
	}
}

// writeAlone runs one caller in a transaction of its own.
func (s *Store) writeAlone(ctx context.Context, fn work) (err error) {
	session, err := borrow(ctx, s.writers, s.writeDB, s.d)
	if err != nil {
		return err
	}
	defer func() { giveBack(s.writers, session, err) }()
	if err := session.run(ctx, "BEGIN"); err != nil {
		return err
	}
	changed, err := guard(fn, session)
	if err == nil {
		err = fault.Point("store.beforeCommit")
	}
	if err != nil {
		return errors.Join(err, session.run(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	if err := session.run(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return errors.Join(err, session.run(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	if err := fault.Point("store.afterCommit"); err != nil {
		return err
	}
	s.watchers.tell(changed)
	return nil
}

// guard turns a panic of fn into one at its caller, after the rollback.
func guard(fn work, session *session) (changed []hospes.TenantNumber, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p}
		}
	}()
	return fn(session)
}

type panicked struct{ value any }

func (p *panicked) Error() string { return "panic in a transaction" }

// request is one caller waiting for the writer.
type request struct {
	ctx  context.Context
	fn   work
	done chan error
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
	r := &request{ctx: ctx, fn: fn, done: make(chan error, 1)}
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
	return <-r.done // once taken it is finished: a caller must not guess whether it was written
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
	for i, r := range group {
		if err != nil {
			r.done <- err
			continue
		}
		r.done <- results[i]
	}
	if err == nil {
		w.store.watchers.tell(changed)
	}
}

// transaction runs a group. results holds what each caller gets when the commit succeeds; an error of the whole is
// everybody's.
func (w *groupWriter) transaction(group []*request, results []error) (changed []hospes.TenantNumber, err error) {
	ctx := context.Background()
	session, err := borrow(ctx, w.store.writers, w.store.writeDB, w.store.d)
	if err != nil {
		return nil, err
	}
	defer func() { giveBack(w.store.writers, session, err) }()
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
	end := "COMMIT"
	if !any {
		end = "ROLLBACK"
	}
	if err := session.run(ctx, end); err != nil {
		return nil, errors.Join(err, session.run(ctx, "ROLLBACK"))
	}
	return changed, fault.Point("store.afterCommit")
}

// errTorn says that a savepoint is gone: SQLite has rolled back the whole transaction, as it does when the disk is full,
// and with it the work of those who came before.
var errTorn = errors.New("the shared transaction was rolled back")

// member runs one caller's part, behind a savepoint where others share the transaction.
func (w *groupWriter) member(ctx context.Context, session *session, r *request, shared bool) ([]hospes.TenantNumber, error) {
	if !shared {
		return guard(r.fn, session)
	}
	if err := session.run(ctx, "SAVEPOINT member"); err != nil {
		return nil, errors.Join(errTorn, err)
	}
	changed, err := guard(r.fn, session)
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
