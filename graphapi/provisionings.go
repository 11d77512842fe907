package graphapi

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// wireIdentity, wireSystem and the like are the parts of a provisioningObjectSummary (provisioning 7.1).
type wireIdentity struct {
	ID           string            `json:"id"`
	DisplayName  string            `json:"displayName"`
	IdentityType string            `json:"identityType"`
	Details      map[string]string `json:"details"`
}

type wireSystem struct {
	ID          string            `json:"id"`
	DisplayName string            `json:"displayName"`
	Details     map[string]string `json:"details"`
}

type wireStep struct {
	Name        string            `json:"name"`
	Type        hospes.StepType   `json:"provisioningStepType"`
	Status      hospes.Outcome    `json:"status"`
	Description string            `json:"description"`
	Details     map[string]string `json:"details"`
}

type wireModified struct {
	DisplayName string  `json:"displayName"`
	OldValue    *string `json:"oldValue"`
	NewValue    *string `json:"newValue"`
}

type wireStatus struct {
	Status           hospes.Outcome `json:"status"`
	ErrorInformation *wireReason    `json:"errorInformation"`
}

type wireReason struct {
	ErrorCode         string  `json:"errorCode"`
	Reason            string  `json:"reason"`
	AdditionalDetails *string `json:"additionalDetails"`
	ErrorCategory     string  `json:"errorCategory"`
	RecommendedAction *string `json:"recommendedAction"`
}

type wireSummary struct {
	ID               string                    `json:"id"`
	ActivityDateTime string                    `json:"activityDateTime"`
	TenantID         string                    `json:"tenantId"`
	JobID            string                    `json:"jobId"`
	CycleID          string                    `json:"cycleId"`
	ChangeID         string                    `json:"changeId"`
	Action           hospes.ProvisioningAction `json:"provisioningAction"`
	Duration         int64                     `json:"durationInMilliseconds"`
	ServicePrincipal map[string]string         `json:"servicePrincipal"`
	SourceSystem     wireSystem                `json:"sourceSystem"`
	TargetSystem     wireSystem                `json:"targetSystem"`
	InitiatedBy      map[string]string         `json:"initiatedBy"`
	SourceIdentity   wireIdentity              `json:"sourceIdentity"`
	TargetIdentity   wireIdentity              `json:"targetIdentity"`
	StatusInfo       wireStatus                `json:"provisioningStatusInfo"`
	Steps            []wireStep                `json:"provisioningSteps"`
	Modified         []wireModified            `json:"modifiedProperties"`
}

// jobNames are what a record shows of its job.
type jobNames struct {
	jobID, principalID, principalName string
}

// wireProvisioning renders a record; the sentences of its steps are made here.
func wireProvisioning(p *hospes.Provisioning, tenant string, job *jobNames) wireSummary {
	out := wireSummary{
		ID: p.ChangeID, ActivityDateTime: logTime(p.At), TenantID: tenant, CycleID: p.Cycle, ChangeID: p.ChangeID, Action: p.Action,
		Duration: p.Took.Milliseconds(), ServicePrincipal: map[string]string{}, Steps: []wireStep{}, Modified: []wireModified{},
		SourceSystem: wireSystem{DisplayName: provision.SourceSystem, Details: map[string]string{}},
		TargetSystem: wireSystem{DisplayName: provision.TargetSystem, Details: map[string]string{}},
		InitiatedBy:  map[string]string{"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
		SourceIdentity: wireIdentity{ID: p.SourceID.String(), DisplayName: p.SourceName, IdentityType: p.Type(), Details: map[string]string{
			"id": p.SourceID.String(), "odatatype": p.Type(), "DisplayName": p.SourceName,
		}},
		TargetIdentity: wireIdentity{ID: p.TargetID, DisplayName: p.TargetName, IdentityType: p.Type(), Details: map[string]string{}},
		StatusInfo:     wireStatus{Status: p.Outcome},
	}
	if p.SourceUPN != "" {
		out.SourceIdentity.Details["UserPrincipalName"] = p.SourceUPN
	}
	if job != nil {
		out.JobID = job.jobID
		out.ServicePrincipal = map[string]string{"id": job.principalID, "displayName": job.principalName}
		out.TargetSystem.Details = map[string]string{"ServicePrincipalId": job.principalID, "ServicePrincipalDisplayName": job.principalName}
	}
	if p.ErrCode != "" {
		category := "nonServiceFailure"
		if p.Outcome != hospes.OutcomeFailure {
			category = "success"
		}
		out.StatusInfo.ErrorInformation = &wireReason{ErrorCode: p.ErrCode, Reason: p.ErrText, ErrorCategory: category}
	}
	for _, s := range p.Steps {
		details := map[string]string{}
		for k, v := range s.Details {
			details[k] = v
		}
		if s.Type == hospes.StepImport {
			details["objectId"] = p.SourceID.String()
		}
		out.Steps = append(out.Steps, wireStep{s.Code, s.Type, s.Outcome, provision.Describe(p, s), details})
	}
	for _, m := range p.Modified {
		out.Modified = append(out.Modified, wireModified{m.Name, shown(m.Old), shown(m.New)})
	}
	return out
}

// shown gives a value as the log shows it: booleans as True and False, null for none.
func shown(v hospes.Value) *string {
	text := v.Text()
	switch v {
	case hospes.Null:
		return nil
	case hospes.True:
		text = "True"
	case hospes.False:
		text = "False"
	}
	return &text
}

func (c *call) listProvisioning() error {
	q, l, err := c.logPage("provisioning", "activityDateTime")
	if err != nil {
		return err
	}
	list := []wireSummary{}
	next := ""
	err = c.view(func(r store.Reader) error {
		jobs, err := c.jobNames(r)
		if err != nil {
			return err
		}
		filter, err := logFilter(q, provisioningSchema)
		if err != nil {
			return err
		}
		if err := narrowProvisioning(&l, filter, jobs); err != nil {
			return err
		}
		next, err = collect(c, l, "provisioning", r.Provisionings, func(p *hospes.Provisioning) (hospes.Number, int) {
			summary := wireProvisioning(p, r.Tenant().ID.String(), jobs[p.Job])
			if !filter.Match(provisioningRecord{p, &summary}) {
				return p.Number, 0
			}
			list = append(list, summary)
			return p.Number, logRecord
		})
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("auditLogs/provisioning", list, next)
}

// jobNames gives the names of the tenant's jobs, by number.
func (c *call) jobNames(r store.Reader) (map[hospes.Number]*jobNames, error) {
	jobs, err := r.Jobs(0)
	if err != nil {
		return nil, err
	}
	names := map[hospes.Number]*jobNames{}
	for _, job := range jobs {
		docs, err := r.Numbered(store.Anywhere, job.Principal)
		if err != nil {
			return nil, err
		}
		n := &jobNames{jobID: job.ID}
		if docs[0].Schema != nil {
			n.principalID, n.principalName = docs[0].ID.String(), nameOf(docs[0])
		}
		names[job.Number] = n
	}
	return names, nil
}
