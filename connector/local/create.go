package local

import (
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/invite"
	"github.com/hospes-dev/hospes/store"
)

// forbidden is the failure under an invite restriction (provisioning 3.8).
func forbidden() *connector.Failure {
	return &connector.Failure{
		Code:    "AzureActiveDirectoryForbidden",
		Message: "Guest invitations not allowed for your company. Contact your company administrator for more details.",
	}
}

// create makes external users. Names that clash get digits; an address that is taken is looked into.
func (t *target) create(writes []*connector.Write) error {
	people := make([]*hospes.Object, 0, len(writes))
	made := make([]*connector.Write, 0, len(writes))
	for _, w := range writes {
		if !t.mayInvite {
			w.Failure = forbidden()
			continue
		}
		people, made = append(people, t.guest(w)), append(made, w)
	}
	refused, err := t.tx.PutEach(people)
	if err != nil {
		return err
	}
	for i, w := range made {
		if clash := refused[i]; clash != nil {
			if err := t.settleClash(w, people[i], clash); err != nil {
				return err
			}
		} else {
			w.Done = t.person(people[i])
		}
		if w.Failure != nil || w.Adopted {
			continue
		}
		if err := t.tx.Audit(auditPerson("Add user", "Add", people[i])); err != nil {
			return err
		}
	}
	return nil
}

// guest makes the object of a new person.
func (t *target) guest(w *connector.Write) *hospes.Object {
	g := invite.Guest{UserType: hospes.UserTypeMember, State: hospes.Accepted}
	for _, v := range w.Values {
		switch v.Slot {
		case slotUPN:
			g.Name = v.Value.Text()
		case slotMail:
			g.Address = v.Value.Text()
		case slotDisplayName:
			g.DisplayName = v.Value.Text()
		}
	}
	o := invite.NewGuest(t.tx, t.rnd, g)
	for _, v := range w.Values {
		if v.Slot != slotUPN && v.Slot != slotMail {
			t.setValue(o, v.Slot, v.Value)
		}
		w.Modified = append(w.Modified, hospes.ModifiedProperty{Name: t.directory.Attributes[v.Slot].Name, New: v.Value})
	}
	return o
}

// settleClash decides about a new person whose name, address or home account somebody holds already.
func (t *target) settleClash(w *connector.Write, person *hospes.Object, clash error) error {
	for n := 1; n < 100; n++ {
		problem, ok := clash.(*hospes.Error)
		if !ok || problem.Kind != hospes.KindConflict {
			return refusal(w, clash)
		}
		if problem.Target != "userPrincipalName" {
			return t.settleAddress(w, person, problem)
		}
		home, _ := hospes.HomeUPN(person.Text(hospes.UserPrincipalName))
		local, domain, _ := hospes.SplitAddress(home)
		upn := hospes.ExternalUPN(local+strconv.Itoa(n)+"@"+domain, t.tx.Tenant().InitialDomain)
		person.Set(hospes.UserPrincipalName, hospes.String(upn))
		if clash = t.tx.Put(person); clash == nil {
			w.Done = t.person(person)
			return nil
		}
	}
	return refusal(w, clash)
}

// settleAddress looks at who holds the address (provisioning 2.3 X3, X4 and 7.3).
func (t *target) settleAddress(w *connector.Write, person *hospes.Object, clash *hospes.Error) error {
	holder, err := store.FindHolder(t.tx, hospes.SpaceAddress, hospes.Fold(person.Text(hospes.UserMail)))
	if hospes.KindOf(err) == hospes.KindNotFound {
		w.Failure = &connector.Failure{Code: "EntryConflict", Message: clash.Message}
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case holder.Schema != hospes.UserSchema:
		kind := "group"
		if holder.Schema == hospes.ContactSchema {
			kind = "mail contact"
		}
		w.Failure = &connector.Failure{
			Code:    "InvitationCreationFailureInvalidPropertyValue",
			Message: "The mail address belongs to a " + kind + " of the target tenant, object ID " + holder.ID.String() + ".",
		}
	case !hospes.IsExternal(holder):
		w.Failure = &connector.Failure{
			Code:    "InvitationCreationFailureAmbiguousUser",
			Message: "An internal user of the target tenant, object ID " + holder.ID.String() + ", has the same address.",
		}
	case holder.Get(hospes.UserAltSecIDs) != hospes.Null:
		w.Failure = &connector.Failure{Code: "EntryConflict", Message: "Another external user of the target tenant, object ID " + holder.ID.String() + ", has the same address."}
	default:
		return t.adoptPending(w, holder)
	}
	return nil
}

// adoptPending takes over a guest that was invited by hand and has not redeemed: the pair of tenants consents for it.
// Its name stays as the invitation made it, but for a thorough pass (row X3).
func (t *target) adoptPending(w *connector.Write, holder *hospes.Object) error {
	holder.Set(hospes.UserExternalState, hospes.String(string(hospes.Accepted)))
	holder.Set(hospes.UserExternalStateSince, hospes.Moment(t.tx.Now()))
	holder.Set(hospes.UserIdentities, invite.Identities(t.tx.Tenant().InitialDomain, holder.Text(hospes.UserPrincipalName), hospes.Accepted))
	if err := t.tx.Audit(invite.RedeemAudit(holder, "")); err != nil {
		return err
	}
	kept := w.Values[:0:0]
	for _, v := range w.Values {
		if v.Slot != slotUserType && (v.Slot != slotUPN || w.Thorough) {
			kept = append(kept, v)
		}
	}
	w.Entry, w.Values, w.Adopted, w.Modified = t.person(holder), kept, true, nil
	return t.update([]*connector.Write{w})
}
