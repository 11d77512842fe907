package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
)

const credentialsPrefix = "You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account. "

// CodeTargetNotFound is the code of a target tenant that is not here, CodeCredentialsMissing that of none at all.
const (
	CodeTargetNotFound     = "ExternalTenantNotFound"
	CodeCredentialsMissing = "CredentialsMissing"
)

// Validate checks that the settings would let a job run: the target tenant is of this instance, and both tenants let
// the job through, the source asked first (provisioning 3.6, design 2.2).
func (e *Engine) Validate(ctx context.Context, source hospes.TenantID, s Settings) error {
	const op = "provision.Validate"
	refuse := func(code, text string) error {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: op, Code: code, Message: credentialsPrefix + text}
	}
	target, ok := s.Target()
	if !ok {
		return refuse(CodeCredentialsMissing, "No target tenant is given: set the credential CompanyId.")
	}
	if target == source {
		return refuse("InvalidCredentials", "The target tenant is the source tenant.")
	}
	if _, err := e.Store.Tenant(ctx, target); err != nil {
		if hospes.KindOf(err) != hospes.KindNotFound {
			return err
		}
		return refuse(CodeTargetNotFound, "This tenant was not found by the authentication authority of the current cloud: "+target.String()+".")
	}
	closed, err := e.Gates(ctx, source, target)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		return refuse("AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure", closed[0].Text)
	}
	return nil
}
