package hospes

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// UserType tells guests from members; it says nothing about how somebody signs in.
type UserType string

// The user types, in wire spelling.
const (
	UserTypeMember UserType = "Member"
	UserTypeGuest  UserType = "Guest"
)

// Valid tells whether the type is one of the two.
func (t UserType) Valid() bool { return t == UserTypeMember || t == UserTypeGuest }

// ExternalUserState is how far the redemption of a guest has come; internal users have none.
type ExternalUserState string

// The states, in wire spelling.
const (
	PendingAcceptance ExternalUserState = "PendingAcceptance"
	Accepted          ExternalUserState = "Accepted"
)

// CreationTypeInvitation marks a user that an invitation made.
const CreationTypeInvitation = "Invitation"

// UserSchema describes users. Its order is stored in masks: append only.
var UserSchema = newSchema(
	Schema{Class: ClassUser, Name: "user", Plural: "users", Bin: true},
	Property{Name: "businessPhones", Many: true, Default: true, Max: 64, Operator: operators("eq sw ge")},
	Property{Name: "displayName", Default: true, NotNull: true, Max: 256, Operator: operators("eq sw null! order")},
	Property{Name: "givenName", Default: true, Max: 64, Operator: operators("eq sw null! order!")},
	Property{Name: "jobTitle", Default: true, Max: 128, Operator: operators("eq sw null! order!")},
	Property{Name: "mail", Default: true, Max: 320, Operator: operators("eq sw ew! null! order!")},
	Property{Name: "mobilePhone", Default: true, Max: 64, Operator: operators("eq! sw! null!")},
	Property{Name: "officeLocation", Default: true, Max: 128, Operator: operators("eq! sw! null!")},
	Property{Name: "preferredLanguage", Default: true, Max: 64, Operator: operators("eq! sw! null!")},
	Property{Name: "surname", Default: true, Max: 64, Operator: operators("eq sw null! order!")},
	Property{Name: "userPrincipalName", Default: true, NotNull: true, Max: 320, Operator: operators("eq sw ew! order")},
	Property{Name: "accountEnabled", Type: TypeBoolean, NotNull: true, Operator: operators("eq")},
	Property{Name: "ageGroup", Max: 64, Operator: operators("eq")},
	Property{Name: "assignedLicenses", Type: TypeComplex, Many: true, Access: ReadOnly, Fields: []*Property{
		{Name: "skuId", Type: TypeGuid, Operator: operators("eq")}, {Name: "disabledPlans", Type: TypeGuid, Many: true},
	}},
	Property{Name: "city", Max: 128, Operator: operators("eq sw null!")},
	Property{Name: "companyName", Max: 64, Operator: operators("eq! sw! null!")},
	Property{Name: "consentProvidedForMinor", Max: 64, Operator: operators("eq")},
	Property{Name: "country", Max: 128, Operator: operators("eq sw null!")},
	Property{Name: "createdDateTime", Type: TypeDateTime, Access: ReadOnly, Operator: operators("eq! ge! order!")},
	Property{Name: "creationType", Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "department", Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "employeeHireDate", Type: TypeDateTime, Operator: operators("eq! ge!")},
	Property{Name: "employeeId", Max: 16, Operator: operators("eq sw null!")},
	Property{Name: "employeeOrgData", Type: TypeComplex, Fields: []*Property{
		{Name: "costCenter", Operator: operators("eq!")}, {Name: "division", Operator: operators("eq!")},
	}},
	Property{Name: "employeeType", Max: 64, Operator: operators("eq!")},
	Property{Name: "externalUserState", Access: ReadOnly, Operator: operators("eq")},
	Property{Name: "externalUserStateChangeDateTime", Type: TypeDateTime, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "faxNumber", Max: 64, Operator: operators("eq! sw! null!")},
	Property{Name: "identities", Type: TypeComplex, Many: true, Access: ReadOnly, Fields: []*Property{
		{Name: "signInType"}, {Name: "issuer", Max: 512, Operator: operators("eq")},
		{Name: "issuerAssignedId", Max: 64, Operator: operators("eq")},
	}},
	Property{Name: "imAddresses", Many: true, Access: ReadOnly, Operator: operators("eq sw ge")},
	Property{Name: "isResourceAccount", Type: TypeBoolean, Operator: operators("eq")},
	Property{Name: "lastPasswordChangeDateTime", Type: TypeDateTime, Access: ReadOnly},
	Property{Name: "mailNickname", NotNull: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "onPremisesDistinguishedName", Access: ReadOnly, Max: 1024},
	Property{Name: "onPremisesDomainName", Access: ReadOnly},
	Property{Name: "onPremisesExtensionAttributes", Type: TypeComplex, Fields: extensionAttributes()},
	Property{Name: "onPremisesImmutableId", Exact: true, Max: 256, Operator: operators("eq")},
	Property{Name: "onPremisesLastSyncDateTime", Type: TypeDateTime, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "onPremisesProvisioningErrors", Type: TypeComplex, Many: true, Access: ReadOnly, Fields: []*Property{
		{Name: "category", Operator: operators("eq")}, {Name: "occurredDateTime", Type: TypeDateTime},
		{Name: "propertyCausingError", Operator: operators("eq")}, {Name: "value"},
	}},
	Property{Name: "onPremisesSamAccountName", Access: ReadOnly, Operator: operators("eq! sw!")},
	Property{Name: "onPremisesSecurityIdentifier", Access: ReadOnly, Operator: operators("null!")},
	Property{Name: "onPremisesSyncEnabled", Type: TypeBoolean, Access: ReadOnly, Operator: operators("eq null!")},
	Property{Name: "onPremisesUserPrincipalName", Access: ReadOnly},
	Property{Name: "otherMails", Many: true, Max: 250, Operator: operators("eq sw ew! ge")},
	Property{Name: "passwordPolicies", Max: 256, Operator: operators("null!")},
	Property{Name: "passwordProfile", Type: TypeComplex, Access: WriteOnly, Fields: []*Property{
		{Name: "password"}, {Name: "forceChangePasswordNextSignIn", Type: TypeBoolean},
		{Name: "forceChangePasswordNextSignInWithMfa", Type: TypeBoolean},
	}},
	Property{Name: "postalCode", Max: 40, Operator: operators("eq! sw! null!")},
	Property{Name: "preferredDataLocation", Max: 64},
	Property{Name: "proxyAddresses", Many: true, Access: ReadOnly, Operator: operators("eq sw ew! ge")},
	Property{Name: "securityIdentifier", Access: ReadOnly},
	Property{Name: "showInAddressList", Type: TypeBoolean, Operator: operators("eq!")},
	Property{Name: "signInSessionsValidFromDateTime", Type: TypeDateTime, Access: ReadOnly},
	Property{Name: "state", Max: 128, Operator: operators("eq sw null!")},
	Property{Name: "streetAddress", Max: 1024, Operator: operators("eq! sw! null!")},
	Property{Name: "usageLocation", Max: 2, NotNull: true, Operator: operators("eq sw null!")},
	Property{Name: "userType", Operator: operators("eq null!")},
	Property{Name: "netId", Access: Hidden, Exact: true},
	Property{Name: "alternativeSecurityIds", Type: TypeComplex, Many: true, Access: Hidden},
	Property{Name: "extensions", Type: TypeComplex, Access: Hidden},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Access: ReadOnly, Operator: operators("eq ge order!")},
	Property{Name: "deletionCause", Access: Hidden, Exact: true},                  // a Cause, of people in the bin whose cause matters
	Property{Name: "phoneMethods", Type: TypeComplex, Many: true, Access: Hidden}, // what PhoneMethods reads
	// hospes licenses nobody and manages nobody for others: these are there for those who select them, and empty.
	Property{Name: "assignedPlans", Type: TypeComplex, Many: true, Access: ReadOnly, Fields: []*Property{
		{Name: "assignedDateTime", Type: TypeDateTime}, {Name: "capabilityStatus", Operator: operators("eq!")},
		{Name: "service", Operator: operators("eq!")}, {Name: "servicePlanId", Type: TypeGuid, Operator: operators("eq!")},
	}},
	Property{Name: "provisionedPlans", Type: TypeComplex, Many: true, Access: ReadOnly},
	Property{Name: "licenseAssignmentStates", Type: TypeComplex, Many: true, Access: ReadOnly},
	Property{Name: "serviceProvisioningErrors", Type: TypeComplex, Many: true, Access: ReadOnly},
	Property{Name: "authorizationInfo", Type: TypeComplex, Access: ReadOnly},
	Property{Name: "isManagementRestricted", Type: TypeBoolean, Access: ReadOnly},
	Property{Name: "legalAgeGroupClassification", Access: ReadOnly},
	Property{Name: "employeeLeaveDateTime", Type: TypeDateTime, Operator: operators("eq! ge!")}, // takes a permission of its own
	Property{Name: "customSecurityAttributes", Type: TypeComplex, Access: ReadOnly},             // of which hospes keeps none
	Property{Name: "refreshTokensValidFromDateTime", Type: TypeDateTime, Access: ReadOnly},      // the older name of signInSessionsValidFromDateTime
)

