package provision

import (
	"context"
	"errors"
	"fmt"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// ProvisionOnDemand takes one person through the pipeline at once and answers the record, with its steps
// (provisioning 1.7). The job need not be started. Out of scope gives a skip with its reasons, and an unassigned person
// is not taken away: that is a cycle's business.
func (e *Engine) ProvisionOnDemand(ctx context.Context, tenant hospes.TenantID, jobID, ruleID string, person hospes.ObjectID) (*hospes.Provisioning, error) {
	const op = "provision.ProvisionOnDemand"
	r := &run{engine: e, tenant: tenant, now: e.Clock.Now()}
	if err := r.loadUnleased(ctx, jobID); err != nil {
		return nil, err
	}
	if ruleID != "" && ruleID != r.schema.ruleID {
		return nil, hospes.Invalidf(op, "The schema of the job has no rule '%s'.", ruleID)
	}
	if err := r.checkGates(ctx); err != nil {
		return nil, err
	}
	r.cycle = &hospes.CycleProgress{ID: hospes.NewUUID(e.Random), Kind: hospes.CycleOnDemand, Began: r.now}
	var record *hospes.Provisioning
	by := e.by(r.cycle.ID)
	err := e.Store.UpdatePair(ctx, store.Write{Tenant: tenant, By: by}, store.Write{Tenant: r.target.Tenant(), By: by}, func(source, target store.Tx) error {
		record = nil
		object, err := store.Find(source, store.Live, hospes.UserSchema, person)
		if err != nil {
			return err
		}
		subjects, err := r.subjectsOf(source, []hospes.Number{object.Number})
		if err != nil {
			return err
		}
		if len(subjects) != 1 {
			return hospes.Internal(op, fmt.Errorf("%d subjects for one person", len(subjects)))
		}
		s := subjects[0]
		s.evaluateScope(r.schema, r.settings.SyncAll())
		if !s.scope.entitled() && s.link != nil {
			record = recordOf(r, s, Step{Kind: StepSkip, Reason: ReasonNotEntitled})
			return source.LogProvisioning(record)
		}
		log := &capture{Tx: source}
		if err := r.process(log, target, subjects); err != nil {
			return err
		}
		if len(log.records) > 0 {
			record = log.records[0]
		}
		return nil
	})
	if err == nil && record == nil {
		err = hospes.Internal(op, errors.New("the person left no record"))
	}
	return record, err
}

// capture keeps the records that pass through.
type capture struct {
	store.Tx
	records []*hospes.Provisioning
}

// LogProvisioning implements store.LogWriter.
func (c *capture) LogProvisioning(records ...*hospes.Provisioning) error {
	c.records = append(c.records, records...)
	return c.Tx.LogProvisioning(records...)
}

// loadUnleased reads what a pass needs without taking the lease: one person at a time may be done beside a cycle,
// because both write in the same transaction as the link.
func (r *run) loadUnleased(ctx context.Context, jobID string) error {
	r.job.ID = jobID
	return r.load(ctx)
}
