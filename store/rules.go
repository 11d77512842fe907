package store

import "github.com/hospes-dev/hospes"

// GroupRule is a group whose members follow from a rule, and how far the rule is worked in.
type GroupRule struct {
	Group hospes.Number

	// Position is the last person whom the rule was asked about in the pass over everybody that is under way; 0 where
	// none is, and only changes are followed.
	Position hospes.Number
}

// RuleReader reads how far the rules of a tenant's groups are worked in.
type RuleReader interface {
	// GroupRules gives the groups that follow a rule, by number.
	GroupRules() ([]GroupRule, error)

	// RuleWatermark gives the change up to which the groups follow their rules; known is false where nobody has looked
	// at the tenant yet.
	RuleWatermark() (seq hospes.Seq, known bool, err error)
}

// RuleWriter notes how far they are. Neither leaves a change row.
type RuleWriter interface {
	PutGroupRules(list ...GroupRule) error
	DeleteGroupRules(groups ...hospes.Number) error

	// PutRuleWatermark notes a change, with the check of the lease: Precondition where it has gone to somebody else.
	PutRuleWatermark(seq hospes.Seq, lease Lease) error
}
