package hospes

// InvitationStatus is how far an invitation has come.
type InvitationStatus string

// The states, in wire spelling.
const (
	InvitationPending    InvitationStatus = "PendingAcceptance"
	InvitationInProgress InvitationStatus = "InProgress"
	InvitationCompleted  InvitationStatus = "Completed"
	InvitationError      InvitationStatus = "Error"
)

// InvitationSchema describes the offer that was made to a guest. The ticket of the redeem address is kept as a hash.
var InvitationSchema = newSchema(
	Schema{Class: ClassInvitation, Name: "invitation", Plural: "invitations"},
	Property{Name: "invitedUserDisplayName", Default: true, Max: 256},
	Property{Name: "invitedUserEmailAddress", Default: true, NotNull: true, Max: 320},
	Property{Name: "invitedUserMessageInfo", Type: TypeComplex, Default: true},
	Property{Name: "invitedUserType", Default: true},
	Property{Name: "inviteRedirectUrl", Default: true, NotNull: true, Max: 2048},
	Property{Name: "resetRedemption", Type: TypeBoolean, Default: true},
	Property{Name: "sendInvitationMessage", Type: TypeBoolean, Default: true},
	Property{Name: "status", Default: true, Access: ReadOnly},
	Property{Name: "createdDateTime", Type: TypeDateTime, Access: ReadOnly},
	Property{Name: "ticket", Access: Hidden, Exact: true},
)

// Handles of invitations.
var (
	InvitationDisplayName = InvitationSchema.Must("invitedUserDisplayName")
	InvitationAddress     = InvitationSchema.Must("invitedUserEmailAddress")
	InvitationMessage     = InvitationSchema.Must("invitedUserMessageInfo")
	InvitationUserType    = InvitationSchema.Must("invitedUserType")
	InvitationRedirectURL = InvitationSchema.Must("inviteRedirectUrl")
	InvitationReset       = InvitationSchema.Must("resetRedemption")
	InvitationSendMessage = InvitationSchema.Must("sendInvitationMessage")
	InvitationState       = InvitationSchema.Must("status")
	InvitationCreated     = InvitationSchema.Must("createdDateTime")
	InvitationTicket      = InvitationSchema.Must("ticket") // the hash
)
