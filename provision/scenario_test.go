package provision_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// TestScenarios runs the files of testdata/scenario on both stores. Each file is a story: what is done in the source, in
// the target and to the configuration, which steps a cycle takes then, and what the target holds afterwards. A README
// beside the files says what can be written there. `go test ./provision -run Scenarios -rewrite` writes what comes out
// into the files.
func TestScenarios(t *testing.T) {
	datadriven.Walk(t, "testdata/scenario", func(t *testing.T, path string) {
		if strings.HasSuffix(path, ".md") {
			return
		}
		engines(t, func(t *testing.T, w *world) {
			if rewriting() && strings.HasSuffix(t.Name(), "/postgres") {
				return // one of the two writes the file
			}
			s := &scenario{world: w, names: map[string]hospes.ObjectID{}, groups: map[string]*hospes.Object{"Travellers": w.group}}
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
				s.TB = t
				return s.do(d)
			})
		})
	})
}

func rewriting() bool {
	f := flag.Lookup("rewrite")
	return f != nil && f.Value.String() == "true"
}

// scenario is a world in which people and groups have short names.
type scenario struct {
	*world
	names  map[string]hospes.ObjectID // people of the source
	groups map[string]*hospes.Object  // groups of the source
	logged hospes.Number              // the newest record that has been shown
}

func (s *scenario) do(d *datadriven.TestData) string {
	switch d.Cmd {
	case "source", "target", "configure":
		for _, line := range strings.Split(d.Input, "\n") {
			if err := s.act(d.Cmd, strings.Fields(line)); err != nil {
				return fmt.Sprintf("%s: %v", line, errorText(err))
			}
		}
		return "ok"
	case "wait":
		pass, err := time.ParseDuration(d.Input)
		s.must(err)
		s.clock.Advance(pass)
		return "ok"
	case "cycle":
		return s.steps(func() error {
			s.clock.Advance(time.Second)
			_, err := s.engine.RunCycle(ctx, s.source.ID, s.job)
			return err
		})
	case "demand":
		return s.steps(func() error {
			_, err := s.engine.ProvisionOnDemand(ctx, s.source.ID, s.job, "", s.id(d.Input))
			return err
		})
	case "show":
		var properties []string
		for _, arg := range d.CmdArgs {
			properties = append(properties, arg.Key)
		}
		return s.show(properties)
	}
	s.Fatalf("%s: there is no command %s", d.Pos, d.Cmd)
	return ""
}

func errorText(err error) string {
	var known *hospes.Error
	if errors.As(err, &known) {
		return known.Code + ": " + known.Message
	}
	return err.Error()
}

// steps does something and tells which records it left, and what went wrong with the whole.
func (s *scenario) steps(do func() error) string {
	s.Helper()
	var b strings.Builder
	if err := do(); err != nil {
		fmt.Fprintf(&b, "refused: %s\n", errorText(err))
	}
	var fresh []hospes.Provisioning
	s.view(s.source, func(r store.Reader) error {
		list, err := r.Provisionings(store.LogQuery{Limit: 100})
		for _, p := range list {
			if p.Number > s.logged {
				fresh = append(fresh, p)
			}
		}
		return err
	})
	if len(fresh) > 0 {
		s.logged = fresh[0].Number
	}
	var lines []string
	for _, p := range fresh {
		lines = append(lines, recordLine(&p))
	}
	slices.Sort(lines) // within a cycle the order follows from numbers, which mean nothing to a reader
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	if q := s.status().Quarantine; q != nil {
		fmt.Fprintf(&b, "the job is in quarantine: %s\n", q.Reason)
	}
	if b.Len() == 0 {
		return "nothing"
	}
	return b.String()
}

