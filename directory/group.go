package directory

import (
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CreateGroup makes a group (graph-wire 7.9, 7.10). Required are displayName, mailEnabled, mailNickname and
// securityEnabled.
func CreateGroup(tx store.Tx, rnd hospes.Random, edits []hospes.Edit) (*hospes.Object, error) {
	group := hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(rnd))
	group.Apply(edits)
	for _, p := range []*hospes.Property{hospes.GroupDisplayName, hospes.GroupMailEnabled, hospes.GroupMailNickname, hospes.GroupSecurityEnabled} {
		if group.Get(p) == hospes.Null {
			return nil, missing(hospes.GroupSchema, p.Name)
		}
	}
	if err := checkGroup(group); err != nil {
		return nil, err
	}
	if err := checkRule(tx, group); err != nil {
		return nil, err
	}
	group.Set(hospes.GroupCreated, hospes.Moment(tx.Now()))
	group.Set(hospes.GroupRenewed, hospes.Moment(tx.Now()))
	group.Set(hospes.GroupSecurityIdentifier, hospes.String(SecurityIdentifier(group.ID)))
	if hospes.IsUnified(group) {
		if group.Get(hospes.GroupVisibility) == hospes.Null {
			group.Set(hospes.GroupVisibility, hospes.String("Public"))
		}
		if err := giveAddress(tx, group); err != nil {
			return nil, err
		}
	}
	return group, createAudited(tx, "Add group", group)
}

// checkGroup holds the rules that hold at every write of a group.
func checkGroup(group *hospes.Object) error {
	if !validNickname(group.Text(hospes.GroupMailNickname)) {
		return invalidValue(hospes.GroupMailNickname)
	}
	for _, t := range group.Get(hospes.GroupTypes).Texts() {
		if t != hospes.GroupTypeUnified && t != hospes.GroupTypeDynamic {
			return invalidValue(hospes.GroupTypes)
		}
	}
	mail, security := group.Get(hospes.GroupMailEnabled).Bool(), group.Get(hospes.GroupSecurityEnabled).Bool()
	switch {
	case mail && !hospes.IsUnified(group):
		return hospes.Invalidf("directory.Group", "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.")
	case !mail && hospes.IsUnified(group):
		return invalidValue(hospes.GroupMailEnabled)
	case !mail && !security:
		return invalidValue(hospes.GroupSecurityEnabled)
	case group.Get(hospes.GroupAssignableToRole).Bool() && (!security || hospes.IsDynamic(group)):
		return invalidValue(hospes.GroupAssignableToRole)
	}
	switch group.Text(hospes.GroupVisibility) {
	case "", "Private", "Public", hospes.HiddenMembership:
		return nil
	}
	return invalidValue(hospes.GroupVisibility)
}

// giveAddress gives a Microsoft 365 group its mail address: nickname@domain, with digits where that is taken.
func giveAddress(tx store.Tx, group *hospes.Object) error {
	domain, err := DefaultDomain(tx)
	if err != nil {
		return err
	}
	nickname := group.Text(hospes.GroupMailNickname)
	for n := 0; n < 1000; n++ {
		address := nickname
		if n > 0 {
			address += strconv.Itoa(n)
		}
		address += "@" + domain
		holders, err := tx.Holders(hospes.SpaceAddress, hospes.Fold(address))
		if err != nil {
			return err
		}
		if len(holders) == 0 {
			group.Set(hospes.GroupMail, hospes.String(address))
			group.Set(hospes.GroupProxyAddresses, hospes.Strings("SMTP:"+address))
			return nil
		}
	}
	return hospes.Conflicting("directory.CreateGroup", "mailNickname")
}

// UpdateGroup changes a group.
func UpdateGroup(tx store.Tx, group *hospes.Object, edits []hospes.Edit) error {
	if err := checkFixed(group, edits); err != nil {
		return err
	}
	hid := hospes.HidesMembers(group)
	unified, dynamic := hospes.IsUnified(group), hospes.IsDynamic(group)
	for _, e := range edits {
		group.Set(e.Property, merged(group, e))
	}
	if unified != hospes.IsUnified(group) {
		return fixed(hospes.GroupTypes)
	}
	if dynamic && !hospes.IsDynamic(group) { // its members stay, and are from now on whoever is made one
		group.Set(hospes.GroupMembershipRule, hospes.Null)
		group.Set(hospes.GroupRuleState, hospes.Null)
	}
	if err := checkGroup(group); err != nil {
		return err
	}
	if hospes.HidesMembers(group) != hid {
		return invalidValue(hospes.GroupVisibility)
	}
	if err := checkRule(tx, group); err != nil {
		return err
	}
	return putAudited(tx, "Update group", group)
}

// DeleteGroup puts a Microsoft 365 group into the bin; a security group is gone at once (graph-wire 7.8).
func DeleteGroup(tx store.Tx, group *hospes.Object) error {
	var err error
	if hospes.IsUnified(group) {
		err = tx.Delete(group)
	} else if err = untie(tx, group); err == nil {
		err = tx.Purge(group)
	}
	if err != nil {
		return err
	}
	return tx.Audit(audit("Delete group", "Delete", group))
}
