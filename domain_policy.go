package hospes

// B2BManagementPolicySchema says which domains guests may come from. A tenant has one, or none as long as it lets all in;
// its definition is a JSON text in a list of one (guests 4.6).
var B2BManagementPolicySchema = newSchema(
	Schema{Class: ClassB2BManagementPolicy, Name: "b2bManagementPolicy", Plural: "b2bManagementPolicies"},
	Property{Name: "definition", Many: true, Default: true, NotNull: true, Max: 25000},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "displayName", Default: true, Max: 256},
	Property{Name: "isOrganizationDefault", Type: TypeBoolean, Default: true},
)

// Handles of the policy.
var (
	B2BManagementDefinition  = B2BManagementPolicySchema.Must("definition")
	B2BManagementDisplayName = B2BManagementPolicySchema.Must("displayName")
	B2BManagementIsDefault   = B2BManagementPolicySchema.Must("isOrganizationDefault")
)
