package doctor

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/policy"
)

// mayInvite tells that the engine may make people in the tenant.
func mayInvite(authorization *hospes.Object) bool {
	return policy.MayInvite(authorization, policy.Inviter{Application: true, Admin: true})
}

// untied tells of a guest that an invitation made and that nothing ties to its home account yet.
func untied(o *hospes.Object) bool {
	return o.Schema == hospes.UserSchema && hospes.IsExternal(o) && o.Get(hospes.UserAltSecIDs) == hospes.Null
}

// oldName tells of a linked guest whose name is still that of its invitation, as incremental cycles leave it (row X3).
func (c *consultation) oldName(twin *hospes.Object) bool {
	if c.x.Link == nil || hospes.Value(c.x.Link.Written).Member("userPrincipalName") != hospes.Null {
		return false
	}
	return twin.Text(hospes.UserPrincipalName) != hospes.ExternalUPN(c.x.Person.Text(hospes.UserPrincipalName), c.to.InitialDomain)
}
