package provision

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

// admitted asks whether the job may run. refused tells that it may not, which is noted.
func (r *run) admitted(ctx context.Context) (refused bool, err error) {
	err = r.checkGates(ctx)
	if err == nil || ctx.Err() != nil || hospes.KindOf(err) == hospes.KindUnavailable {
		return false, err // says nothing about the job
	}
	return true, errors.Join(err, r.refuse(ctx, err))
}

// CodeGateClosed says that a switch of one of the two tenants stops the job.
const CodeGateClosed = "AzureDirectoryB2BManagementPolicyCheckFailure"

// checkGates asks whether the two tenants still let this job through (provisioning 3.2, row X15).
func (r *run) checkGates(ctx context.Context) error {
	if remote, ok := r.target.(connector.Remote); ok {
		if err := remote.Test(ctx); err != nil {
			return &hospes.Error{Kind: hospes.KindForbidden, Op: "provision.RunCycle", Code: codeUnreachable, Message: err.Error(), Err: err}
		}
		return nil
	}
	from, to, err := r.engine.access(ctx, r.tenant, r.target.(connector.Local).Tenant())
	if err != nil {
		return err
	}
	r.admitGroups(to.GroupSyncInbound())
	closed := policy.CheckSync(from, to)
	if len(closed) == 0 {
		return nil
	}
	return &hospes.Error{
		Kind: hospes.KindForbidden, Op: "provision.RunCycle", Code: CodeGateClosed,
		Message: "Policy permitting auto-redemption of invitations not configured. " + closed[0].Text,
	}
}

// Gates gives the switches of the two tenants that stop a synchronization.
func (e *Engine) Gates(ctx context.Context, source, target hospes.TenantID) ([]policy.Gate, error) {
	from, to, err := e.access(ctx, source, target)
	if err != nil {
		return nil, err
	}
	return policy.CheckSync(from, to), nil
}

// access reads what each of two tenants says about the other.
func (e *Engine) access(ctx context.Context, source, target hospes.TenantID) (from, to policy.Access, err error) {
	err = e.Store.View(ctx, source, func(reader store.Reader) (err error) {
		from, err = policy.Read(reader, target)
		return err
	})
	if err != nil {
		return from, to, err
	}
	err = e.Store.View(ctx, target, func(reader store.Reader) (err error) {
		to, err = policy.Read(reader, source)
		return err
	})
	return from, to, err
}
