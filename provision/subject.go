package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

// subject is one person or group on the way through the pipeline, with everything that is known of it on both sides.
type subject struct {
	of     *compiled
	number hospes.Number
	object *hospes.Object // nil where the source object is gone for good
	link   *hospes.Link
	target connector.Entry // what the link points to, or what was matched; nil for neither

	rival  hospes.ObjectID // somebody else of the source whom the matched person is linked to already
	escrow *store.Escrow   // the failure that waits to be tried again

	assigned bool
	roles    []string // display names of the roles it is assigned
	manager  hospes.Number
	returned bool // somebody of the target has restored it since it was last looked at

	scope scoped
}

// scoped is the answer to who is in scope, with its reasons (provisioning 2.1 step 2).
type scoped struct {
	exists   bool // present in the source, not in its bin
	active   bool // exists and is enabled
	assigned bool // or the job takes everybody
	implicit bool // passes the implicit filter of provisioning 3.4
	imported bool // passes the filter of what is read at all
	filter   bool
	verdicts []scope.Verdict
	err      error // the filter has no answer
}

// entitled tells that the person is in scope, enabled or not.
func (s scoped) entitled() bool { return s.exists && s.assigned && s.implicit && s.filter }

// value gives a source attribute.
func (s *subject) value(slot int) hospes.Value {
	switch slot {
	case s.of.kind.softDeleted:
		return hospes.Bool(!s.scope.entitled() || !s.scope.active)
	case s.of.kind.roles:
		return hospes.Strings(s.roles...)
	}
	if s.object == nil {
		return hospes.Null
	}
	return s.of.source.Value(s.object, slot)
}

// evaluateScope decides whether the object is in scope.
func (s *subject) evaluateScope(r *run) {
	s.scope = scoped{exists: s.object != nil && s.object.Deleted.IsZero(), assigned: !r.job.Status.Ending && (s.assigned || r.takesAll(s.of.kind)), imported: true}
	if !s.scope.exists {
		return
	}
	s.scope.active, s.scope.implicit = s.of.kind.judge(s.object)
	result, err := s.of.filter.Run(func(slot int) string { return s.value(slot).Text() })
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
