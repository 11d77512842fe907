package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

// subject is one person on the way through the pipeline, with everything that is known of it on both sides.
type subject struct {
	number hospes.Number
	object *hospes.Object // nil where the source object is gone for good
	link   *hospes.Link
	target connector.Entry // what the link points to, or what was matched; nil for neither

	rival  hospes.ObjectID // somebody else of the source whom the matched person is linked to already
	escrow *store.Escrow   // the failure that waits to be tried again

	assigned bool
	roles    []string // display names of the roles it is assigned
	manager  hospes.Number

	scope scoped
}

// scoped is the answer to who is in scope, with its reasons (provisioning 2.1 step 2).
type scoped struct {
	exists   bool // present in the source, not in its bin
	active   bool // exists and is enabled
	assigned bool // or the job takes everybody
	internal bool // passes the implicit filter of provisioning 3.4
	imported bool // passes the filter of what is read at all
	filter   bool
	verdicts []scope.Verdict
	err      error // the filter has no answer
}

// entitled tells that the person is in scope, enabled or not.
func (s scoped) entitled() bool { return s.exists && s.assigned && s.internal && s.filter }

// value gives a source attribute.
func (s *subject) value(source local.Source, slot int) hospes.Value {
	switch slot {
	case local.SlotSoftDeleted:
		return hospes.Bool(!s.scope.entitled() || !s.scope.active)
	case local.SlotRoles:
		return hospes.Strings(s.roles...)
	}
	if s.object == nil {
		return hospes.Null
	}
	return source.Value(s.object, slot)
}

// evaluateScope decides whether the person is in scope.
func (s *subject) evaluateScope(c *compiled, syncAll bool) {
	s.scope = scoped{exists: s.object != nil && s.object.Deleted.IsZero(), assigned: syncAll || s.assigned, imported: true}
	if !s.scope.exists {
		return
	}
	s.scope.active = s.object.Get(hospes.UserAccountEnabled).Bool()
	s.scope.internal = !hospes.IsExternal(s.object) && hospes.UserType(s.object.Text(hospes.UserUserType)) != hospes.UserTypeGuest && hospes.SMSSignIn(s.object) == ""
	result, err := c.filter.Run(func(slot int) string { return s.value(c.source, slot).Text() })
	s.scope.filter, s.scope.imported, s.scope.verdicts, s.scope.err = result.Passes, result.Imported || err != nil, result.Verdicts, err
}

// id gives the id of the source object, also of one that is gone.
func (s *subject) id() hospes.ObjectID {
	if s.object != nil {
		return s.object.ID
	}
	if s.link != nil {
		return s.link.SourceID
	}
	return hospes.ObjectID{}
}

// clone gives a copy whose link can be changed.
func (s *subject) clone() *subject {
	c := *s
	if s.link != nil {
		l := *s.link
		c.link = &l
	}
	return &c
}
