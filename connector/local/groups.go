package local

import (
	"context"
	"slices"
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
)

// groups are the groups of a tenant within a transaction.
type groups struct{ *target }

var _ connector.Groups = groups{}

// Groups implements connector.Grouped.
func (t *target) Groups() connector.Groups { return groups{t} }

// Group is an entry of a tenant.
type Group struct{ Object *hospes.Object }

// ID implements connector.Entry.
func (g Group) ID() string { return g.Object.ID.String() }

// Number implements connector.Entry.
func (g Group) Number() hospes.Number { return g.Object.Number }

// InBin implements connector.Entry.
func (g Group) InBin() bool { return !g.Object.Deleted.IsZero() }

// LeftBySelf implements connector.Entry: groups never do.
func (g Group) LeftBySelf() bool { return false }

// Value implements connector.Entry.
func (g Group) Value(slot int) hospes.Value {
	return GroupSource{GroupTargetDirectory}.Value(g.Object, slot)
}

// Read implements connector.Target.
func (g groups) Read(_ context.Context, ids []string) ([]connector.Entry, error) {
	docs, err := g.documents(ids)
	if err != nil {
		return nil, err
	}
	list := make([]connector.Entry, len(docs))
	for i, d := range docs {
		if d.Schema != hospes.GroupSchema {
			continue
		}
		o, err := d.Object()
		if err != nil {
			return nil, err
		}
		list[i] = Group{o}
	}
	return list, nil
}

// Match implements connector.Target: a group that was not made by the job is never taken over (row X16).
func (g groups) Match(_ context.Context, _ int, values []hospes.Value) ([][]connector.Entry, error) {
	return make([][]connector.Entry, len(values)), nil
}

// Apply implements connector.Target.
func (g groups) Apply(_ context.Context, writes []*connector.Write) error {
	if g.tx == nil {
		return errLooking
	}
	for _, w := range writes {
		var err error
		switch w.Operation {
		case connector.Create:
			err = g.create(w)
		case connector.Delete:
			w.Done = w.Entry
			err = directory.DeleteGroup(g.tx, w.Entry.(Group).Object)
		default:
			err = g.write(w)
		}
		if err = refusal(w, err); err != nil {
			return err
		}
	}
	return nil
}

// edits gives the writes of attributes as those of properties.
func (g groups) edits(w *connector.Write) []hospes.Edit {
	edits := make([]hospes.Edit, len(w.Values))
	for i, v := range w.Values {
		edits[i] = hospes.Edit{Property: groupAttributes[v.Slot].property, Value: v.Value}
		before := hospes.Null
		if w.Entry != nil {
			before = w.Entry.Value(v.Slot)
		}
		w.Modified = append(w.Modified, hospes.ModifiedProperty{Name: groupAttributes[v.Slot].Name, Old: before, New: v.Value})
	}
	return edits
}

func (g groups) create(w *connector.Write) error {
	group, err := directory.CreateGroup(g.tx, g.rnd, g.edits(w))
	if err == nil {
		w.Done = Group{group}
	}
	return err
}

func (g groups) write(w *connector.Write) error {
	group := w.Entry.(Group).Object
	w.Done = w.Entry
	return directory.UpdateGroup(g.tx, group, g.edits(w))
}

// Refer implements connector.Referrer for the members of groups.
func (g groups) Refer(_ context.Context, refs []*connector.Ref) error {
	if g.tx == nil {
		return errLooking
	}
	var add, remove []hospes.Tie
	byTie := make(map[hospes.Tie]*connector.Ref, len(refs))
	for _, r := range refs {
		tie := hospes.Tie{Relation: hospes.RelationMember, From: r.Holder, To: r.To}
		byTie[tie] = r
		if r.Remove {
			remove = append(remove, tie)
		} else {
			add = append(add, tie)
		}
	}
	removed, err := g.tx.Unrelate(remove...)
	if err != nil {
		return err
	}
	added, err := g.tx.Relate(add...)
	if err != nil {
		return err
	}
	for _, tie := range slices.Concat(added, removed) {
		byTie[tie].Changed = true
	}
	if err := directory.AuditRemoved(g.tx, removed); err != nil {
		return err
	}
	return directory.AuditAdded(g.tx, added)
}

// Members implements connector.Groups. What follows a page is the number of its last member.
func (g groups) Members(_ context.Context, group connector.Entry, after string, limit int) (list []connector.Member, next string, err error) {
	first, end := g.reader.Tenant().Number.Range(hospes.ClassUser)
	if after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, "", hospes.Internal("local.Members", err)
		}
		first = hospes.Number(n)
	}
	numbers, err := g.reader.RelatedBetween(hospes.RelationMember, []hospes.Number{group.Number()}, first, end, limit)
	for _, n := range numbers {
		list = append(list, connector.Member{Number: n})
	}
	if len(numbers) == limit {
		next = strconv.FormatInt(int64(numbers[limit-1]), 10)
	}
	return list, next, err
}
