package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// AddMembers adds members to a group. Any that is one already refuses the whole (graph-wire 1.11).
func AddMembers(tx store.Tx, group *hospes.Object, members ...*hospes.Object) error {
	const op = "directory.AddMembers"
	if hospes.IsDynamic(group) {
		return hospes.Invalidf(op, "Cannot update membership of a group with dynamic membership.")
	}
	ties := make([]hospes.Tie, len(members))
	for i, m := range members {
		if err := MayBeMember(group, m); err != nil {
			return err
		}
		ties[i] = hospes.Tie{Relation: hospes.RelationMember, From: group.Number, To: m.Number}
	}
	added, err := tx.Relate(ties...)
	if err != nil {
		return err
	}
	if len(added) != len(ties) {
		return alreadyThere(op, "members")
	}
	return auditTies(tx, "Add member to group", group, members)
}

// MayBeMember tells why something cannot be a member of a group.
func MayBeMember(group, member *hospes.Object) error {
	class := member.Schema.Class
	if class == hospes.ClassGroup && hospes.HidesMembers(member) { // whoever sees the members of the one would see those of the other
		return hospes.Invalidf("directory.AddMembers", "Not a valid reference update: a group that hides its members cannot be a member of another group.")
	}
	switch {
	case class == hospes.ClassUser,
		!hospes.IsUnified(group) && (class == hospes.ClassGroup || class == hospes.ClassServicePrincipal):
		if member.Number != group.Number {
			return nil
		}
	}
	return hospes.Invalidf("directory.AddMembers", "Not a valid reference update: a %s cannot be a member of this group.", member.Schema.Name)
}

func alreadyThere(op, property string) error {
	return hospes.Invalidf(op, "One or more added object references already exist for the following modified properties: '%s'.", property)
}

func auditTies(tx store.Tx, activity string, o *hospes.Object, others []*hospes.Object) error {
	for _, other := range others {
		record := audit(activity, "Update", other)
		record.Category = auditKinds[o.Schema.Class].category
		record.Targets = append(record.Targets, audit(activity, "Update", o).Targets...)
		if err := tx.Audit(record); err != nil {
			return err
		}
	}
	return nil
}

const memberRemoved = "Remove member from group"

// addedActivities are what the records of new ties are called.
var addedActivities = map[hospes.Relation]string{hospes.RelationMember: "Add member to group", hospes.RelationManager: "Set user manager"}

// AuditAdded leaves the records of members and managers that were added in bulk, one for each, as if each had been added
// by itself.
func AuditAdded(tx store.Tx, ties []hospes.Tie) error { return auditEach(tx, addedActivities, ties) }

// AuditRemoved is AuditAdded for members that were taken out.
func AuditRemoved(tx store.Tx, ties []hospes.Tie) error {
	return auditEach(tx, map[hospes.Relation]string{hospes.RelationMember: memberRemoved}, ties)
}

func auditEach(tx store.Tx, activities map[hospes.Relation]string, ties []hospes.Tie) error {
	var numbers []hospes.Number
	objects := map[hospes.Number]*hospes.Object{}
	for _, t := range ties {
		for _, n := range []hospes.Number{t.From, t.To} {
			if _, known := objects[n]; !known {
				objects[n] = nil
				numbers = append(numbers, n)
			}
		}
	}
	docs, err := tx.Numbered(store.Anywhere, numbers...)
	if err != nil {
		return err
	}
	for i, d := range docs {
		if d.Schema == nil {
			continue
		}
		if objects[numbers[i]], err = d.Object(); err != nil {
			return err
		}
	}
	for _, t := range ties {
		o, other := objects[t.From], objects[t.To]
		if o == nil || other == nil {
			continue
		}
		if err := auditTies(tx, activities[t.Relation], o, []*hospes.Object{other}); err != nil {
			return err
		}
	}
	return nil
}

// RemoveMember takes a member out of a group.
func RemoveMember(tx store.Tx, group, member *hospes.Object) error {
	if hospes.IsDynamic(group) {
		return hospes.Invalidf("directory.RemoveMember", "Cannot update membership of a group with dynamic membership.")
	}
	return removeTie(tx, hospes.RelationMember, group, member, memberRemoved)
}

func removeTie(tx store.Tx, relation hospes.Relation, o, other *hospes.Object, activity string) error {
	removed, err := tx.Unrelate(hospes.Tie{Relation: relation, From: o.Number, To: other.Number})
	if err != nil {
		return err
	}
	if len(removed) == 0 {
		return hospes.NotFound("directory.Remove", other.ID.String())
	}
	return auditTies(tx, activity, o, []*hospes.Object{other})
}

