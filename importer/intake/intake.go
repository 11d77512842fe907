package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// groupSize is how many records one transaction takes.
const groupSize = 1000

// Counts say what an import has done so far.
type Counts struct {
	Line      int   `json:"line"` // of the last record
	Records   int64 `json:"records"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Failed    int64 `json:"failed"`
	Ties      int64 `json:"ties"` // managers, members
	Bytes     int64 `json:"bytes"`
}

// Problem is a record that was refused.
type Problem struct {
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Intake is one import into one tenant.
type Intake struct {
	Store  store.Store
	Tenant hospes.TenantID
	By     hospes.By
	Random hospes.Random

	// MayChange tells whether how a user signs in may be changed, which is not everybody's to do to administrators; nil where
	// it is.
	MayChange func(store.Reader, *hospes.Object) error

	Progress func(Counts)  // called after each group; may be nil
	Refused  func(Problem) // called for each refused record; may be nil

	counts  Counts
	domain  string
	numbers map[string]hospes.Number // by key and alias
	taken   map[hospes.Number]bool   // who has had a record already
	waiting []wait
}

// wait is a tie whose other end has not come yet.
type wait struct {
	relation hospes.Relation
	holds    bool // who waits has the relation; otherwise it is had
	number   hospes.Number
	key      string
	line     int
}

// Run takes everything that the reader gives. It fails only on what stops the whole import: a store that is away, an
// input that cannot be read on. What is wrong with single records is counted and told.
func (i *Intake) Run(ctx context.Context, r importer.Reader) (Counts, error) {
	i.numbers, i.taken = map[string]hospes.Number{}, map[hospes.Number]bool{}
	var group []importer.Record
	for {
		record, err := r.Next()
		i.counts.Bytes = r.Bytes()
		var broken *importer.RecordError
		switch {
		case errors.Is(err, io.EOF):
			if err := i.take(ctx, group); err != nil {
				return i.counts, err
			}
			return i.counts, i.tieWaiting(ctx, true)
		case errors.As(err, &broken):
			i.counts.Records++
			i.refuse(broken.Line, "InvalidRecord", broken.Message)
			continue
		case err != nil:
			return i.counts, errors.Join(err, i.take(ctx, group))
		}
		i.counts.Records++
		i.counts.Line = record.Line
		group = append(group, record)
		if len(group) == groupSize {
			if err := i.take(ctx, group); err != nil {
				return i.counts, err
			}
			group = group[:0]
		}
	}
}

func (i *Intake) refuse(line int, code, message string) {
	i.counts.Failed++
	if i.Refused != nil {
		i.Refused(Problem{line, code, message})
	}
}

// outcome is what a transaction did, kept apart until it is committed, because it may run twice.
type outcome struct {
	created, updated, unchanged int64
	problems                    []Problem
	numbers                     map[string]hospes.Number
	taken                       []hospes.Number
	waiting                     []wait
}

// take stores one group of records.
func (i *Intake) take(ctx context.Context, group []importer.Record) error {
	if len(group) == 0 {
		return nil
	}
	var out outcome
	err := i.Store.Update(ctx, store.Write{Tenant: i.Tenant, By: i.By, Bulk: true}, func(tx store.Tx) error {
		out = outcome{numbers: map[string]hospes.Number{}}
		domain, err := directory.DefaultDomain(tx)
		if err != nil {
			return err
		}
		i.domain = domain
		if err := i.takePeople(tx, group, &out); err != nil {
			return err
		}
		return i.takeGroups(tx, group, &out)
	})
	if err != nil {
		return err
	}
	i.counts.Created += out.created
	i.counts.Updated += out.updated
	i.counts.Unchanged += out.unchanged
	for _, p := range out.problems {
		i.refuse(p.Line, p.Code, p.Message)
	}
	for key, n := range out.numbers {
		i.numbers[key] = n
	}
	for _, n := range out.taken {
		i.taken[n] = true
	}
	i.waiting = append(i.waiting, out.waiting...)
	if err := i.tieWaiting(ctx, false); err != nil {
		return err
	}
	if i.Progress != nil {
		i.Progress(i.counts)
	}
	return nil
}

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

// twiceProblem is a record about somebody who has had one: which of the two is right, nobody can tell.
func twiceProblem(line int, name string) Problem {
	return Problem{line, "DuplicateSourceEntries", "The name '" + name + "' stands twice in the import."}
}

func problemOf(line int, err error) Problem {
	var e *hospes.Error
	if errors.As(err, &e) {
		return Problem{line, e.Code, e.Message}
	}
	return Problem{line, "InternalServerError", "The record could not be stored."}
}

func textOf(edits []hospes.Edit, p *hospes.Property) string {
	for _, e := range edits {
		if e.Property == p {
			return e.Value.Text()
		}
	}
	return ""
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

// writable leaves out what the directory keeps by itself.
func writable(edits []hospes.Edit) []hospes.Edit {
	kept := edits[:0:0]
	for _, e := range edits {
		if e.Property != hospes.GroupMail && e.Property != hospes.GroupProxyAddresses {
			kept = append(kept, e)
		}
	}
	return kept
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
