package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Options are what a store needs from its surroundings. The zero value works.
type Options struct {
	Clock hospes.Clock
	// Rescan is how often a store on PostgreSQL looks for commits of others that it was not told of; 0 for five seconds.
	Rescan time.Duration
}

// Store implements store.Store over one database.
type Store struct {
	d           *dialect
	clock       hospes.Clock
	writeDB     *sql.DB
	readDB      *sql.DB
	readers     chan *session
	writers     chan *session // PostgreSQL: one transaction each
	group       *groupWriter  // SQLite: the one writer
	nodes       *nodes        // PostgreSQL: the other stores over the same database
	watchers    watchers
	generations generations
	losses      atomic.Int64 // of connections
	closing     sync.Once
	closed      error

	mu      sync.RWMutex
	tenants map[hospes.TenantID]hospes.Tenant
	numbers map[hospes.TenantNumber]hospes.TenantID
}

var _ store.Store = (*Store)(nil)

func open(ctx context.Context, d *dialect, writeDB, readDB *sql.DB, writers, readers int, o Options) (*Store, error) {
	s := &Store{
		d: d, clock: o.Clock, writeDB: writeDB, readDB: readDB,
		readers: make(chan *session, readers), writers: make(chan *session, writers),
		tenants: map[hospes.TenantID]hospes.Tenant{}, numbers: map[hospes.TenantNumber]hospes.TenantID{},
	}
	if s.clock == nil {
		s.clock = hospes.SystemClock{}
	}
	for range readers {
		s.readers <- nil // connected when first used
	}
	for range writers {
		s.writers <- nil
	}
	if d.groups {
		s.group = newGroupWriter(s)
	}
	if _, err := s.Tenants(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.clock.Now() }

// Close waits for what is under way and closes the connections. Closing again does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	if s.group != nil {
		s.group.close()
	}
	if s.nodes != nil {
		s.nodes.close()
	}
	var errs []error
	for _, pool := range []chan *session{s.readers, s.writers} {
		for range cap(pool) {
			if session := <-pool; session != nil {
				errs = append(errs, session.close())
			}
		}
		close(pool) // whoever comes now is told at once
	}
	return errors.Join(append(errs, s.readDB.Close(), s.writeDB.Close())...)
}

// borrow takes a session from a pool, connecting it where that has not been done, or where it is older than the last loss
// of a connection: what took that one has probably taken all.
func (s *Store) borrow(ctx context.Context, pool chan *session, db *sql.DB) (*session, error) {
	losses := s.losses.Load()
	select {
	case session, open := <-pool:
		if !open {
			return nil, errClosed
		}
		if session != nil && session.losses == losses {
			return session, nil
		}
		if session != nil {
			_ = session.close() // it is broken already, or as good as another
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	session, err := newSession(ctx, db, s.d)
	if err != nil {
		pool <- nil
		return nil, err
	}
	session.losses = losses
	return session, nil
}

// begin borrows a session and begins a transaction on it. A connection that was lost while nobody used it is noticed
// here, where nothing has been done yet, and another is taken.
func (s *Store) begin(ctx context.Context, pool chan *session, db *sql.DB, text string) (*session, error) {
	for spare := cap(pool) + 1; ; spare-- { // as many as can be stale
		session, err := s.borrow(ctx, pool, db)
		if err != nil {
			return nil, err
		}
		if err = session.begin(ctx, text); err == nil {
			return session, nil
		}
		s.giveBack(pool, session, err)
		if spare == 0 || !lost(err) {
			return nil, err
		}
	}
}

// giveBack returns a session; one whose connection may be lost is dropped and made anew by the next borrower.
func (s *Store) giveBack(pool chan *session, session *session, err error) {
	if err != nil && lost(err) {
		_ = session.close() // it is broken already
		session = nil
		if !errors.Is(err, context.DeadlineExceeded) { // a caller that ran out of time says nothing of the others
			s.losses.Add(1)
		}
	}
	pool <- session
}

// lost tells that a connection is of no more use.
func lost(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) || slices.Contains(goneStates, sqlState(err))
}

// goneStates are what PostgreSQL says when it shuts down, when one of its processes has crashed, and while it starts.
var goneStates = []string{"57P01", "57P02", "57P03"}

// View runs fn on one moment of a tenant.
func (s *Store) View(ctx context.Context, tenant hospes.TenantID, fn func(store.Reader) error) (err error) {
	const op = "store.View"
	t, err := s.Tenant(ctx, tenant)
	if err != nil {
		return err
	}
	begin := "BEGIN"
	if s.d == &postgresDialect {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	session, err := s.begin(ctx, s.readers, s.readDB, begin)
	if err != nil {
		return s.d.translate(op, err)
	}
	// Deferred, because fn may leave by a panic. A read leaves nothing behind, however it ends; the context may be over by
	// now.
	defer func() {
		err = errors.Join(err, session.begin(context.WithoutCancel(ctx), "ROLLBACK"))
		s.giveBack(s.readers, session, err)
		err = s.d.translate(op, err)
	}()
	return fn(&handle{ctx: ctx, session: session, store: s, tenant: t, now: s.clock.Now()})
}

// Busy tells that interactive writers are waiting.
func (s *Store) Busy() bool { return s.group != nil && s.group.waiting() }

// handle reads one tenant over one session.
type handle struct {
	ctx     context.Context
	session *session
	store   *Store
	tenant  hospes.Tenant
	now     time.Time
	settle  func() error // writes down what a transaction has staged, before anything is read; nil for readers
}

func (h *handle) Tenant() hospes.Tenant { return h.tenant }
func (h *handle) Now() time.Time        { return h.now }

// number is the first argument of every statement: the tenant the handle is bound to.
func (h *handle) number() int64 { return int64(h.tenant.Number) }

func (h *handle) each(scan func(*sql.Rows) error, text string, args ...any) error {
	if err := h.ready(); err != nil {
		return err
	}
	return h.session.each(h.ctx, scan, text, args...)
}

// lookUp is each for a statement that follows an index to a few rows. Once begun it is not broken off: to watch for the
// end of the context takes a goroutine, which costs as much as the lookup.
func (h *handle) lookUp(scan func(*sql.Rows) error, text string, args ...any) error {
	if err := errors.Join(h.ctx.Err(), h.ready()); err != nil {
		return err
	}
	return h.session.each(context.WithoutCancel(h.ctx), scan, text, args...)
}

func (h *handle) one(dst []any, text string, args ...any) (bool, error) {
	if err := h.ready(); err != nil {
		return false, err
	}
	return h.session.one(h.ctx, dst, text, args...)
}

func (h *handle) ready() error {
	if h.settle == nil {
		return nil
	}
	return h.settle()
}
