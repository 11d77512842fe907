package hospes

// ApplicationSchema describes app registrations. Its order is stored in masks: append only.
var ApplicationSchema = newSchema(
	Schema{Class: ClassApplication, Name: "application", Plural: "applications", Bin: true},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge order!")},
	Property{Name: "appId", Type: TypeGuid, Default: true, Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "applicationTemplateId", Type: TypeGuid, Default: true, Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "createdDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "description", Default: true, Max: 1024, Operator: operators("eq! sw!")},
	Property{Name: "displayName", Default: true, NotNull: true, Max: 256, Operator: operators("eq sw null! order")},
	Property{Name: "groupMembershipClaims", Default: true, Max: 256},
	Property{Name: "identifierUris", Many: true, Default: true, Max: 255, Operator: operators("eq sw")},
	Property{Name: "isFallbackPublicClient", Type: TypeBoolean, Default: true},
	Property{Name: "notes", Default: true, Max: 1024},
	Property{Name: "publisherDomain", Default: true, Access: ReadOnly, Operator: operators("eq sw")},
	Property{Name: "signInAudience", Default: true, Max: 64, Operator: operators("eq")},
	Property{Name: "tags", Many: true, Default: true, Max: 256, Operator: operators("eq")},
	Property{Name: "api", Type: TypeComplex, Default: true},
	Property{Name: "appRoles", Type: TypeComplex, Many: true, Default: true},
	Property{Name: "info", Type: TypeComplex, Default: true},
	Property{Name: "keyCredentials", Type: TypeComplex, Many: true, Default: true, Fields: []*Property{
		{Name: "customKeyIdentifier"}, {Name: "displayName"}, {Name: "endDateTime", Type: TypeDateTime, Operator: operators("eq! ge!")},
		{Name: "key", Exact: true}, {Name: "keyId", Type: TypeGuid}, {Name: "startDateTime", Type: TypeDateTime}, {Name: "type"}, {Name: "usage"},
	}},
	Property{Name: "optionalClaims", Type: TypeComplex, Default: true},
	Property{Name: "passwordCredentials", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "publicClient", Type: TypeComplex, Default: true},
	Property{Name: "requiredResourceAccess", Type: TypeComplex, Many: true, Default: true, Fields: []*Property{
		{Name: "resourceAppId", Type: TypeGuid, Operator: operators("eq!")}, {Name: "resourceAccess", Type: TypeComplex, Many: true},
	}},
	Property{Name: "spa", Type: TypeComplex, Default: true},
	Property{Name: "web", Type: TypeComplex, Default: true},
	Property{Name: "federatedIdentityCredentials", Type: TypeComplex, Many: true, Access: Hidden},
)

// Handles of the properties that the program itself reads and writes.
var (
	ApplicationAppID               = ApplicationSchema.Must("appId")
	ApplicationTemplateID          = ApplicationSchema.Must("applicationTemplateId")
	ApplicationCreated             = ApplicationSchema.Must("createdDateTime")
	ApplicationDisplayName         = ApplicationSchema.Must("displayName")
	ApplicationIdentifierURIs      = ApplicationSchema.Must("identifierUris")
	ApplicationPublisherDomain     = ApplicationSchema.Must("publisherDomain")
	ApplicationSignInAudience      = ApplicationSchema.Must("signInAudience")
	ApplicationAPI                 = ApplicationSchema.Must("api")
	ApplicationAppRoles            = ApplicationSchema.Must("appRoles")
	ApplicationPasswordCredentials = ApplicationSchema.Must("passwordCredentials")
	ApplicationKeyCredentials      = ApplicationSchema.Must("keyCredentials")
	ApplicationFallbackPublic      = ApplicationSchema.Must("isFallbackPublicClient")
	ApplicationPublicClient        = ApplicationSchema.Must("publicClient")
	ApplicationRequiredAccess      = ApplicationSchema.Must("requiredResourceAccess")
	ApplicationSPA                 = ApplicationSchema.Must("spa")
	ApplicationWeb                 = ApplicationSchema.Must("web")
	ApplicationInfo                = ApplicationSchema.Must("info")
	ApplicationFederated           = ApplicationSchema.Must("federatedIdentityCredentials")
)

// ServicePrincipalSchema describes an application's presence in a tenant. Its order is stored in masks: append only.
var ServicePrincipalSchema = newSchema(
	Schema{Class: ClassServicePrincipal, Name: "servicePrincipal", Plural: "servicePrincipals", Bin: true},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge order!")},
	Property{Name: "accountEnabled", Type: TypeBoolean, Default: true, Operator: operators("eq")},
	Property{Name: "alternativeNames", Many: true, Default: true, Max: 256},
	Property{Name: "appDescription", Default: true, Access: ReadOnly},
	Property{Name: "appDisplayName", Default: true, Access: ReadOnly},
	Property{Name: "appId", Type: TypeGuid, Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "applicationTemplateId", Type: TypeGuid, Default: true, Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "appOwnerOrganizationId", Type: TypeGuid, Default: true, Access: ReadOnly, Operator: operators("eq!")},
	Property{Name: "appRoleAssignmentRequired", Type: TypeBoolean, Default: true, Operator: operators("eq!")},
	Property{Name: "createdDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "description", Default: true, Max: 1024, Operator: operators("eq! sw!")},
	Property{Name: "disabledByMicrosoftStatus", Default: true, Access: ReadOnly},
	Property{Name: "displayName", Default: true, Max: 256, Operator: operators("eq sw order")},
	Property{Name: "homepage", Default: true, Max: 256},
	Property{Name: "loginUrl", Default: true, Max: 2048},
	Property{Name: "logoutUrl", Default: true, Max: 2048},
	Property{Name: "notes", Default: true, Max: 1024},
	Property{Name: "notificationEmailAddresses", Many: true, Default: true, Max: 256},
	Property{Name: "preferredSingleSignOnMode", Default: true, Max: 64},
	Property{Name: "replyUrls", Many: true, Default: true, Max: 2048},
	Property{Name: "servicePrincipalNames", Many: true, Default: true, Access: ReadOnly, Operator: operators("eq sw")},
	Property{Name: "servicePrincipalType", Default: true, Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "signInAudience", Default: true, Access: ReadOnly},
	Property{Name: "tags", Many: true, Default: true, Max: 256, Operator: operators("eq")},
	Property{Name: "addIns", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "appRoles", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "info", Type: TypeComplex, Default: true, Access: ReadOnly},
	Property{Name: "keyCredentials", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "oauth2PermissionScopes", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "passwordCredentials", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
)

// Handles of the properties that the program itself reads and writes.
var (
	PrincipalAccountEnabled      = ServicePrincipalSchema.Must("accountEnabled")
	PrincipalAppDisplayName      = ServicePrincipalSchema.Must("appDisplayName")
	PrincipalAppID               = ServicePrincipalSchema.Must("appId")
	PrincipalTemplateID          = ServicePrincipalSchema.Must("applicationTemplateId")
	PrincipalOwner               = ServicePrincipalSchema.Must("appOwnerOrganizationId")
	PrincipalAssignmentRequired  = ServicePrincipalSchema.Must("appRoleAssignmentRequired")
	PrincipalCreated             = ServicePrincipalSchema.Must("createdDateTime")
	PrincipalDisplayName         = ServicePrincipalSchema.Must("displayName")
	PrincipalNames               = ServicePrincipalSchema.Must("servicePrincipalNames")
	PrincipalType                = ServicePrincipalSchema.Must("servicePrincipalType")
	PrincipalSignInAudience      = ServicePrincipalSchema.Must("signInAudience")
	PrincipalTags                = ServicePrincipalSchema.Must("tags")
	PrincipalAppRoles            = ServicePrincipalSchema.Must("appRoles")
	PrincipalPasswordCredentials = ServicePrincipalSchema.Must("passwordCredentials")
	PrincipalScopes              = ServicePrincipalSchema.Must("oauth2PermissionScopes")
	PrincipalKeyCredentials      = ServicePrincipalSchema.Must("keyCredentials")
	PrincipalReplyURLs           = ServicePrincipalSchema.Must("replyUrls")
)

// AppRole is one role that an application offers.
type AppRole struct {
	AllowedMemberTypes []string `json:"allowedMemberTypes"`
	Description        string   `json:"description"`
	DisplayName        string   `json:"displayName"`
	ID                 ObjectID `json:"id"`
	IsEnabled          bool     `json:"isEnabled"`
	Origin             string   `json:"origin"`
	Value              *string  `json:"value"`
}

// AppRoles reads the roles of a service principal.
func AppRoles(principal *Object) ([]AppRole, error) {
	var roles []AppRole
	err := principal.Get(PrincipalAppRoles).Decode(&roles)
	return roles, err
}
