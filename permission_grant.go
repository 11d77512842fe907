package hospes

// PermissionGrantSchema describes consents: which scopes of a resource an application may use in the name of one person,
// or of everybody. Its order is stored in masks: append only.
var PermissionGrantSchema = newSchema(
	Schema{Class: ClassPermissionGrant, Name: "oAuth2PermissionGrant", Plural: "oauth2PermissionGrants"},
	Property{Name: "clientId", Type: TypeGuid, Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "consentType", Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "principalId", Type: TypeGuid, Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "resourceId", Type: TypeGuid, Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "scope", Default: true},
)

// Handles of the properties of a consent.
var (
	GrantClient      = PermissionGrantSchema.Must("clientId")
	GrantConsentType = PermissionGrantSchema.Must("consentType")
	GrantPrincipal   = PermissionGrantSchema.Must("principalId")
	GrantResource    = PermissionGrantSchema.Must("resourceId")
	GrantScope       = PermissionGrantSchema.Must("scope")
)

// The two ways to consent.
const (
	ConsentAllPrincipals = "AllPrincipals" // by an administrator, for everybody
	ConsentPrincipal     = "Principal"     // for one person
)

// GrantKey is the value that only one consent of a tenant can hold: client, resource and person, the last one empty
// where the consent is for everybody.
func GrantKey(client, resource, principal string) string {
	return client + " " + resource + " " + principal
}
