package authn

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Box seals and opens; *seal.Box is one.
type Box interface {
	Seal(aad string, plaintext []byte) []byte
	Open(aad string, sealed []byte) ([]byte, error)
}

// Config is what a Service needs from its surroundings.
type Config struct {
	Store  store.Store
	Box    Box
	Clock  hospes.Clock
	Random hospes.Random
}

// Service checks who people are. It is safe for concurrent use.
type Service struct {
	config Config
	queue  *queue
}

// New makes a Service.
func New(config Config) *Service { return &Service{config: config, queue: newQueue()} }

// Codes of the refusals.
const (
	CodeSelect          = "AADSTS16000" // more than one account
	CodePending         = "AADSTS50014" // a guest who has not accepted
	CodeForeign         = "AADSTS50020" // nobody of this tenant
	CodeNoUser          = "AADSTS50034"
	CodeLocked          = "AADSTS50053"
	CodePasswordExpired = "AADSTS50055"
	CodeDisabled        = "AADSTS50057"
	CodeNoSession       = "AADSTS50058"
	CodeMFA             = "AADSTS50076"
	CodeMFAEnrol        = "AADSTS50079"
	CodeNotAssigned     = "AADSTS50105"
	CodeWrongPassword   = "AADSTS50126"
	CodeNoDomain        = "AADSTS50128"
	CodeRevoked         = "AADSTS50173"
	CodeOutbound        = "AADSTS500212"
	CodeInbound         = "AADSTS500213"
	CodeWrongCode       = "AADSTS500121" // of the second factor
	CodeBusy            = "AADSTS90033"
	CodeThrottled       = "AADSTS90055"
)

func refuse(kind hospes.Kind, code, message string) error {
	return &hospes.Error{Kind: kind, Op: "authn", Code: code, Message: message}
}

// Caller is where an attempt comes from, as the log tells it.
type Caller struct {
	Address     string
	Agent       string
	Correlation string
	AppID       string
	AppName     string
}

// by says who acts: a person at a browser.
func (c Caller) by(a Account) hospes.By {
	return hospes.By{
		Actor: hospes.Actor{Kind: hospes.ActorUser, ID: a.ID.String(), DisplayName: a.Name, UPN: a.UPN, Address: c.Address, AppID: c.AppID},
		Cause: hospes.CauseAPI, Correlation: c.Correlation,
	}
}

func (s *Service) update(ctx context.Context, tenant hospes.TenantID, by hospes.By, fn func(store.Tx) error) error {
	return s.config.Store.Update(ctx, store.Write{Tenant: tenant, By: by}, fn)
}
