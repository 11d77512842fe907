package local

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/invite"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

// Tenant is a tenant of this instance as a target.
type Tenant struct {
	ID         hospes.TenantID
	Random     hospes.Random
	Attributes *connector.Directory // nil for TargetDirectory
}

var _ connector.Local = Tenant{}

// Tenant gives the tenant's id.
func (t Tenant) Tenant() hospes.TenantID { return t.ID }

// Directory implements connector.Connector.
func (t Tenant) Directory() *connector.Directory {
	if t.Attributes == nil {
		return TargetDirectory
	}
	return t.Attributes
}

// Join gives the target as the transaction sees it.
func (t Tenant) Join(tx store.Tx) (connector.Target, error) {
	joined, err := t.look(tx)
	if err != nil {
		return nil, err
	}
	joined.tx = tx
	return joined, nil
}

// Look gives the target for reading only.
func (t Tenant) Look(r store.Reader) (connector.Target, error) { return t.look(r) }

func (t Tenant) look(r store.Reader) (*target, error) {
	authorization, err := store.FindSingleton(r, hospes.AuthorizationPolicySchema)
	if err != nil {
		return nil, err
	}
	extensions, err := extensionsOf(r, t.Directory())
	if err != nil {
		return nil, err
	}
	mayInvite := policy.MayInvite(authorization, policy.Inviter{Application: true, Admin: true})
	return &target{reader: r, directory: t.Directory(), extensions: extensions, rnd: t.Random, mayInvite: mayInvite}, nil
}

// errLooking is the answer to who wants to write while looking.
var errLooking = hospes.Internal("local.Apply", errors.New("the target was opened for reading"))

// target is a tenant within a transaction.
type target struct {
	reader     store.Reader
	tx         store.Tx // nil while looking
	directory  *connector.Directory
	extensions map[int]*hospes.Property // by slot
	rnd        hospes.Random
	mayInvite  bool
}

// Person is an entry of a tenant.
type Person struct {
	Object    *hospes.Object
	directory *connector.Directory
}

// ID implements connector.Entry.
func (p Person) ID() string { return p.Object.ID.String() }

// Number implements connector.Entry.
func (p Person) Number() hospes.Number { return p.Object.Number }

// InBin implements connector.Entry.
func (p Person) InBin() bool { return !p.Object.Deleted.IsZero() }

// Value implements connector.Entry.
func (p Person) Value(slot int) hospes.Value {
	if slot == slotAltSec {
		// One id is compared with one id: what a mapping gives and what a collection of one holds.
		only := hospes.Null
		p.Object.Get(hospes.UserAltSecIDs).Each(func(item hospes.Value) bool {
			only = hospes.String(string(item))
			return false
		})
		return only
	}
	return value(p.directory, p.Object, slot)
}

// LeftBySelf implements connector.Entry.
func (p Person) LeftBySelf() bool {
	return p.InBin() && p.Object.Text(hospes.UserDeletionCause) == string(hospes.CauseLeave)
}

func (t *target) person(o *hospes.Object) Person { return Person{o, t.directory} }

// Read implements connector.Target.
func (t *target) Read(_ context.Context, ids []string) ([]connector.Entry, error) {
	wanted := make([]hospes.ObjectID, len(ids))
	for i, id := range ids {
		wanted[i], _ = hospes.ParseObjectID(id) // what is no id finds nothing
	}
	docs, err := t.reader.Documents(store.Anywhere, wanted...)
	if err != nil {
		return nil, err
	}
	return t.entries(docs)
}

func (t *target) entries(docs []hospes.Document) ([]connector.Entry, error) {
	list := make([]connector.Entry, len(docs))
	for i, d := range docs {
		if d.Schema != hospes.UserSchema {
			continue
		}
		o, err := d.Object()
		if err != nil {
			return nil, err
		}
		list[i] = t.person(o)
	}
	return list, nil
}

