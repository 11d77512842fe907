package provision

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// ProvisionOnDemand takes one person through the pipeline at once and answers the record, with its steps
// (provisioning 1.7). The job need not be started. Out of scope gives a skip with its reasons, and an unassigned person
// is not taken away: that is a cycle's business.
func (e *Engine) ProvisionOnDemand(ctx context.Context, tenant hospes.TenantID, jobID, ruleID string, person hospes.ObjectID) (*hospes.Provisioning, error) {
	const op = "provision.ProvisionOnDemand"
	r := &run{engine: e, tenant: tenant, now: e.Clock.Now(), onDemand: true}
	if err := r.loadUnleased(ctx, jobID); err != nil {
		return nil, err
	}
	if ruleID != "" && ruleID != r.people.ruleID {
		return nil, hospes.Invalidf(op, "The schema of the job has no rule '%s'.", ruleID)
	}
	if err := r.checkGates(ctx); err != nil {
		return nil, err
	}
	r.cycle = &hospes.CycleProgress{ID: hospes.NewUUID(e.Random), Kind: hospes.CycleOnDemand, Began: r.now}
	var record *hospes.Provisioning
	err := r.pass(ctx, false, &batch{
		run: r, of: r.people,
		gather: func(source store.Reader) ([]*subject, error) {
			object, err := store.Find(source, store.Live, hospes.UserSchema, person)
			if err != nil {
				return nil, err
			}
			return r.subjectsOf(source, r.people, []hospes.Number{object.Number})
		},
		told: func(list []*hospes.Provisioning) {
			record = nil
			if len(list) > 0 {
				record = list[0]
			}
		},
	})
	if err == nil && record == nil {
		err = hospes.Internal(op, errors.New("the person left no record"))
	}
	return record, err
}

// loadUnleased reads what a pass needs without taking the lease: one person at a time may be done beside a cycle,
// because both write in the same transaction as the link.
func (r *run) loadUnleased(ctx context.Context, jobID string) error {
	r.job.ID = jobID
	return r.load(ctx)
}
