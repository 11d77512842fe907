package directory

import (
	"errors"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// MembershipRule reads the rule of a dynamic group, with the properties that the tenant's applications have added.
func MembershipRule(r store.ObjectReader, source string) (*rule.Rule, error) {
	added := map[string]*hospes.Property{}
	if names := rule.ExtensionNames(source); len(names) > 0 {
		extensions, err := store.ExtensionsNamed(r, names...)
		if err != nil {
			return nil, err
		}
		for _, e := range extensions {
			added[hospes.Fold(e.Name)] = e.Property(hospes.UserSchema)
		}
	}
	compiled, err := rule.Compile(source, func(name string) *hospes.Property { return added[hospes.Fold(name)] })
	if wrong := (*rule.Error)(nil); errors.As(err, &wrong) {
		return nil, hospes.Invalidf("directory.MembershipRule", "Dynamic membership rule validation error at character %d: %s", wrong.At, wrong.Message)
	}
	return compiled, err
}

// checkRule holds the rules about the rule of a group (graph-wire 7.9): a dynamic one has a rule that can be worked in,
// and says whether it is; any other has none.
func checkRule(r store.ObjectReader, group *hospes.Object) error {
	source, state := group.Text(hospes.GroupMembershipRule), group.Text(hospes.GroupRuleState)
	switch {
	case !hospes.IsDynamic(group) && source != "":
		return invalidValue(hospes.GroupMembershipRule)
	case !hospes.IsDynamic(group) && state != "":
		return invalidValue(hospes.GroupRuleState)
	case !hospes.IsDynamic(group):
		return nil
	case strings.TrimSpace(source) == "":
		return missing(hospes.GroupSchema, hospes.GroupMembershipRule.Name)
	case state == "":
		return missing(hospes.GroupSchema, hospes.GroupRuleState.Name)
	case state != hospes.RuleOn && state != hospes.RulePaused:
		return invalidValue(hospes.GroupRuleState)
	}
	if group.Loaded(hospes.GroupMembershipRule) == group.Get(hospes.GroupMembershipRule) {
		return nil // to pause a group whose rule has lost its meaning must be possible
	}
	compiled, err := MembershipRule(r, source)
	if err != nil {
		return err
	}
	return checkSources(r, group, compiled)
}

// checkSources refuses a rule by which a group would follow its own members, at once or by way of another such group.
func checkSources(r store.ObjectReader, group *hospes.Object, compiled *rule.Rule) error {
	if len(compiled.Groups()) == 0 {
		return nil
	}
	docs, err := r.Documents(store.Live, compiled.Groups()...)
	if err != nil {
		return err
	}
	for i, d := range docs {
		if d.Schema != hospes.GroupSchema {
			return hospes.Invalidf("directory.MembershipRule", "The rule names the group '%s', which is not there.", compiled.Groups()[i])
		}
		source, err := d.Object()
		if err != nil {
			return err
		}
		if source.ID == group.ID || FollowsGroups(source) {
			return hospes.Invalidf("directory.MembershipRule", "A memberOf rule cannot name the group '%s', whose members follow from a memberOf rule themselves.", source.ID)
		}
	}
	return nil
}

// FollowsGroups tells that a group takes its members from other groups.
func FollowsGroups(group *hospes.Object) bool {
	if !hospes.IsDynamic(group) {
		return false
	}
	compiled, err := rule.Compile(group.Text(hospes.GroupMembershipRule), nil)
	return err == nil && len(compiled.Groups()) > 0 // one that asks about added properties names no groups
}
