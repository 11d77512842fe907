package directory

import (
	"encoding/base64"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// CrossTenantSyncTemplate is the application template that cross-tenant synchronization is made from.
const CrossTenantSyncTemplate = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7"

// TemplateTag marks service principals that came from a template.
const TemplateTag = "WindowsAzureActiveDirectoryIntegratedApp"

// CreateApplication makes an app registration.
func CreateApplication(tx store.Tx, rnd hospes.Random, edits []hospes.Edit) (*hospes.Object, error) {
	app := hospes.NewObject(hospes.ApplicationSchema, hospes.NewObjectID(rnd))
	app.Apply(edits)
	if app.Get(hospes.ApplicationDisplayName) == hospes.Null {
		return nil, missing(hospes.ApplicationSchema, "displayName")
	}
	keys, err := keyCredentials(hospes.Null, app.Get(hospes.ApplicationKeyCredentials))
	if err != nil {
		return nil, err
	}
	app.Set(hospes.ApplicationKeyCredentials, keys)
	if app.Get(hospes.ApplicationAppID) == hospes.Null {
		app.Set(hospes.ApplicationAppID, hospes.String(hospes.NewUUID(rnd)))
	}
	if app.Get(hospes.ApplicationSignInAudience) == hospes.Null {
		app.Set(hospes.ApplicationSignInAudience, hospes.String("AzureADMyOrg"))
	}
	if err := checkApplication(tx, app); err != nil {
		return nil, err
	}
	domain, err := DefaultDomain(tx)
	if err != nil {
		return nil, err
	}
	app.Set(hospes.ApplicationPublisherDomain, hospes.String(domain))
	app.Set(hospes.ApplicationCreated, hospes.Moment(tx.Now()))
	return app, createAudited(tx, "Add application", app)
}

// checkApplication holds the rules that hold at every write of an application.
func checkApplication(r store.Reader, app *hospes.Object) error {
	if err := checkIdentifierURIs(r, app); err != nil {
		return err
	}
	if err := token.CheckRedirects(app); err != nil {
		return err
	}
	return checkOffers(app)
}

// CreatePrincipal gives an application of this tenant its presence in it. Conflict where it has one.
func CreatePrincipal(tx store.Tx, rnd hospes.Random, app *hospes.Object, edits []hospes.Edit) (*hospes.Object, error) {
	sp := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(rnd))
	name := app.Get(hospes.ApplicationDisplayName)
	sp.Set(hospes.PrincipalAccountEnabled, hospes.True)
	sp.Set(hospes.PrincipalAppID, app.Get(hospes.ApplicationAppID))
	sp.Set(hospes.PrincipalDisplayName, name)
	sp.Set(hospes.PrincipalAppDisplayName, name)
	sp.Set(hospes.PrincipalOwner, hospes.String(tx.Tenant().ID.String()))
	sp.Set(hospes.PrincipalAssignmentRequired, hospes.False)
	sp.Set(hospes.PrincipalType, hospes.String("Application"))
	sp.Set(hospes.PrincipalSignInAudience, app.Get(hospes.ApplicationSignInAudience))
	sp.Set(hospes.PrincipalTemplateID, app.Get(hospes.ApplicationTemplateID))
	sp.Set(hospes.PrincipalAppRoles, app.Get(hospes.ApplicationAppRoles))
	sp.Set(hospes.PrincipalScopes, offeredScopes(app))
	sp.Set(hospes.PrincipalCreated, hospes.Moment(tx.Now()))
	sp.Apply(edits)
	sp.Set(hospes.PrincipalNames, principalNames(app))
	return sp, createAudited(tx, "Add service principal", sp)
}

// InstantiateTemplate makes an application and its service principal from a template (provisioning 1.1): assignment
// required, one app role msiam_access, the scope user_impersonation.
func InstantiateTemplate(tx store.Tx, rnd hospes.Random, template, displayName string) (app, sp *hospes.Object, err error) {
	if displayName == "" {
		return nil, nil, missing(hospes.ApplicationSchema, "displayName")
	}
	role := hospes.AppRole{
		AllowedMemberTypes: []string{"User"}, Description: "msiam_access", DisplayName: "msiam_access",
		ID: hospes.NewObjectID(rnd), IsEnabled: true, Origin: "Application",
	}
	app, err = CreateApplication(tx, rnd, []hospes.Edit{
		{Property: hospes.ApplicationDisplayName, Value: hospes.String(displayName)},
		{Property: hospes.ApplicationTemplateID, Value: hospes.String(template)},
		{Property: hospes.ApplicationAppRoles, Value: hospes.JSON([]hospes.AppRole{role})},
	})
	if err != nil {
		return nil, nil, err
	}
	scope := map[string]any{
		"adminConsentDescription": "Allow the application to access " + displayName + " on behalf of the signed-in user.",
		"adminConsentDisplayName": "Access " + displayName, "id": hospes.NewUUID(rnd), "isEnabled": true, "type": "User",
		"userConsentDescription": nil, "userConsentDisplayName": nil, "value": "user_impersonation",
	}
	sp, err = CreatePrincipal(tx, rnd, app, []hospes.Edit{
		{Property: hospes.PrincipalAssignmentRequired, Value: hospes.True},
		{Property: hospes.PrincipalTags, Value: hospes.Strings(TemplateTag)},
		{Property: hospes.PrincipalScopes, Value: hospes.JSON([]any{scope})},
	})
	return app, sp, err
}

