package intake_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/importer/intake"
	"github.com/hospes-dev/hospes/sample"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

var (
	ctx = context.Background()
	by  = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseImport}
)

// world is a store with one empty tenant.
type world struct {
	testing.TB
	store  *sqlstore.Store
	tenant hospes.Tenant
}

func newWorld(t testing.TB, domain string) *world {
	t.Helper()
	w := &world{TB: t}
	var err error
	clock := hospes.NewManualClock(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	w.store, err = sqlstore.OpenSQLite(ctx, filepath.Join(t.TempDir(), "hospes.db"), sqlstore.Options{Clock: clock})
	w.must(err)
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.tenant, err = directory.CreateTenant(ctx, w.store, hospes.SystemRandom(), by, hospes.Tenant{DisplayName: "Aurora", InitialDomain: domain}, nil)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("unexpected error: %v", err)
	}
}

func (w *world) view(fn func(store.Reader) error) {
	w.Helper()
	w.must(w.store.View(ctx, w.tenant.ID, fn))
}

// intake makes an import that collects what it refuses.
func (w *world) intake(problems *[]intake.Problem) *intake.Intake {
	return &intake.Intake{
		Store: w.store, Tenant: w.tenant.ID, By: by, Random: hospes.SystemRandom(),
		Refused: func(p intake.Problem) { *problems = append(*problems, p) },
	}
}

func (w *world) run(name, text string) (intake.Counts, []intake.Problem) {
	w.Helper()
	reader, err := importer.Open(name, strings.NewReader(text), importer.Options{})
	w.must(err)
	var problems []intake.Problem
	counts, err := w.intake(&problems).Run(ctx, reader)
	w.must(err)
	return counts, problems
}

// csv imports rows under the usual columns.
func (w *world) csv(rows ...string) (intake.Counts, []intake.Problem) {
	w.Helper()
	return w.run("people.csv", "userPrincipalName,displayName,mail,manager,groups\n"+strings.Join(rows, "\n")+"\n")
}

// content says who is there, who manages whom and who is in which group, by names.
func (w *world) content() (people, groups []string, managers map[string]string, members map[string][]string) {
	w.Helper()
	managers, members = map[string]string{}, map[string][]string{}
	w.view(func(r store.Reader) error {
		names := map[hospes.Number]string{}
		list := func(schema *hospes.Schema, by *hospes.Property) (numbers []hospes.Number, err error) {
			for after := (store.Cursor{}); ; {
				page, err := r.List(store.Query{Schema: schema, Limit: 999, After: after})
				if err != nil {
					return nil, err
				}
				for _, d := range page.Documents {
					o, err := d.Object()
					if err != nil {
						return nil, err
					}
					names[d.Number] = o.Text(by)
					numbers = append(numbers, d.Number)
				}
				if page.Next == nil {
					return numbers, nil
				}
				after = *page.Next
			}
		}
		users, err := list(hospes.UserSchema, hospes.UserPrincipalName)
		if err != nil {
			return err
		}
		teams, err := list(hospes.GroupSchema, hospes.GroupDisplayName)
		if err != nil {
			return err
		}
		for _, n := range users {
			people = append(people, names[n])
		}
		for _, n := range teams {
			groups = append(groups, names[n])
		}
		ties, err := r.Related(hospes.RelationManager, users...)
		if err != nil {
			return err
		}
		for _, tie := range ties {
			managers[names[tie.From]] = names[tie.To]
		}
		ties, err = r.Related(hospes.RelationMember, teams...)
		for _, tie := range ties {
			members[names[tie.From]] = append(members[names[tie.From]], names[tie.To])
		}
		for _, list := range members {
			slices.Sort(list)
		}
		return err
	})
	return people, groups, managers, members
}

func (w *world) hash() (h [32]byte) {
	w.Helper()
	w.view(func(r store.Reader) (err error) {
		h, err = r.ContentHash()
		return err
	})
	return h
}

