package token

import (
	"context"
	"errors"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Codes of the refusals of Authenticate.
const (
	CodeMalformedClient = "AADSTS700038"
	CodeUnknownClient   = "AADSTS700016"
	CodeInvalidSecret   = "AADSTS7000215"
	CodeExpiredSecret   = "AADSTS7000222"
	CodeDisabledClient  = "AADSTS7000112"
)

// Directory is what Authenticate reads; store.Store is one.
type Directory interface {
	View(ctx context.Context, tenant hospes.TenantID, fn func(store.Reader) error) error
}

// Keeper is a Directory that also keeps what is used up; store.Store is one.
type Keeper interface {
	Directory
	Update(ctx context.Context, w store.Write, fn func(store.Tx) error) error
}

// Client is an application that has proven who it is, as its service principal in one tenant.
type Client struct {
	Tenant      hospes.Tenant
	Principal   hospes.ObjectID
	AppID       string
	DisplayName string
	KeyID       string   // of the secret, certificate or federated credential it came with
	Certified   bool     // it came with an assertion
	Roles       []string // what it was granted at Graph, in order
}

// candidate is a client whose secret has not been checked yet.
type candidate struct {
	client       Client
	home         hospes.TenantID
	enabled      bool
	secrets      []store.Credential
	certificates []Certificate
	federated    []hospes.FederatedCredential
}

// Authenticate tells which client in a tenant holds the secret. Secrets belong to the application in its home tenant, or
// to the service principal itself. The refusals have the codes above; nothing about a client beyond its existence is told
// to who does not have its secret.
func Authenticate(ctx context.Context, d Directory, tenant hospes.TenantID, clientID, secret string) (Client, error) {
	c, now, err := lookUp(ctx, d, tenant, clientID)
	if err != nil {
		return Client{}, err
	}
	if c.client.KeyID, err = matchSecret(c.secrets, c.client.AppID, secret, now); err != nil {
		return Client{}, err
	}
	if err := c.mayAct(); err != nil {
		return Client{}, err
	}
	return c.client, nil
}

// lookUp reads all that is known of a client, in the tenant and at its home.
func lookUp(ctx context.Context, d Directory, tenant hospes.TenantID, clientID string) (c candidate, now time.Time, err error) {
	id, err := parseClientID(clientID)
	if err != nil {
		return c, now, err
	}
	err = d.View(ctx, tenant, func(r store.Reader) (err error) {
		now = r.Now()
		c, err = findClient(r, id)
		return err
	})
	if err == nil && c.home != tenant {
		// Not inside the View above: whoever holds one session and waits for another can wait forever.
		err = c.readHome(ctx, d)
	}
	return c, now, err
}

// parseClientID gives the canonical form of a client id.
func parseClientID(clientID string) (string, error) {
	id, ok := hospes.ParseObjectID(clientID)
	if !ok || id.IsZero() {
		return "", clientError(hospes.KindInvalid, CodeMalformedClient, clip(clientID)+" is not a valid application identifier.")
	}
	return id.String(), nil
}

// mayAct refuses a client that is disabled in the tenant. It is asked once the client is proven.
func (c candidate) mayAct() error {
	if !c.enabled {
		return clientError(hospes.KindForbidden, CodeDisabledClient, "Application '"+c.client.AppID+"'("+c.client.DisplayName+") is disabled.")
	}
	return nil
}

// findClient reads all that the tenant itself knows of a client.
func findClient(r store.Reader, appID string) (candidate, error) {
	principal, err := store.FindHolder(r, hospes.SpacePrincipal, appID)
	if errors.Is(err, hospes.ErrNotFound) {
		return candidate{}, unknownClient(appID, r.Tenant().ID)
	}
	if err != nil {
		return candidate{}, err
	}
	c := candidate{
		client: Client{Tenant: r.Tenant(), Principal: principal.ID, AppID: appID, DisplayName: displayName(principal)},
		home:   r.Tenant().ID,

		// Only a disabled one says so: the property is absent where nobody has ever set it.
		enabled: principal.Get(hospes.PrincipalAccountEnabled) != hospes.False,
	}
	if owner, ok := hospes.ParseTenantID(principal.Text(hospes.PrincipalOwner)); ok {
		c.home = owner
	}
	if c.secrets, err = r.Credentials(principal.Number); err != nil {
		return candidate{}, err
	}
	c.certificates = certificatesOf(principal.Get(hospes.PrincipalKeyCredentials))
	if c.home == r.Tenant().ID {
		if err := c.readApplication(r); err != nil {
			return candidate{}, err
		}
	}
	c.client.Roles, err = grantedRoles(r, principal.Number)
	return c, err
}

func displayName(principal *hospes.Object) string {
	if name := principal.Text(hospes.PrincipalAppDisplayName); name != "" {
		return name
	}
	return principal.Text(hospes.PrincipalDisplayName)
}

// readHome adds the application's secrets from its home tenant. A home that is not of this instance has none to offer.
func (c *candidate) readHome(ctx context.Context, d Directory) error {
	err := d.View(ctx, c.home, func(r store.Reader) error { return c.readApplication(r) })
	if err != nil && hospes.KindOf(err) == hospes.KindNotFound && hospes.CodeOf(err) != CodeUnknownClient {
		return nil
	}
	return err
}

// readApplication adds the application's secrets; r reads its home tenant.
func (c *candidate) readApplication(r store.Reader) error {
	appID := c.client.AppID
	holders, err := r.Holders(hospes.SpaceAppID, appID)
	if err != nil {
		return err
	}
	number, ok := holders[appID]
	if !ok {
		return unknownClient(appID, c.client.Tenant.ID)
	}
	application, err := store.FindNumber(r, store.Live, number)
	if err != nil {
		return err
	}
	secrets, err := r.Credentials(number)
	c.secrets = append(c.secrets, secrets...)
	if err != nil {
		return err
	}
	c.certificates = append(c.certificates, certificatesOf(application.Get(hospes.ApplicationKeyCredentials))...)
	c.federated, err = hospes.FederatedCredentials(application)
	return err
}

// grantedRoles gives the values of the roles of Graph that a service principal has been assigned, in order.
func grantedRoles(r store.Reader, principal hospes.Number) ([]string, error) {
	graph, err := store.FindHolder(r, hospes.SpacePrincipal, GraphAppID)
	if errors.Is(err, hospes.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	roles, _, err := API{graph}.Roles(r, principal)
	return roles, err
}

// matchSecret gives the id of the credential that a secret belongs to. All are compared, so that the time tells nothing.
func matchSecret(secrets []store.Credential, appID, secret string, now time.Time) (keyID string, err error) {
	sum := SecretDigest(secret)
	expired := false
	for _, c := range secrets {
		if c.Kind != store.CredentialClientSecret || !sameDigest(c.Digest, sum) {
			continue
		}
		switch {
		case !c.Ends.IsZero() && !now.Before(c.Ends):
			expired = true
		case !now.Before(c.Starts):
			keyID = c.KeyID
		}
	}
	if keyID != "" {
		return keyID, nil
	}
	if expired {
		return "", clientError(hospes.KindUnauthenticated, CodeExpiredSecret, "The provided client secret keys for app '"+appID+"' are expired. Add a new secret to the application.")
	}
	return "", clientError(hospes.KindUnauthenticated, CodeInvalidSecret, "Invalid client secret provided. Send the value of a secret of app '"+appID+"', not the id of the secret.")
}

// unknownClient names the tenant by its id, as the caller did or could have: its name is nothing to strangers.
func unknownClient(appID string, tenant hospes.TenantID) error {
	return clientError(hospes.KindNotFound, CodeUnknownClient, "Application with identifier '"+appID+"' was not found in the directory '"+tenant.String()+"'. It may not have been added to that tenant, or the request went to the wrong one.")
}

func clientError(kind hospes.Kind, code, message string) error {
	return &hospes.Error{Kind: kind, Op: "token.Authenticate", Code: code, Message: message}
}

// clip bounds what is repeated of a caller's text.
func clip(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
