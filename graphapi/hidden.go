package graphapi

import (
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// hiddenMembership is the visibility of groups whose members are nobody else's business (graph-wire 5.2).
const hiddenMembership = "HiddenMembership"

// hiddenReaders are the roles that see the members of such groups.
var hiddenReaders = []hospes.RoleTemplate{hospes.GlobalAdministrator, hospes.GlobalReader, hospes.UserAdministrator, hospes.GroupsAdministrator}

// seesHidden tells that the caller sees the members of every group.
func (c *call) seesHidden() bool {
	return c.inProcess || c.person == nil && c.caller.Has("Member.Read.Hidden") || c.person != nil && c.person.holds(hiddenReaders...)
}

// checkHidden refuses to show the members of a group that hides them to applications without the permission, and to
// people who are not among them.
func (c *call) checkHidden(r store.Reader, group *hospes.Object) error {
	if group.Text(hospes.GroupVisibility) != hiddenMembership || c.seesHidden() {
		return nil
	}
	if c.person != nil {
		ties, err := r.RelatedTo(hospes.RelationMember, c.person.user.Number)
		if err != nil || slices.ContainsFunc(ties, func(t hospes.Tie) bool { return t.From == group.Number }) {
			return err
		}
	}
	return hospes.Forbidden("graphapi.checkHidden")
}

// hides tells that of what an object is a member of, the groups that hide their members are left out of the answer:
// people see their own.
func (c *call) hides(via *store.Via) bool {
	if via == nil || via.Relation != hospes.RelationMember || !via.Reverse || c.seesHidden() {
		return false
	}
	return c.person == nil || via.Of != c.person.user.Number
}

// withoutHidden leaves out groups that hide their members. A page may become shorter by it, and is followed by the next
// one all the same.
func withoutHidden(docs []hospes.Document) []hospes.Document {
	return slices.DeleteFunc(docs, hidesMembers)
}

// hidesMembers reads the visibility from what is stored of a group.
func hidesMembers(d hospes.Document) bool {
	return d.Schema == hospes.GroupSchema && hospes.Value("{"+d.Card+"}").Member("visibility").Text() == hiddenMembership
}

// countOf counts what a query finds, without groups that hide their members where these are left out of the list. What
// somebody is a member of is gone through for it in pages: what hides them is no column.
func (c *call) countOf(r store.Reader, q store.Query) (n int64, err error) {
	if !c.hides(q.Via) {
		return r.Count(q)
	}
	q.Order, q.After, q.Limit, q.Brief = store.Order{}, store.Cursor{}, 1000, true
	for {
		page, err := r.List(q)
		if err != nil {
			return 0, err
		}
		n += int64(len(withoutHidden(page.Documents)))
		if page.Next == nil {
			return n, nil
		}
		q.After = *page.Next
	}
}
