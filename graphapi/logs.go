package graphapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

var logRoutes = []Route{
	{Key: "GET /auditLogs/directoryAudits", Permissions: readLogs, Shows: "directoryAudit", Paged: pagedAndFiltered, handle: (*call).listAudits},
	{Key: "GET /auditLogs/directoryAudits/{id}", Permissions: readLogs, Shows: "directoryAudit", handle: (*call).getAudit},
	{Key: "GET /auditLogs/provisioning", Permissions: readLogs, Shows: "provisioningObjectSummary", Paged: pagedAndFiltered, handle: (*call).listProvisioning},
	{Key: "GET /auditLogs/signIns", Permissions: readLogs, Shows: "signIn", Paged: pagedAndFiltered, handle: (*call).listSignIns},
	{Key: "GET /auditLogs/signIns/{id}", Permissions: readLogs, Shows: "signIn", handle: (*call).getSignIn},
}

// logTime is how moments of the logs are written: with seven digits of a second.
func logTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

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

// logPage reads what all log queries have in common.
func (c *call) logPage(purpose, moment string) (odata.Query, store.LogQuery, error) {
	q, _, err := c.query()
	if err != nil {
		return q, store.LogQuery{}, err
	}
	l := store.LogQuery{Limit: q.Top}
	if l.Limit == 0 {
		l.Limit = defaultPage
	}
	for _, o := range q.OrderBy {
		if o.Path != moment || !o.Desc {
			return q, l, &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.logs", Code: hospes.CodeUnsupportedQuery, Message: "The log is read newest first; order by " + moment + " desc."}
		}
	}
	if q.SkipToken != "" {
		var p position
		if err := c.openToken(q.SkipToken, purpose, &p); err != nil {
			return q, l, err
		}
		l.Before = p.Number
	}
	return q, l, nil
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
		next, err = c.collect(l, "provisioning", func(l store.LogQuery) ([]hospes.Number, error) {
			records, err := r.Provisionings(l)
			numbers := make([]hospes.Number, len(records))
			for i := range records {
				numbers[i] = records[i].Number
				summary := wireProvisioning(&records[i], r.Tenant().ID.String(), jobs[records[i].Job])
				if filter.Match(provisioningRecord{&records[i], &summary}) {
					list = append(list, summary)
				}
			}
			return numbers, err
		}, func() int { return len(list) })
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("auditLogs/provisioning", list, next)
}

// collect reads pages of a log until enough records match or so many have been looked at that the client should ask
// again: an unlucky filter must not read a whole log in one request.
func (c *call) collect(l store.LogQuery, purpose string, read func(store.LogQuery) ([]hospes.Number, error), have func() int) (next string, err error) {
	want := l.Limit
	for looked := 0; looked < maxLooked; {
		l.Limit = want - have()
		numbers, err := read(l)
		if err != nil {
			return "", err
		}
		if len(numbers) < l.Limit {
			return "", nil
		}
		looked += len(numbers)
		l.Before = numbers[len(numbers)-1]
		if have() >= want {
			break
		}
	}
	return c.nextLink("$skiptoken", c.sealToken(purpose, position{Number: l.Before})), nil
}

const maxLooked = 20000

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

