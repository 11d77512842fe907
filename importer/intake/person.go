package intake

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/store"
)

// takePeople makes or changes the people of a group.
func (i *Intake) takePeople(tx store.Tx, group []importer.Record, out *outcome) error {
	var people []importer.Record
	var names []string
	edits := map[string][]hospes.Edit{}
	for _, r := range group {
		if r.Kind != importer.Person {
			continue
		}
		list := i.personEdits(&r)
		name := hospes.Fold(textOf(list, hospes.UserPrincipalName))
		if _, twice := edits[name]; twice {
			out.problems = append(out.problems, twiceProblem(r.Line, name))
			continue
		}
		edits[name] = list
		people, names = append(people, r), append(names, name)
	}
	holders, err := tx.Holders(hospes.SpaceUPN, names...)
	if err != nil {
		return err
	}
	var fresh [][]hospes.Edit
	var places []int
	for j, r := range people {
		n, there := holders[names[j]]
		if !there {
			fresh, places = append(fresh, edits[names[j]]), append(places, j)
			continue
		}
		if i.taken[n] {
			out.problems = append(out.problems, twiceProblem(r.Line, names[j]))
			continue
		}
		if err := i.change(tx, r, n, edits[names[j]], out); err != nil {
			return err
		}
	}
	users, refused, err := directory.CreateUsers(tx, i.Random, fresh, false)
	if err != nil {
		return err
	}
	for k, user := range users {
		r := people[places[k]]
		if problem := refused[k]; problem != nil {
			out.problems = append(out.problems, problemOf(r.Line, problem))
			continue
		}
		out.created++
		i.remember(&r, user.Number, out)
	}
	return nil
}

// personEdits gives what a record says of a person, with a principal name where the record has none.
func (i *Intake) personEdits(r *importer.Record) []hospes.Edit {
	edits := r.Edits()
	kept := edits[:0]
	nickname, upn := "", ""
	for _, e := range edits {
		switch e.Property {
		case hospes.UserAccountEnabled:
			continue // Disabled says it for every record
		case hospes.UserPrincipalName:
			upn = e.Value.Text()
		case hospes.UserMailNickname:
			nickname = e.Value.Text()
		}
		kept = append(kept, e)
	}
	kept = append(kept, hospes.Edit{Property: hospes.UserAccountEnabled, Value: hospes.Bool(!r.Disabled)})
	if nickname == "" {
		nickname, _, _ = hospes.SplitAddress(upn)
		if nickname == "" {
			nickname, _, _ = hospes.SplitAddress(textOf(kept, hospes.UserMail))
		}
		if nickname != "" {
			kept = append(kept, hospes.Edit{Property: hospes.UserMailNickname, Value: hospes.String(nickname)})
		}
	}
	if upn == "" && nickname != "" {
		kept = append(kept, hospes.Edit{Property: hospes.UserPrincipalName, Value: hospes.String(nickname + "@" + i.domain)})
	}
	return kept
}

// change brings an object that is there to what the record says.
func (i *Intake) change(tx store.Tx, r importer.Record, n hospes.Number, edits []hospes.Edit, out *outcome) error {
	o, err := store.FindNumber(tx, store.Live, n)
	if err != nil {
		return err
	}
	i.remember(&r, n, out)
	before := o.Version
	if i.MayChange != nil && slices.ContainsFunc(edits, func(e hospes.Edit) bool { return directory.ConcernsSignIn(e) && o.Get(e.Property) != e.Value }) {
		err := i.MayChange(tx, o)
		if hospes.KindOf(err) == hospes.KindForbidden {
			out.problems = append(out.problems, Problem{r.Line, hospes.CodeOf(err), "The user holds a directory role: how an administrator signs in is changed by administrators above them, and not by an import."})
			return nil
		}
		if err != nil {
			return err
		}
	}
	if o.Schema == hospes.UserSchema {
		err = directory.UpdateUser(tx, o, edits)
	} else {
		err = directory.UpdateGroup(tx, o, edits)
	}
	switch kind := hospes.KindOf(err); {
	case err != nil && (kind == hospes.KindInvalid || kind == hospes.KindConflict):
		out.problems = append(out.problems, problemOf(r.Line, err))
		return nil
	case err != nil:
		return err
	}
	if _, err := tx.Seq(); err != nil { // writes what is staged, so that the version tells
		return err
	}
	if o.Version == before {
		out.unchanged++
	} else {
		out.updated++
	}
	return nil
}

// remember notes under which keys a record can be referred to, and the ties that it has.
func (i *Intake) remember(r *importer.Record, n hospes.Number, out *outcome) {
	out.taken = append(out.taken, n)
	if r.Key != "" {
		out.numbers[r.Key] = n
	}
	for _, alias := range r.Aliases {
		if _, taken := out.numbers[alias]; !taken {
			out.numbers[alias] = n
		}
	}
	if r.Manager != "" {
		out.waiting = append(out.waiting, wait{hospes.RelationManager, true, n, r.Manager, r.Line})
	}
	for _, member := range r.Members {
		out.waiting = append(out.waiting, wait{hospes.RelationMember, true, n, member, r.Line})
	}
	for _, name := range r.Groups {
		out.waiting = append(out.waiting, wait{hospes.RelationMember, false, n, groupKey(name), r.Line})
	}
}
