package directory

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// GuestRole ids of authorizationPolicy.guestUserRoleId (guests 4.3).
const (
	GuestRoleMember     = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
	GuestRoleLimited    = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
	GuestRoleRestricted = "2af84b1e-32c8-42b7-82bc-daa82404023b"
)

// CreateTenant makes a tenant with its organization object and the policies that every tenant has, then runs more, all
// in one transaction.
func CreateTenant(ctx context.Context, s store.Store, rnd hospes.Random, by hospes.By, t hospes.Tenant, more func(store.Tx) error) (hospes.Tenant, error) {
	const op = "directory.CreateTenant"
	if t.DisplayName == "" {
		return t, missing(hospes.OrganizationSchema, "displayName")
	}
	if !hospes.ValidDomainName(t.InitialDomain) {
		return t, hospes.Invalidf(op, "'%s' is not a domain name.", t.InitialDomain)
	}
	if t.ID.IsZero() {
		t.ID = hospes.NewTenantID(rnd)
	}
	t.Salt = NewSalt(rnd)
	return s.CreateTenant(ctx, t, store.Write{Tenant: t.ID, By: by}, func(tx store.Tx) error {
		for _, o := range tenantObjects(tx, rnd) {
			if err := tx.Put(o); err != nil {
				return err
			}
		}
		graph := graphPrincipal(tx, rnd)
		if err := tx.Put(graph); err != nil {
			return err
		}
		if err := enrolFirstParties(tx, rnd, graph); err != nil {
			return err
		}
		if more == nil {
			return nil
		}
		return more(tx)
	})
}

// graphPrincipal is the presence of Graph itself in a tenant: its roles are the permissions that applications are given.
func graphPrincipal(tx store.Tx, rnd hospes.Random) *hospes.Object {
	sp := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(rnd))
	sp.Set(hospes.PrincipalAccountEnabled, hospes.True)
	sp.Set(hospes.PrincipalAppID, hospes.String(token.GraphAppID))
	sp.Set(hospes.PrincipalDisplayName, hospes.String("Microsoft Graph"))
	sp.Set(hospes.PrincipalAppDisplayName, hospes.String("Microsoft Graph"))
	sp.Set(hospes.PrincipalType, hospes.String("Application"))
	sp.Set(hospes.PrincipalNames, hospes.Strings(token.GraphAppID, token.GraphResource))
	offerPermissions(sp)
	sp.Set(hospes.PrincipalCreated, hospes.Moment(tx.Now()))
	return sp
}

// offerPermissions lets Graph offer every permission that this version knows.
func offerPermissions(graph *hospes.Object) {
	graph.Set(hospes.PrincipalAppRoles, hospes.JSON(token.GraphRoles()))
	graph.Set(hospes.PrincipalScopes, hospes.JSON(token.GraphScopes()))
}

