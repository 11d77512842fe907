package graphapi

import "github.com/hospes-dev/hospes/odata"

// Values that are no objects of the directory come in short lists, which are filtered and sorted in memory. The schemas say
// what there is to ask for; a type that has none can be chosen from with $select, and cannot be filtered.
var (
	valueText = odata.Ops{Eq: odata.Default, StartsWith: odata.Default, OrderBy: odata.Default}
	valueSame = odata.Ops{Eq: odata.Default, OrderBy: odata.Default}
	valueDate = odata.Ops{Eq: odata.Default, Range: odata.Default, OrderBy: odata.Default}
	valueOnly = odata.Ops{} // to select
)

var valueSchemas = map[string]*odata.Schema{
	"appRoleAssignment": odata.MustSchema("microsoft.graph.appRoleAssignment",
		odata.Row(odata.String, valueSame, "id", "principalType"),
		odata.Row(odata.GUID, valueSame, "appRoleId", "principalId", "resourceId"),
		odata.Row(odata.String, valueText, "principalDisplayName", "resourceDisplayName"),
		odata.Row(odata.DateTime, valueDate, "createdDateTime", "deletedDateTime")),
	"applicationTemplate": odata.MustSchema("microsoft.graph.applicationTemplate",
		odata.Row(odata.GUID, valueSame, "id"),
		odata.Row(odata.String, valueText, "displayName", "description", "publisher"),
		odata.Row(odata.String, valueOnly, "homePageUrl", "logoUrl"),
		odata.List(odata.String, odata.Ops{Eq: odata.Default}, "categories", "supportedProvisioningTypes", "supportedSingleSignOnModes")),
	"directoryRoleTemplate": odata.MustSchema("microsoft.graph.directoryRoleTemplate",
		odata.Row(odata.GUID, valueSame, "id"),
		odata.Row(odata.String, valueText, "displayName", "description"),
		odata.Row(odata.DateTime, valueOnly, "deletedDateTime")),
	"domain": odata.MustSchema("microsoft.graph.domain",
		odata.Row(odata.String, valueText, "id"),
		odata.Row(odata.String, valueSame, "authenticationType", "availabilityStatus", "model", "state"),
		odata.Row(odata.Boolean, valueSame, "isAdminManaged", "isDefault", "isInitial", "isRoot", "isVerified"),
		odata.Row(odata.Integer, valueSame, "passwordValidityPeriodInDays", "passwordNotificationWindowInDays"),
		odata.List(odata.String, odata.Ops{Eq: odata.Default}, "supportedServices")),
	"domainDnsTxtRecord": odata.MustSchema("microsoft.graph.domainDnsTxtRecord",
		odata.Row(odata.String, valueSame, "id", "label", "recordType", "supportedService", "text"),
		odata.Row(odata.Boolean, valueSame, "isOptional"), odata.Row(odata.Integer, valueSame, "ttl")),
	"unifiedRoleDefinition": odata.MustSchema("microsoft.graph.unifiedRoleDefinition",
		odata.Row(odata.String, valueText, "id", "displayName", "description", "templateId", "version"),
		odata.Row(odata.Boolean, valueSame, "isBuiltIn", "isEnabled"),
		odata.List(odata.String, valueOnly, "resourceScopes", "rolePermissions")),
	"unifiedRoleAssignment": odata.MustSchema("microsoft.graph.unifiedRoleAssignment",
		odata.Row(odata.String, valueSame, "id", "principalId", "roleDefinitionId", "directoryScopeId", "resourceScope")),
	"crossTenantAccessPolicyConfigurationPartner": odata.MustSchema("microsoft.graph.crossTenantAccessPolicyConfigurationPartner",
		odata.Row(odata.GUID, valueSame, "tenantId"),
		odata.Row(odata.Boolean, valueSame, "isServiceProvider", "isInMultiTenantOrganization"),
		odata.Row(odata.Object, valueOnly, "automaticUserConsentSettings", "b2bCollaborationInbound", "b2bCollaborationOutbound", "b2bDirectConnectInbound",
			"b2bDirectConnectOutbound", "identitySynchronization", "inboundTrust", "tenantRestrictions")),
	"synchronizationTemplate": odata.MustSchema("microsoft.graph.synchronizationTemplate",
		odata.Row(odata.String, valueSame, "id", "applicationId", "factoryTag", "description"),
		odata.Row(odata.Boolean, valueSame, "default", "discoverable"),
		odata.List(odata.Object, valueOnly, "discoveryCapabilities", "metadata")),
	"synchronizationJob": odata.MustSchema("microsoft.graph.synchronizationJob",
		odata.Row(odata.String, valueSame, "id", "templateId"),
		odata.Complex("schedule", "microsoft.graph.synchronizationSchedule", odata.Row(odata.String, valueSame, "state", "interval"), odata.Row(odata.DateTime, valueOnly, "expiration")),
		odata.Complex("status", "microsoft.graph.synchronizationStatus", odata.Row(odata.String, valueSame, "code")),
		odata.List(odata.Object, valueOnly, "synchronizationJobSettings")),
	"phoneAuthenticationMethod": odata.MustSchema("microsoft.graph.phoneAuthenticationMethod",
		odata.Row(odata.String, valueSame, "id", "phoneNumber", "phoneType", "smsSignInState"), odata.Row(odata.DateTime, valueDate, "createdDateTime")),
	"softwareOathAuthenticationMethod": odata.MustSchema("microsoft.graph.softwareOathAuthenticationMethod",
		odata.Row(odata.String, valueSame, "id"), odata.Row(odata.String, valueOnly, "secretKey"), odata.Row(odata.DateTime, valueDate, "createdDateTime")),
	federatedType: odata.MustSchema("microsoft.graph.federatedIdentityCredential",
		odata.Row(odata.String, valueSame, "id", "name", "issuer", "subject"), odata.Row(odata.String, valueOnly, "description"), odata.List(odata.String, valueOnly, "audiences")),
	"licenseDetails": odata.MustSchema("microsoft.graph.licenseDetails",
		odata.Row(odata.String, valueSame, "id", "skuId", "skuPartNumber"), odata.List(odata.Object, valueOnly, "servicePlans")),
	"subscribedSku": odata.MustSchema("microsoft.graph.subscribedSku",
		odata.Row(odata.String, valueSame, "id", "accountId", "accountName", "appliesTo", "capabilityStatus", "skuId", "skuPartNumber"), odata.Row(odata.Integer, valueSame, "consumedUnits"),
		odata.List(odata.Object, valueOnly, "prepaidUnits", "servicePlans", "subscriptionIds")),
	"tenant": odata.MustSchema("hospes.tenant",
		odata.Row(odata.GUID, valueSame, "id"), odata.Row(odata.String, valueText, "displayName", "initialDomain"), odata.Row(odata.DateTime, valueDate, "createdDateTime"),
		odata.Row(odata.Boolean, valueSame, "isSystem")),
	"directoryAudit": auditSchema, "provisioningObjectSummary": provisioningSchema, "signIn": signInSchema,
}
