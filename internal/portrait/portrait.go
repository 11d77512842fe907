package portrait

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// Portrait is what a store holds of some tenants, as lines that two runs of the same input have in common: every object
// with all its properties, relation, assignment, job and link, and what the logs tell of people. Ids stand as the names
// of what they belong to, moments as "<time>".
type Portrait struct {
	State map[string]State // by domain
	lines []string
}

// State is what may not move at all when a run finds nothing to do.
type State struct {
	Hash [32]byte
	Seq  hospes.Seq
}

// Of draws the tenants with the domains, from the file of an SQLite store that no process works on.
func Of(t testing.TB, file string, domains ...string) Portrait {
	t.Helper()
	ctx := context.Background()
	s, err := sqlstore.OpenSQLite(ctx, file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	p := &painter{TB: t, names: map[string]string{}, numbers: map[hospes.Number]string{}, state: map[string]State{}}
	views := []func(store.Reader) error{p.learn, p.objects, p.relations, p.jobs, p.audits, p.changes, p.moved}
	for _, view := range views { // names of all tenants first: each may speak of the others
		for _, domain := range domains {
			tenant, err := s.TenantOfDomain(ctx, domain)
			if err != nil {
				t.Fatal(err)
			}
			p.domain = domain
			if err := s.View(ctx, tenant.ID, view); err != nil {
				t.Fatal(err)
			}
		}
	}
	slices.Sort(p.lines)
	return Portrait{p.state, p.lines}
}

// With gives the portrait with lines about something else that the run has left.
func (p Portrait) With(lines ...string) Portrait {
	p.lines = append(slices.Clone(p.lines), lines...)
	return p
}

// Tells says whether a line contains a text.
func (p Portrait) Tells(text string) bool {
	return slices.ContainsFunc(p.lines, func(line string) bool { return strings.Contains(line, text) })
}

// Differences gives the lines that only one of two portraits has, or has more often, with how many more p has.
func (p Portrait) Differences(want Portrait) []string {
	surplus := map[string]int{}
	for _, line := range p.lines {
		surplus[line]++
	}
	for _, line := range want.lines {
		surplus[line]--
	}
	var list []string
	for _, line := range slices.Sorted(maps.Keys(surplus)) {
		if n := surplus[line]; n != 0 {
			list = append(list, fmt.Sprintf("%+d of %s", n, line))
		}
	}
	return list
}

// Like fails the test where two portraits differ.
func (p Portrait) Like(t testing.TB, what string, want Portrait) {
	t.Helper()
	list := p.Differences(want)
	const shown = 10
	for _, line := range list[:min(shown, len(list))] {
		t.Errorf("%s differs from the run that was not killed: %s", what, line)
	}
	if len(list) > shown {
		t.Errorf("%s: and in %d lines more", what, len(list)-shown)
	}
}

// painter collects the lines of a portrait.
type painter struct {
	testing.TB
	domain  string
	names   map[string]string // what stands for an id or another drawn text
	numbers map[hospes.Number]string
	lines   []string
	state   map[string]State
}

func (p *painter) line(format string, args ...any) {
	p.lines = append(p.lines, p.domain+": "+p.plain(fmt.Sprintf(format, args...)))
}

var (
	drawn   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|S-1-12-1(-\d+)+|[0-9a-f]{24,32}`)
	encoded = regexp.MustCompile(`[0-9A-Za-z+/]{32}`)
	moment  = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
)

// repeated is what each run of a demo leaves in the audit log, whether it finds something to do or not. The secret of
// the client belongs to it: where the demo dies before it has kept the one it was told, it asks for another.
var repeated = []string{
	"Update provisioning setting or credentials", "Enable/restart provisioning configuration", "Update application – Certificates and secrets management",
}

// plain puts names in the place of what is drawn anew in each run.
func (p *painter) plain(text string) string {
	text = drawn.ReplaceAllStringFunc(text, func(id string) string {
		if name, known := p.names[id]; known {
			return "<" + name + ">"
		}
		return "<id>"
	})
	text = encoded.ReplaceAllStringFunc(text, func(key string) string {
		if name, known := p.names[key]; known {
			return "<" + name + ">"
		}
		return key
	})
	return moment.ReplaceAllString(text, "<time>")
}

// everything hands each object of a tenant to fn, those in the bin included.
func everything(r store.Reader, fn func(*hospes.Object) error) error {
	for _, schema := range hospes.Schemas() {
		for after := (store.Cursor{}); ; {
			page, err := r.List(store.Query{Schema: schema, Bin: store.Anywhere, After: after, Limit: 500})
			if err != nil {
				return err
			}
			for _, d := range page.Documents {
				o, err := d.Object()
				if err != nil {
					return err
				}
				if err := fn(o); err != nil {
					return err
				}
			}
			if page.Next == nil {
				break
			}
			after = *page.Next
		}
	}
	return nil
}

// learn gives every drawn text of a tenant the name of what it belongs to.
func (p *painter) learn(r store.Reader) error {
	tenant := r.Tenant()
	p.names[tenant.ID.String()], p.names[tenant.ID.Compact()] = p.domain, p.domain
	return everything(r, func(o *hospes.Object) error {
		name := p.domain + " " + o.Schema.Name + " " + title(o)
		p.names[o.ID.String()], p.names[hex.EncodeToString(o.ID.Bytes())], p.numbers[o.Number] = name, name, name
		if o.Schema == hospes.UserSchema {
			id := o.Text(hospes.UserNetID)
			p.names[id], p.names[base64.StdEncoding.EncodeToString([]byte(id))] = "netId of "+name, "key of "+name
			p.names[o.Text(hospes.UserSecurityIdentifier)] = "sid of " + name
		}
		return nil
	})
}

// title is the property that tells an object from its like.
func title(o *hospes.Object) string {
	for _, name := range []string{"userPrincipalName", "displayName"} {
		if property := o.Schema.Property(name); property != nil && o.Text(property) != "" {
			return o.Text(property)
		}
	}
	return ""
}

func (p *painter) objects(r store.Reader) error {
	return everything(r, func(o *hospes.Object) error {
		if !o.Deleted.IsZero() {
			p.line("%s is in the bin", p.numbers[o.Number])
		}
		for _, property := range o.Schema.Properties {
			if v := o.Get(property); v != hospes.Null && property.Name != "passwordCredentials" {
				p.line("%s %s = %s", p.numbers[o.Number], property.Name, v)
			}
		}
		return nil
	})
}

// relations draws the ties of every object, and the roles it has.
func (p *painter) relations(r store.Reader) error {
	numbers := slices.Sorted(maps.Keys(p.numbers))
	numbers = slices.DeleteFunc(numbers, func(n hospes.Number) bool { return n.Tenant() != r.Tenant().Number })
	for _, relation := range hospes.Relations() {
		ties, err := r.Related(relation, numbers...)
		if err != nil {
			return err
		}
		for _, tie := range ties {
			p.line("%s %s %s", p.numbers[tie.From], relation, p.numbers[tie.To])
		}
	}
	assignments, err := r.AssignmentsOf(numbers...)
	for _, a := range assignments {
		p.line("%s is assigned to %s as %s", p.numbers[a.Principal], p.numbers[a.Resource], a.RoleID)
	}
	return err
}

// jobs draws every job, its links, and what the provisioning log tells of each person.
func (p *painter) jobs(r store.Reader) error {
	jobs, err := r.Jobs(0)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		p.line("job of %s: %s %s, every %s, synchronized %d", p.numbers[job.Principal], job.State, job.Status.Code, job.Interval, job.Status.Synchronized)
		if s := job.Status; s.Cycle != nil || s.Quarantine != nil || s.Watermark == 0 || s.Initial {
			p.Errorf("the job is left as %+v", s)
		}
		links, err := r.LinksBetween(job.Number, 0, 1<<62, false, 1<<20)
		if err != nil {
			return err
		}
		for _, l := range links {
			p.line("link %s to %s: state %d %q %q wrote %s", p.numbers[l.Source], p.numbers[l.Target], l.State, l.Tombstone, l.Pending, l.Written)
		}
		escrows, err := r.EscrowsBetween(job.Number, 0, 1<<62)
		if err != nil {
			return err
		}
		for _, e := range escrows {
			p.line("%s failed %d times with %s", p.numbers[e.Source], e.Attempts, e.Code)
		}
		pending, err := r.OpenIntents(job.Number)
		if err != nil {
			return err
		}
		p.line("job of %s: %d open intents", p.numbers[job.Principal], len(pending))
	}
	records, err := r.Provisionings(store.LogQuery{Limit: 1 << 20})
	for _, record := range records {
		if record.Outcome == hospes.OutcomeSkipped {
			continue // looked at once more and found right
		}
		p.line("provisioning %s %s %s of %s to %s", record.Action, record.Outcome, record.ErrCode, record.SourceID, record.TargetID)
	}
	return err
}

// audits draws what the audit log tells, and proves its chain.
func (p *painter) audits(r store.Reader) error {
	if _, broken, err := r.VerifyAudits(); err != nil || broken != 0 {
		p.Errorf("%s: the audit chain breaks at %d (%v)", p.domain, broken, err)
	}
	records, err := r.Audits(store.LogQuery{Limit: 1 << 20})
	for _, record := range records {
		if slices.Contains(repeated, record.Activity) {
			continue
		}
		var about []string
		for _, target := range record.Targets {
			about = append(about, target.Type+" "+target.ID)
		}
		p.line("audit %s %s of %s", record.Activity, record.Result, strings.Join(about, ", "))
	}
	return err
}

// changes draws how often each object was made.
func (p *painter) changes(r store.Reader) error {
	changes, err := r.Changes(0, 1<<20)
	for i, c := range changes {
		if c.Seq != hospes.Seq(i+1) {
			p.Errorf("%s: change %d has seq %d", p.domain, i+1, c.Seq)
		}
		if c.Operation == hospes.OperationAdd {
			p.line("%s was made", p.numbers[c.Object])
		}
	}
	return err
}

func (p *painter) moved(r store.Reader) error {
	hash, err := r.ContentHash()
	if err != nil {
		return err
	}
	seq, err := r.Seq()
	p.state[p.domain] = State{hash, seq}
	return err
}
