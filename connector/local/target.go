package local

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
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

func (t *target) person(o *hospes.Object) Person { return Person{o, t.directory} }

// Read implements connector.Target.
func (t *target) Read(_ context.Context, ids []string) ([]connector.Entry, error) {
	docs, err := t.documents(ids)
	if err != nil {
		return nil, err
	}
	return t.entries(docs)
}

// documents reads objects of any class, those in the bin included.
func (t *target) documents(ids []string) ([]hospes.Document, error) {
	wanted := make([]hospes.ObjectID, len(ids))
	for i, id := range ids {
		wanted[i], _ = hospes.ParseObjectID(id) // what is no id finds nothing
	}
	return t.reader.Documents(store.Anywhere, wanted...)
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

// refusal turns the error of one person or group that the directory does not take into its failure; any other error stays.
func refusal(w *connector.Write, err error) error {
	var known *hospes.Error
	if !errors.As(err, &known) {
		return err
	}
	switch known.Kind {
	case hospes.KindConflict:
		w.Failure = &connector.Failure{Code: "EntryConflict", Message: known.Message}
	case hospes.KindInvalid:
		w.Failure = &connector.Failure{Code: "InvalidValue", Message: known.Message}
	default:
		return err
	}
	w.Done, w.Modified = nil, nil
	return nil
}
