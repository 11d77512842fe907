package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// provisionOnDemand takes one person through the pipeline at once (provisioning 1.7).
func (c *call) provisionOnDemand() error {
	const op = "graphapi.provisionOnDemand"
	var body struct {
		Parameters []struct {
			RuleID   string `json:"ruleId"`
			Subjects []struct {
				ObjectID       string `json:"objectId"`
				ObjectTypeName string `json:"objectTypeName"`
			} `json:"subjects"`
		} `json:"parameters"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if len(body.Parameters) != 1 || len(body.Parameters[0].Subjects) != 1 {
		return hospes.Invalidf(op, "Exactly one parameter with exactly one subject is expected.")
	}
	subject := body.Parameters[0].Subjects[0]
	if lower(subject.ObjectTypeName) != "user" {
		return hospes.Invalidf(op, "Objects of the type '%s' cannot be provisioned on demand. A group comes with the next cycle.", subject.ObjectTypeName)
	}
	id, ok := hospes.ParseObjectID(subject.ObjectID)
	if !ok {
		return hospes.Invalidf(op, "Invalid object identifier '%s'.", subject.ObjectID)
	}
	if err := c.view(func(r store.Reader) error {
		_, _, err := c.principalAndJob(r)
		return err
	}); err != nil {
		return err
	}
	if err := c.api.onDemand.take(c.caller.Tenant.String() + "/" + c.keys[1]); err != nil {
		return err
	}
	record, err := c.api.Engine.ProvisionOnDemand(c.ctx(), c.caller.Tenant, c.keys[1], body.Parameters[0].RuleID, id)
	if err != nil {
		return err
	}
	key, value := onDemandTexts(record)
	return c.writeValue(http.StatusOK, "microsoft.graph.stringKeyStringValuePair", map[string]any{"key": key, "value": value})
}

var onDemandResults = map[hospes.Outcome]string{
	hospes.OutcomeSuccess: "Success", hospes.OutcomeSkipped: "Skipped", hospes.OutcomeFailure: "Failure", hospes.OutcomeWarning: "Success",
}

// onDemandTexts gives the two JSON texts of the answer: the result, and what was done.
func onDemandTexts(p *hospes.Provisioning) (key, value string) {
	details := map[string]string{}
	if p.ErrCode != "" {
		details["errorCode"] = p.ErrCode
		details["errorMessage"] = p.ErrText
		if p.ErrText == "" {
			details["errorMessage"] = describeSkip(p.ErrCode)
		}
	}
	result := onDemandResults[p.Outcome]
	r := wireProvisioning(p, "", nil)
	action := map[hospes.ProvisioningAction]string{
		hospes.ActionCreate: "Create", hospes.ActionUpdate: "Update", hospes.ActionDisable: "Disable", hospes.ActionDelete: "Delete",
	}[p.Action]
	if action == "" {
		action = "Other"
	}
	steps := []map[string]any{}
	for _, s := range r.Steps {
		steps = append(steps, map[string]any{
			"name": s.Name, "type": capital(string(s.Type)), "status": capital(string(s.Status)), "description": s.Description,
			"timestamp": r.ActivityDateTime, "details": s.Details,
		})
	}
	body := map[string]any{
		"action": action, "changeId": p.ChangeID, "startTime": r.ActivityDateTime, "endTime": r.ActivityDateTime, "reportableIdentifier": p.SourceUPN,
		"modifiedProperties": r.Modified, "provisioningSteps": steps,
		"statusInfo": map[string]any{
			"status": result, "errorCode": orNil(p.ErrCode), "reason": orNil(p.ErrText), "additionalDetails": nil, "errorCategory": nil, "recommendedAction": nil,
		},
		"sourceIdentity": r.SourceIdentity, "sourceSystem": r.SourceSystem, "targetIdentity": r.TargetIdentity, "targetSystem": r.TargetSystem,
	}
	return string(raw(map[string]any{"result": result, "details": details})), string(raw(body))
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// describeSkip says what a skip reason means, in words.
func describeSkip(code string) string {
	switch code {
	case "RedundantExport":
		return "The state of the user in both the source and target systems already match."
	case "NotEffectivelyEntitled":
		return "The user is not in scope: not assigned, not active in the source, or refused by a scoping filter. The scoping step says which."
	case "DeletedByAdministrator":
		return "The user was deleted in the target tenant. An administrator there has to restore it."
	}
	return code
}
