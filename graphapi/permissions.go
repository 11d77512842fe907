package graphapi

// Lists of permissions, the least first. A higher permission implies the lower ones of its kind (graph-wire 5).
var (
	readUsers           = []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	writeUsers          = []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}
	readGroups          = []string{"GroupMember.Read.All", "Group.Read.All", "GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	createGroups        = []string{"Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	writeGroups         = []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"}
	writeMembers        = []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	readDirectory       = []string{"Directory.Read.All", "Directory.ReadWrite.All"}
	readOrganization    = []string{"Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	writeOrganization   = []string{"Organization.ReadWrite.All", "Directory.ReadWrite.All"}
	readDomains         = []string{"Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	writeDomains        = []string{"Domain.ReadWrite.All"}
	readPolicies        = []string{"Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess", "Policy.ReadWrite.Authorization", "Policy.ReadWrite.ExternalIdentities"}
	readAccess          = []string{"Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess"}
	writeAccess         = []string{"Policy.ReadWrite.CrossTenantAccess"}
	writeAuthorization  = []string{"Policy.ReadWrite.Authorization"}
	writeExternal       = []string{"Policy.ReadWrite.ExternalIdentities"}
	inviteUsers         = []string{"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	readApps            = []string{"Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All", "Directory.ReadWrite.All"}
	writeApps           = []string{"Application.ReadWrite.All", "Directory.ReadWrite.All"}
	writeAssignments    = []string{"AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"}
	readAssignments     = []string{"Directory.Read.All", "Application.Read.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"}
	readSync            = []string{"Synchronization.Read.All", "Synchronization.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All"}
	writeSync           = []string{"Synchronization.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All"}
	askDoctor           = []string{"Synchronization.Read.All", "Synchronization.ReadWrite.All", "Directory.ReadWrite.All"}
	readAuthentication  = []string{"UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"}
	writeAuthentication = []string{"UserAuthenticationMethod.ReadWrite.All"}
	readContacts        = []string{"OrgContact.Read.All", "Hospes.Contacts.ReadWrite", "Directory.Read.All", "Directory.ReadWrite.All"}
	writeContacts       = []string{"Hospes.Contacts.ReadWrite", "Directory.ReadWrite.All"}
	readLogs            = []string{"AuditLog.Read.All"}
	findTenants         = []string{"CrossTenantInformation.ReadBasic.All"}
	importPeople        = []string{"Hospes.Import"}
	manageTenants       = []string{"Hospes.Tenants.ReadWrite"}
)
