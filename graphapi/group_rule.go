package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// wireEvaluation is an evaluateDynamicMembershipResult.
type wireEvaluation struct {
	Rule    string      `json:"membershipRule"`
	Holds   bool        `json:"membershipRuleEvaluationResult"`
	Details wireDetails `json:"membershipRuleEvaluationDetails"`
}

// wireDetails is an expressionEvaluationDetails.
type wireDetails struct {
	Expression string         `json:"expression"`
	Holds      bool           `json:"expressionResult"`
	Property   *wireEvaluated `json:"propertyToEvaluate"`
	Details    []wireDetails  `json:"expressionEvaluationDetails"`
}

type wireEvaluated struct {
	Name  string  `json:"propertyName"`
	Value *string `json:"propertyValue"`
}

// evaluateMembership answers whether the rule of the group, or the one in the body, takes somebody. As the answer shows
// what the rule asks about, the route wants the permission to read people; for the rule of a group it wants that of groups
// too.
func (c *call) evaluateMembership() error {
	const op = "graphapi.evaluateMembership"
	var body struct {
		MemberID string `json:"memberId"`
		Rule     string `json:"membershipRule"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.MemberID == "" {
		return hospes.Invalidf(op, "A value is required for property 'memberId'.")
	}
	var answer wireEvaluation
	err := c.view(func(r store.Reader) error {
		source := body.Rule
		if len(c.keys) > 0 {
			group, err := c.find(r, hospes.GroupSchema, c.keys[0])
			if err != nil {
				return err
			}
			if source == "" && !c.may(readGroups) {
				return hospes.Forbidden(op)
			}
			if source == "" {
				source = group.Text(hospes.GroupMembershipRule)
			}
		}
		if source == "" {
			return hospes.Invalidf(op, "The group has no rule: give one as 'membershipRule'.")
		}
		compiled, err := directory.MembershipRule(r, source)
		if err != nil {
			return err
		}
		if err := c.checkSources(r, compiled); err != nil {
			return err
		}
		person, err := c.find(r, hospes.UserSchema, body.MemberID)
		if err != nil {
			return err
		}
		persons, _, err := directory.PeopleForRules(r, []*rule.Rule{compiled}, []*hospes.Object{person})
		if err != nil {
			return err
		}
		detail, err := compiled.Explain(persons[0])
		if err != nil {
			return hospes.Invalidf(op, "The rule gives no answer: %v.", err)
		}
		answer = wireEvaluation{source, detail.Holds, wireDetailsOf(detail)}
		return nil
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "microsoft.graph.evaluateDynamicMembershipResult", answer)
}

// checkSources keeps a rule from being a way to learn who is in a group that hides its members.
func (c *call) checkSources(r store.Reader, compiled *rule.Rule) error {
	docs, err := r.Documents(store.Live, compiled.Groups()...)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if d.Schema != hospes.GroupSchema {
			continue
		}
		group, err := d.Object()
		if err != nil {
			return err
		}
		if err := c.checkHidden(r, group); err != nil {
			return err
		}
	}
	return nil
}

func wireDetailsOf(d rule.Detail) wireDetails {
	out := wireDetails{Expression: d.Expression, Holds: d.Holds, Details: []wireDetails{}}
	if d.Property != "" {
		out.Property = &wireEvaluated{Name: d.Property}
		if d.Value != "" {
			out.Property.Value = &d.Value
		}
	}
	for _, inner := range d.Details {
		out.Details = append(out.Details, wireDetailsOf(inner))
	}
	return out
}
