package hospes

// DirectoryRoleSchema describes the roles of administrators that a tenant has in use; who holds one is its member. A role
// comes into being when it is first wanted. Its order is stored in masks: append only.
var DirectoryRoleSchema = newSchema(
	Schema{Class: ClassDirectoryRole, Name: "directoryRole", Plural: "directoryRoles"},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "description", Default: true, Access: ReadOnly, Max: 1024},
	Property{Name: "displayName", Default: true, Access: ReadOnly, Max: 256, Operator: operators("eq sw order")},
	Property{Name: "roleTemplateId", Type: TypeGuid, Default: true, Access: ReadOnly, Operator: operators("eq")},
)

// Handles of the properties that the program itself reads and writes.
var (
	DirectoryRoleDescription = DirectoryRoleSchema.Must("description")
	DirectoryRoleDisplayName = DirectoryRoleSchema.Must("displayName")
	DirectoryRoleTemplateID  = DirectoryRoleSchema.Must("roleTemplateId")
)

// RoleTemplate is a built-in role, the same in every tenant: its id is that of the original, by which scripts name it.
type RoleTemplate struct {
	ID          string
	Name        string
	Description string
}

// The built-in roles that decide about something here.
var (
	GlobalAdministrator            = RoleTemplate{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "Can do everything in the tenant."}
	GlobalReader                   = RoleTemplate{"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader", "Sees what a Global Administrator sees, and changes nothing."}
	UserAdministrator              = RoleTemplate{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "Manages people and groups, but no administrators."}
	GroupsAdministrator            = RoleTemplate{"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", "Manages groups and who is in them."}
	GuestInviter                   = RoleTemplate{"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter", "Invites guests, whatever the tenant lets others do."}
	ApplicationAdministrator       = RoleTemplate{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", "Manages applications, their permissions and their assignments."}
	CloudApplicationAdministrator  = RoleTemplate{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", "Manages applications, their permissions and their assignments, but no proxies."}
	ApplicationDeveloper           = RoleTemplate{"cf1c38e5-3621-4004-a7cb-879624dced7c", "Application Developer", "Makes applications, whatever the tenant lets others do."}
	HybridIdentityAdministrator    = RoleTemplate{"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator", "Sets up and runs synchronization."}
	SecurityAdministrator          = RoleTemplate{"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", "Manages cross-tenant access and other policies of security, and reads the logs."}
	SecurityOperator               = RoleTemplate{"5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", "Security Operator", "Watches over security and reads the logs."}
	SecurityReader                 = RoleTemplate{"5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader", "Reads policies of security and the logs."}
	ReportsReader                  = RoleTemplate{"4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader", "Reads the logs."}
	PrivilegedRoleAdministrator    = RoleTemplate{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", "Gives and takes directory roles, and consents to any permission."}
	PrivilegedAuthentication       = RoleTemplate{"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", "Manages how anybody signs in, administrators included."}
	AuthenticationAdministrator    = RoleTemplate{"c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator", "Manages how people who are no administrators sign in."}
	HelpdeskAdministrator          = RoleTemplate{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "Resets passwords and ends sessions of people who are no administrators."}
	DirectoryReaders               = RoleTemplate{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", "Reads the directory; for applications and guests."}
	DirectoryWriters               = RoleTemplate{"9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers", "Reads and writes the basic information of the directory."}
	ExternalIdentityAdministrator  = RoleTemplate{"be2f45a1-457d-42af-a067-6ec1fa63bc45", "External Identity Provider Administrator", "Manages from where guests may sign in."}
	DomainNameAdministrator        = RoleTemplate{"8329153b-31d0-4727-b945-745eb3bc5f31", "Domain Name Administrator", "Adds, proves and removes domains."}
	ConditionalAccessAdministrator = RoleTemplate{"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator", "Manages the policies of sign-in."}
)

// RoleTemplates gives every built-in role.
func RoleTemplates() []RoleTemplate {
	return []RoleTemplate{
		GlobalAdministrator, GlobalReader, UserAdministrator, GroupsAdministrator, GuestInviter, ApplicationAdministrator, CloudApplicationAdministrator,
		ApplicationDeveloper, HybridIdentityAdministrator, SecurityAdministrator, SecurityOperator, SecurityReader, ReportsReader, PrivilegedRoleAdministrator,
		PrivilegedAuthentication, AuthenticationAdministrator, HelpdeskAdministrator, DirectoryReaders, DirectoryWriters, ExternalIdentityAdministrator,
		DomainNameAdministrator, ConditionalAccessAdministrator,
	}
}