// Match implements connector.Target. People of tenants are matched by their alternative security id only, which is
// unique, so that there is one or none (provisioning 3.3).
func (t *target) Match(_ context.Context, slot int, values []hospes.Value) ([][]connector.Entry, error) {
	found := make([][]connector.Entry, len(values))
	if slot != slotAltSec {
		return nil, &connector.Failure{Code: "SchemaAttributeNotFound", Message: "People of a tenant are matched by " + attrAltSec + "."}
	}
	keys := make([]string, len(values))
	for i, v := range values {
		keys[i] = hospes.AltSecKey(hospes.Value(v.Text()))
	}
	holders, err := t.reader.Holders(hospes.SpaceAltSec, keys...)
	if err != nil || len(holders) == 0 {
		return found, err
	}
	var numbers []hospes.Number
	var places []int
	for i, key := range keys {
		if n, ok := holders[key]; ok {
			numbers, places = append(numbers, n), append(places, i)
		}
	}
	docs, err := t.reader.Numbered(store.Live, numbers...)
	if err != nil {
		return nil, err
	}
	list, err := t.entries(docs)
	if err != nil {
		return nil, err
	}
	for j, e := range list {
		if e != nil {
			found[places[j]] = []connector.Entry{e}
		}
	}
	return found, nil
}

// Apply implements connector.Target.
func (t *target) Apply(_ context.Context, writes []*connector.Write) error {
	if t.tx == nil {
		return errLooking
	}
	var creates, updates []*connector.Write
	for _, w := range writes {
		if t.fit(w); w.Failure != nil {
			continue
		}
		switch w.Operation {
		case connector.Create:
			creates = append(creates, w)
		case connector.Update:
			updates = append(updates, w)
		case connector.Restore:
			if err := t.restore(w); err != nil {
				return err
			}
		case connector.Delete:
			if err := t.remove(w); err != nil {
				return err
			}
		}
	}
	if err := t.create(creates); err != nil {
		return err
	}
	return t.update(updates)
}

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
			return clash
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
	return clash
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
		w.Failure = &connector.Failure{Code: "InvitationCreationFailureInvalidPropertyValue", Message: "The mail address belongs to a group of the target tenant."}
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
	kept := w.Values[:0:0]
	for _, v := range w.Values {
		if v.Slot != slotUserType && (v.Slot != slotUPN || w.Thorough) {
			kept = append(kept, v)
		}
	}
	w.Entry, w.Values, w.Adopted, w.Modified = t.person(holder), kept, true, nil
	return t.update([]*connector.Write{w})
}

// update writes what differs.
func (t *target) update(writes []*connector.Write) error {
	people := make([]*hospes.Object, len(writes))
	for i, w := range writes {
		o := w.Entry.(Person).Object
		people[i] = o
		mail := o.Get(hospes.UserMail)
		for _, v := range w.Values {
			if v.Slot == SlotManager {
				continue
			}
			before := w.Entry.Value(v.Slot)
			wanted := v.Value
			if v.Slot == slotUPN {
				wanted = hospes.String(hospes.ExternalUPN(v.Value.Text(), t.tx.Tenant().InitialDomain))
			}
			if before == wanted {
				continue
			}
			t.setValue(o, v.Slot, wanted)
			w.Modified = append(w.Modified, hospes.ModifiedProperty{Name: t.directory.Attributes[v.Slot].Name, Old: before, New: wanted})
		}
		directory.FollowMail(o, mail)
	}
	refused, err := t.tx.PutEach(people)
	if err != nil {
		return err
	}
	for i, w := range writes {
		clash := refused[i]
		if clash != nil && clash.(*hospes.Error).Target == "userPrincipalName" {
			if clash, err = t.rename(w, people[i]); err != nil {
				return err
			}
		}
		if clash != nil {
			w.Failure = &connector.Failure{Code: "EntryConflict", Message: clash.Error()}
			var known *hospes.Error
			if errors.As(clash, &known) {
				w.Failure.Message = known.Message
			}
			w.Modified = nil
			// What was restored a moment ago is still to be written, without the values it could not have.
			for _, p := range people[i].Schema.Properties {
				people[i].Set(p, people[i].Loaded(p))
			}
			continue
		}
		w.Done = t.person(people[i])
		if len(w.Modified) == 0 {
			continue
		}
		record := auditPerson("Update user", "Update", people[i])
		for _, m := range w.Modified {
			record.Targets[0].Modified = append(record.Targets[0].Modified, hospes.AuditModified{Name: m.Name, Old: string(m.Old), New: string(m.New)})
		}
		if err := t.tx.Audit(record); err != nil {
			return err
		}
	}
	return nil
}

