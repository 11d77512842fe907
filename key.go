package hospes

import (
	"slices"
	"strings"
)

// Key is a value that only one live object of a tenant may hold, in one space of values.
type Key struct {
	Space Space
	Value string // folded
}

// Space is a set of values that are unique within a tenant. The numbers are stored.
type Space uint8

// The spaces.
const (
	SpaceUPN       Space = iota + 1 // user principal names
	SpaceAddress                    // SMTP addresses of users, groups and contacts alike
	SpaceNetID                      // the immutable number of an internal user
	SpaceAltSec                     // alternative security ids: the home account of an external user
	SpaceAppID                      // appId of applications
	SpacePrincipal                  // appId of service principals
	SpaceURI                        // identifierUris
	SpaceNickname                   // mailNickname of Microsoft 365 groups
	SpaceImmutable                  // onPremisesImmutableId
	SpaceSingleton                  // policies and the organization: one object a tenant
	SpacePartner                    // tenant id of a partner
	SpaceTicket                     // hash of an invitation's ticket
	SpaceExtension                  // full names of directory extensions
	SpaceSMSNumber                  // phone numbers that begin a sign-in
	SpaceGrant                      // consents: client, resource and person
)

var spaceProperties = map[Space]string{
	SpaceUPN: "userPrincipalName", SpaceAddress: "proxyAddresses", SpaceNetID: "netId", SpaceAltSec: "alternativeSecurityIds",
	SpaceAppID: "appId", SpacePrincipal: "appId", SpaceURI: "identifierUris", SpaceNickname: "mailNickname",
	SpaceImmutable: "onPremisesImmutableId", SpaceSingleton: "id", SpacePartner: "tenantId", SpaceTicket: "ticket",
	SpaceExtension: "name", SpaceSMSNumber: "phoneNumber", SpaceGrant: "clientId",
}

// Property names the property that a clash in the space is reported for.
func (s Space) Property() string { return spaceProperties[s] }

// manyKeys is from how many keys on a table finds one sooner than going through them.
const manyKeys = 32

// Keys gives the unique values that the object holds while it lives.
func (o *Object) Keys() []Key {
	keys := make([]Key, 0, 4)
	var seen map[Key]bool // of many keys; a few are found sooner without
	o.eachKey(func(space Space, value string) {
		k := Key{space, value}
		if value == "" || seen[k] || seen == nil && slices.Contains(keys, k) {
			return
		}
		keys = append(keys, k)
		switch {
		case seen != nil:
			seen[k] = true
		case len(keys) == manyKeys:
			seen = make(map[Key]bool, 2*manyKeys)
			for _, k := range keys {
				seen[k] = true
			}
		}
	})
	return keys
}

func (o *Object) eachKey(yield func(Space, string)) {
	switch o.Schema.Class {
	case ClassUser:
		yield(SpaceUPN, Fold(o.Text(UserPrincipalName)))
		eachAddress(o.Get(UserProxyAddresses), yield)
		yield(SpaceNetID, o.Text(UserNetID))
		yield(SpaceImmutable, o.Text(UserImmutableID))
		yield(SpaceSMSNumber, SMSSignIn(o))
		o.Get(UserAltSecIDs).Each(func(item Value) bool {
			yield(SpaceAltSec, AltSecKey(item))
			return true
		})
	case ClassGroup:
		eachAddress(o.Get(GroupProxyAddresses), yield)
		if IsUnified(o) {
			yield(SpaceNickname, Fold(o.Text(GroupMailNickname)))
		}
	case ClassContact:
		eachAddress(o.Get(ContactProxyAddresses), yield)
	case ClassApplication:
		yield(SpaceAppID, Fold(o.Text(ApplicationAppID)))
		for _, uri := range o.Get(ApplicationIdentifierURIs).Texts() {
			yield(SpaceURI, Fold(uri))
		}
	case ClassServicePrincipal:
		yield(SpacePrincipal, Fold(o.Text(PrincipalAppID)))
	case ClassPartner:
		yield(SpacePartner, Fold(o.Text(PartnerTenantID)))
	case ClassExtensionProperty:
		yield(SpaceExtension, Fold(o.Text(ExtensionName)))
	case ClassDirectoryRole:
		yield(SpaceSingleton, o.Schema.Name+" "+o.Text(DirectoryRoleTemplateID))
	case ClassPermissionGrant:
		yield(SpaceGrant, GrantKey(o.Text(GrantClient), o.Text(GrantResource), o.Text(GrantPrincipal)))
	case ClassInvitation:
		yield(SpaceTicket, o.Text(InvitationTicket))
	case ClassOrganization, ClassAuthorizationPolicy, ClassExternalIdentitiesPolicy, ClassCrossTenantAccessPolicy, ClassCrossTenantAccessDefault, ClassB2BManagementPolicy, ClassSignInPolicy:
		yield(SpaceSingleton, o.Schema.Name)
	}
}

// eachAddress yields the SMTP addresses of a proxyAddresses value ("SMTP:a@b", "smtp:c@d").
func eachAddress(v Value, yield func(Space, string)) {
	v.Each(func(item Value) bool {
		if prefix, address, ok := strings.Cut(item.Text(), ":"); ok && strings.EqualFold(prefix, "smtp") {
			yield(SpaceAddress, Fold(address))
		}
		return true
	})
}

// LoadedKeys gives the unique values that the object held when it was read.
func (o *Object) LoadedKeys() []Key {
	if o.loaded == nil {
		return nil
	}
	was := Object{Schema: o.Schema, values: o.loaded}
	return was.Keys()
}
