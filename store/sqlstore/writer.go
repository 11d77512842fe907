package sqlstore

import (
	"context"
	"errors"
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
	return s.write(ctx, "store.Update", w.Bulk, func(session *session) ([]touch, error) {
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
	return s.write(ctx, "store.UpdatePair", source.Bulk || target.Bulk, func(session *session) ([]touch, error) {
		a, b := newTx(ctx, s, session, st, source.By), newTx(ctx, s, session, tt, target.By)
		a.peer, b.peer = b, a
		if err := fn(a, b); err != nil {
			return nil, err
		}
		return pairChanged(a, b)
	})
}

func pairChanged(a, b *tx) ([]touch, error) {
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
type work func(*session) ([]touch, error)

func (s *Store) write(ctx context.Context, op string, bulk bool, fn work) error {
	return s.d.translate(op, stale(s.attempt(ctx, bulk, fn)))
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
	session, err := s.begin(ctx, s.writers, s.writeDB, "BEGIN")
	if err != nil {
		return err
	}
	defer func() { s.giveBack(s.writers, session, err) }()
	committed := false
	defer func() { // deferred, because fn may leave by a panic or by ending its goroutine
		if !committed {
			err = errors.Join(err, session.run(context.WithoutCancel(ctx), "ROLLBACK"))
		}
	}()
	changed, err := fn(session)
	if err != nil {
		return err
	}
	if err := fault.Point("store.beforeCommit"); err != nil {
		return err
	}
	if err := session.run(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return err
	}
	committed = true
	if err := fault.Point("store.afterCommit"); err != nil {
		return err
	}
	s.tell(changed)
	return nil
}
