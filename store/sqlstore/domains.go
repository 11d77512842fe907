package sqlstore

import (
	"database/sql"

	"github.com/hospes-dev/hospes"
)

// Domains gives the domains of the tenant, the initial one first.
func (h *handle) Domains() ([]hospes.Domain, error) {
	var list []hospes.Domain
	err := h.each(func(rows *sql.Rows) error {
		d := hospes.Domain{Tenant: h.tenant.Number}
		var created int64
		err := rows.Scan(&d.Name, &d.Verified, &d.Initial, &d.Default, &created)
		d.Created = moment(created)
		list = append(list, d)
		return err
	}, `SELECT name, verified, initial, is_default, created FROM domains WHERE tenant = $1
		UNION ALL SELECT name, FALSE, FALSE, FALSE, created FROM domain_claims WHERE tenant = $1 ORDER BY 3 DESC, 1`, h.number())
	return list, err
}

// PutDomain stores a domain. Conflict where it is to be verified and another tenant has verified it.
func (t *tx) PutDomain(d hospes.Domain) error {
	name := hospes.Fold(d.Name)
	if !d.Verified {
		_, err := t.exec("INSERT INTO domain_claims (tenant, name, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", t.number(), name, d.Created.UnixMicro())
		return err
	}
	n, err := t.exec(`INSERT INTO domains (tenant, name, verified, initial, is_default, created) VALUES ($1, $2, TRUE, $3, $4, $5)
		ON CONFLICT (name) DO UPDATE SET is_default = excluded.is_default WHERE domains.tenant = excluded.tenant`,
		t.number(), name, d.Initial, d.Default, d.Created.UnixMicro())
	if err == nil && n == 0 {
		return hospes.Conflicting("store.PutDomain", "id")
	}
	if err != nil {
		return err
	}
	_, err = t.exec("DELETE FROM domain_claims WHERE tenant = $1 AND name = $2", t.number(), name)
	return err
}

// DeleteDomain removes a domain, verified or not.
func (t *tx) DeleteDomain(name string) error {
	for _, table := range []string{"domains", "domain_claims"} {
		if _, err := t.exec("DELETE FROM "+table+" WHERE tenant = $1 AND name = $2", t.number(), hospes.Fold(name)); err != nil {
			return err
		}
	}
	return nil
}