func (w *world) seq() (s hospes.Seq) {
	w.Helper()
	w.view(func(r store.Reader) (err error) {
		s, err = r.Seq()
		return err
	})
	return s
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// aurora is the sample as text, with what it ought to become.
func aurora(t testing.TB) (text string, people, groups int, ties int64) {
	t.Helper()
	r, _ := sample.Aurora()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for record, err := range importer.All(importer.NewLDIF(strings.NewReader(string(b)), importer.Options{})) {
		if err != nil {
			t.Fatal(err)
		}
		if record.Kind == importer.Person {
			people++
		} else {
			groups++
		}
		ties += int64(len(record.Members))
		if record.Manager != "" {
			ties++
		}
	}
	return string(b), people, groups, ties
}

func TestDesign2_1_11_AuroraIsImportedWhole(t *testing.T) {
	w := newWorld(t, sample.Domain)
	text, people, groups, ties := aurora(t)
	counts, problems := w.run("aurora.ldif", text)
	if len(problems) > 0 {
		t.Errorf("%d records are refused: %v", len(problems), problems[:min(len(problems), 5)])
	}
	equal(t, "counts", counts, intake.Counts{
		Line: counts.Line, Records: int64(people + groups), Created: int64(people + groups), Ties: ties, Bytes: int64(len(text)),
	})
	all, teams, managers, members := w.content()
	equal(t, "people", len(all), people)
	equal(t, "groups", len(teams), groups)
	total := len(managers)
	for _, list := range members {
		total += len(list)
	}
	equal(t, "ties", int64(total), ties)

	// the second time nothing happens at all
	hash, seq := w.hash(), w.seq()
	again, problems := w.run("aurora.ldif", text)
	equal(t, "refused the second time", problems, []intake.Problem(nil))
	equal(t, "counts the second time", again, intake.Counts{
		Line: counts.Line, Records: int64(people + groups), Unchanged: int64(people + groups), Bytes: int64(len(text)),
	})
	if w.hash() != hash || w.seq() != seq {
		t.Errorf("the second import wrote: seq %d, was %d", w.seq(), seq)
	}

	// a change of one person is one change
	changed := strings.Replace(text, "title: Cleanroom Operator", "title: Astronaut", 1)
	counts, problems = w.run("aurora.ldif", changed)
	if counts.Updated != 1 || counts.Unchanged != int64(people+groups-1) || counts.Created != 0 || len(problems) > 0 {
		t.Errorf("with one change: %+v %v", counts, problems)
	}
}

func TestDesign2_1_11_PeopleArriveWithoutACredential(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.csv("anna@aurora.example,Anna,anna@aurora.example,,")
	w.view(func(r store.Reader) error {
		user, err := directory.FindUser(r, "anna@aurora.example")
		if err != nil {
			return err
		}
		credentials, err := r.Credentials(user.Number)
		if len(credentials) != 0 || !user.Get(hospes.UserAccountEnabled).Bool() || user.Text(hospes.UserMailNickname) != "anna" || user.Text(hospes.UserNetID) == "" {
			t.Errorf("anna has %d credentials and is %v", len(credentials), user.Document())
		}
		audits, auditErr := r.Audits(store.LogQuery{Limit: 10})
		audits = slices.DeleteFunc(audits, func(a hospes.Audit) bool { return a.Targets[0].ID != user.ID.String() })
		if len(audits) != 1 || audits[0].Activity != "Add user" {
			t.Errorf("the audits are %v", audits)
		}
		if err == nil {
			err = auditErr
		}
		return err
	})
}

func TestBrokenLinesAreToldAndPassed(t *testing.T) {
	w := newWorld(t, "aurora.example")
	rows := func(middle ...string) []string {
		all := []string{"anna@aurora.example,Anna,,bert@aurora.example,Team"}
		all = append(all, middle...)
		return append(all, "carl@aurora.example,Carl,,anna@aurora.example,Team", "bert@aurora.example,Bert,bert@aurora.example,,")
	}
	counts, problems := w.csv(rows(
		"x@aurora.example,X,,,,one,too,many", "eve@elsewhere.example,Eve,,,", "anna@aurora.example,Twice,,,", "dora@aurora.example,Dora,no address,,", "nameless@aurora.example,,,,",
	)...)
	lines := map[int]string{}
	for _, p := range problems {
		lines[p.Line] = p.Code
		if p.Message == "" {
			t.Errorf("line %d is refused without a word", p.Line)
		}
	}
	equal(t, "refused lines", lines, map[int]string{3: "InvalidRecord", 4: "Request_BadRequest", 5: "DuplicateSourceEntries", 6: "Request_BadRequest", 7: "Request_BadRequest"})
	if counts.Failed != 5 || counts.Records != 8 || counts.Created != 4 || counts.Line != 9 {
		t.Errorf("counts are %+v", counts)
	}
	people, groups, managers, members := w.content()
	slices.Sort(people)
	equal(t, "people", people, []string{"anna@aurora.example", "bert@aurora.example", "carl@aurora.example"})
	equal(t, "groups", groups, []string{"Team"})
	equal(t, "managers", managers, map[string]string{"anna@aurora.example": "bert@aurora.example", "carl@aurora.example": "anna@aurora.example"})
	equal(t, "members", members, map[string][]string{"Team": {"anna@aurora.example", "carl@aurora.example"}})

	// the file is mended, and the import is run again
	counts, problems = w.csv(rows("x@aurora.example,X,,,", "dora@aurora.example,Dora,dora@aurora.example,carl@aurora.example,Team")...)
	if counts.Created != 2 || counts.Unchanged != 4 || counts.Updated != 0 || counts.Ties != 2 || len(problems) != 0 {
		t.Errorf("after the repair: %+v %v", counts, problems)
	}
}

func TestManagersAndMembersMayComeLater(t *testing.T) {
	w := newWorld(t, "aurora.example")
	const n = 2500 // three transactions
	var rows []string
	for i := range n {
		manager := "" // everybody is managed by the last one, who comes in the last transaction
		if i < n-1 {
			manager = fmt.Sprintf("p%d@aurora.example", n-1)
		}
		rows = append(rows, fmt.Sprintf("p%d@aurora.example,P %d,,%s,All;Part %d", i, i, manager, i%3))
	}
	counts, problems := w.csv(rows...)
	equal(t, "refused", problems, []intake.Problem(nil))
	if counts.Created != n+4 || counts.Ties != n-1+2*n {
		t.Errorf("counts are %+v", counts)
	}
	_, groups, managers, members := w.content()
	equal(t, "managers", len(managers), n-1)
	for who, manager := range managers {
		if manager != fmt.Sprintf("p%d@aurora.example", n-1) {
			t.Fatalf("%s is managed by %s", who, manager)
		}
	}
	slices.Sort(groups)
	equal(t, "groups", groups, []string{"All", "Part 0", "Part 1", "Part 2"})
	equal(t, "members", len(members["All"]), n)
	again, _ := w.csv(rows...)
	if again.Created+again.Updated+again.Ties+again.Failed != 0 {
		t.Errorf("the second time: %+v", again)
	}
	// another manager takes the place of the one before
	counts, problems = w.csv("p0@aurora.example,P 0,,p1@aurora.example,", "p1@aurora.example,P 1,,,")
	if counts.Ties != 1 || len(problems) > 0 {
		t.Errorf("with another manager: %+v %v", counts, problems)
	}
	if _, _, managers, _ = w.content(); managers["p0@aurora.example"] != "p1@aurora.example" || len(managers) != n-1 {
		t.Errorf("p0 is managed by %s, of %d", managers["p0@aurora.example"], len(managers))
	}
}

// ldif is a small directory: groups in groups, a circle, a group that comes before its members.
const ldif = `version: 1

dn: cn=Outer,dc=aurora
objectClass: groupOfNames
cn: Outer
mail: outer@aurora.example
member: cn=Inner,dc=aurora
member: uid=anna,dc=aurora

dn: cn=Inner,dc=aurora
objectClass: groupOfNames
cn: Inner
description: within
member: uid=bert,dc=aurora
member: CN=Outer, DC=aurora
member: cn=Inner,dc=aurora
member: uid=nobody,dc=aurora

dn: uid=anna,dc=aurora
objectClass: inetOrgPerson
uid: anna
cn: Anna
sn: A
mail: anna@aurora.example
manager: uid=anna,dc=aurora

dn: uid=bert,dc=aurora
objectClass: inetOrgPerson
uid: bert
cn: Bert
sn: B
mail: bert@aurora.example
manager: UID=Anna,DC=aurora
`

func TestGroupsInGroups(t *testing.T) {
	w := newWorld(t, "aurora.example")
	counts, problems := w.run("", ldif)
	codes := map[string]int{}
	for _, p := range problems {
		codes[p.Code]++
	}
	// Anna as her own manager, and a member who is nobody; a group in itself is how LDIF writes an empty one
	equal(t, "refused", codes, map[string]int{"InvalidReference": 1, "MissingReference": 1})
	if counts.Created != 4 || counts.Ties != 5 || counts.Failed != 2 {
		t.Errorf("counts are %+v %v", counts, problems)
	}
	people, _, managers, members := w.content()
	slices.Sort(people)
	equal(t, "names where the file has none", people, []string{"anna@aurora.example", "bert@aurora.example"})
	equal(t, "managers", managers, map[string]string{"bert@aurora.example": "anna@aurora.example"})
	equal(t, "members", members, map[string][]string{"Outer": {"Inner", "anna@aurora.example"}, "Inner": {"Outer", "bert@aurora.example"}})
	seq := w.seq()
	again, _ := w.run("", ldif)
	if again.Unchanged != 4 || again.Updated+again.Created+again.Ties != 0 || w.seq() != seq {
		t.Errorf("the second time: %+v, seq %d after %d", again, w.seq(), seq)
	}
}

func TestReferencesToWhoIsThereAlready(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.csv("chief@aurora.example,Chief,the.chief@aurora.example,,Team")
	counts, problems := w.csv("anna@aurora.example,Anna,,CHIEF@aurora.example,Team", "bert@aurora.example,Bert,,The.Chief@aurora.example,", "carl@aurora.example,Carl,,nobody@aurora.example,")
	if counts.Created != 3 || counts.Unchanged != 1 || counts.Ties != 3 || len(problems) != 1 || problems[0].Code != "MissingReference" || problems[0].Line != 4 {
		t.Errorf("counts are %+v %v", counts, problems)
	}
	_, _, managers, members := w.content()
	equal(t, "managers", managers, map[string]string{"anna@aurora.example": "chief@aurora.example", "bert@aurora.example": "chief@aurora.example"})
	equal(t, "members", members, map[string][]string{"Team": {"anna@aurora.example", "chief@aurora.example"}})
}

func TestAClashRefusesOneRecordOnly(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.csv("anna@aurora.example,Anna,anna@aurora.example,,", "bert@aurora.example,Bert,,,", "carl@aurora.example,Carl,,,")
	// new people and changed ones who want the address of another
	counts, problems := w.csv("bert@aurora.example,Bertram,anna@aurora.example,,", "carl@aurora.example,Carlo,carl@aurora.example,,", "dora@aurora.example,Dora,ANNA@aurora.example,,", "eve@aurora.example,Eve,eve@aurora.example,,")
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
		if p.Code != "Request_BadRequest" || !strings.Contains(p.Message, "proxyAddresses") {
			t.Errorf("line %d is refused with %s: %s", p.Line, p.Code, p.Message)
		}
	}
	slices.Sort(lines)
	equal(t, "refused lines", lines, []int{2, 4})
	if counts.Updated != 1 || counts.Created != 1 {
		t.Errorf("counts are %+v", counts)
	}
	w.view(func(r store.Reader) error {
		bert, err := directory.FindUser(r, "bert@aurora.example")
		if err == nil && bert.Text(hospes.UserDisplayName) != "Bert" {
			t.Errorf("bert is half changed: %s", bert.Text(hospes.UserDisplayName))
		}
		return err
	})
}

