package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CreateDomainPolicy gives the tenant its list of domains that guests may come from. Conflict where it has one.
func CreateDomainPolicy(tx store.Tx, rnd hospes.Random, edits []hospes.Edit) (*hospes.Object, error) {
	o := hospes.NewObject(hospes.B2BManagementPolicySchema, hospes.NewObjectID(rnd))
	o.Set(hospes.B2BManagementDisplayName, hospes.String("B2BManagementPolicy"))
	o.Set(hospes.B2BManagementIsDefault, hospes.True)
	o.Apply(edits)
	if o.Get(hospes.B2BManagementDefinition) == hospes.Null {
		return nil, missing(hospes.B2BManagementPolicySchema, "definition")
	}
	return o, createAudited(tx, "Add policy", o)
}

// UpdateDomainPolicy changes the list. The record calls it PolicyDetails, by which scripts look for it (guests 4.6).
func UpdateDomainPolicy(tx store.Tx, o *hospes.Object, edits []hospes.Edit) error {
	o.Apply(edits)
	if o.Changed().Empty() {
		return nil
	}
	record := audit("Update policy", "Update", o)
	record.Targets[0].Modified = modified(o)
	for i := range record.Targets[0].Modified {
		if m := &record.Targets[0].Modified[i]; m.Name == hospes.B2BManagementDefinition.Name {
			m.Name = "PolicyDetails"
		}
	}
	if err := tx.Put(o); err != nil {
		return err
	}
	return tx.Audit(record)
}
