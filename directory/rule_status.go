package directory

import (
	"errors"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// RuleProgress is how far the rule of a dynamic group is worked in, in wire spelling.
type RuleProgress string

// The ways it can stand.
const (
	RuleNotStarted RuleProgress = "NotStarted" // the group was made or changed, and nobody has looked at it since
	RuleRunning    RuleProgress = "Running"    // everybody is being asked about
	RuleSucceeded  RuleProgress = "Succeeded"  // everybody has been, and changes are followed
	RuleFailed     RuleProgress = "Failed"     // the rule has lost its meaning, and the members stay who they are
)

// ChangesRule tells that a change of a group may make it follow another rule, or none.
func ChangesRule(c hospes.Change) bool {
	return c.Operation != hospes.OperationUpdate || c.Mask.Has(hospes.GroupMembershipRule) || c.Mask.Has(hospes.GroupRuleState) || c.Mask.Has(hospes.GroupTypes)
}

// RuleStatus tells how far the rule of a group is worked in, and what is wrong with one that cannot be. Of a group that
// follows no rule, because it has none or is paused, there is nothing to tell: the progress is empty.
func RuleStatus(r store.Reader, group *hospes.Object) (progress RuleProgress, wrong string, err error) {
	if !hospes.FollowsRule(group) {
		return "", "", nil
	}
	var e *hospes.Error
	_, err = MembershipRule(r, group.Text(hospes.GroupMembershipRule))
	if hospes.KindOf(err) == hospes.KindInvalid && errors.As(err, &e) {
		return RuleFailed, e.Message, nil
	}
	if err != nil {
		return "", "", err
	}
	seen, err := ruleSeen(r, group)
	if err != nil || !seen {
		return RuleNotStarted, "", err
	}
	rows, err := r.GroupRules()
	if err != nil {
		return "", "", err
	}
	switch i := slices.IndexFunc(rows, func(g store.GroupRule) bool { return g.Group == group.Number }); {
	case i < 0:
		return RuleNotStarted, "", nil
	case rows[i].Position != 0:
		return RuleRunning, "", nil
	}
	return RuleSucceeded, "", nil
}

// ruleAhead is how many changes may lie after the ones that were looked at before that alone says that rules wait.
const ruleAhead = 1000

// ruleSeen tells that the rule of a group is known, as it is now, to whoever works it in.
func ruleSeen(r store.Reader, group *hospes.Object) (bool, error) {
	watermark, known, err := r.RuleWatermark()
	if err != nil || !known || group.Version <= watermark {
		return known, err
	}
	changes, err := r.Changes(watermark, ruleAhead)
	if err != nil || len(changes) == ruleAhead || len(changes) == 0 || changes[0].Seq != watermark+1 {
		return false, err // there are too many, or the log begins later
	}
	return !slices.ContainsFunc(changes, func(c hospes.Change) bool {
		return c.Object == group.Number && c.Relation == 0 && ChangesRule(c)
	}), nil
}