// TestWhoIsTooLargeIsRefusedAlone: the store takes no object beyond a size, neither a new one nor one that is there.
func TestWhoIsTooLargeIsRefusedAlone(t *testing.T) {
	w := newWorld(t, "aurora.example")
	entry := func(name string, more ...string) string {
		lines := []string{"dn: uid=" + name + ",dc=aurora", "objectClass: inetOrgPerson", "uid: " + name, "cn: " + name, "sn: " + name}
		return strings.Join(append(lines, more...), "\n") + "\n\n"
	}
	addresses := func(name string) (list []string) {
		for i := range 10_000 {
			list = append(list, fmt.Sprintf("proxyAddresses: smtp:%s.%s.%d@aurora.example", name, strings.Repeat("x", 40), i))
		}
		return list
	}
	w.run("people.ldif", "version: 1\n\n"+entry("anna")+entry("bert"))
	counts, problems := w.run("people.ldif", "version: 1\n\n"+entry("anna", addresses("anna")...)+entry("bert", "title: Chemist")+entry("carl", addresses("carl")...)+entry("dora"))
	if counts.Failed != 2 || counts.Updated != 1 || counts.Created != 1 || len(problems) != 2 {
		t.Errorf("counts are %+v", counts)
	}
	for _, p := range problems {
		if p.Code != hospes.CodeSizeExceeded || p.Message == "" {
			t.Errorf("it is refused with %v", p)
		}
	}
}