func (c *call) listAudits() error {
	q, l, err := c.logPage("audits", "activityDateTime")
	if err != nil {
		return err
	}
	filter, err := logFilter(q, auditSchema)
	if err != nil {
		return err
	}
	narrowAudits(&l, filter)
	list := []wireAudit{}
	next := ""
	err = c.view(func(r store.Reader) error {
		next, err = c.collect(l, "audits", func(l store.LogQuery) ([]hospes.Number, error) {
			records, err := r.Audits(l)
			numbers := make([]hospes.Number, len(records))
			for i, a := range records {
				numbers[i] = a.Number
				if filter.Match(auditRecord{a}) {
					list = append(list, wireAuditOf(a))
				}
			}
			return numbers, err
		}, func() int { return len(list) })
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("auditLogs/directoryAudits", list, next)
}

// auditNumber reads the number of a record of a tenant out of its id, which ends with its counter.
func auditNumber(tenant hospes.TenantNumber, id string) (hospes.Number, bool) {
	counter, err := strconv.ParseInt(id[strings.LastIndexByte(id, '_')+1:], 10, 64)
	number := hospes.MakeNumber(tenant, hospes.ClassAudit, counter)
	return number, err == nil && counter > 0 && number.Counter() == counter
}

func (c *call) getAudit() error {
	var found wireAudit
	err := c.view(func(r store.Reader) error {
		number, ok := auditNumber(r.Tenant().Number, c.keys[0])
		if !ok {
			return hospes.NotFound("graphapi.getAudit", c.keys[0])
		}
		records, err := r.Audits(store.LogQuery{Before: number + 1, Limit: 1})
		if err != nil {
			return err
		}
		if len(records) == 1 {
			found = wireAuditOf(records[0])
		}
		if found.ID != c.keys[0] {
			return hospes.NotFound("graphapi.getAudit", c.keys[0])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "auditLogs/directoryAudits/$entity", found)
}

type wireAudit struct {
	ID                  string         `json:"id"`
	Category            string         `json:"category"`
	CorrelationID       string         `json:"correlationId"`
	Result              string         `json:"result"`
	ResultReason        string         `json:"resultReason"`
	ActivityDisplayName string         `json:"activityDisplayName"`
	ActivityDateTime    string         `json:"activityDateTime"`
	LoggedByService     string         `json:"loggedByService"`
	OperationType       string         `json:"operationType"`
	InitiatedBy         map[string]any `json:"initiatedBy"`
	TargetResources     []any          `json:"targetResources"`
	AdditionalDetails   []any          `json:"additionalDetails"`
}

func wireAuditOf(a hospes.Audit) wireAudit {
	out := wireAudit{
		ID: auditPrefix(a.Service) + "_" + a.By.Correlation + "_" + jsonInt(a.Number.Counter()), Category: a.Category, CorrelationID: a.By.Correlation,
		Result: a.Result, ResultReason: a.Reason, ActivityDisplayName: a.Activity, ActivityDateTime: logTime(a.At), LoggedByService: a.Service,
		OperationType: a.Operation, InitiatedBy: map[string]any{"user": nil, "app": nil}, TargetResources: []any{}, AdditionalDetails: []any{},
	}
	by := a.By.Actor
	if by.Kind == hospes.ActorUser {
		out.InitiatedBy["user"] = map[string]any{"id": by.ID, "displayName": by.DisplayName, "userPrincipalName": by.UPN, "ipAddress": by.Address}
	} else {
		out.InitiatedBy["app"] = map[string]any{"appId": orNil(by.AppID), "displayName": by.DisplayName, "servicePrincipalId": orNil(by.ID), "servicePrincipalName": nil}
	}
	for _, t := range a.Targets {
		modified := []any{}
		for _, m := range t.Modified {
			modified = append(modified, map[string]any{"displayName": m.Name, "oldValue": audited(m.Old), "newValue": audited(m.New)})
		}
		out.TargetResources = append(out.TargetResources, map[string]any{
			"id": t.ID, "displayName": orNil(t.DisplayName), "type": t.Type, "userPrincipalName": orNil(t.UPN), "groupType": nil, "modifiedProperties": modified,
		})
	}
	for _, d := range a.Details {
		out.AdditionalDetails = append(out.AdditionalDetails, map[string]string{"key": d.Key, "value": d.Value})
	}
	return out
}

// auditPrefix begins the ids of the records of a service.
func auditPrefix(service string) string {
	switch service {
	case "Core Directory":
		return "Directory"
	case "Account Provisioning":
		return "Sync"
	}
	return service
}

// audited writes a value as the audit log does: a JSON text of a list.
func audited(v string) any {
	switch {
	case v == "":
		return nil
	case v[0] == '[':
		return v
	}
	return "[" + v + "]"
}
