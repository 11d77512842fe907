package odata_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/odata"
)

// The tables below are excerpts of graph-wire 1.6, enough for what the real clients send. The vectors name them.

const (
	d = odata.Default
	a = odata.Advanced
)

var (
	eqD    = odata.Ops{Eq: d}
	eqA    = odata.Ops{Eq: a}
	textD  = odata.Ops{Eq: d, StartsWith: d}
	textA  = odata.Ops{Eq: a, StartsWith: a}
	rangeD = odata.Ops{Eq: d, Range: d}
	logs   = odata.Ops{Eq: d, StartsWith: d, Contains: d}
)

var schemas = map[string]*odata.Schema{
	"user": odata.MustSchema("microsoft.graph.user",
		odata.Row(odata.GUID, eqD, "id").Required(),
		odata.Row(odata.Boolean, eqD, "accountEnabled"),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, Null: a},
			"city", "department", "givenName", "mailNickname", "employeeId"),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, Null: a, OrderBy: d}, "displayName"),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, EndsWith: a, Null: a}, "mail"),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, EndsWith: a, OrderBy: d}, "userPrincipalName").Required(),
		odata.Row(odata.String, odata.Ops{Eq: a, StartsWith: a, Null: a}, "companyName", "officeLocation"),
		odata.Row(odata.DateTime, odata.Ops{Eq: a, Range: a, OrderBy: a}, "createdDateTime"),
		odata.Row(odata.DateTime, rangeD, "externalUserStateChangeDateTime"),
		odata.Row(odata.String, eqD, "creationType", "externalUserState"),
		odata.Row(odata.String, odata.Ops{Eq: d, Null: a}, "userType"),
		odata.Row(odata.String, eqD, "onPremisesImmutableId").CaseExact(),
		odata.Row(odata.String, odata.Ops{}, "aboutMe"),
		odata.Complex("employeeOrgData", "microsoft.graph.employeeOrgData",
			odata.Row(odata.String, eqA, "costCenter", "division")),
		odata.Complex("onPremisesExtensionAttributes", "microsoft.graph.onPremisesExtensionAttributes",
			odata.Row(odata.String, odata.Ops{Eq: a, Null: a}, "extensionAttribute1", "extensionAttribute2")),
		odata.ComplexList("assignedLicenses", "microsoft.graph.assignedLicense", odata.Ops{Count: a},
			odata.Row(odata.GUID, eqD, "skuId")),
		odata.List(odata.String, odata.Ops{Eq: d, StartsWith: d, EndsWith: a, Count: a},
			"otherMails", "proxyAddresses"),
		odata.ComplexList("identities", "microsoft.graph.objectIdentity", odata.Ops{},
			odata.Row(odata.String, odata.Ops{Eq: d, Null: d}, "issuer"),
			odata.Row(odata.String, eqD, "issuerAssignedId").Needs("issuer")),
	),
	"group": odata.MustSchema("microsoft.graph.group",
		odata.Row(odata.GUID, eqD, "id").Required(),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, Null: a, OrderBy: d}, "displayName"),
		odata.Row(odata.String, odata.Ops{Eq: d, StartsWith: d, Null: a}, "mail", "mailNickname"),
		odata.Row(odata.String, textA, "description"),
		odata.Row(odata.Boolean, eqD, "mailEnabled", "securityEnabled"),
		odata.Row(odata.DateTime, rangeD, "createdDateTime"),
		odata.Row(odata.String, eqD, "roleTemplateId"),
		odata.List(odata.String, eqD, "groupTypes"),
	),
	"application": odata.MustSchema("microsoft.graph.servicePrincipal",
		odata.Row(odata.GUID, eqD, "id").Required(),
		odata.Row(odata.String, eqD, "appId", "applicationTemplateId"),
		odata.Row(odata.String, textD, "displayName"),
		odata.List(odata.String, textD, "servicePrincipalNames", "identifierUris", "tags"),
		odata.ComplexList("keyCredentials", "microsoft.graph.keyCredential", odata.Ops{},
			odata.Row(odata.DateTime, odata.Ops{Eq: a, Range: a}, "endDateTime")),
	),
	"provisioning": odata.MustSchema("microsoft.graph.provisioningObjectSummary",
		odata.Row(odata.String, odata.Ops{Eq: d}, "jobId", "provisioningAction"),
		odata.Row(odata.DateTime, odata.Ops{Eq: d, Range: d, OrderBy: d}, "activityDateTime"),
		odata.Row(odata.Integer, rangeD, "durationInMilliseconds"),
		odata.Complex("servicePrincipal", "microsoft.graph.provisioningServicePrincipal",
			odata.Row(odata.String, logs, "id", "displayName")),
		odata.Complex("provisioningStatusInfo", "microsoft.graph.provisioningStatusInfo",
			odata.Row(odata.String, eqD, "status")),
		odata.Complex("sourceIdentity", "microsoft.graph.provisionedIdentity", odata.Row(odata.String, eqD, "id")),
		odata.Complex("initiatedBy", "microsoft.graph.auditActivityInitiator",
			odata.Complex("user", "microsoft.graph.userIdentity", odata.Row(odata.String, logs, "id", "userPrincipalName"))),
	),
}

func TestMustSchemaRefusesContradictions(t *testing.T) {
	for want, rows := range map[string]odata.Rows{
		"name":       append(odata.Row(odata.String, eqD, "mail"), odata.Row(odata.String, eqD, "MAIL")...),
		"holds none": odata.Row(odata.Boolean, odata.Ops{StartsWith: d}, "x"),
		"order":      odata.Row(odata.Boolean, odata.Ops{Range: d}, "x"),
		"counted":    odata.Row(odata.String, odata.Ops{Count: d}, "x"),
		"inside":     odata.ComplexList("x", "t", odata.Ops{}, odata.List(odata.String, eqD, "y")),
		"sibling":    odata.ComplexList("x", "t", odata.Ops{}, odata.Row(odata.String, eqD, "y").Needs("z")),
		"only be":    {{Name: "x", Type: odata.Object, Ops: eqD}},
		"many":       odata.List(odata.String, odata.Ops{OrderBy: d}, "x"),
		"fields":     {{Name: "x", Type: odata.String, Fields: odata.Row(odata.String, eqD, "y")}},
	} {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(r.(string), want) {
					t.Errorf("panic %v, want one with %q", r, want)
				}
			}()
			odata.MustSchema("test", rows)
		})
	}
}
