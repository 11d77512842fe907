package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// checker collects what one check finds.
type checker struct {
	*handle
	result  *store.CheckResult
	tenants map[hospes.TenantNumber]hospes.Tenant // of the store
}

func (c *checker) damaged(format string, args ...any) {
	if c.result.Damages++; len(c.result.Damage) < store.MaxDamage {
		c.result.Damage = append(c.result.Damage, store.Damage{Tenant: c.tenant.ID, Text: fmt.Sprintf(format, args...)})
	}
}

// checks are those that are made tenant by tenant.
var checks = map[store.Check]func(*checker) error{
	store.CheckDocuments: (*checker).documents,
	store.CheckKeys:      (*checker).keys,
	store.CheckRelations: func(c *checker) error { return c.ends(relationEnds) },
	store.CheckOwners:    func(c *checker) error { return c.ends(ownerEnds) },
	store.CheckLinks:     (*checker).checkLinks,
	store.CheckNumbers:   (*checker).numbers,
	store.CheckChanges:   (*checker).changeLog,
	store.CheckAudits:    (*checker).auditLog,
	store.CheckOutbox:    (*checker).outbox,
}

// Check looks for damage. Each check of a tenant sees one moment of it.
func (s *Store) Check(ctx context.Context, report func(store.CheckResult)) error {
	const op = "store.Check"
	tenants, err := s.Tenants(ctx)
	if err != nil {
		return err
	}
	numbered := map[hospes.TenantNumber]hospes.Tenant{}
	for _, t := range tenants {
		numbered[t.Number] = t
	}
	for _, check := range store.Checks {
		result := store.CheckResult{Check: check}
		run := checks[check]
		switch check {
		case store.CheckEngine:
			err = s.read(ctx, op, func(session *session) error { return checkEngine(ctx, session, &result) })
		case store.CheckTenants:
			err = s.read(ctx, op, func(session *session) error { return checkTenants(ctx, session, &result) })
		default:
			for _, t := range tenants {
				err = s.View(ctx, t.ID, func(r store.Reader) error { return run(&checker{r.(*handle), &result, numbered}) })
				if err != nil {
					break
				}
			}
		}
		if err != nil {
			return err
		}
		report(result)
	}
	return nil
}

// checkEngine asks the database about its own files.
func checkEngine(ctx context.Context, s *session, result *store.CheckResult) error {
	return s.each(ctx, func(rows *sql.Rows) error {
		var answer string
		if err := rows.Scan(&answer); err != nil {
			return err
		}
		if result.Rows++; answer != "ok" {
			result.Damages++
			result.Damage = append(result.Damage, store.Damage{Text: answer})
		}
		return nil
	}, s.d.integrity)
}