// recordLine writes a record as: who: action outcome (code), its steps, what was changed.
func recordLine(p *hospes.Provisioning) string {
	var b strings.Builder
	name := p.SourceName
	if p.Type() == "Group" {
		name = "group " + name
	}
	fmt.Fprintf(&b, "%s: %s %s", name, p.Action, p.Outcome)
	if p.ErrCode != "" {
		fmt.Fprintf(&b, " (%s)", p.ErrCode)
	}
	for i, step := range p.Steps {
		separator := ", "
		if i == 0 {
			separator = "; "
		}
		b.WriteString(separator + step.Code)
		if step.Outcome != hospes.OutcomeSuccess {
			b.WriteString(" " + string(step.Outcome))
		}
		if evaluation := step.Details["ScopeEvaluationResult"]; evaluation != "" && evaluation != "{}" {
			b.WriteString(" " + evaluation)
		}
		if step.Details["added"] != "" {
			fmt.Fprintf(&b, " +%s -%s", step.Details["added"], step.Details["removed"])
		}
	}
	if p.Action == hospes.ActionCreate {
		return b.String() // everything is new
	}
	for _, m := range p.Modified {
		if m.Name == "alternativeSecurityIds" || m.Name == "manager" { // ids are other ones each time
			fmt.Fprintf(&b, "; %s", m.Name)
			continue
		}
		fmt.Fprintf(&b, "; %s: %s -> %s", m.Name, shown(m.Old), shown(m.New))
	}
	return b.String()
}

func shown(v hospes.Value) string {
	if v == hospes.Null {
		return "nothing"
	}
	if text := v.Text(); text != "" {
		return text
	}
	return string(v)
}

// show lists the external people of the target and its groups, with the properties that are asked for.
func (s *scenario) show(properties []string) string {
	s.Helper()
	var lines []string
	s.view(s.target, func(r store.Reader) error {
		for _, schema := range []*hospes.Schema{hospes.UserSchema, hospes.GroupSchema} {
			page, err := r.List(store.Query{Schema: schema, Bin: store.Anywhere, Limit: 1000})
			if err != nil {
				return err
			}
			for _, doc := range page.Documents {
				o, err := doc.Object()
				if err != nil {
					return err
				}
				line, err := s.describe(r, o, properties)
				if err != nil {
					return err
				}
				lines = append(lines, line)
			}
		}
		return nil
	})
	slices.Sort(lines)
	if len(lines) == 0 {
		return "nobody"
	}
	return strings.Join(lines, "\n")
}

func (s *scenario) describe(r store.Reader, o *hospes.Object, properties []string) (string, error) {
	if o.Schema == hospes.GroupSchema {
		members, err := namesOf(r, hospes.RelationMember, o.Number)
		return "group " + o.Text(hospes.GroupDisplayName) + ": " + strings.Join(members, ", "), err
	}
	state := "enabled"
	switch {
	case !o.Deleted.IsZero():
		state = "in the bin"
	case !o.Get(hospes.UserAccountEnabled).Bool():
		state = "blocked"
	}
	line := o.Text(hospes.UserDisplayName) + ": " + state + ", " + o.Text(hospes.UserUserType)
	if external := o.Text(hospes.UserExternalState); external != "" {
		line += ", " + external
	}
	for _, name := range properties {
		if name == "manager" {
			managers, err := namesOf(r, hospes.RelationManager, o.Number)
			if err != nil {
				return "", err
			}
			line += ", manager " + strings.Join(managers, ", ")
			continue
		}
		line += ", " + name + " " + shown(o.Get(hospes.UserSchema.Must(name)))
	}
	return line, nil
}

// namesOf gives the display names of those whom an object has in a relation and who live.
func namesOf(r store.Reader, relation hospes.Relation, of hospes.Number) (names []string, err error) {
	ties, err := r.Related(relation, of)
	for _, t := range ties {
		o, err := store.FindNumber(r, store.Live, t.To)
		if hospes.KindOf(err) == hospes.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		names = append(names, o.Text(hospes.UserDisplayName))
	}
	slices.Sort(names)
	return names, err
}

func (s *scenario) id(name string) hospes.ObjectID {
	s.Helper()
	id, ok := s.names[strings.TrimSpace(name)]
	if !ok {
		s.Fatalf("there is nobody called %q in the source", name)
	}
	return id
}

// restart runs a restart with the flags of resetScope.
func (s *scenario) restart(flags string) error {
	reset, err := provision.ParseResetScope(flags)
	if err != nil {
		return err
	}
	s.onJob(func(tx store.Tx, job hospes.Job) error { return s.engine.Restart(tx, s.sp, job, reset) })
	return nil
}
