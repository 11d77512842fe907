package token

import (
	"crypto/sha1" // derives ids from names as version 5 UUIDs do; no security rests on it
	"slices"

	"github.com/hospes-dev/hospes"
)

// Permission is an application permission of Graph: an app role of its service principal.
type Permission struct {
	Name string
	ID   hospes.ObjectID
	Text string // what it lets an application do
}

// permissions lists the application permissions, with the ids they have in every tenant of the original. Scripts and
// Terraform configurations name them by these ids. Those of hospes itself have ids derived from their names.
var permissions = []Permission{
	known("Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "See applications and service principals"),
	known("Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Make, change and delete applications and service principals"),
	known("Application.ReadWrite.OwnedBy", "18a4783c-866b-4cc7-a460-3d5e5662c884", "Make applications, and change those it owns"),
	known("AppRoleAssignment.ReadWrite.All", "06b708a9-e830-4db3-a914-8e69da51d44f", "Grant permissions to applications and assign app roles"),
	known("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da", "Read the audit, sign-in and provisioning logs"),
	known("CrossTenantInformation.ReadBasic.All", "cac88765-0581-4025-9725-5ebc13f729ee", "Look up the name and domain of other tenants"),
	known("DelegatedPermissionGrant.Read.All", "81b4724a-58aa-41c1-8a55-84ef97466587", "See what applications may do in people's names"),
	known("DelegatedPermissionGrant.ReadWrite.All", "8e8e4742-1d95-4f68-9d56-6ee75648c72a", "Grant and revoke what applications may do in people's names"),
	known("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61", "See everything in the directory"),
	known("Directory.ReadWrite.All", "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Change most things in the directory"),
	known("Domain.Read.All", "dbb9058a-0e50-45d7-ae91-66909b5d4664", "See the domains of the tenant"),
	known("Domain.ReadWrite.All", "7e05723c-0bb0-42da-be95-ae9f08a6e53c", "Add, verify and remove domains"),
	known("Group.Create", "bf7b1a76-6e77-406b-b258-bf5c7720e98f", "Make groups"),
	known("Group.Read.All", "5b567255-7703-4780-807c-7be8301ae99b", "See groups and their members"),
	known("Group.ReadWrite.All", "62a82d76-70ea-41e2-9197-370581804d09", "Make, change and delete groups"),
	known("GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6", "See who is in which group"),
	known("GroupMember.ReadWrite.All", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "Change who is in which group"),
	known("Member.Read.Hidden", "658aa5d8-239f-45c4-aa12-864f4fc7e490", "See the members of groups that hide them"),
	known("Organization.Read.All", "498476ce-e0fe-48b0-b801-37ba7e2685c6", "See the tenant's own settings"),
	known("Organization.ReadWrite.All", "292d869f-3427-49a8-9dab-8c70152b74e9", "Change the tenant's own settings"),
	known("OrgContact.Read.All", "e1a88a34-94c4-4418-be12-c87b00e26bea", "See the mail contacts of the organization"),
	known("Policy.Read.All", "246dd0d5-5bd0-4def-940b-0421030a5b68", "See the policies of the tenant"),
	known("Policy.ReadWrite.Authorization", "fb221be6-99f2-473f-bd32-01c6a0e9ca3b", "Change the authorization policy"),
	known("Policy.ReadWrite.CrossTenantAccess", "338163d7-f101-4c92-94ba-ca46fe52447c", "Change the cross-tenant access policy"),
	known("Policy.ReadWrite.ExternalIdentities", "03cc4f92-788e-4ede-b93f-199424d144a5", "Change the external identities policy"),
	known("Policy.ReadWrite.SecurityDefaults", "1c6e93a6-28e2-4cbb-9f64-1a46a821124d", "Change the security defaults policy"),
	known("RoleManagement.Read.Directory", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "See directory roles and who holds them"),
	known("RoleManagement.ReadWrite.Directory", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "Change who holds directory roles"),
	known("Synchronization.Read.All", "5ba43d2f-fa88-4db2-bd1c-a67c5f0fb1ce", "See synchronization jobs"),
	known("Synchronization.ReadWrite.All", "9b50c33d-700f-43b1-b2eb-87e89b703581", "Set up and run synchronization jobs"),
	known("User.EnableDisableAccount.All", "3011c876-62b7-4ada-afa2-506cbbecc68c", "Enable and disable people's accounts"),
	known("User.Invite.All", "09850681-111b-4a89-9bed-3f2cae46d706", "Invite guests"),
	known("User.Read.All", "df021288-bdef-4463-88db-98f22de89214", "See every person's full profile"),
	known("User.ReadBasic.All", "97235f07-e226-4f63-ace3-39588e11d3a1", "See every person's name and address"),
	known("User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca", "Make, change and delete people"),
	known("User.RevokeSessions.All", "77f3a031-c388-4f99-b373-dc68676a979e", "End people's sessions"),
	known("User-LifeCycleInfo.Read.All", "8556a004-db57-4d7a-8b82-97a13428e96f", "See when people leave"),
	known("User-LifeCycleInfo.ReadWrite.All", "925f1248-0f97-47b9-8ec8-538c54e01325", "Say when people leave"),
	known("UserAuthenticationMethod.Read.All", "38d9df27-64da-44fd-b7c5-a6fbac20248f", "See people's authentication methods"),
	known("UserAuthenticationMethod.ReadWrite.All", "50483e42-d915-4231-9639-7fdb7fd190e5", "Change people's authentication methods"),
	own("Hospes.Contacts.ReadWrite", "Make, change and delete mail contacts"),
	own("Hospes.Import", "Import people and groups from files"),
	own("Hospes.Tenants.ReadWrite", "Make and change the tenants of this instance"),
}

// Permissions gives every application permission, by name.
func Permissions() []Permission { return slices.Clone(permissions) }

// PermissionNamed finds a permission by its name.
func PermissionNamed(name string) (Permission, bool) {
	return find(func(p Permission) bool { return p.Name == name })
}

// PermissionOf finds a permission by its id.
func PermissionOf(id hospes.ObjectID) (Permission, bool) {
	return find(func(p Permission) bool { return p.ID == id })
}

func find(is func(Permission) bool) (Permission, bool) {
	if i := slices.IndexFunc(permissions, is); i >= 0 {
		return permissions[i], true
	}
	return Permission{}, false
}

// GraphRoles gives the app roles of Graph's service principal, as a new tenant gets them.
func GraphRoles() []hospes.AppRole {
	roles := make([]hospes.AppRole, len(permissions))
	for i, p := range permissions {
		roles[i] = hospes.AppRole{
			AllowedMemberTypes: []string{"Application"}, Description: p.Text + ", without a signed-in user.", DisplayName: p.Text,
			ID: p.ID, IsEnabled: true, Origin: "Application", Value: &p.Name,
		}
	}
	return roles
}

func known(name, id, text string) Permission {
	return Permission{Name: name, ID: parsedID(id), Text: text}
}

// parsedID reads an id that stands in this package.
func parsedID(text string) hospes.ObjectID {
	id, ok := hospes.ParseObjectID(text)
	if !ok {
		panic("token: the id " + text + " is malformed")
	}
	return id
}

// own derives the id of a permission from its name. It is marked as version 4, since some clients accept nothing else.
func own(name, text string) Permission {
	space, _ := hospes.ParseObjectID(GraphAppID)
	sum := sha1.Sum(append(space.Bytes(), name...))
	id := hospes.ObjectID(sum[:16])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return Permission{Name: name, ID: id, Text: text}
}
