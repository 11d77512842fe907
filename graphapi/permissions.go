package graphapi

import "github.com/hospes-dev/hospes"

// Permissions is who may call a route: one row of the permission table. An application by itself needs one of the
// application permissions. In the name of a person it needs one of the scopes, and the person must be allowed to do it
// too: by a directory role, as a member or guest of the tenant, as the owner of what the path names, or because it is the
// person's own object.
type Permissions struct {
	Application []string              // the least one first; any of them will do
	Delegated   []string              // scopes, the least one first
	Own         []string              // scopes that are enough, besides the above, where the path names the person itself
	Roles       []hospes.RoleTemplate // any of them; a Global Administrator is always allowed
	Members     bool                  // everybody who is no guest
	Guests      guestAccess           // guests, according to the level that the tenant gives them (guests 4.3)
	Owners      bool                  // who owns the object that the path names
	Setting     string                // the switch of authorizationPolicy.defaultUserRolePermissions by which members may
}

// guestAccess says which guests may call a route.
type guestAccess uint8

const (
	guestsNever   guestAccess = iota
	guestsOwn                 // about themselves
	guestsLimited             // about single objects, where they are not restricted to themselves
	guestsAlways              // at every level
)

// free tells that whoever has a token may call.
func (p Permissions) free() bool {
	return len(p.Application) == 0 && len(p.Delegated) == 0 && len(p.Own) == 0
}

// permissions makes a row where scopes have the names of the application permissions.
func permissions(names ...string) Permissions {
	return Permissions{Application: names, Delegated: names}
}

// or adds scopes that have no application permission beside them; asUser stands in for them all.
func (p Permissions) or(scopes ...string) Permissions {
	p.Delegated = append(append([]string{}, p.Delegated...), scopes...)
	return p
}

func (p Permissions) own(scopes ...string) Permissions {
	p.Own = scopes
	return p
}

func (p Permissions) roles(roles ...hospes.RoleTemplate) Permissions {
	p.Roles = roles
	return p
}

// members lets every member of the tenant, and guests as far as is said.
func (p Permissions) members(guests guestAccess) Permissions {
	p.Members, p.Guests = true, guests
	return p
}

func (p Permissions) owners() Permissions {
	p.Owners = true
	return p
}

func (p Permissions) setting(name string) Permissions {
	p.Setting = name
	return p
}

const (
	// asUser lets an application do in the directory whatever the person may do.
	asUser = "Directory.AccessAsUser.All"

	// readBasic shows of everybody no more than name and address.
	readBasic = "User.ReadBasic.All"

	// readSelf and writeSelf concern nobody but the person who is signed in.
	readSelf, writeSelf = "User.Read", "User.ReadWrite"
)

