package hospes

// schemas by class; the index is the class.
var schemas = []*Schema{
	nil, UserSchema, GroupSchema, ApplicationSchema, ServicePrincipalSchema, OrganizationSchema, AuthorizationPolicySchema,
	ExternalIdentitiesPolicySchema, CrossTenantAccessPolicySchema, CrossTenantAccessDefaultSchema, PartnerSchema, InvitationSchema,
	ExtensionPropertySchema, ContactSchema, B2BManagementPolicySchema, DirectoryRoleSchema, PermissionGrantSchema,
	SignInPolicySchema,
}

// OrganizationSchema describes the tenant itself as one of its objects; its id is the tenant's.
var OrganizationSchema = newSchema(
	Schema{Class: ClassOrganization, Name: "organization", Plural: "organization"},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "businessPhones", Many: true, Default: true, Max: 64},
	Property{Name: "city", Default: true, Max: 128},
	Property{Name: "country", Default: true, Max: 128},
	Property{Name: "countryLetterCode", Default: true, Access: ReadOnly, Max: 2},
	Property{Name: "createdDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "defaultUsageLocation", Default: true, Access: ReadOnly},
	Property{Name: "displayName", Default: true, NotNull: true, Max: 256},
	Property{Name: "marketingNotificationEmails", Many: true, Default: true, Max: 256},
	Property{Name: "onPremisesLastSyncDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "onPremisesSyncEnabled", Type: TypeBoolean, Default: true, Access: ReadOnly},
	Property{Name: "postalCode", Default: true, Max: 40},
	Property{Name: "preferredLanguage", Default: true, Max: 64},
	Property{Name: "privacyProfile", Type: TypeComplex, Default: true},
	Property{Name: "securityComplianceNotificationMails", Many: true, Default: true, Max: 256},
	Property{Name: "securityComplianceNotificationPhones", Many: true, Default: true, Max: 64},
	Property{Name: "state", Default: true, Max: 128},
	Property{Name: "street", Default: true, Max: 1024},
	Property{Name: "technicalNotificationMails", Many: true, Default: true, Max: 256},
	Property{Name: "tenantType", Default: true, Access: ReadOnly},
	Property{Name: "assignedPlans", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "provisionedPlans", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "verifiedDomains", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
)

// Handles of the organization.
var (
	OrganizationDisplayName     = OrganizationSchema.Must("displayName")
	OrganizationCreated         = OrganizationSchema.Must("createdDateTime")
	OrganizationTenantType      = OrganizationSchema.Must("tenantType")
	OrganizationVerifiedDomains = OrganizationSchema.Must("verifiedDomains")

	OrganizationPreferredLanguage = OrganizationSchema.Must("preferredLanguage")
)

// AuthorizationPolicySchema says who may invite and what guests may see (guests 4.3, 4.4).
var AuthorizationPolicySchema = newSchema(
	Schema{Class: ClassAuthorizationPolicy, Name: "authorizationPolicy", Plural: "authorizationPolicy"},
	Property{Name: "allowInvitesFrom", Default: true, NotNull: true},
	Property{Name: "allowedToSignUpEmailBasedSubscriptions", Type: TypeBoolean, Default: true},
	Property{Name: "allowedToUseSSPR", Type: TypeBoolean, Default: true},
	Property{Name: "allowEmailVerifiedUsersToJoinOrganization", Type: TypeBoolean, Default: true},
	Property{Name: "allowUserConsentForRiskyApps", Type: TypeBoolean, Default: true},
	Property{Name: "blockMsolPowerShell", Type: TypeBoolean, Default: true},
	Property{Name: "defaultUserRolePermissions", Type: TypeComplex, Default: true},
	Property{Name: "description", Default: true, Max: 1024},
	Property{Name: "displayName", Default: true, Max: 256},
	Property{Name: "guestUserRoleId", Type: TypeGuid, Default: true, NotNull: true},
)

// Handles of the authorization policy.
var (
	AuthorizationAllowInvitesFrom  = AuthorizationPolicySchema.Must("allowInvitesFrom")
	AuthorizationMemberPermissions = AuthorizationPolicySchema.Must("defaultUserRolePermissions")
	AuthorizationGuestRole         = AuthorizationPolicySchema.Must("guestUserRoleId")
	AuthorizationDisplayName       = AuthorizationPolicySchema.Must("displayName")
	AuthorizationDescription       = AuthorizationPolicySchema.Must("description")
)

// ExternalIdentitiesPolicySchema says whether external users may leave by themselves.
var ExternalIdentitiesPolicySchema = newSchema(
	Schema{
		Class: ClassExternalIdentitiesPolicy, Name: "externalIdentitiesPolicy", Plural: "externalIdentitiesPolicy"},
	Property{Name: "allowDeletedIdentitiesDataRemoval", Type: TypeBoolean, Default: true, NotNull: true},
	Property{Name: "allowExternalIdentitiesToLeave", Type: TypeBoolean, Default: true, NotNull: true},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "description", Default: true, Max: 1024},
	Property{Name: "displayName", Default: true, Max: 256},
)

// Handles of the external identities policy.
var (
	ExternalIdentitiesDataRemoval = ExternalIdentitiesPolicySchema.Must("allowDeletedIdentitiesDataRemoval")
	ExternalIdentitiesMayLeave    = ExternalIdentitiesPolicySchema.Must("allowExternalIdentitiesToLeave")
	ExternalIdentitiesDisplayName = ExternalIdentitiesPolicySchema.Must("displayName")
)

// CrossTenantAccessPolicySchema is the frame of a tenant's cross-tenant access settings.
var CrossTenantAccessPolicySchema = newSchema(
	Schema{
		Class: ClassCrossTenantAccessPolicy, Name: "crossTenantAccessPolicy", Plural: "crossTenantAccessPolicy"},
	Property{Name: "allowedCloudEndpoints", Many: true, Default: true, Max: 256},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "description", Default: true, Max: 1024},
	Property{Name: "displayName", Default: true, Max: 256},
)