func TestTheSameNameInTwoTransactions(t *testing.T) {
	w := newWorld(t, "aurora.example")
	rows := []string{"twin@aurora.example,First,,,"}
	for i := range 1200 {
		rows = append(rows, fmt.Sprintf("p%d@aurora.example,P,,,", i))
	}
	counts, problems := w.csv(append(rows, "TWIN@aurora.example,Second,,,", "bad name@aurora.example,No name,,,")...)
	codes := map[int]string{}
	for _, p := range problems {
		codes[p.Line] = p.Code
	}
	if codes[1203] != "DuplicateSourceEntries" || codes[1204] != "Request_BadRequest" || len(codes) != 2 || counts.Created != 1201 || counts.Updated != 0 {
		t.Errorf("counts are %+v, problems %v", counts, problems)
	}
}

func TestTwoGroupsOfOneNameAreNeverOne(t *testing.T) {
	w := newWorld(t, "aurora.example")
	const person = "dn: uid=%[1]s,dc=aurora\nobjectClass: inetOrgPerson\nuid: %[1]s\ncn: %[1]s\nsn: x\nmail: %[1]s@aurora.example\n\n"
	const group = "dn: cn=Staff,ou=%s,dc=aurora\nobjectClass: groupOfNames\ncn: Staff\nmember: uid=%s,dc=aurora\n\n"
	counts, problems := w.run("", fmt.Sprintf(person, "anna")+fmt.Sprintf(person, "bert")+fmt.Sprintf(group, "A", "anna")+fmt.Sprintf(group, "B", "bert"))
	if len(problems) != 1 || problems[0].Code != "DuplicateSourceEntries" || counts.Created != 3 {
		t.Errorf("counts are %+v %v", counts, problems)
	}
	_, _, _, members := w.content()
	equal(t, "members", members, map[string][]string{"Staff": {"anna@aurora.example"}})
}

