package provision

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/scope"
)

// compiled is an object mapping of a schema ready to run, with every name resolved to a slot.
type compiled struct {
	kind    *kind
	ruleID  string
	off     Reason // why the mapping takes nobody; ReasonNone where it does
	adds    bool
	updates bool
	deletes bool
	source  origin
	target  *connector.Directory
	flows   []flow
	matches []flow // by priority
	filter  scope.Program
	mask    hospes.Mask // the properties whose change can matter
	leaves  bool        // IsSoftDeleted is mapped: leaving the scope has an effect
	manager bool        // the manager flows
	members bool        // the members of groups flow
	told    told
}

func invalidSchema(format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "provision.Schema", Code: "schemaInvalid", Message: fmt.Sprintf(format, args...)}
}

// compile checks a schema and resolves it (provisioning 9.4). ofGroups is nil where the target takes no groups.
func compile(s Schema, t Template) (ofPeople, ofGroups *compiled, err error) {
	if len(s.Rules) == 0 {
		return nil, nil, invalidSchema("The schema has no synchronization rule.")
	}
	rule := s.Rules[0]
	mapping := rule.mapping(people)
	if mapping == nil {
		return nil, nil, invalidSchema("The schema has no mapping from User to User.")
	}
	source := local.Source{Directory: local.SourceDirectory.With(s.extensions(rule.SourceDirectoryName)...)}
	if ofPeople, err = compileMapping(people, rule.ID, mapping, source, t.Directory(s)); err != nil {
		return nil, nil, err
	}
	if t.Groups != nil {
		// One that is off is not looked into: schemas of the original, and of earlier versions, say there what is not known
		// here. The groups that were brought before have links all the same.
		if mapping = rule.mapping(groups); mapping == nil || !mapping.Enabled {
			mapping = &ObjectMapping{}
		}
		ofGroups, err = compileMapping(groups, rule.ID, mapping, local.GroupSource{Directory: local.GroupSourceDirectory}, t.Groups)
	}
	return ofPeople, ofGroups, err
}

// compileMapping resolves one object mapping. The matching attribute of a tenant is fixed; groups are never matched.
func compileMapping(k *kind, ruleID string, objects *ObjectMapping, source origin, target *connector.Directory) (*compiled, error) {
	c := &compiled{
		kind: k, ruleID: ruleID, source: source, target: target,
		adds: allows(objects.FlowTypes, "Add"), updates: allows(objects.FlowTypes, "Update"), deletes: allows(objects.FlowTypes, "Delete"),
	}
	if !objects.Enabled {
		c.off = ReasonTypeOff
	}
	seen := map[int]bool{}
	priority := map[int]int{}
	for _, m := range objects.AttributeMappings {
		f, err := c.compileFlow(m)
		if err != nil {
			return nil, err
		}
		if seen[f.target] {
			return nil, invalidSchema("The target attribute '%s' is mapped twice.", m.TargetAttributeName)
		}
		seen[f.target] = true
		if m.MatchingPriority > 0 {
			if k == groups {
				return nil, invalidSchema("Groups are not matched: a group that a job has not made is never taken over.")
			}
			if fixed := target.Traits.Match; fixed >= 0 && (f.target != fixed || len(c.matches) > 0 || expressionOf(m) != matchExpression) {
				return nil, invalidSchema("The matching attribute of a cross-tenant synchronization is alternativeSecurityIds and cannot be changed.")
			}
			c.matches, priority[f.target] = append(c.matches, f), m.MatchingPriority
		}
		c.note(f)
	}
	if len(c.matches) == 0 && k == people {
		return nil, invalidSchema("The schema has no matching attribute.")
	}
	slices.SortStableFunc(c.matches, func(a, b flow) int { return priority[a.target] - priority[b.target] })
	var err error
	if c.filter, err = scope.Compile(objects.Scope, c.filterable); err != nil {
		return nil, invalidSchema("%v", err)
	}
	for _, slot := range c.filter.Reads() {
		c.mask = c.mask.Union(c.source.Mask(slot))
	}
	for _, p := range k.always {
		c.mask.Set(p)
	}
	return c, nil
}