// CrossTenantAccessDisplayName is the display name of the frame.
var CrossTenantAccessDisplayName = CrossTenantAccessPolicySchema.Must("displayName")

// accessMembers are what the default and each partner say about access (guests 5.2).
func accessMembers() []Property {
	b2b := func() []*Property {
		return []*Property{{Name: "usersAndGroups", Type: TypeComplex}, {Name: "applications", Type: TypeComplex}}
	}
	return []Property{
		{Name: "inboundTrust", Type: TypeComplex, Default: true, Fields: []*Property{
			{Name: "isMfaAccepted", Type: TypeBoolean}, {Name: "isCompliantDeviceAccepted", Type: TypeBoolean},
			{Name: "isHybridAzureADJoinedDeviceAccepted", Type: TypeBoolean},
		}},
		{Name: "b2bCollaborationInbound", Type: TypeComplex, Default: true, Fields: b2b()},
		{Name: "b2bCollaborationOutbound", Type: TypeComplex, Default: true, Fields: b2b()},
		{Name: "b2bDirectConnectInbound", Type: TypeComplex, Default: true, Fields: b2b()},
		{Name: "b2bDirectConnectOutbound", Type: TypeComplex, Default: true, Fields: b2b()},
		{Name: "automaticUserConsentSettings", Type: TypeComplex, Default: true, Fields: []*Property{
			{Name: "inboundAllowed", Type: TypeBoolean}, {Name: "outboundAllowed", Type: TypeBoolean},
		}},
		{Name: "tenantRestrictions", Type: TypeComplex, Default: true},
	}
}

// CrossTenantAccessDefaultSchema holds for every organisation without an entry of its own.
var CrossTenantAccessDefaultSchema = newSchema(
	Schema{
		Class: ClassCrossTenantAccessDefault, Name: "crossTenantAccessPolicyConfigurationDefault", Plural: "default"},
	append([]Property{{Name: "isServiceDefault", Type: TypeBoolean, Default: true, Access: ReadOnly}}, append(accessMembers(),
		Property{Name: "invitationRedemptionIdentityProviderConfiguration", Type: TypeComplex, Default: true})...)...,
)

// DefaultIsService tells a default that nobody has changed yet.
var DefaultIsService = CrossTenantAccessDefaultSchema.Must("isServiceDefault")

// PartnerSchema is another organisation as this tenant's policy sees it. A member without a value inherits the default.
var PartnerSchema = newSchema(
	Schema{
		Class: ClassPartner, Name: "crossTenantAccessPolicyConfigurationPartner", Plural: "partners"},
	append([]Property{
		{Name: "tenantId", Type: TypeGuid, Default: true, NotNull: true, Access: CreateOnly},
		{Name: "isServiceProvider", Type: TypeBoolean, Default: true},
		{Name: "isInMultiTenantOrganization", Type: TypeBoolean, Default: true, Access: ReadOnly},
	}, append(accessMembers(), Property{Name: "identitySynchronization", Type: TypeComplex, Access: Hidden})...)...,
)

// Handles of partners.
var (
	PartnerTenantID                = PartnerSchema.Must("tenantId")
	PartnerServiceProvider         = PartnerSchema.Must("isServiceProvider")
	PartnerAutomaticConsent        = PartnerSchema.Must("automaticUserConsentSettings")
	PartnerIdentitySynchronization = PartnerSchema.Must("identitySynchronization")
)

// IdentitySynchronization is what a partner entry says about cross-tenant synchronization.
type IdentitySynchronization struct {
	TenantID         string    `json:"tenantId"`
	DisplayName      string    `json:"displayName"`
	UserSyncInbound  *SyncGate `json:"userSyncInbound"`
	GroupSyncInbound *SyncGate `json:"groupSyncInbound,omitempty"`
}

// SyncGate is one switch of an IdentitySynchronization.
type SyncGate struct {
	IsSyncAllowed bool `json:"isSyncAllowed"`
}