// cutReader ends the import after so many records, as a process that is killed does.
type cutReader struct {
	importer.Reader
	left int
	cut  func()
}

func (r *cutReader) Next() (importer.Record, error) {
	if r.left--; r.left == 0 {
		r.cut()
	}
	return r.Reader.Next()
}

func TestAnImportThatBreaksOffIsRunAgain(t *testing.T) {
	text, people, groups, ties := aurora(t)
	whole := newWorld(t, sample.Domain)
	whole.run("aurora.ldif", text)
	wantPeople, wantGroups, wantManagers, wantMembers := whole.content()

	var rows []string
	for i := range 3000 {
		rows = append(rows, fmt.Sprintf("x%d@%s,X,,,", i, sample.Domain))
	}
	big := "userPrincipalName,displayName,mail,manager,groups\n" + strings.Join(rows, "\n") + "\n"
	w := newWorld(t, sample.Domain)
	stopped, cancel := context.WithCancel(ctx)
	reader, err := importer.Open("big.csv", strings.NewReader(big), importer.Options{})
	w.must(err)
	var problems []intake.Problem
	var told intake.Counts
	in := w.intake(&problems)
	in.Progress = func(n intake.Counts) { told = n }
	counts, err := in.Run(stopped, &cutReader{reader, 2500, cancel})
	if err == nil {
		t.Fatal("the import went on without its context")
	}
	stored, _, _, _ := w.content()
	if counts.Created != 2000 || told.Created != 2000 || len(stored) != 2000 || len(problems) != 0 {
		t.Errorf("%d people are stored, %d were told, counts are %+v, problems %v", len(stored), told.Created, counts, problems)
	}
	counts, _ = w.run("big.csv", big)
	if counts.Created != 1000 || counts.Unchanged != 2000 || counts.Updated != 0 {
		t.Errorf("the second time: %+v", counts)
	}

	// the sample, killed again and again, becomes what it becomes in one go
	v := newWorld(t, sample.Domain)
	for _, after := range []int{1, people / 2, people + groups} {
		stopped, cancel := context.WithCancel(ctx)
		reader := importer.NewLDIF(strings.NewReader(text), importer.Options{})
		var problems []intake.Problem
		if _, err := v.intake(&problems).Run(stopped, &cutReader{reader, after, cancel}); err == nil {
			t.Fatal("the import went on without its context")
		}
		cancel()
	}
	counts, problems = v.run("aurora.ldif", text)
	if counts.Created+counts.Unchanged != int64(people+groups) || counts.Ties > ties || counts.Updated != 0 || len(problems) != 0 {
		t.Errorf("in the end: %+v %v", counts, problems)
	}
	gotPeople, gotGroups, gotManagers, gotMembers := v.content()
	for _, list := range [][]string{wantPeople, wantGroups, gotPeople, gotGroups} {
		slices.Sort(list)
	}
	if !slices.Equal(gotPeople, wantPeople) || !slices.Equal(gotGroups, wantGroups) || !maps.Equal(gotManagers, wantManagers) || !reflect.DeepEqual(gotMembers, wantMembers) {
		t.Error("what was imported piece by piece is not what was imported in one go")
	}
}

