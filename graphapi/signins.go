package graphapi

import (
	"iter"
	"net/http"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// signInSchema is what the sign-in log is filtered by.
var signInSchema = odata.MustSchema("microsoft.graph.signIn",
	odata.Row(odata.String, logText, "id", "userDisplayName", "userPrincipalName", "userId", "appId", "appDisplayName", "ipAddress", "clientAppUsed", "correlationId",
		"homeTenantId", "resourceTenantId", "crossTenantAccessType", "resourceId", "resourceDisplayName"),
	odata.Row(odata.DateTime, logDate, "createdDateTime"),
	odata.Row(odata.String, valueOnly, "userAgent", "conditionalAccessStatus", "riskDetail", "riskLevelAggregated", "riskLevelDuringSignIn", "riskState", "authenticationProtocol"),
	odata.List(odata.String, valueOnly, "authenticationMethodsUsed"),
	odata.Row(odata.Boolean, odata.Ops{Eq: odata.Default}, "isInteractive"),
	odata.Complex("status", "microsoft.graph.signInStatus", odata.Row(odata.Integer, odata.Ops{Eq: odata.Default}, "errorCode"), odata.Row(odata.String, logText, "failureReason")),
)

type wireSignIn struct {
	ID                   string           `json:"id"`
	CreatedDateTime      string           `json:"createdDateTime"`
	UserDisplayName      string           `json:"userDisplayName"`
	UserPrincipalName    string           `json:"userPrincipalName"`
	UserID               string           `json:"userId"`
	AppID                string           `json:"appId"`
	AppDisplayName       string           `json:"appDisplayName"`
	IPAddress            string           `json:"ipAddress"`
	ClientAppUsed        string           `json:"clientAppUsed"`
	UserAgent            *string          `json:"userAgent"`
	CorrelationID        string           `json:"correlationId"`
	ConditionalAccess    string           `json:"conditionalAccessStatus"`
	IsInteractive        bool             `json:"isInteractive"`
	RiskDetail           string           `json:"riskDetail"`
	RiskLevelAggregated  string           `json:"riskLevelAggregated"`
	RiskLevelDuring      string           `json:"riskLevelDuringSignIn"`
	RiskState            string           `json:"riskState"`
	ResourceDisplayName  string           `json:"resourceDisplayName"`
	ResourceID           string           `json:"resourceId"`
	HomeTenantID         string           `json:"homeTenantId"`
	ResourceTenantID     string           `json:"resourceTenantId"`
	CrossTenantAccess    string           `json:"crossTenantAccessType"`
	AuthenticationMethod []string         `json:"authenticationMethodsUsed"`
	Protocol             string           `json:"authenticationProtocol"`
	Status               wireSignInStatus `json:"status"`
}

type wireSignInStatus struct {
	ErrorCode         int     `json:"errorCode"`
	FailureReason     string  `json:"failureReason"`
	AdditionalDetails *string `json:"additionalDetails"`
}

// wireSignInOf renders a record. Conditional access and risk are not kept; the log says that they were not applied.
func wireSignInOf(s *hospes.SignIn) wireSignIn {
	out := wireSignIn{
		ID: s.ID, CreatedDateTime: logTime(s.At), UserDisplayName: s.UserName, UserPrincipalName: s.UPN, AppID: s.AppID, AppDisplayName: s.AppName, IPAddress: s.Address,
		ClientAppUsed: s.Client, CorrelationID: s.Correlation, ConditionalAccess: "notApplied", IsInteractive: s.Interactive,
		RiskDetail: "none", RiskLevelAggregated: "none", RiskLevelDuring: "none", RiskState: "none", ResourceDisplayName: "Microsoft Graph", ResourceID: token.GraphAppID,
		HomeTenantID: tenantText(s.Home), ResourceTenantID: tenantText(s.Host), CrossTenantAccess: "none", AuthenticationMethod: s.AMR, Protocol: s.Protocol,
		Status: wireSignInStatus{ErrorCode: s.ErrorCode, FailureReason: s.Reason},
	}
	if !s.UserID.IsZero() {
		out.UserID = s.UserID.String()
	}
	if s.Agent != "" {
		out.UserAgent = &s.Agent
	}
	if s.CrossTenant() {
		out.CrossTenantAccess = "b2bCollaboration"
	}
	if s.ErrorCode != 0 && s.Reason == "" {
		out.Status.FailureReason = "Other."
	}
	if out.AuthenticationMethod == nil {
		out.AuthenticationMethod = []string{}
	}
	return out
}

func tenantText(id hospes.TenantID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func (c *call) listSignIns() error {
	q, l, err := c.logPage("signIns", "createdDateTime")
	if err != nil {
		return err
	}
	filter, err := logFilter(q, signInSchema)
	if err != nil {
		return err
	}
	if filter != nil {
		required(filter.Root, func(p odata.Compare) {
			narrow(&l, p)
			if p.Op == odata.Eq && p.Path == "userId" {
				l.SourceID, _ = hospes.ParseObjectID(p.Text)
			}
			if p.Op == odata.Eq && p.Path == "id" {
				l.ID = p.Text
			}
		})
	}
	list := []wireSignIn{}
	next := ""
	err = c.view(func(r store.Reader) error {
		next, err = collect(c, l, "signIns", r.SignIns, func(s *hospes.SignIn) (hospes.Number, int) {
			wire := wireSignInOf(s)
			if !filter.Match(signInRecord{s, &wire}) {
				return s.Number, 0
			}
			list = append(list, wire)
			return s.Number, logRecord
		})
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("auditLogs/signIns", list, next)
}

func (c *call) getSignIn() error {
	var list []hospes.SignIn
	err := c.view(func(r store.Reader) (err error) {
		list, err = r.SignIns(store.LogQuery{ID: c.keys[0], Limit: 1})
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return hospes.NotFound("graphapi.getSignIn", c.keys[0])
	}
	return c.writeValue(http.StatusOK, "auditLogs/signIns/$entity", wireSignInOf(&list[0]))
}

// signInRecord shows a record of the sign-in log to a filter.
type signInRecord struct {
	record *hospes.SignIn
	wire   *wireSignIn
}

// Text implements odata.Record.
func (r signInRecord) Text(path string) (string, bool) {
	s := r.wire
	switch path {
	case "createdDateTime":
		return hospes.CanonicalTime(r.record.At), true
	case "isInteractive":
		return strconv.FormatBool(s.IsInteractive), true
	case "status/errorCode":
		return hospes.CanonicalInteger(int64(s.Status.ErrorCode)), true
	}
	text := map[string]string{
		"id": s.ID, "userDisplayName": s.UserDisplayName, "userPrincipalName": s.UserPrincipalName, "userId": s.UserID, "appId": s.AppID, "appDisplayName": s.AppDisplayName,
		"ipAddress": s.IPAddress, "clientAppUsed": s.ClientAppUsed, "correlationId": s.CorrelationID, "homeTenantId": s.HomeTenantID, "resourceTenantId": s.ResourceTenantID,
		"crossTenantAccessType": s.CrossTenantAccess, "resourceId": s.ResourceID, "resourceDisplayName": s.ResourceDisplayName, "status/failureReason": s.Status.FailureReason,
	}[path]
	return hospes.Fold(text), text != ""
}

// Elements implements odata.Record.
func (signInRecord) Elements(string) iter.Seq[odata.Record] { return func(func(odata.Record) bool) {} }
