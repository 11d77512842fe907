package grant

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Config is what a Service needs from its surroundings.
type Config struct {
	Store     store.Store
	Box       authn.Box
	Clock     hospes.Clock
	Random    hospes.Random
	Authority *token.Authority
	People    *authn.Service

	// System is the tenant of the operator: devices wait there, since nobody knows yet which tenant they are for.
	System hospes.TenantID
}

// Service gives applications what people let them have. It is safe for concurrent use.
type Service struct{ config Config }

// New makes a Service.
func New(config Config) *Service { return &Service{config} }

// Codes of the refusals.
const (
	CodeResource        = "AADSTS500011"
	CodeChallenge       = "AADSTS50147"
	CodeVerifier        = "AADSTS501481"
	CodeVerifierSize    = "AADSTS501491"
	CodeRedeemed        = "AADSTS54005"
	CodeConsent         = "AADSTS65001"
	CodeDeclined        = "AADSTS65004"
	CodeNoScope         = "AADSTS650053"
	CodeNotOffered      = "AADSTS650057"
	CodeBadGrant        = "AADSTS70000"
	CodeExpiredGrant    = "AADSTS70008"
	CodeScope           = "AADSTS70011"
	CodeIdleRefresh     = "AADSTS700082"
	CodeSPARefresh      = "AADSTS700084"
	CodePublicSecret    = "AADSTS700025"
	CodeOtherClient     = "AADSTS700005" // the code is another application's
	CodeRedirect        = "AADSTS500112" // not the redirect URI of the request
	CodeDevicePending   = "AADSTS70016"
	CodeDeviceUnknown   = "AADSTS70018"
	CodeDeviceExpired   = "AADSTS70020"
	CodeDeviceSlow      = "AADSTS50196"
	CodeAdminOnly       = "AADSTS90094"
	CodeTooManyAttempts = "AADSTS50053"
)

func refuse(kind hospes.Kind, code, message string) error {
	return &hospes.Error{Kind: kind, Op: "grant", Code: code, Message: message}
}

func (s *Service) update(ctx context.Context, tenant hospes.TenantID, fn func(store.Tx) error) error {
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes"}, Cause: hospes.CauseAPI}
	return s.config.Store.Update(ctx, store.Write{Tenant: tenant, By: by}, fn)
}