// UpdateObject changes an object of a class without rules of its own: applications, service principals, policies, the
// organization.
func UpdateObject(tx store.Tx, o *hospes.Object, edits []hospes.Edit) error {
	kind := auditKindOf(o.Schema.Class)
	if kind.update == "" {
		kind.update = "Update " + kind.name
	}
	return UpdateObjectAs(tx, kind.update, o, edits)
}

// UpdateObjectAs is UpdateObject for a change that has a name of its own.
func UpdateObjectAs(tx store.Tx, activity string, o *hospes.Object, edits []hospes.Edit) error {
	if err := checkFixed(o, edits); err != nil {
		return err
	}
	if err := CheckAccessSettings(edits); err != nil {
		return err
	}
	for _, e := range edits {
		v := merged(o, e)
		if e.Property == hospes.ApplicationKeyCredentials {
			var err error
			if v, err = keyCredentials(o.Get(e.Property), v); err != nil {
				return err
			}
		}
		o.Set(e.Property, v)
	}
	if isGraph(o) && !o.Get(hospes.PrincipalAccountEnabled).Bool() {
		return graphStays("disabled")
	}
	if o.Schema == hospes.ApplicationSchema {
		if err := checkApplication(tx, o); err != nil {
			return err
		}
		if err := mirror(tx, o); err != nil {
			return err
		}
	}
	return putAudited(tx, activity, o)
}

// isGraph tells the service principal of Graph itself, without which nobody in the tenant could be given a permission.
func isGraph(o *hospes.Object) bool {
	return o.Schema == hospes.ServicePrincipalSchema && o.Text(hospes.PrincipalAppID) == token.GraphAppID
}

func graphStays(what string) error {
	return hospes.Invalidf("directory.Graph", "The service principal of Microsoft Graph cannot be %s.", what)
}

// CreateObject stores an object of a class without rules of its own.
func CreateObject(tx store.Tx, activity string, o *hospes.Object) error {
	return createAudited(tx, activity, o)
}

// DeleteObject removes an object: into the bin where its class has one. An application takes its service principal
// along, and a service principal its jobs.
func DeleteObject(tx store.Tx, activity string, o *hospes.Object) error {
	if o.Schema == hospes.ApplicationSchema {
		sp, err := store.FindHolder(tx, hospes.SpacePrincipal, hospes.Fold(o.Text(hospes.ApplicationAppID)))
		switch {
		case err == nil:
			if err := DeleteObject(tx, "Remove service principal", sp); err != nil {
				return err
			}
		case hospes.KindOf(err) != hospes.KindNotFound:
			return err
		}
	}
	if isGraph(o) {
		return graphStays("deleted")
	}
	if isFirstParty(o) {
		return hospes.Invalidf("directory.DeleteObject", "The service principal of '%s' cannot be deleted. Set accountEnabled to false to keep it out.", o.Text(hospes.PrincipalDisplayName))
	}
	if o.Schema == hospes.ServicePrincipalSchema {
		jobs, err := tx.Jobs(o.Number)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := tx.DeleteJob(j); err != nil {
				return err
			}
			if err := tx.Audit(hospes.ConfigurationAudit("Delete provisioning configuration", o)); err != nil {
				return err
			}
		}
	}
	if err := tx.Delete(o); err != nil {
		return err
	}
	return tx.Audit(audit(activity, "Delete", o))
}

// Assign gives a principal a role of an application of the tenant (graph-wire 5.4).
func Assign(tx store.Tx, rnd hospes.Random, resource, principal *hospes.Object, role hospes.ObjectID) (hospes.Assignment, error) {
	const op = "directory.Assign"
	switch principal.Schema.Class {
	case hospes.ClassUser, hospes.ClassServicePrincipal:
	case hospes.ClassGroup:
		if !principal.Get(hospes.GroupSecurityEnabled).Bool() {
			return hospes.Assignment{}, hospes.Invalidf(op, "Only security-enabled groups can be assigned to an application.")
		}
	default:
		return hospes.Assignment{}, hospes.Invalidf(op, "A %s cannot be assigned to an application.", principal.Schema.Name)
	}
	if role != hospes.DefaultAppRole {
		roles, err := hospes.AppRoles(resource)
		if err != nil {
			return hospes.Assignment{}, err
		}
		known := false
		for _, r := range roles {
			known = known || r.ID == role
		}
		if !known {
			return hospes.Assignment{}, hospes.Invalidf(op, "Permission being assigned was not found on application '%s'.", resource.Text(hospes.PrincipalAppID))
		}
	}
	id := hospes.NewObjectID(rnd)
	a, err := tx.Assign(hospes.Assignment{
		ID:        base64.RawURLEncoding.EncodeToString(append(principal.ID.Bytes(), id.Bytes()...)),
		Principal: principal.Number, Resource: resource.Number, RoleID: role, Created: tx.Now(),
	})
	if err != nil {
		return a, err
	}
	return a, auditTies(tx, "Add app role assignment grant to "+auditKinds[principal.Schema.Class].name, resource, []*hospes.Object{principal})
}

// Unassign takes a role away.
func Unassign(tx store.Tx, a hospes.Assignment, resource, principal *hospes.Object) error {
	if err := tx.Unassign(a); err != nil {
		return err
	}
	return auditTies(tx, "Remove app role assignment from "+auditKinds[principal.Schema.Class].name, resource, []*hospes.Object{principal})
}
