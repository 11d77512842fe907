package graphapi

import (
	"encoding/json"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
)

// roleAssignmentEnds are what a request wants to see along with role assignments: who holds the role, and the role.
type roleAssignmentEnds struct {
	principal  *shape
	definition *odata.Expand
}

// roleAssignmentEnds reads $expand.
func (c *call) roleAssignmentEnds() (ends roleAssignmentEnds, err error) {
	q, _, err := c.query()
	if err != nil {
		return ends, err
	}
	for _, e := range q.Expand {
		switch {
		case e.Levels != 0:
			return ends, unsupportedQuery("graphapi.roleAssignmentEnds")
		case e.Navigation == "principal":
			s, err := c.shapeOf(nil, odata.Query{Select: e.Select})
			if err == nil {
				err = s.withoutActivity()
			}
			if err != nil {
				return ends, err
			}
			ends.principal = &s
		case e.Navigation == "roleDefinition":
			ends.definition = &e
		default:
			return ends, noProperty(e.Navigation, c.route.Shows)
		}
	}
	return ends, nil
}

// with adds to an assignment what is to be seen along with it.
func (ends roleAssignmentEnds) with(a roleAssignment, holder hospes.Document) (roleAssignment, error) {
	if ends.principal != nil {
		text, err := ends.principal.render(nil, holder, "")
		if err != nil {
			return a, err
		}
		a.Principal = text
	}
	if ends.definition != nil {
		role, _ := directory.RoleTemplateNamed(a.RoleDefinitionID)
		shown := []json.RawMessage{raw(wireRoleDefinition(role))}
		if err := pick(shown, ends.definition.Select, "unifiedRoleDefinition"); err != nil {
			return a, err
		}
		a.Definition = shown[0]
	}
	return a, nil
}
