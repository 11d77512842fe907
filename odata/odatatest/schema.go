package odatatest

import "github.com/hospes-dev/hospes/odata"

// Schema has every type, collections of plain and of complex values, and every operator somewhere, some of them in
// advanced mode only.
func Schema() *odata.Schema { return schema }

var schema = odata.MustSchema("hospes.test.thing",
	odata.Row(odata.GUID, odata.Ops{Eq: odata.Default}, "id").Required(),
	odata.Row(odata.String, odata.Ops{
		Eq: odata.Default, StartsWith: odata.Default, EndsWith: odata.Advanced, Contains: odata.Default,
		Range: odata.Default, Null: odata.Default, OrderBy: odata.Default,
	}, "displayName", "mail"),
	odata.Row(odata.String, odata.Ops{
		Eq: odata.Default, StartsWith: odata.Default, EndsWith: odata.Default, Contains: odata.Default,
		Range: odata.Default, Null: odata.Default,
	}, "externalKey").CaseExact(),
	odata.Row(odata.Boolean, odata.Ops{Eq: odata.Default, Null: odata.Advanced}, "accountEnabled"),
	odata.Row(odata.DateTime, odata.Ops{
		Eq: odata.Default, Range: odata.Default, Null: odata.Default, OrderBy: odata.Advanced,
	}, "createdDateTime"),
	odata.Row(odata.Integer, odata.Ops{
		Eq: odata.Default, Range: odata.Default, Null: odata.Default,
	}, "unseenCount"),
	odata.Row(odata.String, odata.Ops{}, "aboutMe"),
	odata.Complex("employeeOrgData", "hospes.test.orgData",
		odata.Row(odata.String, odata.Ops{
			Eq: odata.Advanced, StartsWith: odata.Advanced, Null: odata.Advanced,
		}, "costCenter", "division"),
	),
	odata.List(odata.String, odata.Ops{
		Eq: odata.Default, StartsWith: odata.Default, EndsWith: odata.Advanced, Contains: odata.Default,
		Range: odata.Default, Count: odata.Advanced,
	}, "otherMails"),
	odata.List(odata.Integer, odata.Ops{Eq: odata.Default, Range: odata.Default, Null: odata.Default}, "ports"),
	odata.ComplexList("identities", "hospes.test.identity", odata.Ops{Count: odata.Advanced},
		odata.Row(odata.String, odata.Ops{Eq: odata.Default, Null: odata.Default}, "issuer"),
		odata.Row(odata.String, odata.Ops{
			Eq: odata.Default, StartsWith: odata.Default,
		}, "issuerAssignedId").Needs("issuer"),
	),
	odata.ComplexList("licenses", "hospes.test.license", odata.Ops{Count: odata.Advanced},
		odata.Row(odata.GUID, odata.Ops{Eq: odata.Default}, "skuId"),
		odata.Row(odata.Boolean, odata.Ops{Eq: odata.Default}, "active"),
		odata.Row(odata.DateTime, odata.Ops{
			Eq: odata.Default, Range: odata.Default, Null: odata.Default,
		}, "assignedDateTime"),
	),
)
