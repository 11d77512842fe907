package local

import (
	"errors"
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
)

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
		if nameTaken(clash) {
			clash = t.rename(w, people[i])
		}
		if clash != nil {
			if err := refusal(w, clash); err != nil {
				return err
			}
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
func (t *target) rename(w *connector.Write, person *hospes.Object) (clash error) {
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
		if clash = t.tx.Put(person); !nameTaken(clash) {
			break
		}
	}
	if person.Loaded(hospes.UserPrincipalName) == person.Get(hospes.UserPrincipalName) { // it had that name all along
		w.Modified = slices.DeleteFunc(w.Modified, func(m hospes.ModifiedProperty) bool { return m.Name == attrUPN })
	}
	return clash
}

// nameTaken tells that somebody else has the name.
func nameTaken(err error) bool {
	var clash *hospes.Error
	return errors.As(err, &clash) && clash.Kind == hospes.KindConflict && clash.Target == "userPrincipalName"
}

// remove puts a person into the bin.
func (t *target) remove(w *connector.Write) error {
	o := w.Entry.(Person).Object
	w.Done = w.Entry
	if w.Entry.InBin() {
		return nil
	}
	w.Modified = []hospes.ModifiedProperty{{Name: attrSoftDeleted, Old: hospes.False, New: hospes.True}}
	return directory.DeleteUser(t.tx, o)
}

// restore takes a person out of the bin and writes what differs.
func (t *target) restore(w *connector.Write) error {
	o := w.Entry.(Person).Object
	if w.Entry.InBin() {
		err := directory.Restore(t.tx, o)
		if hospes.KindOf(err) == hospes.KindConflict {
			w.Failure = &connector.Failure{Code: "EntryConflict", Message: err.(*hospes.Error).Message}
			return nil
		}
		if err != nil {
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