func TestAnImportLeavesRecordsOfTiesAndNoMembersInDynamicGroups(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.must(w.store.Update(ctx, store.Write{Tenant: w.tenant.ID, By: by}, func(tx store.Tx) error {
		_, err := directory.CreateGroup(tx, hospes.SystemRandom(), []hospes.Edit{
			{Property: hospes.GroupDisplayName, Value: hospes.String("Everybody")}, {Property: hospes.GroupMailEnabled, Value: hospes.False},
			{Property: hospes.GroupMailNickname, Value: hospes.String("everybody")}, {Property: hospes.GroupSecurityEnabled, Value: hospes.True},
			{Property: hospes.GroupTypes, Value: hospes.Strings(hospes.GroupTypeDynamic)}, {Property: hospes.GroupMembershipRule, Value: hospes.String("user.city -eq \"Bergen\"")}, {Property: hospes.GroupRuleState, Value: hospes.String(hospes.RuleOn)},
		})
		return err
	}))
	counts, problems := w.csv("boss@aurora.example,Boss,,,", "anna@aurora.example,Anna,,boss@aurora.example,Team;Everybody")
	_, _, managers, members := w.content()
	equal(t, "members", members["Everybody"], []string(nil))
	equal(t, "managers", len(managers), 1)
	equal(t, "ties", counts.Ties, int64(2))
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "dynamic membership") || problems[0].Line != 3 {
		t.Errorf("problems: %v", problems)
	}
	activities := map[string]int{}
	w.view(func(r store.Reader) error {
		records, err := r.Audits(store.LogQuery{Limit: 100})
		for _, a := range records {
			activities[a.Activity]++
		}
		return err
	})
	equal(t, "records", []int{activities["Set user manager"], activities["Add member to group"]}, []int{1, 1})
}

// TestWire5_2_AnImportGivesNobodyARole: who may import makes nobody an administrator by way of a group that holds roles.
func TestWire5_2_AnImportGivesNobodyARole(t *testing.T) {
	w := newWorld(t, "aurora.example")
	w.must(w.store.Update(ctx, store.Write{Tenant: w.tenant.ID, By: by}, func(tx store.Tx) error {
		_, err := directory.CreateGroup(tx, hospes.SystemRandom(), []hospes.Edit{
			{Property: hospes.GroupDisplayName, Value: hospes.String("Admins")}, {Property: hospes.GroupMailEnabled, Value: hospes.False},
			{Property: hospes.GroupMailNickname, Value: hospes.String("admins")}, {Property: hospes.GroupSecurityEnabled, Value: hospes.True},
			{Property: hospes.GroupAssignableToRole, Value: hospes.True},
		})
		return err
	}))
	_, problems := w.csv("anna@aurora.example,Anna,,,Team;Admins")
	_, _, _, members := w.content()
	equal(t, "members", len(members["Admins"]), 0)
	equal(t, "other members", len(members["Team"]), 1)
	if len(problems) != 1 || problems[0].Code != "InvalidReference" || !strings.Contains(problems[0].Message, "directory roles") {
		t.Errorf("problems: %v", problems)
	}
}
