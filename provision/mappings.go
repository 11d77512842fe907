package provision

import (
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/mapping"
)

// compiled is a schema ready to run: its user mapping with every name resolved to a slot.
type compiled struct {
	ruleID         string
	enabled        bool
	adds           bool
	updates        bool
	deletes        bool
	flows          []flow
	match          flow
	filter         compiledFilter
	mask           hospes.Mask // the properties whose change can matter
	deletesOnScope bool        // IsSoftDeleted is mapped: leaving scope takes the person away
	manager        bool        // the manager flows
}

// flow is one attribute mapping.
type flow struct {
	target   int
	name     string
	kind     connector.AttributeType
	flowType string
	direct   int // the source slot of a direct mapping, or -1
	constant hospes.Value
	program  *mapping.Program
	fallback hospes.Value // defaultValue, used at creation only
}

func invalidSchema(format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "provision.Schema", Code: "schemaInvalid", Message: fmt.Sprintf(format, args...)}
}

// compile checks a schema and resolves it (provisioning 9.4). The matching attribute of a tenant is fixed.
func compile(s Schema) (*compiled, error) {
	if len(s.Rules) == 0 {
		return nil, invalidSchema("The schema has no synchronization rule.")
	}
	rule := s.Rules[0]
	var users *ObjectMapping
	for i := range rule.ObjectMappings {
		if m := &rule.ObjectMappings[i]; strings.EqualFold(m.SourceObjectName, "User") && strings.EqualFold(m.TargetObjectName, "User") {
			users = m
		}
	}
	if users == nil {
		return nil, invalidSchema("The schema has no mapping from User to User.")
	}
	c := &compiled{
		ruleID: rule.ID, enabled: users.Enabled,
		adds: allows(users.FlowTypes, "Add"), updates: allows(users.FlowTypes, "Update"), deletes: allows(users.FlowTypes, "Delete"),
	}
	seen := map[int]bool{}
	matched := false
	for _, m := range users.AttributeMappings {
		f, err := compileFlow(m)
		if err != nil {
			return nil, err
		}
		if seen[f.target] {
			return nil, invalidSchema("The target attribute '%s' is mapped twice.", m.TargetAttributeName)
		}
		seen[f.target] = true
		if m.MatchingPriority > 0 {
			if f.target != local.SlotAltSec || matched || expressionOf(m) != "AltSecIdFromNetId([netId])" {
				return nil, invalidSchema("The matching attribute of a cross-tenant synchronization is alternativeSecurityIds and cannot be changed.")
			}
			matched, c.match = true, f
		}
		c.note(f)
	}
	if !matched {
		return nil, invalidSchema("The schema has no matching attribute.")
	}
	var err error
	c.filter, err = compileFilter(users.Scope, local.SourceDirectory, local.Mask)
	c.mask = c.mask.Union(c.filter.mask)
	c.mask.Set(hospes.UserAccountEnabled)
	c.mask.Set(hospes.UserExternalState)
	c.mask.Set(hospes.UserAltSecIDs)
	c.mask.Set(hospes.UserUserType)
	c.mask.Set(hospes.UserCreationType)
	return c, err
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
	case local.SlotSoftDeleted:
		c.deletesOnScope = true // not written as such: it is how deletions come about
		return
	case local.SlotManager:
		c.manager = true
		return
	}
	if f.direct >= 0 {
		c.mask = c.mask.Union(local.Mask(f.direct))
	}
	if f.program != nil {
		for _, read := range f.program.Attributes() {
			c.mask = c.mask.Union(local.Mask(read.Slot))
		}
	}
	c.flows = append(c.flows, f)
}

func compileFlow(m AttributeMapping) (flow, error) {
	target, ok := local.TargetDirectory.Slot(m.TargetAttributeName)
	if !ok {
		return flow{}, invalidSchema("The target has no attribute '%s'.", m.TargetAttributeName)
	}
	attribute := local.TargetDirectory.Attributes[target]
	if attribute.ReadOnly {
		return flow{}, invalidSchema("The target attribute '%s' is read-only.", m.TargetAttributeName)
	}
	f := flow{target: target, name: attribute.Name, kind: attribute.Type, flowType: m.FlowType, direct: -1}
	switch f.flowType {
	case "":
		f.flowType = FlowAlways
	case FlowAlways, FlowObjectAddOnly, FlowMultiValueAdd, FlowValueAddOnly, FlowAttributeAdd:
	default:
		return flow{}, invalidSchema("'%s' is not a flow type.", m.FlowType)
	}
	if m.DefaultValue != nil && *m.DefaultValue != "" {
		f.fallback = typed(f.kind, mapping.String(*m.DefaultValue), attribute.Many)
	}
	if m.Source == nil {
		return f, nil
	}
	expr, err := mapping.ToExpr(*m.Source)
	if err != nil {
		return flow{}, invalidSchema("The mapping to '%s' cannot be read: %v", m.TargetAttributeName, err)
	}
	if a, ok := expr.Root.(*mapping.Attribute); ok {
		slot, known := local.SourceDirectory.Slot(a.Name)
		if !known {
			return flow{}, invalidSchema("The mapping to '%s' reads '%s', which the source does not have.", m.TargetAttributeName, a.Name)
		}
		f.direct = slot
		return f, nil
	}
	program, err := mapping.Compile(expr, local.SourceDirectory)
	if err != nil {
		return flow{}, invalidSchema("The mapping to '%s' is wrong: %v", m.TargetAttributeName, err)
	}
	if len(program.Attributes()) == 0 {
		if _, isConstant := expr.Root.(*mapping.Constant); isConstant {
			v, err := program.Eval(&mapping.Env{})
			if err != nil {
				return flow{}, invalidSchema("The mapping to '%s' is wrong: %v", m.TargetAttributeName, err)
			}
			f.constant = typed(f.kind, v, attribute.Many)
			return f, nil
		}
	}
	f.program = program
	return f, nil
}

// typed turns a result of the mapping language into a value of the target attribute.
func typed(kind connector.AttributeType, v mapping.Value, many bool) hospes.Value {
	if v.IsNull() {
		return hospes.Null
	}
	if many {
		return hospes.Strings(v.Texts()...)
	}
	text := v.Text()
	switch {
	case text == "":
		return hospes.Null
	case kind == connector.Boolean:
		return hospes.Bool(strings.EqualFold(text, "true") || text == "1")
	}
	return hospes.String(text)
}

// row shows a person to the mapping language.
type row struct{ s *subject }

// At implements mapping.Row.
func (r row) At(slot int) mapping.Value {
	v := r.s.value(slot)
	switch {
	case v == hospes.Null:
		return mapping.Null()
	case v == hospes.True:
		return mapping.String(mapping.True)
	case v == hospes.False:
		return mapping.String(mapping.False)
	case v[0] == '[':
		return mapping.List(v.Texts()...)
	}
	return mapping.String(v.Text())
}

// want gives the value that a flow gives to a person.
func (f *flow) want(s *subject, env *mapping.Env) (hospes.Value, error) {
	switch {
	case f.direct >= 0:
		return s.value(f.direct), nil
	case f.program == nil:
		return f.constant, nil
	}
	v, err := f.program.Eval(env)
	if err != nil {
		return hospes.Null, err
	}
	return typed(f.kind, v, local.TargetDirectory.Attributes[f.target].Many), nil
}
