package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// enrolFirstParties gives a tenant the clients that every tenant knows, as far as they are missing, with the consent for
// everybody to all that Graph offers: what the person who is signed in may do bounds them.
func enrolFirstParties(tx store.Tx, rnd hospes.Random, graph *hospes.Object) error {
	missing, err := missingFirstParties(tx)
	if err != nil {
		return err
	}
	for _, client := range missing {
		sp := principalOf(tx, rnd, client)
		if err := tx.Put(sp); err != nil {
			return err
		}
		var names []string
		for _, scope := range token.Scopes() {
			names = append(names, scope.Name)
		}
		if _, err := CreateGrant(tx, rnd, sp, graph, nil, names); err != nil {
			return err
		}
	}
	return nil
}

// principalOf is the presence of an application that is registered elsewhere.
func principalOf(tx store.Tx, rnd hospes.Random, app token.Registration) *hospes.Object {
	sp := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(rnd))
	sp.Set(hospes.PrincipalAccountEnabled, hospes.True)
	sp.Set(hospes.PrincipalAppID, hospes.String(app.AppID))
	sp.Set(hospes.PrincipalDisplayName, hospes.String(app.DisplayName))
	sp.Set(hospes.PrincipalAppDisplayName, hospes.String(app.DisplayName))
	sp.Set(hospes.PrincipalType, hospes.String("Application"))
	sp.Set(hospes.PrincipalNames, hospes.Strings(app.AppID))
	if !app.Home.IsZero() {
		sp.Set(hospes.PrincipalOwner, hospes.String(app.Home.String()))
	}
	urls := make([]string, len(app.Redirects))
	for i, redirect := range app.Redirects {
		urls[i] = redirect.URI
	}
	sp.Set(hospes.PrincipalReplyURLs, hospes.Strings(urls...))
	sp.Set(hospes.PrincipalCreated, hospes.Moment(tx.Now()))
	return sp
}

// EnrolApplication makes an application of another tenant known to this one, as its first consent does.
func EnrolApplication(tx store.Tx, rnd hospes.Random, app token.Registration) (*hospes.Object, error) {
	sp := principalOf(tx, rnd, app)
	return sp, createAudited(tx, "Add service principal", sp)
}

// missingFirstParties gives the clients that the tenant does not know.
func missingFirstParties(r store.Reader) ([]token.Registration, error) {
	var ids []string
	for _, client := range token.FirstParties() {
		ids = append(ids, client.AppID)
	}
	holders, err := r.Holders(hospes.SpacePrincipal, ids...)
	if err != nil {
		return nil, err
	}
	var missing []token.Registration
	for _, client := range token.FirstParties() {
		if _, there := holders[client.AppID]; !there {
			missing = append(missing, client)
		}
	}
	return missing, nil
}

// isFirstParty tells the service principals of these clients. They can be disabled, not deleted: they would come back.
func isFirstParty(o *hospes.Object) bool {
	if o.Schema != hospes.ServicePrincipalSchema {
		return false
	}
	_, first := token.FirstParty(o.Text(hospes.PrincipalAppID))
	return first
}
