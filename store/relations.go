package store

import (
	"time"

	"github.com/hospes-dev/hospes"
)

// RelationReader reads the ties between objects. Ties to objects in the bin are included; listings hide them.
type RelationReader interface {
	// Related gives the ties that the given objects have in a relation.
	Related(relation hospes.Relation, from ...hospes.Number) ([]hospes.Tie, error)

	// RelatedFirst gives the first ties of each of the given objects to objects that live, at most limit for each: those
	// that the object has, or, in reverse, those by which it is had.
	RelatedFirst(relation hospes.Relation, reverse bool, limit int, of ...hospes.Number) ([]hospes.Tie, error)

	// RelatedBetween gives the numbers, in order and without repetition, that any of the given objects has in a
	// relation and that lie between the bounds, both exclusive.
	RelatedBetween(relation hospes.Relation, from []hospes.Number, after, before hospes.Number, limit int) ([]hospes.Number, error)

	// RelatedTo gives the ties by which the given objects are had in a relation.
	RelatedTo(relation hospes.Relation, to ...hospes.Number) ([]hospes.Tie, error)
}

// RelationWriter changes the ties between objects. A relate or unrelate that changes something leaves a change row at
// the object that has the relation.
type RelationWriter interface {
	// Relate adds ties and answers those that were not there before.
	Relate(ties ...hospes.Tie) (added []hospes.Tie, err error)

	// Unrelate removes ties and answers those that were there.
	Unrelate(ties ...hospes.Tie) (removed []hospes.Tie, err error)
}

// ChangeReader reads the change log.
type ChangeReader interface {
	// Seq gives the seq of the last change.
	Seq() (hospes.Seq, error)

	// OldestSeq gives the seq from which on the log is whole: that of the oldest change that is kept, or of the next one
	// when none is.
	OldestSeq() (hospes.Seq, error)

	// Changes gives the changes after a seq, in order, without the values that they have replaced.
	Changes(after hospes.Seq, limit int) ([]hospes.Change, error)

	// OldValues gives the values that a change has replaced, as a JSON object; "" where it has replaced none. NotFound where the
	// log does not hold it.
	OldValues(seq hospes.Seq) (string, error)
}

// ChangeWriter shortens the change log. It grows by itself, with what is written.
type ChangeWriter interface {
	// Forget removes changes that were made before a moment, oldest first and no more than limit, and answers how many.
	// What a job of the tenant has still to read stays, however old it is.
	Forget(before time.Time, limit int) (int64, error)
}

// AssignmentReader reads app role assignments.
type AssignmentReader interface {
	// AssignedTo gives a page of the assignments to a resource, in the order of their principals and roles, which is that of
	// an index: what comes after an assignment, of which only these two count.
	AssignedTo(resource hospes.Number, after hospes.Assignment, limit int) ([]hospes.Assignment, error)

	// AssignmentsOf gives the assignments of principals.
	AssignmentsOf(principals ...hospes.Number) ([]hospes.Assignment, error)

	// AssignmentsBetween gives the assignments to a resource of principals between the bounds, both exclusive.
	AssignmentsBetween(resource, after, before hospes.Number) ([]hospes.Assignment, error)

	// Assignment finds one by its id.
	Assignment(id string) (hospes.Assignment, error)
}

// AssignmentWriter changes app role assignments; each leaves a change row at the resource.
type AssignmentWriter interface {
	// Assign adds an assignment. Conflict where the principal has the role already.
	Assign(a hospes.Assignment) (hospes.Assignment, error)

	// Unassign removes an assignment.
	Unassign(a hospes.Assignment) error
}
