package sqlstore

import (
	"database/sql"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// GroupRules gives the groups that follow a rule, by number.
func (h *handle) GroupRules() ([]store.GroupRule, error) {
	var list []store.GroupRule
	err := h.each(func(rows *sql.Rows) error {
		var g store.GroupRule
		err := rows.Scan(&g.Group, &g.Position)
		list = append(list, g)
		return err
	}, "SELECT number, position FROM group_rules WHERE tenant = $1 ORDER BY number", h.number())
	return list, err
}

// RuleWatermark gives the change up to which the groups follow their rules.
func (h *handle) RuleWatermark() (seq hospes.Seq, known bool, err error) {
	known, err = h.one([]any{&seq}, "SELECT seq FROM rule_watermarks WHERE tenant = $1", h.number())
	return seq, known, err
}

// PutGroupRules notes how far the rules of groups are worked in.
func (t *tx) PutGroupRules(list ...store.GroupRule) error {
	for _, g := range list {
		_, err := t.exec("INSERT INTO group_rules (tenant, number, position) VALUES ($1, $2, $3) ON CONFLICT (tenant, number) DO UPDATE SET position = excluded.position",
			t.number(), int64(g.Group), int64(g.Position))
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteGroupRules forgets groups that follow no rule any more.
func (t *tx) DeleteGroupRules(groups ...hospes.Number) error {
	for _, n := range groups {
		if _, err := t.exec("DELETE FROM group_rules WHERE tenant = $1 AND number = $2", t.number(), int64(n)); err != nil {
			return err
		}
	}
	return nil
}

// PutRuleWatermark notes up to which change the groups follow, with the check of the lease.
func (t *tx) PutRuleWatermark(seq hospes.Seq, lease store.Lease) error {
	if err := t.holds(lease); err != nil {
		return err
	}
	_, err := t.exec("INSERT INTO rule_watermarks (tenant, seq) VALUES ($1, $2) ON CONFLICT (tenant) DO UPDATE SET seq = excluded.seq", t.number(), int64(seq))
	return err
}
