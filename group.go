package hospes

// GroupTypeUnified and GroupTypeDynamic are the values of groupTypes.
const (
	GroupTypeUnified = "Unified"
	GroupTypeDynamic = "DynamicMembership"
)

// RuleOn and RulePaused are the values of membershipRuleProcessingState.
const (
	RuleOn     = "On"
	RulePaused = "Paused"
)

// GroupSchema describes groups. Its order is stored in masks: append only.
var GroupSchema = newSchema(
	Schema{Class: ClassGroup, Name: "group", Plural: "groups", Bin: true},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge order!")},
	Property{Name: "classification", Default: true, Max: 64, Operator: operators("eq sw")},
	Property{Name: "createdDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge null! order!")},
	Property{Name: "creationOptions", Many: true, Default: true, Access: ReadOnly},
	Property{Name: "description", Default: true, Max: 1024, Operator: operators("eq! sw!")},
	Property{Name: "displayName", Default: true, NotNull: true, Max: 256, Operator: operators("eq sw null! order")},
	Property{Name: "expirationDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq! ge!")},
	Property{Name: "groupTypes", Many: true, Default: true, Operator: operators("eq")},
	Property{Name: "isAssignableToRole", Type: TypeBoolean, Default: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "mail", Default: true, Access: ReadOnly, Operator: operators("eq sw null!")},
	Property{Name: "mailEnabled", Type: TypeBoolean, Default: true, NotNull: true, Access: CreateOnly, Operator: operators("eq")},
	Property{Name: "mailNickname", Default: true, NotNull: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "membershipRule", Default: true, Max: 3072, Operator: operators("eq sw")},
	Property{Name: "membershipRuleProcessingState", Default: true, Max: 64, Operator: operators("eq")},
	Property{Name: "onPremisesDomainName", Default: true, Access: ReadOnly},
	Property{Name: "onPremisesLastSyncDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "onPremisesNetBiosName", Default: true, Access: ReadOnly},
	Property{Name: "onPremisesSamAccountName", Default: true, Access: ReadOnly, Operator: operators("eq! sw!")},
	Property{Name: "onPremisesSecurityIdentifier", Default: true, Access: ReadOnly},
	Property{Name: "onPremisesSyncEnabled", Type: TypeBoolean, Default: true, Access: ReadOnly, Operator: operators("eq null!")},
	Property{Name: "preferredDataLocation", Default: true, Max: 64},
	Property{Name: "preferredLanguage", Default: true, Max: 64, Operator: operators("eq! sw! null!")},
	Property{Name: "proxyAddresses", Many: true, Default: true, Access: ReadOnly, Operator: operators("eq sw ew! ge")},
	Property{Name: "renewedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "resourceBehaviorOptions", Many: true, Default: true, Access: CreateOnly},
	Property{Name: "resourceProvisioningOptions", Many: true, Default: true, Access: CreateOnly},
	Property{Name: "securityEnabled", Type: TypeBoolean, Default: true, NotNull: true, Operator: operators("eq")},
	Property{Name: "securityIdentifier", Default: true, Access: ReadOnly},
	Property{Name: "theme", Default: true, Max: 64},
	Property{Name: "uniqueName", Default: true, Access: CreateOnly, Max: 128},
	Property{Name: "visibility", Default: true, Max: 64},
	Property{Name: "onPremisesProvisioningErrors", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "serviceProvisioningErrors", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "assignedLicenses", Type: TypeComplex, Many: true, Access: ReadOnly, Fields: []*Property{
		{Name: "skuId", Type: TypeGuid, Operator: operators("eq")},
	}},
	Property{Name: "extensions", Type: TypeComplex, Access: Hidden},
	Property{Name: "assignedLabels", Type: TypeComplex, Many: true, Access: ReadOnly},
	Property{Name: "licenseProcessingState", Type: TypeComplex, Access: ReadOnly},
	Property{Name: "hasMembersWithLicenseErrors", Type: TypeBoolean, Access: ReadOnly, Operator: operators("eq null")}, // true of none
)

// Handles of the properties that the program itself reads and writes.
var (
	GroupDisplayName        = GroupSchema.Must("displayName")
	GroupDescription        = GroupSchema.Must("description")
	GroupCreated            = GroupSchema.Must("createdDateTime")
	GroupRenewed            = GroupSchema.Must("renewedDateTime")
	GroupTypes              = GroupSchema.Must("groupTypes")
	GroupMail               = GroupSchema.Must("mail")
	GroupMailEnabled        = GroupSchema.Must("mailEnabled")
	GroupMailNickname       = GroupSchema.Must("mailNickname")
	GroupProxyAddresses     = GroupSchema.Must("proxyAddresses")
	GroupSecurityEnabled    = GroupSchema.Must("securityEnabled")
	GroupSecurityIdentifier = GroupSchema.Must("securityIdentifier")
	GroupAssignableToRole   = GroupSchema.Must("isAssignableToRole")
	GroupMembershipRule     = GroupSchema.Must("membershipRule")
	GroupRuleState          = GroupSchema.Must("membershipRuleProcessingState")
	GroupVisibility         = GroupSchema.Must("visibility")
)

// IsUnified tells a Microsoft 365 group from a security group.
func IsUnified(group *Object) bool { return hasText(group.Get(GroupTypes), GroupTypeUnified) }

// IsDynamic tells that the members follow from a rule.
func IsDynamic(group *Object) bool { return hasText(group.Get(GroupTypes), GroupTypeDynamic) }

// HiddenMembership is the visibility of groups whose members are nobody else's business (graph-wire 5.2). It is chosen when
// a group is made.
const HiddenMembership = "HiddenMembership"

// HidesMembers tells that who is in the group is told to few.
func HidesMembers(group *Object) bool { return group.Text(GroupVisibility) == HiddenMembership }

// FollowsRule tells that the members of a group are to be those whom its rule takes.
func FollowsRule(group *Object) bool {
	return IsDynamic(group) && group.Text(GroupRuleState) == RuleOn
}

func hasText(v Value, text string) bool {
	for _, t := range v.Texts() {
		if t == text {
			return true
		}
	}
	return false
}
