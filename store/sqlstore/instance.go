package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// read runs a query about the whole instance.
func (s *Store) read(ctx context.Context, op string, fn func(*session) error) error {
	session, err := s.borrow(ctx, s.readers, s.readDB)
	if err != nil {
		return s.d.translate(op, err)
	}
	err = fn(session)
	s.giveBack(s.readers, session, err)
	return s.d.translate(op, err)
}

// Tenants gives every tenant, in the order of their making.
func (s *Store) Tenants(ctx context.Context) ([]hospes.Tenant, error) {
	var list []hospes.Tenant
	err := s.read(ctx, "store.Tenants", func(session *session) error {
		return session.each(ctx, func(rows *sql.Rows) error {
			t, err := scanTenant(rows)
			list = append(list, t)
			return err
		}, "SELECT number, id, display_name, initial_domain, salt, system, created FROM tenants ORDER BY number")
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range list {
		s.tenants[t.ID], s.numbers[t.Number] = t, t.ID
	}
	return list, nil
}

func scanTenant(rows *sql.Rows) (t hospes.Tenant, err error) {
	var id []byte
	var created int64
	if err := rows.Scan(&t.Number, &id, &t.DisplayName, &t.InitialDomain, &t.Salt, &t.System, &created); err != nil {
		return t, err
	}
	t.ID, t.Created = hospes.TenantID(id), time.UnixMicro(created).UTC()
	return t, nil
}

// Tenant finds a tenant by its id. The register is kept in memory; a tenant that is not in it may be another node's.
func (s *Store) Tenant(ctx context.Context, id hospes.TenantID) (hospes.Tenant, error) {
	return s.tenant(ctx, func() (hospes.Tenant, bool) {
		t, ok := s.tenants[id]
		return t, ok
	})
}

// TenantNumbered finds a tenant by its number.
func (s *Store) TenantNumbered(ctx context.Context, n hospes.TenantNumber) (hospes.Tenant, error) {
	return s.tenant(ctx, func() (hospes.Tenant, bool) {
		t, ok := s.tenants[s.numbers[n]]
		return t, ok
	})
}

func (s *Store) tenant(ctx context.Context, find func() (hospes.Tenant, bool)) (hospes.Tenant, error) {
	look := func() (hospes.Tenant, bool) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return find()
	}
	if t, ok := look(); ok {
		return t, nil
	}
	if _, err := s.Tenants(ctx); err != nil {
		return hospes.Tenant{}, err
	}
	if t, ok := look(); ok {
		return t, nil
	}
	return hospes.Tenant{}, &hospes.Error{Kind: hospes.KindNotFound, Op: "store.Tenant", Code: "Directory_ObjectNotFound", Message: "Unable to read the company information from the directory."}
}

// TenantOfDomain finds the tenant that has verified a domain.
func (s *Store) TenantOfDomain(ctx context.Context, name string) (hospes.Tenant, error) {
	var n int64
	var found bool
	err := s.read(ctx, "store.TenantOfDomain", func(session *session) (err error) {
		found, err = session.one(ctx, []any{&n}, "SELECT tenant FROM domains WHERE name = $1 AND verified", hospes.Fold(name))
		return err
	})
	if err != nil {
		return hospes.Tenant{}, err
	}
	if !found {
		return hospes.Tenant{}, hospes.NotFound("store.TenantOfDomain", name)
	}
	return s.TenantNumbered(ctx, hospes.TenantNumber(n))
}

// TenantsOfApp gives the tenants that know an application.
func (s *Store) TenantsOfApp(ctx context.Context, appID string) ([]hospes.Tenant, error) {
	var numbers []hospes.TenantNumber
	err := s.read(ctx, "store.TenantsOfApp", func(session *session) error {
		return session.each(ctx, func(rows *sql.Rows) error {
			var n hospes.TenantNumber
			err := rows.Scan(&n)
			numbers = append(numbers, n)
			return err
		}, "SELECT tenant FROM application_ids WHERE app_id = $1 ORDER BY tenant", hospes.Fold(appID))
	})
	if err != nil {
		return nil, err
	}
	list := make([]hospes.Tenant, len(numbers))
	for i, n := range numbers {
		if list[i], err = s.TenantNumbered(ctx, n); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CreateTenant makes a tenant and runs fn in it, in one transaction.
func (s *Store) CreateTenant(ctx context.Context, t hospes.Tenant, w store.Write, fn func(store.Tx) error) (hospes.Tenant, error) {
	if t.Created.IsZero() {
		t.Created = s.clock.Now()
	}
	err := s.write(ctx, "store.CreateTenant", false, func(session *session) ([]touch, error) {
		made := t
		ctx := context.WithoutCancel(ctx)
		if _, err := session.one(ctx, []any{&made.Number}, "SELECT COALESCE(MAX(number), 0) + 1 FROM tenants"); err != nil {
			return nil, err
		}
		_, err := session.exec(ctx, "INSERT INTO tenants (number, id, display_name, initial_domain, salt, system, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			int64(made.Number), made.ID.Bytes(), made.DisplayName, hospes.Fold(made.InitialDomain), made.Salt, made.System, made.Created.UnixMicro())
		if s.d.unique(err) {
			return nil, hospes.Conflicting("store.CreateTenant", "id")
		}
		if err != nil {
			return nil, err
		}
		if _, err := session.exec(ctx, "INSERT INTO tenant_counters (tenant, seq, next, chain) VALUES ($1, 0, 0, $2)", int64(made.Number), genesis(made.ID)); err != nil {
			return nil, err
		}
		tx := newTx(ctx, s, session, made, w.By)
		initial := hospes.Domain{Name: made.InitialDomain, Verified: true, Initial: true, Default: true, Created: made.Created}
		if err := tx.PutDomain(initial); err != nil {
			return nil, err
		}
		changed, err := tx.run(fn)
		if err == nil {
			t = made
		}
		return changed, err
	})
	if err != nil {
		return hospes.Tenant{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tenants[t.ID], s.numbers[t.Number] = t, t.ID
	return t, nil
}

// Keys gives the signing keys, newest first.
func (s *Store) Keys(ctx context.Context) ([]store.SealedKey, error) {
	var list []store.SealedKey
	err := s.read(ctx, "store.Keys", func(session *session) error {
		return session.each(ctx, func(rows *sql.Rows) error {
			var k store.SealedKey
			var created, retires int64
			err := rows.Scan(&k.ID, &k.Sealed, &created, &retires)
			k.Created, k.Retires = moment(created), moment(retires)
			list = append(list, k)
			return err
		}, "SELECT id, sealed, created, retires FROM keys ORDER BY created DESC, id")
	})
	return list, err
}

// PutKey stores a signing key.
func (s *Store) PutKey(ctx context.Context, k store.SealedKey) error {
	return s.write(ctx, "store.PutKey", false, func(session *session) ([]touch, error) {
		_, err := session.exec(context.WithoutCancel(ctx), "INSERT INTO keys (id, sealed, created, retires) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET retires = excluded.retires",
			k.ID, k.Sealed, micros(k.Created), micros(k.Retires))
		return nil, err
	})
}

// Due gives the work that is due by now, oldest first.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]store.DueWork, error) {
	var list []store.DueWork
	err := s.read(ctx, "store.Due", func(session *session) error {
		return session.each(ctx, func(rows *sql.Rows) error {
			var w store.DueWork
			var at int64
			err := rows.Scan(&w.Tenant, &w.Job, &at)
			w.At = moment(at)
			list = append(list, w)
			return err
		}, "SELECT tenant, job, at FROM due_work WHERE at <= $1 ORDER BY at, tenant, job LIMIT $2", now.UnixMicro(), limit)
	})
	return list, err
}

// NextDue gives when the next work is due.
func (s *Store) NextDue(ctx context.Context) (at time.Time, err error) {
	var us sql.NullInt64
	err = s.read(ctx, "store.NextDue", func(session *session) error {
		_, err := session.one(ctx, []any{&us}, "SELECT MIN(at) FROM due_work")
		return err
	})
	return moment(us.Int64), err
}

// Acquire takes or renews a lease.
func (s *Store) Acquire(ctx context.Context, name, holder string, life time.Duration) (store.Lease, error) {
	var lease store.Lease
	err := s.write(ctx, "store.Acquire", false, func(session *session) ([]touch, error) {
		now := s.clock.Now()
		lease = store.Lease{Name: name, Holder: holder, Expires: now.Add(life)}
		// The fence grows when the lease changes hands, and stays when its holder renews it in time.
		found, err := session.one(context.WithoutCancel(ctx), []any{&lease.Fence}, `INSERT INTO leases (name, holder, fence, expires) VALUES ($1, $2, 1, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires,
				fence = CASE WHEN leases.holder = excluded.holder AND leases.expires > $4 THEN leases.fence ELSE leases.fence + 1 END
			WHERE leases.holder = excluded.holder OR leases.expires <= $4 RETURNING fence`,
			name, holder, lease.Expires.UnixMicro(), now.UnixMicro())
		if err == nil && !found {
			err = &hospes.Error{Kind: hospes.KindConflict, Op: "store.Acquire", Code: "LeaseHeld", Message: "Somebody else works on this."}
		}
		return nil, err
	})
	if err != nil {
		return store.Lease{}, err
	}
	return lease, nil
}

// Release gives a lease up before it expires.
func (s *Store) Release(ctx context.Context, l store.Lease) error {
	return s.write(ctx, "store.Release", false, func(session *session) ([]touch, error) {
		_, err := session.exec(context.WithoutCancel(ctx), "UPDATE leases SET expires = 0 WHERE name = $1 AND holder = $2 AND fence = $3", l.Name, l.Holder, l.Fence)
		return nil, err
	})
}