// Handles of the properties that the program itself reads and writes.
var (
	UserBusinessPhones     = UserSchema.Must("businessPhones")
	UserDisplayName        = UserSchema.Must("displayName")
	UserGivenName          = UserSchema.Must("givenName")
	UserSurname            = UserSchema.Must("surname")
	UserMail               = UserSchema.Must("mail")
	UserMailNickname       = UserSchema.Must("mailNickname")
	UserPrincipalName      = UserSchema.Must("userPrincipalName")
	UserAccountEnabled     = UserSchema.Must("accountEnabled")
	UserUserType           = UserSchema.Must("userType")
	UserSessionsValidFrom  = UserSchema.Must("signInSessionsValidFromDateTime")
	UserTokensValidFrom    = UserSchema.Must("refreshTokensValidFromDateTime")
	UserCreated            = UserSchema.Must("createdDateTime")
	UserCreationType       = UserSchema.Must("creationType")
	UserExternalState      = UserSchema.Must("externalUserState")
	UserExternalStateSince = UserSchema.Must("externalUserStateChangeDateTime")
	UserIdentities         = UserSchema.Must("identities")
	UserUsageLocation      = UserSchema.Must("usageLocation")
	UserOtherMails         = UserSchema.Must("otherMails")
	UserProxyAddresses     = UserSchema.Must("proxyAddresses")
	UserShowInAddressList  = UserSchema.Must("showInAddressList")
	UserSecurityIdentifier = UserSchema.Must("securityIdentifier")
	UserImmutableID        = UserSchema.Must("onPremisesImmutableId")
	UserNetID              = UserSchema.Must("netId")
	UserAltSecIDs          = UserSchema.Must("alternativeSecurityIds")
	UserPasswordProfile    = UserSchema.Must("passwordProfile")
	UserExtensions         = UserSchema.Must("extensions")
	UserDeletionCause      = UserSchema.Must("deletionCause")
	UserPhoneMethods       = UserSchema.Must("phoneMethods")
	UserLeaves             = UserSchema.Must("employeeLeaveDateTime")
)

