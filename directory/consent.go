package directory

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// GrantedScopes gives the scopes of a resource that a client may use in the name of a user: those that an administrator
// consented to for everybody, and those that were consented to for this one. A nil user stands for everybody. They are in
// order.
func GrantedScopes(r store.Reader, client, resource, user *hospes.Object) ([]string, error) {
	keys := []string{hospes.GrantKey(client.ID.String(), resource.ID.String(), "")}
	if user != nil {
		keys = append(keys, hospes.GrantKey(client.ID.String(), resource.ID.String(), user.ID.String()))
	}
	holders, err := r.Holders(hospes.SpaceGrant, keys...)
	if err != nil || len(holders) == 0 {
		return nil, err
	}
	var scopes []string
	for _, n := range holders {
		grant, err := store.FindNumber(r, store.Live, n)
		if err != nil {
			return nil, err
		}
		scopes = append(scopes, strings.Fields(grant.Text(hospes.GrantScope))...)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes), nil
}

// GrantScopes consents to scopes in addition to those that were consented to before. A nil user stands for everybody.
func GrantScopes(tx store.Tx, rnd hospes.Random, client, resource, user *hospes.Object, scopes []string) (*hospes.Object, error) {
	principal := ""
	if user != nil {
		principal = user.ID.String()
	}
	grant, err := store.FindHolder(tx, hospes.SpaceGrant, hospes.GrantKey(client.ID.String(), resource.ID.String(), principal))
	switch {
	case hospes.KindOf(err) == hospes.KindNotFound:
		return CreateGrant(tx, rnd, client, resource, user, scopes)
	case err != nil:
		return nil, err
	}
	return grant, SetScopes(tx, grant, append(strings.Fields(grant.Text(hospes.GrantScope)), scopes...))
}

// CreateGrant makes a consent. Conflict where client, resource and user have one.
func CreateGrant(tx store.Tx, rnd hospes.Random, client, resource, user *hospes.Object, scopes []string) (*hospes.Object, error) {
	scope, err := scopeText(resource, scopes)
	if err != nil {
		return nil, err
	}
	grant := hospes.NewObject(hospes.PermissionGrantSchema, hospes.NewObjectID(rnd))
	grant.Set(hospes.GrantClient, hospes.String(client.ID.String()))
	grant.Set(hospes.GrantResource, hospes.String(resource.ID.String()))
	grant.Set(hospes.GrantConsentType, hospes.String(hospes.ConsentAllPrincipals))
	grant.Set(hospes.GrantScope, hospes.String(scope))
	if user != nil {
		grant.Set(hospes.GrantConsentType, hospes.String(hospes.ConsentPrincipal))
		grant.Set(hospes.GrantPrincipal, hospes.String(user.ID.String()))
	}
	if err := tx.Put(grant); err != nil {
		return nil, err
	}
	ties := []hospes.Tie{{Relation: hospes.RelationGrantee, From: grant.Number, To: client.Number}}
	if user != nil {
		ties = append(ties, hospes.Tie{Relation: hospes.RelationGrantee, From: grant.Number, To: user.Number})
	}
	if _, err := tx.Relate(ties...); err != nil {
		return nil, err
	}
	record := audit("Add delegated permission grant", "Assign", client)
	record.Targets = append(record.Targets, audit("", "", resource).Targets...)
	if user != nil {
		record.Targets = append(record.Targets, userAudit("", "", user).Targets...)
	}
	record.Targets[0].Modified = []hospes.AuditModified{{Name: "DelegatedPermissionGrant.Scope", New: string(hospes.String(scope))}}
	return grant, tx.Audit(record)
}

// SetScopes makes a consent one to these scopes and no others.
func SetScopes(tx store.Tx, grant *hospes.Object, scopes []string) error {
	id, _ := hospes.ParseObjectID(grant.Text(hospes.GrantResource))
	resource, err := store.Find(tx, store.Live, hospes.ServicePrincipalSchema, id)
	if err != nil {
		return err
	}
	scope, err := scopeText(resource, scopes)
	if err != nil {
		return err
	}
	grant.Set(hospes.GrantScope, hospes.String(scope))
	return putAudited(tx, "Update delegated permission grant", grant)
}

// RevokeGrant takes a consent back.
func RevokeGrant(tx store.Tx, grant *hospes.Object) error {
	if err := tx.Delete(grant); err != nil {
		return err
	}
	return tx.Audit(audit("Remove delegated permission grant", "Delete", grant))
}

// revokeGrants takes back the consents to a client or for a person that goes for good.
func revokeGrants(tx store.Tx, o *hospes.Object) error {
	ties, err := tx.RelatedTo(hospes.RelationGrantee, o.Number)
	if err != nil {
		return err
	}
	for _, t := range ties {
		grant, err := store.FindNumber(tx, store.Live, t.From)
		if err != nil {
			return err
		}
		if err := RevokeGrant(tx, grant); err != nil {
			return err
		}
	}
	return nil
}

// scopeText writes scopes as a consent keeps them. Every one has to be offered by the resource.
func scopeText(resource *hospes.Object, scopes []string) (string, error) {
	offered := map[string]string{}
	resource.Get(hospes.PrincipalScopes).Each(func(scope hospes.Value) bool {
		value := scope.Member("value").Text()
		offered[strings.ToLower(value)] = value
		return true
	})
	var list []string
	for _, s := range scopes {
		value, ok := offered[strings.ToLower(s)]
		if !ok {
			return "", hospes.Invalidf("directory.Grant", "The scope '%s' is not offered by '%s'.", s, resource.Text(hospes.PrincipalDisplayName))
		}
		list = append(list, value)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " "), nil
}
