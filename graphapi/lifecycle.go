package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// onlySelected are properties of people that are shown to who names them, also where everything else is shown.
var onlySelected = propertiesOf(hospes.UserSchema, "employeeLeaveDateTime", "customSecurityAttributes")

// lifecycle lets a request name when people leave. Who may not read it is shown nothing, and cannot filter or sort by it:
// the answer would tell.
func (c *call) lifecycle(s *shape, q odata.Query) error {
	named := func(name string) bool { return strings.EqualFold(name, hospes.UserLeaves.Name) }
	if s.leaves = c.may(readLifecycle); !s.leaves && slices.ContainsFunc(odata.Query{Filter: q.Filter, OrderBy: q.OrderBy}.Names(), named) {
		return hospes.Forbidden("graphapi.lifecycle")
	}
	return nil
}

// withholds tells that the caller is shown nothing of a property, whoever it is of.
func (s shape) withholds(p *hospes.Property) bool { return p == hospes.UserLeaves && !s.leaves }

// checkLifecycle refuses to say when somebody leaves where the caller may not.
func (c *call) checkLifecycle(edits []hospes.Edit) error {
	if slices.ContainsFunc(edits, func(e hospes.Edit) bool { return e.Property == hospes.UserLeaves }) && !c.may(writeLifecycle) {
		return hospes.Forbidden("graphapi.lifecycle")
	}
	return nil
}