func extensionAttributes() []*Property {
	fields := make([]*Property, 15)
	for i := range fields {
		fields[i] = &Property{Name: "extensionAttribute" + itoa(i+1), Max: 1024, Operator: operators("eq! sw! null!")}
	}
	return fields
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

// AltSecIDType is the type of an alternative security id that names an account of another directory.
const AltSecIDType = 5

// AltSecID gives the alternative security id of the account with the given netId, as a value.
func AltSecID(netID string) Value {
	if netID == "" {
		return Null
	}
	return Value(`{"type":5,"identityProvider":null,"key":"` + base64.StdEncoding.EncodeToString([]byte(netID)) + `"}`)
}

// AltSecKey gives the text by which an alternative security id is found. It ends with the decoded key, so that people
// of one source stand together, in the order in which they were made.
func AltSecKey(id Value) string {
	key := id.Member("key").Text()
	decoded, err := base64.StdEncoding.DecodeString(key)
	if err != nil || !utf8.Valid(decoded) || bytes.IndexByte(decoded, 0) >= 0 { // not of our making; never the text of another id
		decoded = []byte("!" + key)
	}
	return id.Member("type").Text() + ":" + id.Member("identityProvider").Text() + ":" + string(decoded)
}

// IsExternal tells that the user's credentials are kept by another directory: an invited user, redeemed or not.
func IsExternal(user *Object) bool {
	return user.Get(UserExternalState) != Null || user.Get(UserAltSecIDs) != Null || user.Text(UserCreationType) == CreationTypeInvitation
}

// ExternalUPN gives the user principal name of an external user: the address or home name with "@" written "_",
// then #EXT# and the initial domain of the host tenant (provisioning 3.5, guests 1.8).
func ExternalUPN(name, initialDomain string) string {
	return strings.ReplaceAll(name, "@", "_") + "#EXT#@" + initialDomain
}

// HomeUPN undoes ExternalUPN as far as it can be undone: "a.b_x.org#EXT#@host" gives "a.b@x.org".
// ok is false for a name that is not of that form.
func HomeUPN(upn string) (home string, ok bool) {
	i := strings.Index(strings.ToUpper(upn), "#EXT#@")
	if i < 0 {
		return upn, false
	}
	alias := upn[:i]
	if j := strings.LastIndexByte(alias, '_'); j >= 0 {
		return alias[:j] + "@" + alias[j+1:], true
	}
	return alias, true
}
