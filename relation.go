package hospes

import "time"

// Relation is a kind of directed tie between two objects of one tenant. The numbers are stored.
type Relation uint8

// The relations: from the object that has it to the object that is it.
const (
	RelationMember  Relation = iota + 1 // group or directory role -> member
	RelationOwner                       // group or application -> owner
	RelationManager                     // user -> manager; at most one
	RelationSponsor                     // guest -> sponsor; at most five
	RelationInvitee                     // invitation -> invited user
	RelationInviter                     // user -> who invited it
	RelationGrantee                     // consent -> the client, and the person it is for
)

// Relations gives every relation.
func Relations() []Relation {
	return []Relation{RelationMember, RelationOwner, RelationManager, RelationSponsor, RelationInvitee, RelationInviter, RelationGrantee}
}

var relationNames = map[Relation]string{
	RelationMember: "members", RelationOwner: "owners", RelationManager: "manager", RelationSponsor: "sponsors",
	RelationInvitee: "invitedUser", RelationInviter: "invitedBy", RelationGrantee: "grantee",
}

func (r Relation) String() string { return relationNames[r] }

// Tie is one relation between two objects.
type Tie struct {
	Relation Relation
	From, To Number
}

// Assignment gives a principal (user, group or service principal) a role of an application in the tenant.
type Assignment struct {
	ID        string // opaque on the wire
	Number    Number
	Principal Number
	Resource  Number // the service principal
	RoleID    ObjectID
	Created   time.Time
}

// DefaultAppRole is the role id that stands for access without any particular role.
var DefaultAppRole ObjectID
