package demo

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// MaxTenants is how many a demo can have.
const MaxTenants = 50

// spokeNames are those of the spokes; after the last of them it goes on with a second of each.
var spokeNames = strings.Fields("Borealis Cumulus Drumlin Equinox Firn Glacier Halo Isthmus Jetstream Karst Lagoon Meridian " +
	"Nimbus Oasis Polaris Quartz Ravine Solstice Tundra Umbra Vega Wadi Xerica Yarrow Zephyr")

// tenantName gives the name of the i-th tenant, and the first label of its domains.
func tenantName(i int) (name, label string) {
	if i == 0 {
		return "Aurora", "aurora"
	}
	name = spokeNames[(i-1)%len(spokeNames)]
	label = strings.ToLower(name)
	if i > len(spokeNames) {
		return name + " North", label + "-north"
	}
	return name, label
}

// Pair is one row of who synchronizes into whom.
type Pair struct {
	Source  string `json:"source"`
	Target  string `json:"target"`
	Refused bool   `json:"refused,omitempty"` // the target has closed its door: the job cannot run
	Cycle   Cycle  `json:"cycle"`
}

// homegrown is how many people a spoke has of its own.
const homegrown = 12

// returns tells of a spoke, by its place among the tenants, whether its people are synchronized into the hub.
func (d *demo) returns(i int) bool { return i%3 == 1 || i == d.Tenants-1 }

func returning(s *Side) string { return s.DisplayName + " visitors" }

// peopleOfSpokes gives people to the spokes that synchronize into the hub, in a group that is assigned.
func (d *demo) peopleOfSpokes(ctx context.Context) error {
	for i, s := range d.memory.sides() {
		if i == 0 || !d.returns(i) {
			continue
		}
		c, err := d.client(*s)
		if err != nil {
			return err
		}
		reader, writer := io.Pipe()
		go func() {
			_ = writer.CloseWithError(writePeople(writer, homegrown, seed+uint64(i), s.Domain, returning(s)))
		}()
		if _, err := d.importInto(ctx, c, reader, "people.csv", homegrown*330); err != nil {
			return err
		}
		g, err := ensure(ctx, c, "/v1.0/groups", "displayName eq '"+returning(s)+"'", nil)
		if err != nil {
			return err
		}
		s.GroupID = g.ID
	}
	return d.keep()
}

// pairs gives who synchronizes into whom: the hub into every spoke, and some spokes into the hub.
func (d *demo) pairs() (list []*pair, err error) {
	sides := d.memory.sides()
	add := func(from, to *Side, group string) {
		var p *pair
		if p, err = d.newPair(from, to, group); err == nil {
			p.silent = true
			list = append(list, p)
		}
	}
	for i, s := range sides {
		if i > 0 && err == nil {
			add(sides[0], s, groupName)
		}
	}
	for i, s := range sides {
		if i > 0 && d.returns(i) && err == nil {
			add(s, sides[0], returning(s))
		}
	}
	return list, err
}

// synchronizeAll connects all pairs, breaks two things on purpose, and runs all jobs.
func (d *demo) synchronizeAll(ctx context.Context) error {
	pairs, err := d.pairs()
	if err != nil {
		return err
	}
	last := pairs[len(pairs)-1]
	if last.shut, err = last.closed(ctx); err != nil {
		return err
	}
	for i, p := range pairs {
		if err := p.setUp(ctx); err != nil {
			return err
		}
		d.Progress("Connecting", int64(i+1), int64(len(pairs)))
	}
	if err := last.shutDoor(ctx); err != nil {
		return err
	}
	if err := pairs[1].takeAddress(ctx); err != nil {
		return err
	}
	if err := pairs[0].testOnePerson(ctx); err != nil {
		return err
	}
	out := d.Tenants - 1 // the pairs out of the hub come first, so that what they count does not hang on who is faster
	if err := d.runAll(ctx, pairs[:out]); err != nil {
		return err
	}
	if err := d.runAll(ctx, pairs[out:]); err != nil {
		return err
	}
	d.reportPair(pairs[0])
	for _, broken := range []struct {
		pair *pair
		who  Patient
	}{{last, d.memory.Broken.Shut}, {pairs[1], d.memory.Broken.Clash}} {
		ill, err := broken.pair.ill(ctx, broken.who)
		if err != nil {
			return err
		}
		if ill { // somebody may have mended it since
			d.report.Patients = append(d.report.Patients, broken.who)
		}
	}
	for _, s := range d.memory.sides() {
		d.report.Tenants = append(d.report.Tenants, *s)
	}
	return nil
}

// runAll runs jobs side by side.
func (d *demo) runAll(ctx context.Context, pairs []*pair) error {
	for _, p := range pairs {
		if err := p.start(ctx); err != nil {
			return err
		}
	}
	for i, p := range pairs {
		if err := p.finish(ctx); err != nil {
			return err
		}
		d.report.Pairs = append(d.report.Pairs, Pair{p.from.DisplayName, p.to.DisplayName, p.shut, p.cycle})
		d.changed = d.changed || p.cycle.Created+p.cycle.Updated > 0
		d.Progress("Synchronizing", int64(i+1), int64(len(pairs)))
	}
	return nil
}

// tell shows who synchronizes into whom, and what came of it.
func (d *demo) tell(context.Context) error {
	d.say("")
	table := tabwriter.NewWriter(d.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "FROM\tINTO\tCREATED\tSKIPPED\tFAILED") // the demo goes on whether somebody reads or not
	for _, p := range d.report.Pairs {
		if p.Refused {
			_, _ = fmt.Fprintf(table, "%s\t%s\trefused\t\t\n", p.Source, p.Target) // likewise
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\n", p.Source, p.Target, p.Cycle.Created, p.Cycle.Skipped, p.Cycle.Failed) // likewise
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if !d.changed {
		d.say("\nEverything was there already; nothing was changed.")
	}
	return nil
}