// RenewTenant brings what hospes itself keeps in a tenant up to this version: a tenant that an earlier one made offers
// the permissions of today as well, and knows the clients of today. It writes nothing where nothing is missing.
func RenewTenant(ctx context.Context, s store.Store, rnd hospes.Random, by hospes.By, tenant hospes.TenantID) error {
	renewed := false
	err := s.View(ctx, tenant, func(r store.Reader) error {
		graph, err := store.FindHolder(r, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		offerPermissions(graph)
		missing, err := missingFirstParties(r)
		if err != nil {
			return err
		}
		policies, err := r.Holders(hospes.SpaceSingleton, hospes.SignInPolicySchema.Name)
		renewed = !graph.Changed().Empty() || len(missing) > 0 || len(policies) == 0
		return err
	})
	if err != nil || !renewed {
		return err
	}
	return s.Update(ctx, store.Write{Tenant: tenant, By: by}, func(tx store.Tx) error {
		graph, err := store.FindHolder(tx, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		offerPermissions(graph)
		if err := putAudited(tx, "Update service principal", graph); err != nil {
			return err
		}
		if policies, err := tx.Holders(hospes.SpaceSingleton, hospes.SignInPolicySchema.Name); err != nil {
			return err
		} else if len(policies) == 0 {
			if err := tx.Put(signInPolicy(rnd)); err != nil {
				return err
			}
		}
		return enrolFirstParties(tx, rnd, graph)
	})
}

// tenantObjects are what a tenant has from the beginning, with the defaults of the service.
func tenantObjects(tx store.Tx, rnd hospes.Random) []*hospes.Object {
	t := tx.Tenant()
	organization := hospes.NewObject(hospes.OrganizationSchema, hospes.ObjectID(t.ID))
	organization.Set(hospes.OrganizationDisplayName, hospes.String(t.DisplayName))
	organization.Set(hospes.OrganizationCreated, hospes.Moment(tx.Now()))
	organization.Set(hospes.OrganizationTenantType, hospes.String("AAD"))

	authorization := hospes.NewObject(hospes.AuthorizationPolicySchema, hospes.NewObjectID(rnd))
	set(authorization, map[string]hospes.Value{
		"allowInvitesFrom": hospes.String("everyone"), "guestUserRoleId": hospes.String(GuestRoleLimited),
		"displayName": hospes.String("Authorization Policy"), "description": hospes.String("Used to manage authorization related settings across the company."),
		"allowedToSignUpEmailBasedSubscriptions": hospes.True, "allowedToUseSSPR": hospes.True,
		"allowEmailVerifiedUsersToJoinOrganization": hospes.False, "blockMsolPowerShell": hospes.False,
		"defaultUserRolePermissions": `{"allowedToCreateApps":true,"allowedToCreateSecurityGroups":true,"allowedToReadOtherUsers":true}`,
	})

	external := hospes.NewObject(hospes.ExternalIdentitiesPolicySchema, hospes.NewObjectID(rnd))
	set(external, map[string]hospes.Value{
		"allowDeletedIdentitiesDataRemoval": hospes.False, "allowExternalIdentitiesToLeave": hospes.True,
		"displayName": hospes.String("External Identities Policy"),
	})

	access := hospes.NewObject(hospes.CrossTenantAccessPolicySchema, hospes.NewObjectID(rnd))
	access.Set(hospes.CrossTenantAccessDisplayName, hospes.String("CrossTenantAccessPolicy"))

	defaults := hospes.NewObject(hospes.CrossTenantAccessDefaultSchema, hospes.NewObjectID(rnd))
	ResetDefaultAccess(defaults)
	return []*hospes.Object{organization, authorization, external, access, defaults, signInPolicy(rnd)}
}

// signInPolicy is what a tenant asks of people who sign in, before anybody has said.
func signInPolicy(rnd hospes.Random) *hospes.Object {
	o := hospes.NewObject(hospes.SignInPolicySchema, hospes.NewObjectID(rnd))
	o.Set(hospes.SignInRequireMultifactor, hospes.String(string(hospes.MultifactorNone)))
	return o
}

// ResetDefaultAccess gives the cross-tenant default what the service ships it with (guests 5.2).
func ResetDefaultAccess(defaults *hospes.Object) {
	b2b := func(access string) hospes.Value {
		return hospes.Value(`{"usersAndGroups":{"accessType":"` + access + `","targets":[{"target":"AllUsers","targetType":"user"}]},` +
			`"applications":{"accessType":"` + access + `","targets":[{"target":"AllApplications","targetType":"application"}]}}`)
	}
	set(defaults, map[string]hospes.Value{
		"isServiceDefault":         hospes.True,
		"inboundTrust":             `{"isMfaAccepted":false,"isCompliantDeviceAccepted":false,"isHybridAzureADJoinedDeviceAccepted":false}`,
		"b2bCollaborationInbound":  b2b("allowed"),
		"b2bCollaborationOutbound": b2b("allowed"),
		"b2bDirectConnectInbound":  b2b("blocked"), "b2bDirectConnectOutbound": b2b("blocked"),
		"automaticUserConsentSettings":                      `{"inboundAllowed":false,"outboundAllowed":false}`,
		"tenantRestrictions":                                b2b("blocked"),
		"invitationRedemptionIdentityProviderConfiguration": `{"primaryIdentityProviderPrecedenceOrder":["azureActiveDirectory","externalFederation","socialIdentityProviders"],"fallbackIdentityProvider":"defaultConfiguredIdp"}`,
	})
}

func set(o *hospes.Object, values map[string]hospes.Value) {
	for name, v := range values {
		o.Set(o.Schema.Must(name), v)
	}
}
