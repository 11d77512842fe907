package directory

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// offeredScopes gives the scopes that an application offers, as its service principals show them.
func offeredScopes(app *hospes.Object) hospes.Value {
	return app.Get(hospes.ApplicationAPI).Member("oauth2PermissionScopes")
}

// principalNames are the names by which clients ask for an application: its id and its addresses.
func principalNames(app *hospes.Object) hospes.Value {
	return hospes.Strings(append([]string{app.Text(hospes.ApplicationAppID)}, app.Get(hospes.ApplicationIdentifierURIs).Texts()...)...)
}

// mirror brings the service principal of an application in its own tenant up to what has changed of the application. In
// other tenants it stays as it was consented to.
func mirror(tx store.Tx, app *hospes.Object) error {
	sp, err := store.FindHolder(tx, hospes.SpacePrincipal, hospes.Fold(app.Text(hospes.ApplicationAppID)))
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	changed := func(p *hospes.Property) bool { return app.Get(p) != app.Loaded(p) }
	if changed(hospes.ApplicationDisplayName) {
		sp.Set(hospes.PrincipalAppDisplayName, app.Get(hospes.ApplicationDisplayName))
		sp.Set(hospes.PrincipalDisplayName, app.Get(hospes.ApplicationDisplayName))
	}
	if changed(hospes.ApplicationAppRoles) {
		sp.Set(hospes.PrincipalAppRoles, app.Get(hospes.ApplicationAppRoles))
	}
	if changed(hospes.ApplicationAPI) {
		sp.Set(hospes.PrincipalScopes, offeredScopes(app))
	}
	if changed(hospes.ApplicationIdentifierURIs) {
		sp.Set(hospes.PrincipalNames, principalNames(app))
	}
	if changed(hospes.ApplicationSignInAudience) {
		sp.Set(hospes.PrincipalSignInAudience, app.Get(hospes.ApplicationSignInAudience))
	}
	return putAudited(tx, "Update service principal", sp)
}

// checkOffers holds the rules of what an application offers (graph-wire 4.2): ids and values are there once, and what is in
// use is disabled before it is taken away or changed.
func checkOffers(app *hospes.Object) error {
	for _, offers := range []struct{ before, after hospes.Value }{
		{app.Loaded(hospes.ApplicationAppRoles), app.Get(hospes.ApplicationAppRoles)},
		{app.Loaded(hospes.ApplicationAPI).Member("oauth2PermissionScopes"), offeredScopes(app)},
	} {
		after := map[string]hospes.Value{}
		values := map[string]bool{}
		var wrong error
		offers.after.Each(func(item hospes.Value) bool {
			id, value := strings.ToLower(item.Member("id").Text()), item.Member("value").Text()
			if _, ok := hospes.ParseObjectID(id); !ok {
				wrong = hospes.Invalidf("directory.Application", "Each role and scope must have an 'id' that is a UUID.")
				return false
			}
			if _, twice := after[id]; twice || value != "" && values[value] {
				wrong = hospes.Invalidf("directory.Application", "Request contains a property with duplicate values.")
				return false
			}
			after[id], values[value] = item, true
			return true
		})
		if wrong != nil {
			return wrong
		}
		offers.before.Each(func(item hospes.Value) bool {
			now, kept := after[strings.ToLower(item.Member("id").Text())]
			if item.Member("isEnabled").Bool() && (!kept || now.Member("value") != item.Member("value") && now.Member("isEnabled").Bool()) {
				wrong = &hospes.Error{
					Kind: hospes.KindInvalid, Op: "directory.Application", Code: "CannotDeleteOrUpdateEnabledEntitlement",
					Message: "Permission (scope or role) cannot be deleted or updated unless disabled first.",
				}
			}
			return wrong == nil
		})
		if wrong != nil {
			return wrong
		}
	}
	return nil
}