// The permission table, by what is done. A higher permission implies the lower ones of its kind (graph-wire 5).
var (
	readUsers = permissions(readBasic, "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).
			own(readSelf, writeSelf).members(guestsLimited)
	readSurroundings = permissions("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser). // who stands where is no part of a name
				own(readSelf, writeSelf).members(guestsLimited)
	trackUsers = permissions("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).
			members(guestsNever)
	readMemberships = permissions("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).
			own(readSelf, writeSelf).members(guestsOwn)
	writeUsers = permissions("User.ReadWrite.All", "Directory.ReadWrite.All").or(asUser).
			roles(hospes.UserAdministrator, hospes.DirectoryWriters)
	changeUser       = writeUsers.own(writeSelf)
	readGroups       = permissions("GroupMember.Read.All", "Group.Read.All", "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsLimited)
	createGroups     = Permissions{Application: []string{"Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"}, Delegated: []string{"Group.ReadWrite.All", "Directory.ReadWrite.All", asUser}}.roles(hospes.GroupsAdministrator, hospes.UserAdministrator, hospes.DirectoryWriters).setting("allowedToCreateSecurityGroups")
	writeGroups      = permissions("Group.ReadWrite.All", "Directory.ReadWrite.All").or(asUser).roles(hospes.GroupsAdministrator, hospes.UserAdministrator, hospes.DirectoryWriters).owners()
	writeMembers     = permissions("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All").or(asUser).roles(hospes.GroupsAdministrator, hospes.UserAdministrator, hospes.DirectoryWriters).owners()
	readDirectory    = permissions("Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsLimited)
	readOwned        = readDirectory.own(readSelf, writeSelf).members(guestsOwn)
	readOrganization = permissions("Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser, readSelf, writeSelf).members(guestsAlways)

	writeOrganization   = permissions("Organization.ReadWrite.All", "Directory.ReadWrite.All").roles(hospes.GlobalAdministrator)
	readDomains         = permissions("Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsAlways)
	writeDomains        = permissions("Domain.ReadWrite.All").or(asUser).roles(hospes.DomainNameAdministrator)
	readPolicies        = permissions("Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess", "Policy.ReadWrite.Authorization", "Policy.ReadWrite.ExternalIdentities").members(guestsNever)
	readAccess          = permissions("Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess").roles(hospes.SecurityReader, hospes.GlobalReader, hospes.SecurityAdministrator, hospes.ConditionalAccessAdministrator)
	writeAccess         = permissions("Policy.ReadWrite.CrossTenantAccess").roles(hospes.SecurityAdministrator)
	readConditional     = permissions("Policy.Read.All").roles(hospes.SecurityReader, hospes.GlobalReader, hospes.SecurityAdministrator, hospes.ConditionalAccessAdministrator)
	writeDefaults       = permissions("Policy.ReadWrite.SecurityDefaults").roles(hospes.SecurityAdministrator, hospes.ConditionalAccessAdministrator)
	writeAuthorization  = permissions("Policy.ReadWrite.Authorization").roles(hospes.PrivilegedRoleAdministrator)
	writeExternal       = permissions("Policy.ReadWrite.ExternalIdentities").roles(hospes.ExternalIdentityAdministrator)
	inviteUsers         = permissions("User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All").members(guestsAlways) // the policy of the tenant decides (guests 4.4)
	revokeLinks         = permissions("User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All").roles(hospes.GuestInviter, hospes.UserAdministrator)
	readApps            = Permissions{Application: []string{"Application.Read.All", "Application.ReadWrite.All", ownedBy, "Directory.Read.All", "Directory.ReadWrite.All"}, Delegated: []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", asUser}}.members(guestsAlways)
	addApps             = Permissions{Application: []string{"Application.ReadWrite.All", ownedBy, "Directory.ReadWrite.All"}, Delegated: []string{"Application.ReadWrite.All", "Directory.ReadWrite.All", asUser}}.roles(hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator)
	writeApps           = addApps.owners()
	createApps          = addApps.roles(hospes.ApplicationDeveloper, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator).setting("allowedToCreateApps")
	writeAssignments    = permissions(assignRoles, "Directory.ReadWrite.All").or(asUser).roles(hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator, hospes.PrivilegedRoleAdministrator)
	readAssignments     = permissions("Directory.Read.All", "Application.Read.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All").or(asUser).members(guestsNever)
	readUserAssignments = Permissions{Application: readAssignments.Application, Delegated: append([]string{readBasic}, readAssignments.Delegated...)}.members(guestsNever)
	readSync            = Permissions{Application: []string{"Synchronization.Read.All", "Synchronization.ReadWrite.All", ownedBy, "Application.ReadWrite.All", "Directory.ReadWrite.All"}, Delegated: []string{"Synchronization.Read.All", "Synchronization.ReadWrite.All", "Application.ReadWrite.All", "Directory.ReadWrite.All"}}.roles(runSynchronization...).owners()
	writeSync           = Permissions{Application: []string{"Synchronization.ReadWrite.All", ownedBy, "Application.ReadWrite.All", "Directory.ReadWrite.All"}, Delegated: []string{"Synchronization.ReadWrite.All", "Application.ReadWrite.All", "Directory.ReadWrite.All"}}.roles(runSynchronization...).owners()
	askDoctor           = permissions("Synchronization.Read.All", "Synchronization.ReadWrite.All", "Directory.ReadWrite.All").roles(append([]hospes.RoleTemplate{hospes.HelpdeskAdministrator, hospes.UserAdministrator}, runSynchronization...)...)
	readAuthentication  = permissions("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All").roles(hospes.GlobalReader, hospes.AuthenticationAdministrator, hospes.PrivilegedAuthentication)
	writeAuthentication = permissions("UserAuthenticationMethod.ReadWrite.All").roles(hospes.AuthenticationAdministrator, hospes.PrivilegedAuthentication)
	revokeSessions      = permissions("User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All").or(asUser).own(writeSelf).roles(hospes.HelpdeskAdministrator, hospes.UserAdministrator, hospes.AuthenticationAdministrator, hospes.PrivilegedAuthentication)
	changeOwnPassword   = Permissions{}.own(asUser) // nobody does it for another
	readLifecycle       = permissions("User-LifeCycleInfo.Read.All", "User-LifeCycleInfo.ReadWrite.All").roles(hospes.GlobalReader)
	writeLifecycle      = permissions("User-LifeCycleInfo.ReadWrite.All") // a Global Administrator alone
	readContacts        = permissions("OrgContact.Read.All", "Hospes.Contacts.ReadWrite", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsNever)
	writeContacts       = permissions("Hospes.Contacts.ReadWrite", "Directory.ReadWrite.All").roles(hospes.UserAdministrator)
	readLogs            = permissions("AuditLog.Read.All").roles(hospes.ReportsReader, hospes.SecurityReader, hospes.SecurityOperator, hospes.SecurityAdministrator, hospes.GlobalReader, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator)
	findTenants         = permissions("CrossTenantInformation.ReadBasic.All").roles(hospes.SecurityReader, hospes.GlobalReader, hospes.SecurityAdministrator, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator, hospes.HybridIdentityAdministrator)
	readRoles           = permissions("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsNever)
	readEligibility     = permissions("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory").members(guestsNever)
	writeRoles          = permissions("RoleManagement.ReadWrite.Directory").roles(hospes.PrivilegedRoleAdministrator)
	readGrants          = permissions("DelegatedPermissionGrant.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").or(asUser).members(guestsNever)
	writeGrants         = permissions("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All").roles(hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator, hospes.PrivilegedRoleAdministrator)
	importPeople        = permissions("Hospes.Import").roles(hospes.GlobalAdministrator)
	manageTenants       = permissions("Hospes.Tenants.ReadWrite").roles(hospes.GlobalAdministrator)
)

// runSynchronization are the roles that may see and run synchronization (provisioning 9.1).
var runSynchronization = []hospes.RoleTemplate{hospes.HybridIdentityAdministrator, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator}
