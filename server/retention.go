package server

import (
	"context"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/store"
)

const (
	changesKept  = 30 * 24 * time.Hour // and as far back as the slowest job has to read
	forgetEvery  = time.Hour
	forgetAtOnce = 5000 // changes in one transaction
	purgeAtOnce  = 500  // objects of a class in one transaction

	signInsKept = 30 * 24 * time.Hour
	devicesKept = time.Hour      // after they have stopped waiting: anybody may begin one, so they are not to pile up
	proofsKept  = 24 * time.Hour // after their end, so that a code that is shown again is known for what it was
)

// Forget gives up what need not be kept any longer.
func (i *Instance) Forget(ctx context.Context) error {
	tenants, err := i.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes"}, Cause: hospes.CauseSetup}
	for _, t := range tenants {
		if err := i.emptyBin(ctx, t.ID); err != nil {
			return err
		}
		for _, forget := range []func(store.Tx) (int64, error){
			func(tx store.Tx) (int64, error) { return tx.Forget(tx.Now().Add(-changesKept), forgetAtOnce) },
			func(tx store.Tx) (int64, error) { return tx.ForgetSignIns(tx.Now().Add(-signInsKept), forgetAtOnce) },
			func(tx store.Tx) (int64, error) {
				now := tx.Now()
				return tx.ForgetProofs(store.ProofsOver{Expired: now.Add(-proofsKept), Waited: now.Add(-devicesKept), Spent: now.Add(-grant.RotationGrace)}, forgetAtOnce)
			},
			func(tx store.Tx) (int64, error) { return tx.ForgetAttempts(forgetAtOnce) },
		} {
			if err := i.forgetAll(ctx, store.Write{Tenant: t.ID, By: by, Bulk: true}, forget); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetAll gives up one kind of thing, in transactions of a bearable size.
func (i *Instance) forgetAll(ctx context.Context, w store.Write, forget func(store.Tx) (int64, error)) error {
	for more := true; more; {
		err := i.Store.Update(ctx, w, func(tx store.Tx) error {
			n, err := forget(tx)
			more = n == forgetAtOnce
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// emptyBin removes for good what has been in a tenant's bin for its time.
func (i *Instance) emptyBin(ctx context.Context, tenant hospes.TenantID) error {
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes"}, Cause: hospes.CauseExpiry}
	for more := true; more; {
		err := i.Store.Update(ctx, store.Write{Tenant: tenant, By: by, Bulk: true}, func(tx store.Tx) error {
			n, err := directory.EmptyBin(tx, tx.Now().Add(-directory.BinLife), purgeAtOnce)
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keepForgetting does so from time to time, until the context ends.
func (i *Instance) keepForgetting(ctx context.Context) {
	ticker := time.NewTicker(forgetEvery)
	defer ticker.Stop()
	for {
		if err := i.Forget(ctx); err != nil && ctx.Err() == nil {
			i.options.Log.Error("what is old could not be given up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
