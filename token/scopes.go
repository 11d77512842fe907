package token

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Scope is a delegated permission of Graph: what an application may do in the name of a person who is signed in. What
// the person may do bounds it.
type Scope struct {
	Name      string
	ID        hospes.ObjectID
	Text      string // what it lets an application do
	ForAll    string // the same as administrators read it who consent for everybody; empty where it is no other
	AdminOnly bool   // only an administrator can consent to it
}

// Protocol scopes ask for something of the sign-in itself, not of Graph.
const (
	ScopeOpenID        = "openid"
	ScopeProfile       = "profile"
	ScopeEmail         = "email"
	ScopeOfflineAccess = "offline_access"
)

// scopes lists the delegated permissions, with the ids they have in every tenant of the original.
var scopes = []Scope{
	forAll("openid", "37f7f235-527c-4136-accd-4a02d197296e", "Sign in"),
	forAll("profile", "14dad69e-099b-42c9-810b-d002981feec1", "See the basic profile"),
	forAll("email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "See the address"),
	forAll("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", "Keep the access that was given"),
	forAll("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "Sign in and see one's own profile"),
	forAll("User.ReadWrite", "b4e74841-8e56-480b-be8b-910348b18b4c", "See and change one's own profile"),
	forAll("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "See every person's name and address"),
	delegated("Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb"),
	delegated("Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5"),
	delegated("AppRoleAssignment.ReadWrite.All", "84bccea3-f856-4a8a-967b-dbe0a3d53a64"),
	delegated("AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"),
	delegated("CrossTenantInformation.ReadBasic.All", "81594d25-e88e-49cf-ac8c-fecbff49f994"),
	delegated("DelegatedPermissionGrant.Read.All", "a197cdc4-a8e7-4d49-9d35-4ca7c83887b4"),
	delegated("DelegatedPermissionGrant.ReadWrite.All", "41ce6ca6-6826-4807-84f1-1c82854f7ee5"),
	{Name: "Directory.AccessAsUser.All", ID: parsedID("0e263e50-5827-48a4-b97c-d940288653c7"), Text: "Do in the directory whatever the signed-in person may do", AdminOnly: true},
	delegated("Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a"),
	delegated("Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84"),
	delegated("Domain.Read.All", "2f9ee017-59c1-4f1d-9472-bd5529a7b311"),
	delegated("Domain.ReadWrite.All", "0b5d694c-a244-4bde-86e6-eb5cd07730fe"),
	delegated("Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d"),
	delegated("Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0"),
	delegated("GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0"),
	delegated("GroupMember.ReadWrite.All", "f81125ac-d3b7-4573-a3b2-7099cc39df9e"),
	delegated("Member.Read.Hidden", "f6a3db3e-f7e8-4ed2-a414-557c8c9830be"),
	delegated("Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185"),
	delegated("Organization.ReadWrite.All", "46ca0847-7e6b-426e-9775-ea810a948356"),
	delegated("OrgContact.Read.All", "08432d1b-5911-483c-86df-7980af5cdee0"),
	delegated("Policy.Read.All", "572fea84-0151-49b2-9301-11cb16974376"),
	delegated("Policy.ReadWrite.Authorization", "edd3c878-b384-41fd-95ad-e7407dd775be"),
	delegated("Policy.ReadWrite.CrossTenantAccess", "014b43d0-6ed4-4fc6-84dc-4b6f7bae7d85"),
	delegated("Policy.ReadWrite.ExternalIdentities", "b5219784-1215-45b5-b3f1-88fe1081f9c0"),
	delegated("Policy.ReadWrite.SecurityDefaults", "0b2a744c-2abf-4f1e-ad7e-17a087e2be99"),
	delegated("RoleManagement.Read.Directory", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83"),
	delegated("RoleManagement.ReadWrite.Directory", "d01b97e9-cbc0-49fe-810a-750afd5527a3"),
	delegated("Synchronization.Read.All", "7aa02aeb-824f-4fbe-a3f7-611f751f5b55"),
	delegated("Synchronization.ReadWrite.All", "7bb27fa3-ea8f-4d67-a916-87715b6188bd"),
	delegated("User.EnableDisableAccount.All", "f92e74e7-2563-467f-9dd0-902688cb5863"),
	delegated("User.Invite.All", "63dd7cd9-b489-4adf-a28c-ac38b9a0f962"),
	delegated("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
	delegated("User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4"),
	delegated("User-LifeCycleInfo.Read.All", "ed8d2a04-0374-41f1-aefe-da8ac87ccc87"),
	delegated("User-LifeCycleInfo.ReadWrite.All", "7ee7473e-bd4b-4c9f-987c-bd58481f5fa2"),
	delegated("UserAuthenticationMethod.Read.All", "aec28ec7-4d02-4e8c-b864-50163aea77eb"),
	delegated("UserAuthenticationMethod.ReadWrite.All", "b7887744-6746-4312-813d-72daeaee7e2d"),
	ownDelegated("User.RevokeSessions.All"),
	ownDelegated("Hospes.Contacts.ReadWrite"),
	ownDelegated("Hospes.Import"),
	ownDelegated("Hospes.Tenants.ReadWrite"),
}

// Scopes gives every delegated permission.
func Scopes() []Scope { return slices.Clone(scopes) }

// ScopeNamed finds a delegated permission by its name, without regard to case.
func ScopeNamed(name string) (Scope, bool) {
	if i := slices.IndexFunc(scopes, func(s Scope) bool { return strings.EqualFold(s.Name, name) }); i >= 0 {
		return scopes[i], true
	}
	return Scope{}, false
}

// IsProtocolScope tells the scopes that ask for something of the sign-in itself.
func IsProtocolScope(name string) bool {
	switch name {
	case ScopeOpenID, ScopeProfile, ScopeEmail, ScopeOfflineAccess:
		return true
	}
	return false
}

// PublishedScope is a delegated permission as a service principal shows it.
type PublishedScope struct {
	AdminDescription string          `json:"adminConsentDescription"`
	AdminDisplayName string          `json:"adminConsentDisplayName"`
	ID               hospes.ObjectID `json:"id"`
	IsEnabled        bool            `json:"isEnabled"`
	Type             string          `json:"type"` // who can consent: User or Admin
	UserDescription  *string         `json:"userConsentDescription"`
	UserDisplayName  *string         `json:"userConsentDisplayName"`
	Value            string          `json:"value"`
}

// GraphScopes gives the delegated permissions of Graph's service principal, as it shows them.
func GraphScopes() []PublishedScope {
	list := make([]PublishedScope, len(scopes))
	for i, s := range scopes {
		text := s.Text + ", in the name of the signed-in person."
		list[i] = PublishedScope{
			AdminDescription: text, AdminDisplayName: s.Text, ID: s.ID, IsEnabled: true, Type: "Admin",
			UserDescription: &text, UserDisplayName: &s.Text, Value: s.Name,
		}
		if !s.AdminOnly {
			list[i].Type = "User"
		}
	}
	return list
}

// forAll is a scope that everybody can consent to.
func forAll(name, id, text string) Scope { return Scope{Name: name, ID: parsedID(id), Text: text} }

// delegated is the delegated form of an application permission, which only administrators can consent to.
func delegated(name, id string) Scope {
	p, ok := PermissionNamed(name)
	if !ok {
		panic("token: the scope " + name + " has no application permission to go with")
	}
	return Scope{Name: name, ID: parsedID(id), Text: p.Text, AdminOnly: true}
}

// ownDelegated derives the id, so that it differs from that of the application permission.
func ownDelegated(name string) Scope {
	s := delegated(name, GraphAppID)
	s.ID = own("delegated "+name, s.Text).ID
	return s
}