// checkTenants looks at what is kept once for all tenants.
func checkTenants(ctx context.Context, s *session, result *store.CheckResult) error {
	if _, err := s.one(ctx, []any{&result.Rows}, "SELECT (SELECT COUNT(*) FROM tenants) + (SELECT COUNT(*) FROM domains)"); err != nil {
		return err
	}
	for what, text := range map[string]string{
		"The tenant %s has no counters.":                "SELECT t.display_name FROM tenants t LEFT JOIN tenant_counters c ON c.tenant = t.number WHERE c.tenant IS NULL",
		"The tenant %s does not have its first domain.": "SELECT t.display_name FROM tenants t LEFT JOIN domains d ON d.tenant = t.number AND d.name = t.initial_domain WHERE d.name IS NULL AND NOT t.system",
		"The domain %s is of no tenant.":                "SELECT d.name FROM domains d LEFT JOIN tenants t ON t.number = d.tenant WHERE t.number IS NULL",
	} {
		err := s.each(ctx, func(rows *sql.Rows) error {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			if result.Damages++; len(result.Damage) < store.MaxDamage {
				result.Damage = append(result.Damage, store.Damage{Text: fmt.Sprintf(what, name)})
			}
			return nil
		}, text)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkPage is how many rows are looked at together.
const checkPage = 1000

// kept is an object as its row holds it, with what is derived from its document.
type kept struct {
	hospes.Document
	name, facets string
	upn, mail    sql.NullString
}

// pages reads all objects of the tenant in the order of their numbers.
func (c *checker) pages(visit func([]kept) error) error {
	after := int64(hospes.MakeNumber(c.tenant.Number, 0, 0)) - 1
	for {
		var page []kept
		err := c.each(func(rows *sql.Rows) error {
			var k kept
			var id []byte
			var deleted sql.NullInt64
			if err := rows.Scan(&k.Number, &id, &k.Version, &deleted, &k.Card, &k.Rest, &k.name, &k.upn, &k.mail, &k.facets); err != nil {
				return err
			}
			copy(k.ID[:], id)
			k.Schema = hospes.SchemaOf(k.Number.Class())
			k.Deleted = moment(deleted.Int64)
			page = append(page, k)
			return nil
		}, "SELECT "+objectColumns+", o.name, o.upn, o.mail, o.facets FROM objects o WHERE "+c.session.d.byNumber+"o.tenant = $1 AND o.number > $2 ORDER BY o.number LIMIT $3",
			c.number(), after, checkPage)
		if err != nil || len(page) == 0 {
			return err
		}
		after = int64(page[len(page)-1].Number)
		if err := visit(page); err != nil {
			return err
		}
	}
}

// documents renders every document anew and compares.
func (c *checker) documents() error {
	return c.pages(func(page []kept) error {
		c.result.Rows += int64(len(page))
		for _, k := range page {
			if k.Schema == nil {
				c.damaged("Object %s is of an unknown class.", k.ID)
				continue
			}
			o, err := k.Object()
			if err != nil {
				c.damaged("The document of %s %s cannot be read.", k.Schema.Name, k.ID)
				continue
			}
			d := o.Document()
			upn, hasUPN := o.UPN()
			mail, hasMail := o.Mail()
			for part, same := range map[string]bool{
				"card": k.Card == d.Card && k.Rest == d.Rest, "name": k.name == o.Name(), "facets": k.facets == o.Facets(),
				"userPrincipalName": k.upn == sql.NullString{String: upn, Valid: hasUPN}, "mail": k.mail == sql.NullString{String: mail, Valid: hasMail},
			} {
				if !same {
					c.damaged("The %s of %s %s is not what its document renders.", part, k.Schema.Name, k.ID)
				}
			}
		}
		return nil
	})
}

// numbers asks whether anything has a number that was not given out yet: the next object would take its place.
func (c *checker) numbers() error {
	const next = "SELECT next FROM tenant_counters WHERE tenant = $1"
	text := next
	if c.session.d.sequence {
		text = "SELECT last_value FROM object_numbers WHERE $1 > 0"
	}
	var given int64
	if _, err := c.one([]any{&given}, text, c.number()); err != nil {
		return err
	}
	unit := int64(hospes.MakeNumber(0, 1, 0)) // a number is its counter, and what this divides
	for _, table := range []string{"objects", "assignments", "writes", "audits", "provisionings", "jobs", "links", "intents", "outbox", "signins"} {
		var highest sql.NullInt64
		var rows int64
		if _, err := c.one([]any{&highest, &rows}, "SELECT MAX(number % $2), COUNT(*) FROM "+table+" WHERE tenant = $1", c.number(), unit); err != nil {
			return err
		}
		if c.result.Rows += rows; highest.Int64 > given {
			c.damaged("In %s there is the number %d, and only %d were given out.", table, highest.Int64, given)
		}
	}
	return nil
}

// changeLog asks whether the log is whole, and whether anything is newer than it.
func (c *checker) changeLog() error {
	seq, err := c.Seq()
	if err != nil {
		return err
	}
	var first, last, version sql.NullInt64
	var rows int64
	if _, err := c.one([]any{&first, &last, &rows}, "SELECT MIN(seq), MAX(seq), COUNT(*) FROM changes WHERE tenant = $1", c.number()); err != nil {
		return err
	}
	c.result.Rows += rows
	if rows > 0 && seqOf(last.Int64) != seq {
		c.damaged("The change log ends with %d, and %d changes were made.", seqOf(last.Int64), seq)
	}
	if missing := last.Int64 - first.Int64 + 1 - rows; rows > 0 && missing != 0 {
		c.damaged("Of the change log, %d rows between %d and %d are missing.", missing, seqOf(first.Int64), seqOf(last.Int64))
	}
	if _, err := c.one([]any{&version}, "SELECT MAX(version) FROM objects WHERE tenant = $1", c.number()); err != nil {
		return err
	}
	if hospes.Seq(version.Int64) > seq {
		c.damaged("An object has the version %d, and %d changes were made.", version.Int64, seq)
	}
	return nil
}

// auditLog recomputes the chain, to the end that the counters know.
func (c *checker) auditLog() error {
	sound, broken, err := c.VerifyAudits()
	if err != nil {
		return err
	}
	if c.result.Rows += sound; broken != 0 {
		c.result.Rows++
		c.damaged("The audit record numbered %d was changed, or one before it removed or slipped in.", broken)
		return nil
	}
	var head, last []byte
	if _, err := c.one([]any{&head}, "SELECT chain FROM tenant_counters WHERE tenant = $1", c.number()); err != nil {
		return err
	}
	found, err := c.one([]any{&last}, "SELECT chain FROM audits WHERE tenant = $1 ORDER BY number DESC LIMIT 1", c.number())
	if err != nil {
		return err
	}
	if !found {
		last = genesis(c.tenant.ID)
	}
	if !bytes.Equal(head, last) {
		c.damaged("The last records of the audit log are missing.")
	}
	return nil
}

// outbox asks whether messages that wait have a content, and whether that of the others is wiped.
func (c *checker) outbox() error {
	return c.each(func(rows *sql.Rows) error {
		var number hospes.Number
		var sent, size int64
		var address string
		if err := rows.Scan(&number, &sent, &size, &address); err != nil {
			return err
		}
		switch c.result.Rows++; {
		case sent == 0 && (size == 0 || address == ""):
			c.damaged("The message numbered %d waits, and has no content or nobody to go to.", number)
		case sent != 0 && size > 0:
			c.damaged("The message numbered %d is settled, and its content is not wiped.", number)
		}
		return nil
	}, "SELECT number, sent, LENGTH(body), address FROM outbox WHERE tenant = $1 ORDER BY number", c.number())
}