// AddOwner makes a user or service principal an owner of a group or application.
func AddOwner(tx store.Tx, o, owner *hospes.Object) error {
	if class := owner.Schema.Class; class != hospes.ClassUser && class != hospes.ClassServicePrincipal {
		return hospes.Invalidf("directory.AddOwner", "Not a valid reference update: a %s cannot be an owner.", owner.Schema.Name)
	}
	added, err := tx.Relate(hospes.Tie{Relation: hospes.RelationOwner, From: o.Number, To: owner.Number})
	if err != nil {
		return err
	}
	if len(added) == 0 {
		return alreadyThere("directory.AddOwner", "owners")
	}
	return auditTies(tx, "Add owner to "+auditKinds[o.Schema.Class].name, o, []*hospes.Object{owner})
}

// RemoveOwner takes an owner away; a Microsoft 365 group keeps its last one.
func RemoveOwner(tx store.Tx, o, owner *hospes.Object) error {
	if o.Schema == hospes.GroupSchema && hospes.IsUnified(o) {
		owners, err := tx.Related(hospes.RelationOwner, o.Number)
		if err != nil {
			return err
		}
		if len(owners) == 1 && owners[0].To == owner.Number {
			return hospes.Invalidf("directory.RemoveOwner", "The group must have at least one owner, hence this owner cannot be removed.")
		}
	}
	return removeTie(tx, hospes.RelationOwner, o, owner, "Remove owner from "+auditKinds[o.Schema.Class].name)
}

// SetManager gives a user a manager, in place of the one before.
func SetManager(tx store.Tx, user, manager *hospes.Object) error {
	if manager.Schema != hospes.UserSchema || manager.Number == user.Number {
		return hospes.Invalidf("directory.SetManager", "Not a valid reference update: this object cannot be the manager.")
	}
	before, err := tx.Related(hospes.RelationManager, user.Number)
	if err != nil {
		return err
	}
	for _, tie := range before {
		if tie.To == manager.Number {
			return nil
		}
	}
	if _, err := tx.Unrelate(before...); err != nil {
		return err
	}
	if _, err := tx.Relate(hospes.Tie{Relation: hospes.RelationManager, From: user.Number, To: manager.Number}); err != nil {
		return err
	}
	return auditTies(tx, "Set user manager", user, []*hospes.Object{manager})
}

// RemoveManager leaves a user without a manager.
func RemoveManager(tx store.Tx, user *hospes.Object) error {
	before, err := tx.Related(hospes.RelationManager, user.Number)
	if err != nil {
		return err
	}
	if len(before) == 0 {
		return NoManager()
	}
	if _, err := tx.Unrelate(before...); err != nil {
		return err
	}
	return tx.Audit(audit("Remove user manager", "Update", user))
}

// NoManager is the answer to a question for a manager that nobody is (graph-wire 5.1).
func NoManager() error { return hospes.NotFound("directory.Manager", "manager") }

// MaxSponsors is how many sponsors a guest can have.
const MaxSponsors = 5

// AddSponsor makes a user or group a sponsor of a guest.
func AddSponsor(tx store.Tx, user, sponsor *hospes.Object) error {
	const op = "directory.AddSponsor"
	if class := sponsor.Schema.Class; class != hospes.ClassUser && class != hospes.ClassGroup {
		return hospes.Invalidf(op, "Not a valid reference update: a %s cannot be a sponsor.", sponsor.Schema.Name)
	}
	have, err := tx.Related(hospes.RelationSponsor, user.Number)
	if err != nil {
		return err
	}
	for _, tie := range have {
		if tie.To == sponsor.Number {
			return alreadyThere(op, "sponsors")
		}
	}
	if len(have) >= MaxSponsors {
		return hospes.Invalidf(op, "A user cannot have more than %d sponsors.", MaxSponsors)
	}
	if _, err := tx.Relate(hospes.Tie{Relation: hospes.RelationSponsor, From: user.Number, To: sponsor.Number}); err != nil {
		return err
	}
	return auditTies(tx, "Add user sponsor", user, []*hospes.Object{sponsor})
}

// RemoveSponsor takes a sponsor away.
func RemoveSponsor(tx store.Tx, user, sponsor *hospes.Object) error {
	return removeTie(tx, hospes.RelationSponsor, user, sponsor, "Remove user sponsor")
}

// untie takes away the ties by which others have an object that is about to go for good, so that each of them has a
// change of its own to tell of.
func untie(tx store.Tx, o *hospes.Object) error {
	for _, relation := range []hospes.Relation{hospes.RelationMember, hospes.RelationOwner, hospes.RelationManager, hospes.RelationSponsor} {
		ties, err := tx.RelatedTo(relation, o.Number)
		if err != nil {
			return err
		}
		if _, err := tx.Unrelate(ties...); err != nil {
			return err
		}
	}
	return nil
}
