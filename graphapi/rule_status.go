package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// ruleStatusName is the property of dynamic groups that says how far their rule is worked in. Like the time of somebody's
// last sign-in it is no part of the object; it is shown of one group at a time, to who names it, in beta.
const ruleStatusName = "membershipRuleProcessingStatus"

var ruledGroup = odata.Complex(ruleStatusName, "microsoft.graph.membershipRuleProcessingStatus",
	odata.Row(odata.String, odata.Ops{}, "status", "errorMessage"), odata.Row(odata.DateTime, odata.Ops{}, "lastMembershipUpdated"))

// wireRuleStatus is a membershipRuleProcessingStatus. When the members changed last is not kept.
type wireRuleStatus struct {
	Status  directory.RuleProgress `json:"status"`
	Updated *string                `json:"lastMembershipUpdated"`
	Error   *string                `json:"errorMessage"`
}

// ruleStatus lets a request for one group name the property.
func (c *call) ruleStatus(s *shape, schema *hospes.Schema, q odata.Query) {
	named := func(name string) bool { return strings.EqualFold(name, ruleStatusName) }
	if schema == hospes.GroupSchema && c.version == "beta" && c.route.Key == "GET /groups/{id}" && slices.ContainsFunc(q.Names(), named) {
		s.ruled, s.queried = true, s.queried.With(ruledGroup...)
	}
}

// readRuleStatus reads it.
func (s *shape) readRuleStatus(r store.Reader, d hospes.Document) error {
	group, err := d.Object()
	if err != nil {
		return err
	}
	progress, wrong, err := directory.RuleStatus(r, group)
	if err != nil || progress == "" {
		return err
	}
	shown := wireRuleStatus{Status: progress}
	if wrong != "" {
		shown.Error = &wrong
	}
	s.rule = hospes.JSON(shown)
	return nil
}