// filterable is the source as scoping filters see it.
func (c *compiled) filterable(name string) (scope.Attribute, bool) {
	slot, ok := c.source.Slot(name)
	if !ok {
		return scope.Attribute{}, false
	}
	a := c.source.Attribute(slot)
	return scope.Attribute{Name: a.Name, Slot: slot, Type: string(a.Type), Many: a.Many}, true
}

// allows tells whether a list of flow types names one; the empty list names all.
func allows(list, flowType string) bool {
	if strings.TrimSpace(list) == "" {
		return true
	}
	for part := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(part), flowType) {
			return true
		}
	}
	return false
}

func expressionOf(m AttributeMapping) string {
	if m.Source == nil {
		return ""
	}
	expr, err := mapping.ToExpr(*m.Source)
	if err != nil {
		return ""
	}
	return expr.String()
}

// note files a flow and what it reads.
func (c *compiled) note(f flow) {
	switch f.target {
	case c.target.Traits.SoftDeleted:
		c.leaves = true // not written as such: it is how leaving comes about
		return
	case c.target.Traits.Manager:
		c.manager = true
		return
	case c.target.Traits.Members:
		c.members = true
		return
	}
	for _, slot := range f.reads() {
		c.mask = c.mask.Union(c.source.Mask(slot))
		if c.target.Traits.SoftDeleted < 0 && slot == c.kind.softDeleted {
			c.leaves = true
		}
	}
	c.flows = append(c.flows, f)
}

func (c *compiled) compileFlow(m AttributeMapping) (flow, error) {
	target, ok := c.target.Slot(m.TargetAttributeName)
	switch {
	case m.TargetAttributeName == "":
		return flow{}, invalidSchema("A mapping of '%s' names no target attribute.", c.kind.name)
	case !ok:
		return flow{}, invalidSchema("The target has no attribute '%s'.", m.TargetAttributeName)
	}
	attribute := c.target.Attributes[target]
	if attribute.ReadOnly {
		return flow{}, invalidSchema("The target attribute '%s' is read-only.", m.TargetAttributeName)
	}
	f := flow{target: target, many: attribute.Many, kind: attribute.Type, flowType: m.FlowType, direct: -1}
	switch f.flowType {
	case "":
		f.flowType = FlowAlways
	case FlowAlways, FlowObjectAddOnly, FlowMultiValueAdd, FlowValueAddOnly, FlowAttributeAdd:
	default:
		return flow{}, invalidSchema("The mapping to '%s' has the flow type '%s', which does not exist.", m.TargetAttributeName, m.FlowType)
	}
	if m.DefaultValue != nil && *m.DefaultValue != "" {
		f.fallback = f.typed(mapping.String(*m.DefaultValue))
	}
	if m.Source == nil {
		return f, nil
	}
	err := c.compileSource(&f, m)
	f.blocks = slices.ContainsFunc(f.reads(), func(slot int) bool { return slot == c.kind.softDeleted || slot == c.kind.enabled })
	return f, err
}

// compileSource resolves where the value of a flow comes from.
func (c *compiled) compileSource(f *flow, m AttributeMapping) error {
	expr, err := mapping.ToExpr(*m.Source)
	var known *hospes.Error
	switch {
	case errors.As(err, &known):
		return invalidSchema("The mapping to '%s' cannot be read: %s.", m.TargetAttributeName, known.Message)
	case err != nil:
		return invalidSchema("The mapping to '%s' cannot be read: %v", m.TargetAttributeName, err)
	}
	if a, ok := expr.Root.(*mapping.Attribute); ok {
		slot, known := c.source.Slot(a.Name)
		if !known {
			return invalidSchema("The mapping to '%s' reads '%s', which the source does not have.", m.TargetAttributeName, a.Name)
		}
		f.direct = slot
		return nil
	}
	program, err := mapping.Compile(expr, c.source)
	if err != nil {
		return invalidSchema("The mapping to '%s' is wrong: %v", m.TargetAttributeName, err)
	}
	if _, isConstant := expr.Root.(*mapping.Constant); isConstant && len(program.Attributes()) == 0 {
		v, err := program.Eval(&mapping.Env{})
		if err != nil {
			return invalidSchema("The mapping to '%s' is wrong: %v", m.TargetAttributeName, err)
		}
		f.constant = f.typed(v)
		return nil
	}
	f.program = program
	return nil
}
