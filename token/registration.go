package token

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// RedirectKind is the platform that a redirect URI was registered for: it decides how a code is redeemed.
type RedirectKind string

// The platforms.
const (
	RedirectWeb    RedirectKind = "web"          // on a server, which proves itself
	RedirectSPA    RedirectKind = "spa"          // in a browser, which proves its origin
	RedirectNative RedirectKind = "publicClient" // on a device, which proves nothing but the verifier
)

// Public tells that whoever receives codes there has no secret.
func (k RedirectKind) Public() bool { return k != RedirectWeb }

// Redirect is an address that answers may be sent to.
type Redirect struct {
	URI  string
	Kind RedirectKind
}

// Registration is what an application says of itself at home.
type Registration struct {
	AppID       string
	DisplayName string
	Home        hospes.TenantID // zero for those of hospes itself, which are at home everywhere
	Public      bool            // it may ask for tokens without a proof, also without a redirect
	Many        bool            // people of other tenants than its home may sign in to it
	Redirects   []Redirect
	Required    []Required // what it declares that it needs
	LogoutURL   string
	Publisher   string // domain
	Terms       string
	Privacy     string
}

// Required is what an application needs of another: scopes in people's names, and roles for itself.
type Required struct {
	AppID         string
	Scopes, Roles []hospes.ObjectID
}

// Register finds where applications are known; store.Store is one.
type Register interface {
	Directory
	TenantsOfApp(ctx context.Context, appID string) ([]hospes.Tenant, error)
}

// FindRegistration reads what an application says of itself. CodeUnknownClient where no tenant knows it.
func FindRegistration(ctx context.Context, d Register, clientID string) (Registration, error) {
	appID, err := parseClientID(clientID)
	if err != nil {
		return Registration{}, err
	}
	if own, ok := FirstParty(appID); ok {
		return own, nil
	}
	tenants, err := d.TenantsOfApp(ctx, appID)
	if err != nil {
		return Registration{}, err
	}
	for _, t := range tenants {
		home := t.ID
		var r Registration
		find := func(reader store.Reader) (err error) {
			r, err = registration(reader, appID)
			return err
		}
		err := d.View(ctx, t.ID, func(reader store.Reader) error {
			principal, err := store.FindHolder(reader, hospes.SpacePrincipal, appID)
			if err != nil {
				return err
			}
			if owner, ok := hospes.ParseTenantID(principal.Text(hospes.PrincipalOwner)); ok {
				home = owner
			}
			return nil
		})
		if err == nil {
			err = d.View(ctx, home, find)
		}
		if err == nil || !errors.Is(err, hospes.ErrNotFound) {
			return r, err
		}
	}
	return Registration{}, clientError(hospes.KindNotFound, CodeUnknownClient, "Application with identifier '"+appID+"' was not found. It may not have been registered, or the request went to the wrong server.")
}

// registration reads an application in its home tenant.
func registration(r store.Reader, appID string) (Registration, error) {
	app, err := store.FindHolder(r, hospes.SpaceAppID, appID)
	if err != nil {
		return Registration{}, err
	}
	audience := app.Text(hospes.ApplicationSignInAudience)
	info := app.Get(hospes.ApplicationInfo)
	out := Registration{
		AppID: appID, DisplayName: app.Text(hospes.ApplicationDisplayName), Home: r.Tenant().ID, Public: app.Get(hospes.ApplicationFallbackPublic).Bool(),
		Many:      audience == "AzureADMultipleOrgs" || audience == "AzureADandPersonalMicrosoftAccount",
		Publisher: app.Text(hospes.ApplicationPublisherDomain), LogoutURL: app.Get(hospes.ApplicationWeb).Member("logoutUrl").Text(),
		Terms: info.Member("termsOfServiceUrl").Text(), Privacy: info.Member("privacyStatementUrl").Text(),
	}
	app.Get(hospes.ApplicationRequiredAccess).Each(func(access hospes.Value) bool {
		needed := Required{AppID: hospes.Fold(access.Member("resourceAppId").Text())}
		access.Member("resourceAccess").Each(func(item hospes.Value) bool {
			id, _ := hospes.ParseObjectID(item.Member("id").Text())
			if item.Member("type").Text() == "Role" {
				needed.Roles = append(needed.Roles, id)
			} else {
				needed.Scopes = append(needed.Scopes, id)
			}
			return true
		})
		out.Required = append(out.Required, needed)
		return true
	})
	for _, p := range platforms {
		for _, uri := range app.Get(p.property).Member("redirectUris").Texts() {
			out.Redirects = append(out.Redirects, Redirect{URI: uri, Kind: p.kind})
		}
	}
	return out, nil
}

// Enrolled is an application in a tenant where it is known, without a proof: public clients have none.
type Enrolled struct {
	Client
	Number             hospes.Number // of its service principal
	AssignmentRequired bool
	Enabled            bool
}

// FindEnrolled reads an application as a tenant knows it. CodeUnknownClient where it does not.
func FindEnrolled(r store.Reader, clientID string) (Enrolled, error) {
	appID, err := parseClientID(clientID)
	if err != nil {
		return Enrolled{}, err
	}
	principal, err := store.FindHolder(r, hospes.SpacePrincipal, appID)
	if errors.Is(err, hospes.ErrNotFound) {
		return Enrolled{}, unknownClient(appID, r.Tenant().ID)
	}
	if err != nil {
		return Enrolled{}, err
	}
	return Enrolled{
		Client:             Client{Tenant: r.Tenant(), Principal: principal.ID, AppID: appID, DisplayName: displayName(principal)},
		Number:             principal.Number,
		AssignmentRequired: principal.Get(hospes.PrincipalAssignmentRequired).Bool(), Enabled: principal.Get(hospes.PrincipalAccountEnabled) != hospes.False,
	}, nil
}

// The clients of hospes itself and of the Azure command line, which every tenant knows.
const (
	CommandLineAppID = "6a0f5c9e-1d1b-4c58-9d0a-3b5f0c6d7e21"
	AzureCLIAppID    = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
)

// firstParty are public clients that need no registration.
var firstParty = []Registration{
	{AppID: CommandLineAppID, DisplayName: "hospes command line", Public: true, Many: true, Redirects: []Redirect{{"http://localhost", RedirectNative}}},
	{AppID: AzureCLIAppID, DisplayName: "Microsoft Azure CLI", Public: true, Many: true, Redirects: []Redirect{
		{"http://localhost", RedirectNative}, {"https://login.microsoftonline.com/common/oauth2/nativeclient", RedirectNative},
	}},
}

// FirstParties gives the clients that every tenant knows.
func FirstParties() []Registration { return append([]Registration(nil), firstParty...) }

// FirstParty finds one of them.
func FirstParty(appID string) (Registration, bool) {
	for _, r := range firstParty {
		if r.AppID == appID {
			return r, true
		}
	}
	return Registration{}, false
}