// rename gives a person whose name is taken the name with digits, as a new person gets it.
func (t *target) rename(w *connector.Write, person *hospes.Object) (clash, err error) {
	home, _ := hospes.HomeUPN(person.Text(hospes.UserPrincipalName))
	local, domain, _ := hospes.SplitAddress(home)
	for n := 1; n < 100; n++ {
		upn := hospes.String(hospes.ExternalUPN(local+strconv.Itoa(n)+"@"+domain, t.tx.Tenant().InitialDomain))
		person.Set(hospes.UserPrincipalName, upn)
		for i := range w.Modified {
			if w.Modified[i].Name == attrUPN {
				w.Modified[i].New = upn
			}
		}
		clash = t.tx.Put(person)
		if problem, ok := clash.(*hospes.Error); clash == nil || ok && problem.Kind == hospes.KindConflict && problem.Target != "userPrincipalName" {
			break
		}
		if hospes.KindOf(clash) != hospes.KindConflict {
			return nil, clash
		}
	}
	if person.Loaded(hospes.UserPrincipalName) == person.Get(hospes.UserPrincipalName) { // it had that name all along
		w.Modified = slices.DeleteFunc(w.Modified, func(m hospes.ModifiedProperty) bool { return m.Name == attrUPN })
	}
	return clash, nil
}

// Refer implements connector.Referrer for the manager.
func (t *target) Refer(_ context.Context, refs []*connector.Ref) error {
	if t.tx == nil {
		return errLooking
	}
	holders := make([]hospes.Number, len(refs))
	for i, r := range refs {
		holders[i] = r.Holder
	}
	ties, err := t.tx.Related(hospes.RelationManager, holders...)
	if err != nil {
		return err
	}
	before := make(map[hospes.Number]hospes.Tie, len(ties))
	for _, tie := range ties {
		before[tie.From] = tie
	}
	var old, fresh []hospes.Tie
	for _, r := range refs {
		tie := hospes.Tie{Relation: hospes.RelationManager, From: r.Holder, To: r.To}
		have, had := before[r.Holder]
		if have == tie {
			continue
		}
		if had {
			old = append(old, have)
		}
		fresh, r.Changed = append(fresh, tie), true
		err := t.tx.Audit(&hospes.Audit{
			Activity: "Set user manager", Category: "UserManagement", Service: "Core Directory", Operation: "Update", Result: "success",
			Targets: []hospes.AuditTarget{{ID: r.ToID, Type: "User"}, {ID: r.HolderID, Type: "User"}},
		})
		if err != nil {
			return err
		}
	}
	if _, err := t.tx.Unrelate(old...); err != nil {
		return err
	}
	_, err = t.tx.Relate(fresh...)
	return err
}

// remove puts a person into the bin.
func (t *target) remove(w *connector.Write) error {
	o := w.Entry.(Person).Object
	w.Done = w.Entry
	if w.Entry.InBin() {
		return nil
	}
	w.Modified = []hospes.ModifiedProperty{{Name: attrSoftDeleted, Old: hospes.False, New: hospes.True}}
	if err := t.tx.Delete(o); err != nil {
		return err
	}
	return t.tx.Audit(auditPerson("Delete user", "Delete", o))
}

// restore takes a person out of the bin and writes what differs.
func (t *target) restore(w *connector.Write) error {
	o := w.Entry.(Person).Object
	if w.Entry.InBin() {
		o.Set(hospes.UserDeletionCause, hospes.Null)
		err := t.tx.Restore(o)
		if hospes.KindOf(err) == hospes.KindConflict {
			w.Failure = &connector.Failure{Code: "EntryConflict", Message: err.(*hospes.Error).Message}
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.tx.Audit(auditPerson("Restore user", "Update", o)); err != nil {
			return err
		}
	}
	modified := []hospes.ModifiedProperty{{Name: attrSoftDeleted, Old: hospes.True, New: hospes.False}}
	if err := t.update([]*connector.Write{w}); err != nil {
		return err
	}
	if w.Failure != nil {
		w.Done = t.person(o)
	}
	w.Modified = append(modified, w.Modified...)
	return nil
}

func auditPerson(activity, operation string, o *hospes.Object) *hospes.Audit {
	return &hospes.Audit{
		Activity: activity, Category: "UserManagement", Service: "Core Directory", Operation: operation, Result: "success",
		Targets: []hospes.AuditTarget{{ID: o.ID.String(), DisplayName: o.Text(hospes.UserDisplayName), Type: "User", UPN: o.Text(hospes.UserPrincipalName)}},
	}
}
