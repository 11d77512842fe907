package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

func groupKey(name string) string { return "group:" + hospes.Fold(name) }

// takeGroups makes or changes the groups of a group of records, and those that people name.
func (i *Intake) takeGroups(tx store.Tx, group []importer.Record, out *outcome) error {
	for _, r := range group {
		if r.Kind == importer.Group {
			if err := i.takeGroup(tx, r, out); err != nil {
				return err
			}
			continue
		}
		for _, name := range r.Groups {
			key := groupKey(name)
			if i.numbers[key] != 0 || out.numbers[key] != 0 {
				continue
			}
			named := importer.Record{Line: r.Line, Kind: importer.Group, Key: key}
			named.Add("displayName", name)
			if err := i.takeGroup(tx, named, out); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *Intake) takeGroup(tx store.Tx, r importer.Record, out *outcome) error {
	edits := writable(r.Edits())
	have := map[*hospes.Property]bool{}
	for _, e := range edits {
		have[e.Property] = true
	}
	name := textOf(edits, hospes.GroupDisplayName)
	for _, d := range []hospes.Edit{
		{Property: hospes.GroupMailEnabled, Value: hospes.False}, {Property: hospes.GroupSecurityEnabled, Value: hospes.True},
		{Property: hospes.GroupMailNickname, Value: hospes.String(nicknameOf(name))},
	} {
		if !have[d.Property] {
			edits = append(edits, d)
		}
	}
	n, err := findGroup(tx, name)
	if err != nil {
		return err
	}
	if n != 0 && (i.taken[n] || slices.Contains(out.taken, n)) {
		out.problems = append(out.problems, twiceProblem(r.Line, name)) // never one group of two: people would get into what is not theirs
		return nil
	}
	if n != 0 {
		return i.change(tx, r, n, edits, out)
	}
	g, err := directory.CreateGroup(tx, i.Random, edits)
	if kind := hospes.KindOf(err); err != nil && (kind == hospes.KindInvalid || kind == hospes.KindConflict) {
		out.problems = append(out.problems, problemOf(r.Line, err))
		return nil
	}
	if err != nil {
		return err
	}
	out.created++
	i.remember(&r, g.Number, out)
	return nil
}

// nicknameOf makes a mail nickname of a name: its ASCII letters and digits.
func nicknameOf(name string) string {
	var b strings.Builder
	for _, c := range name {
		if c < 0x80 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		var sum uint32 // a name without any: something that stays the same for the same name
		for _, c := range name {
			sum = sum*31 + uint32(c)
		}
		return "group-" + strconv.FormatUint(uint64(sum), 36)
	}
	return b.String()[:min(b.Len(), 64)]
}

// findGroup finds a group by its name; 0 when there is none.
func findGroup(r store.Reader, name string) (hospes.Number, error) {
	schema := odata.ObjectSchema(hospes.GroupSchema)
	filter, err := odata.Check(odata.CompareExpr{
		Left: odata.PathExpr{Segments: []string{"displayName"}}, Op: odata.Eq, Right: odata.Literal{Kind: odata.StringLiteral, Text: name},
	}, schema, odata.Mode{})
	if err != nil {
		return 0, err
	}
	page, err := r.List(store.Query{Schema: hospes.GroupSchema, Filter: filter, Limit: 1})
	if err != nil || len(page.Documents) == 0 {
		return 0, err
	}
	return page.Documents[0].Number, nil
}
