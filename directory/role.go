package directory

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// RoleTemplateNamed finds a built-in role by the id of its template.
func RoleTemplateNamed(id string) (hospes.RoleTemplate, bool) {
	for _, t := range hospes.RoleTemplates() {
		if strings.EqualFold(t.ID, id) {
			return t, true
		}
	}
	return hospes.RoleTemplate{}, false
}

// FindRole reads the tenant's role of a template. NotFound where it is not in use.
func FindRole(r store.Reader, template string) (*hospes.Object, error) {
	return store.FindHolder(r, hospes.SpaceSingleton, hospes.DirectoryRoleSchema.Name+" "+strings.ToLower(template))
}

// ActivateRole gives the tenant's role of a template, and makes it where it is not in use yet.
func ActivateRole(tx store.Tx, rnd hospes.Random, template string) (role *hospes.Object, made bool, err error) {
	t, ok := RoleTemplateNamed(template)
	if !ok {
		return nil, false, hospes.Invalidf("directory.ActivateRole", "No directory role has the template '%s'.", template)
	}
	role, err = FindRole(tx, t.ID)
	if hospes.KindOf(err) != hospes.KindNotFound {
		return role, false, err
	}
	role = hospes.NewObject(hospes.DirectoryRoleSchema, hospes.NewObjectID(rnd))
	role.Set(hospes.DirectoryRoleTemplateID, hospes.String(t.ID))
	role.Set(hospes.DirectoryRoleDisplayName, hospes.String(t.Name))
	role.Set(hospes.DirectoryRoleDescription, hospes.String(t.Description))
	return role, true, createAudited(tx, "Add role", role)
}

// AddToRole gives a directory role to a user, a service principal, or a group that was made to hold roles.
func AddToRole(tx store.Tx, role, member *hospes.Object) error {
	const op = "directory.AddToRole"
	switch member.Schema.Class {
	case hospes.ClassUser, hospes.ClassServicePrincipal:
	case hospes.ClassGroup:
		if !member.Get(hospes.GroupAssignableToRole).Bool() {
			return hospes.Invalidf(op, "Only a group that was created with 'isAssignableToRole' can hold a directory role.")
		}
	default:
		return hospes.Invalidf(op, "Not a valid reference update: a %s cannot hold a directory role.", member.Schema.Name)
	}
	added, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: role.Number, To: member.Number})
	if err != nil {
		return err
	}
	if len(added) == 0 {
		return alreadyThere(op, "members")
	}
	return auditTies(tx, "Add member to role", role, []*hospes.Object{member})
}

// RemoveFromRole takes a directory role away. The last one who is Global Administrator stays: nobody could give the role
// again.
func RemoveFromRole(tx store.Tx, role, member *hospes.Object) error {
	if strings.EqualFold(role.Text(hospes.DirectoryRoleTemplateID), hospes.GlobalAdministrator.ID) {
		if err := tx.Alone(); err != nil { // or two who remove each other would each see the other still there
			return err
		}
		holders, err := tx.RelatedFirst(hospes.RelationMember, false, 2, role.Number)
		if err != nil {
			return err
		}
		if len(holders) == 1 && holders[0].To == member.Number {
			return hospes.Invalidf("directory.RemoveFromRole", "The last Global Administrator cannot be removed from the role. Give the role to somebody else first.")
		}
	}
	return removeTie(tx, hospes.RelationMember, role, member, "Remove member from role")
}

// RoleTemplates gives the ids of the templates of the directory roles that a principal holds, by itself or by a group.
func RoleTemplates(r store.Reader, principal hospes.Number) ([]string, error) {
	ties, err := r.RelatedTo(hospes.RelationMember, principal)
	if err != nil || len(ties) == 0 {
		return nil, err
	}
	var roles, groups []hospes.Number
	for _, t := range ties {
		switch t.From.Class() {
		case hospes.ClassDirectoryRole:
			roles = append(roles, t.From)
		case hospes.ClassGroup:
			groups = append(groups, t.From)
		}
	}
	inherited, err := rolesOfGroups(r, groups)
	if err != nil {
		return nil, err
	}
	docs, err := r.Numbered(store.Live, append(roles, inherited...)...)
	if err != nil {
		return nil, err
	}
	var templates []string
	for _, d := range docs {
		if d.Schema != nil {
			templates = append(templates, hospes.Value("{"+d.Card+"}").Member("roleTemplateId").Text())
		}
	}
	slices.Sort(templates)
	return slices.Compact(templates), nil
}

// rolesOfGroups gives the roles that some groups hold. It looks from the roles, of which there are few: somebody may be
// in thousands of groups.
func rolesOfGroups(r store.Reader, groups []hospes.Number) ([]hospes.Number, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	page, err := r.List(store.Query{Schema: hospes.DirectoryRoleSchema, Limit: len(hospes.RoleTemplates())})
	if err != nil || len(page.Documents) == 0 {
		return nil, err
	}
	all := make([]hospes.Number, len(page.Documents))
	for i, d := range page.Documents {
		all[i] = d.Number
	}
	ties, err := r.Related(hospes.RelationMember, all...)
	if err != nil {
		return nil, err
	}
	var roles, through []hospes.Number
	for _, t := range ties {
		if t.To.Class() == hospes.ClassGroup && slices.Contains(groups, t.To) {
			roles, through = append(roles, t.From), append(through, t.To)
		}
	}
	live, err := r.Numbered(store.Live, through...)
	if err != nil {
		return nil, err
	}
	held := roles[:0]
	for i, group := range live {
		if group.Schema != nil { // a group in the bin gives nobody anything
			held = append(held, roles[i])
		}
	}
	return held, nil
}
