package graphapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

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
		next, err = collect(c, l, "audits", r.Audits, func(a *hospes.Audit) (hospes.Number, int) {
			if !filter.Match(auditRecord{*a}) {
				return a.Number, 0
			}
			list = append(list, wireAuditOf(*a))
			return a.Number, auditSize(a)
		})
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

// auditSize tells about how many bytes a record has: what was changed may be large.
func auditSize(a *hospes.Audit) int {
	n := logRecord
	for _, t := range a.Targets {
		for _, m := range t.Modified {
			n += len(m.Old) + len(m.New)
		}
	}
	return n
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
