package sqlstore

import (
	"cmp"
	"database/sql"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
)

const assignmentColumns = "number, id, resource, principal, role, created"

func (h *handle) assignments(text string, args ...any) ([]hospes.Assignment, error) {
	var list []hospes.Assignment
	err := h.each(func(rows *sql.Rows) error {
		var a hospes.Assignment
		var role []byte
		var created int64
		if err := rows.Scan(&a.Number, &a.ID, &a.Resource, &a.Principal, &role, &created); err != nil {
			return err
		}
		a.RoleID, a.Created = hospes.ObjectID(role), time.UnixMicro(created).UTC()
		list = append(list, a)
		return nil
	}, "SELECT "+assignmentColumns+" FROM assignments WHERE tenant = $1 AND "+text, append([]any{h.number()}, args...)...)
	return list, err
}

// AssignedTo gives a page of the assignments to a resource.
func (h *handle) AssignedTo(resource hospes.Number, after hospes.Assignment, limit int) ([]hospes.Assignment, error) {
	return h.assignments("resource = $2 AND (principal, role) > ($3, $4) ORDER BY principal, role LIMIT $5",
		int64(resource), int64(after.Principal), after.RoleID.Bytes(), limit)
}

// AssignmentsOf gives the assignments of principals.
func (h *handle) AssignmentsOf(principals ...hospes.Number) ([]hospes.Assignment, error) {
	var list []hospes.Assignment
	for chunk := range chunks(int64s(principals), listMax) {
		part, err := h.assignments("principal "+h.session.d.anyOf("$2", false), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	slices.SortFunc(list, func(a, b hospes.Assignment) int { return cmp.Compare(a.Number, b.Number) })
	return list, nil
}

// AssignmentsBetween gives the assignments to a resource of principals within bounds.
func (h *handle) AssignmentsBetween(resource, after, before hospes.Number) ([]hospes.Assignment, error) {
	return h.assignments("resource = $2 AND principal > $3 AND principal < $4 ORDER BY principal", int64(resource), int64(after), int64(before))
}

// Assignment finds one by its id.
func (h *handle) Assignment(id string) (hospes.Assignment, error) {
	list, err := h.assignments("id = $2", id)
	if err != nil {
		return hospes.Assignment{}, err
	}
	if len(list) == 0 {
		return hospes.Assignment{}, hospes.NotFound("store.Assignment", id)
	}
	return list[0], nil
}

// Assign adds an assignment.
func (t *tx) Assign(a hospes.Assignment) (hospes.Assignment, error) {
	var err error
	if a.Number, err = t.NewNumber(hospes.ClassAssignment); err != nil {
		return a, err
	}
	n, err := t.exec("INSERT INTO assignments (tenant, "+assignmentColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
		t.number(), int64(a.Number), a.ID, int64(a.Resource), int64(a.Principal), a.RoleID.Bytes(), a.Created.UnixMicro())
	if err != nil {
		return a, err
	}
	if n == 0 {
		return a, &hospes.Error{
			Kind: hospes.KindConflict, Op: "store.Assign", Code: hospes.CodeBadRequest,
			Message: "Permission being assigned already exists on the object",
		}
	}
	return a, t.noteAssignment(a, hospes.OperationAssign)
}

// Unassign removes an assignment.
func (t *tx) Unassign(a hospes.Assignment) error {
	n, err := t.exec("DELETE FROM assignments WHERE tenant = $1 AND number = $2", t.number(), int64(a.Number))
	if err != nil || n == 0 {
		return err
	}
	return t.noteAssignment(a, hospes.OperationUnassign)
}

func (t *tx) noteAssignment(a hospes.Assignment, operation hospes.Operation) error {
	ids, err := t.idsOf([]hospes.Tie{{From: a.Resource}})
	if err != nil {
		return err
	}
	t.note(hospes.Change{Object: a.Resource, ID: ids[a.Resource], Operation: operation, Other: a.Principal})
	return nil
}
