package graphapi

import (
	"iter"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// The logs are filtered in memory over pages that the store has narrowed (graph-wire 1.6).
var (
	logText = odata.Ops{Eq: odata.Default, StartsWith: odata.Default, Contains: odata.Default}
	logDate = odata.Ops{Eq: odata.Default, Range: odata.Default, OrderBy: odata.Default}

	provisioningSchema = odata.MustSchema("microsoft.graph.provisioningObjectSummary",
		odata.Row(odata.String, logText, "id", "jobId", "cycleId", "changeId", "provisioningAction", "tenantId"),
		odata.Row(odata.DateTime, logDate, "activityDateTime"),
		odata.Row(odata.Integer, valueOnly, "durationInMilliseconds"),
		odata.List(odata.Object, valueOnly, "sourceSystem", "targetSystem", "initiatedBy", "provisioningSteps", "modifiedProperties"),
		odata.Complex("servicePrincipal", "microsoft.graph.provisioningServicePrincipal", odata.Row(odata.String, logText, "id", "displayName")),
		odata.Complex("provisioningStatusInfo", "microsoft.graph.provisioningStatusInfo", odata.Row(odata.String, logText, "status")),
		odata.Complex("sourceIdentity", "microsoft.graph.provisionedIdentity", odata.Row(odata.String, logText, "id", "displayName")),
		odata.Complex("targetIdentity", "microsoft.graph.provisionedIdentity", odata.Row(odata.String, logText, "id", "displayName")),
	)
	auditSchema = odata.MustSchema("microsoft.graph.directoryAudit",
		odata.Row(odata.String, logText, "id", "activityDisplayName", "category", "correlationId", "loggedByService", "result", "operationType"),
		odata.Row(odata.DateTime, logDate, "activityDateTime"),
		odata.Row(odata.String, valueOnly, "resultReason"),
		odata.List(odata.Object, valueOnly, "additionalDetails"),
		odata.Complex("initiatedBy", "microsoft.graph.auditActivityInitiator",
			odata.Complex("user", "microsoft.graph.userIdentity", odata.Row(odata.String, logText, "id", "displayName", "userPrincipalName")),
			odata.Complex("app", "microsoft.graph.appIdentity", odata.Row(odata.String, logText, "appId", "displayName", "servicePrincipalId")),
		),
		odata.ComplexList("targetResources", "microsoft.graph.targetResource", odata.Ops{}, odata.Row(odata.String, logText, "id", "displayName", "userPrincipalName")),
	)
)

// logFilter checks the filter of a log query. Logs know no advanced mode: everything that works, works plainly.
func logFilter(q odata.Query, schema *odata.Schema) (*odata.Filter, error) {
	if q.Search != nil {
		return nil, unsupportedQuery("graphapi.logs")
	}
	return q.CheckFilter(schema, odata.Mode{Advanced: true})
}

// required visits the comparisons that every match must pass.
func required(p odata.Predicate, visit func(odata.Compare)) {
	switch p := p.(type) {
	case odata.And:
		for _, term := range p {
			required(term, visit)
		}
	case odata.Compare:
		if !p.Negated {
			visit(p)
		}
	}
}

// narrow lets the store do what it has an index for: the time.
func narrow(l *store.LogQuery, p odata.Compare) {
	if p.Path != "activityDateTime" && p.Path != "createdDateTime" {
		return
	}
	at, err := time.Parse(hospes.MomentLayout, p.Text)
	if err != nil {
		return
	}
	switch p.Op {
	case odata.Gt, odata.Ge:
		l.Since = at
	case odata.Lt, odata.Le:
		l.Until = at.Add(time.Microsecond)
	case odata.Eq:
		l.Since, l.Until = at, at.Add(time.Microsecond)
	}
}

func narrowProvisioning(l *store.LogQuery, f *odata.Filter, jobs map[hospes.Number]*jobNames) error {
	if f == nil {
		return nil
	}
	required(f.Root, func(p odata.Compare) {
		narrow(l, p)
		if p.Op != odata.Eq {
			return
		}
		switch p.Path {
		case "sourceIdentity/id":
			l.SourceID, _ = hospes.ParseObjectID(p.Text)
		case "targetIdentity/id":
			l.TargetID = p.Text
		case "jobId":
			for number, job := range jobs {
				if hospes.Fold(job.jobID) == p.Text {
					l.Job = number
				}
			}
		}
	})
	return nil
}

func narrowAudits(l *store.LogQuery, f *odata.Filter) {
	if f != nil {
		required(f.Root, func(p odata.Compare) { narrow(l, p) })
	}
}

// provisioningRecord shows a record of the provisioning log to a filter.
type provisioningRecord struct {
	record  *hospes.Provisioning
	summary *wireSummary
}

// Text implements odata.Record.
func (r provisioningRecord) Text(path string) (string, bool) {
	s := r.summary
	text := map[string]string{
		"id": s.ID, "jobId": s.JobID, "cycleId": s.CycleID, "changeId": s.ChangeID, "provisioningAction": string(s.Action), "tenantId": s.TenantID,
		"servicePrincipal/id": s.ServicePrincipal["id"], "servicePrincipal/displayName": s.ServicePrincipal["displayName"],
		"provisioningStatusInfo/status": string(s.StatusInfo.Status),
		"sourceIdentity/id":             s.SourceIdentity.ID, "sourceIdentity/displayName": s.SourceIdentity.DisplayName,
		"targetIdentity/id": s.TargetIdentity.ID, "targetIdentity/displayName": s.TargetIdentity.DisplayName,
	}[path]
	if path == "activityDateTime" {
		return hospes.CanonicalTime(r.record.At), true
	}
	return hospes.Fold(text), text != ""
}

// Elements implements odata.Record.
func (provisioningRecord) Elements(string) iter.Seq[odata.Record] {
	return func(func(odata.Record) bool) {}
}

// auditRecord shows a record of the audit log to a filter.
type auditRecord struct{ hospes.Audit }

// Text implements odata.Record.
func (r auditRecord) Text(path string) (string, bool) {
	text := ""
	switch path {
	case "activityDateTime":
		return hospes.CanonicalTime(r.At), true
	case "activityDisplayName":
		text = r.Activity
	case "category":
		text = r.Category
	case "correlationId":
		text = r.By.Correlation
	case "loggedByService":
		text = r.Service
	case "result":
		text = r.Result
	case "operationType":
		text = r.Operation
	case "id":
		text = wireAuditOf(r.Audit).ID
	default:
		text = r.actor(path)
	}
	return hospes.Fold(text), text != ""
}

// actor gives what the record says of who acted.
func (r auditRecord) actor(path string) string {
	by := r.By.Actor
	if by.Kind == hospes.ActorUser {
		return map[string]string{
			"initiatedBy/user/id": by.ID, "initiatedBy/user/displayName": by.DisplayName, "initiatedBy/user/userPrincipalName": by.UPN,
		}[path]
	}
	return map[string]string{
		"initiatedBy/app/appId": by.AppID, "initiatedBy/app/displayName": by.DisplayName, "initiatedBy/app/servicePrincipalId": by.ID,
	}[path]
}

// Elements implements odata.Record.
func (r auditRecord) Elements(path string) iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		if path != "targetResources" {
			return
		}
		for _, t := range r.Targets {
			if !yield(auditTarget{t}) {
				return
			}
		}
	}
}

type auditTarget struct{ hospes.AuditTarget }

// Text implements odata.Record.
func (t auditTarget) Text(path string) (string, bool) {
	text := map[string]string{"id": t.ID, "displayName": t.DisplayName, "userPrincipalName": t.UPN}[path]
	return hospes.Fold(text), text != ""
}

// Elements implements odata.Record.
func (auditTarget) Elements(string) iter.Seq[odata.Record] { return func(func(odata.Record) bool) {} }
