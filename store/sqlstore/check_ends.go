package sqlstore

import (
	"database/sql"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// end is a column that names a row of another table.
type end struct{ table, column, parent string }

var relationEnds = []end{
	{"relations", "holder", "objects"}, {"relations", "related", "objects"}, {"assignments", "resource", "objects"}, {"assignments", "principal", "objects"},
}

var ownerEnds = []end{
	{"application_ids", "number", "objects"}, {"credentials", "owner", "objects"}, {"authenticators", "owner", "objects"}, {"settings", "principal", "objects"}, {"jobs", "principal", "objects"},
	{"group_rules", "number", "objects"}, {"sign_in_activities", "number", "objects"},
	{"due_work", "job", "jobs"}, {"escrows", "job", "jobs"}, {"intents", "job", "jobs"}, {"changes", "write", "writes"}, {"audits", "write", "writes"},
}

// ends asks whether what the columns name is there.
func (c *checker) ends(list []end) error {
	for _, e := range list {
		var rows int64
		if _, err := c.one([]any{&rows}, "SELECT COUNT(*) FROM "+e.table+" WHERE tenant = $1", c.number()); err != nil {
			return err
		}
		c.result.Rows += rows
		err := c.each(func(rows *sql.Rows) error {
			var named hospes.Number
			err := rows.Scan(&named)
			c.damaged("In %s, the %s numbered %d is not among the %s.", e.table, e.column, named, e.parent)
			return err
		}, "SELECT t."+e.column+" FROM "+e.table+" t LEFT JOIN "+e.parent+" p ON p.tenant = t.tenant AND p.number = t."+e.column+" WHERE t.tenant = $1 AND p.number IS NULL", c.number())
		if err != nil {
			return err
		}
	}
	return nil
}

// checkLinks asks whether links are of a job, and whether both whom they tie together are there, or it is told why not.
func (c *checker) checkLinks() error {
	if err := c.ends([]end{{"links", "job", "jobs"}}); err != nil {
		return err
	}
	after := int64(hospes.MakeNumber(c.tenant.Number, 0, 0)) - 1
	for {
		page, err := c.links("number > $2 ORDER BY number LIMIT $3", after, checkPage)
		if err != nil || len(page) == 0 {
			return err
		}
		after = int64(page[len(page)-1].Number)
		named := map[hospes.TenantNumber][]hospes.Number{}
		for _, l := range page {
			named[l.Source.Tenant()] = append(named[l.Source.Tenant()], l.Source)
			if l.Target != 0 { // otherwise of a remote target, or to nobody
				named[l.Target.Tenant()] = append(named[l.Target.Tenant()], l.Target)
			}
		}
		lost := map[hospes.Number]bool{}
		for tenant, numbers := range named {
			if err := c.unexplained(tenant, numbers, lost); err != nil {
				return err
			}
		}
		for _, l := range page {
			if lost[l.Source] || l.Source.Tenant() != c.tenant.Number {
				c.damaged("The link numbered %d is of %s, who is not there.", l.Number, l.SourceID)
			}
			if lost[l.Target] && l.Tombstone == "" {
				c.damaged("The link numbered %d goes to %s, who is not there.", l.Number, l.TargetID)
			}
		}
	}
}

// unexplained notes which numbers of a tenant are of nobody, though nothing tells that they were purged. Where the log no
// longer goes back to the beginning, it may have told once.
func (c *checker) unexplained(tenant hospes.TenantNumber, numbers []hospes.Number, lost map[hospes.Number]bool) error {
	t, known := c.tenants[tenant]
	if !known {
		for _, n := range numbers {
			lost[n] = true
		}
		return nil
	}
	there := &handle{ctx: c.ctx, session: c.session, store: c.store, tenant: t, now: c.now}
	documents, err := there.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return err
	}
	for i, d := range documents {
		if d.Schema != nil {
			continue
		}
		oldest, err := there.OldestSeq()
		if err != nil {
			return err
		}
		var purges int64
		_, err = there.one([]any{&purges}, "SELECT COUNT(*) FROM changes WHERE tenant = $1 AND object = $2 AND operation = $3", there.number(), int64(numbers[i]), int64(hospes.OperationPurge))
		if err != nil {
			return err
		}
		lost[numbers[i]] = purges == 0 && oldest == 1
	}
	return nil
}
