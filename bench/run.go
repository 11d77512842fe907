package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/sample"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

// MaxUsers bounds the people of a run: their floor is replayed out of memory.
const MaxUsers = 100_000

// Options say what is measured, and where.
type Options struct {
	Dir    string // an empty directory
	Users  int
	Clock  hospes.Clock
	Random hospes.Random

	// Progress tells which measurement begins.
	Progress func(label string)
}

// Figure is one result. The floor is what the same rows cost when they are written raw, in the same run; 0 for none.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Floor float64 `json:"floor,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
}

// run is one run.
type run struct {
	Options
	instance       *server.Instance
	source, target *graphclient.Client
	from           demo.Side
	job            string
	figures        []Figure
}

// The sizes of the workloads.
const (
	commits  = 200
	changed  = 100
	pageSize = 100
	pages    = 50
)

// Run measures.
func Run(ctx context.Context, o Options) (_ []Figure, err error) {
	r := &run{Options: o}
	r.instance, err = server.Open(ctx, server.Options{DataDir: o.Dir, Clock: o.Clock, Random: o.Random})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.instance.Close()) }()
	for _, step := range []struct {
		label string
		do    func(context.Context) error
	}{
		{"making people", r.prepare}, {"first cycle", r.firstCycle}, {"nothing to do", r.idleCycle}, {"a few changes", r.changedCycle},
		{"lists", r.lists}, {"commits", r.commit},
	} {
		o.Progress(step.label)
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", step.label, err)
		}
	}
	return r.figures, nil
}

func (r *run) client(tenant hospes.TenantID) (*graphclient.Client, error) {
	return graphclient.New(graphclient.Options{Base: "http://localhost", Transport: r.instance.Operator(tenant), Clock: r.Clock})
}

// tenant makes one, with a client that acts in it.
func (r *run) tenant(ctx context.Context, name, domain string) (side demo.Side, c *graphclient.Client, err error) {
	operator, err := r.client(hospes.TenantID{})
	if err != nil {
		return side, nil, err
	}
	var made struct{ ID hospes.TenantID }
	if err := operator.Post(ctx, "/hospes/v1/tenants", map[string]string{"displayName": name, "initialDomain": domain}, &made); err != nil {
		return side, nil, err
	}
	c, err = r.client(made.ID)
	return demo.Side{TenantID: made.ID.String(), DisplayName: name, Domain: domain, Admin: demo.Admin{UserPrincipalName: "admin@" + domain}}, c, err
}

// prepare makes two tenants that are connected, and the people of one.
func (r *run) prepare(ctx context.Context) error {
	var to demo.Side
	var err error
	if r.from, r.source, err = r.tenant(ctx, "Aurora", sample.Domain); err != nil {
		return err
	}
	if to, r.target, err = r.tenant(ctx, "Borealis", "borealis.example"); err != nil {
		return err
	}
	var group struct{ ID hospes.ObjectID }
	body := map[string]any{"displayName": "Travellers", "mailNickname": "travellers", "mailEnabled": false, "securityEnabled": true}
	if err := r.source.Post(ctx, "/v1.0/groups", body, &group); err != nil {
		return err
	}
	r.from.GroupID = group.ID.String()
	id, _ := hospes.ParseTenantID(r.from.TenantID)
	var members hospes.Number
	err = r.instance.Store.View(ctx, id, func(reader store.Reader) error {
		o, err := store.Find(reader, store.Live, hospes.GroupSchema, group.ID)
		if err == nil {
			members = o.Number
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := Fill(ctx, r.instance.Store, store.Write{Tenant: id, By: by, Bulk: true}, members, r.Users); err != nil {
		return err
	}
	path, job, err := demo.Connect(ctx, r.source, r.target, r.from, to)
	if err != nil {
		return err
	}
	r.job = job
	return r.source.Post(ctx, path+"/start", nil, nil)
}

var by = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes bench"}, Cause: hospes.CauseImport}

// cycle runs the job; nobody else does, as nothing is being served.
func (r *run) cycle(ctx context.Context) (Cost, error) {
	id, _ := hospes.ParseTenantID(r.from.TenantID)
	return Measure(r.Clock, func() error {
		_, err := r.instance.Engine.RunCycle(ctx, id, r.job)
		return err
	})
}

func (r *run) note(name string, value float64, unit string) {
	r.figures = append(r.figures, Figure{Name: name, Value: value, Unit: unit})
}

// noteFloor notes a cost for each of n, beside its floor.
func (r *run) noteFloor(name string, cost, floor time.Duration, n int, unit string) {
	f := Figure{Name: name, Value: micros(cost, n), Unit: unit, Floor: micros(floor, n)}
	if floor > 0 {
		f.Ratio = float64(cost) / float64(floor)
	}
	r.figures = append(r.figures, f)
}

func micros(d time.Duration, n int) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }

// rate gives how many a second; 0 where no time has passed.
func rate(n int, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// replay gives the floor of what was written since a mark.
func (r *run) replay(ctx context.Context, name string, since Mark, transactions int) (Cost, error) {
	cost, _, err := Replay(ctx, r.Clock, r.instance.DatabaseFile(), filepath.Join(r.Dir, name+".db"), since, transactions)
	return cost, err
}

func (r *run) firstCycle(ctx context.Context) error {
	before, err := MarkRows(ctx, r.instance.DatabaseFile())
	if err != nil {
		return err
	}
	cost, err := r.cycle(ctx)
	if err != nil {
		return err
	}
	var arrived int64
	err = r.target.Do(ctx, graphclient.Request{Method: http.MethodGet, Path: "/v1.0/users/$count", Header: http.Header{"Consistencylevel": {"eventual"}}}, &arrived)
	if err != nil {
		return err
	}
	if arrived != int64(r.Users) {
		return fmt.Errorf("%d of %d people have arrived", arrived, r.Users)
	}
	floor, err := r.replay(ctx, "floor-cycle", before, max(1, r.Users/groupSize))
	if err != nil {
		return err
	}
	r.note("people created by a first cycle", rate(r.Users, cost.Wall), "people/s")
	r.noteFloor("processor time of a first cycle", cost.CPU, floor.CPU, r.Users, "µs/person")
	r.noteFloor("time of a first cycle", cost.Wall, floor.Wall, r.Users, "µs/person")
	return nil
}

func (r *run) idleCycle(ctx context.Context) error {
	cost, err := r.cycle(ctx)
	r.note("cycle with nothing to do", micros(cost.Wall, 1000), "ms")
	return err
}

func (r *run) changedCycle(ctx context.Context) error {
	n := 0
	for item, err := range r.source.Items(ctx, "/v1.0/users", url.Values{"$select": {"id"}, "$top": {"100"}}) {
		if err != nil {
			return err
		}
		var user struct{ ID string }
		if err := json.Unmarshal(item, &user); err != nil {
			return err
		}
		if err := r.source.Patch(ctx, "/v1.0/users/"+user.ID, map[string]string{"jobTitle": "Measured"}); err != nil {
			return err
		}
		if n++; n == changed {
			break
		}
	}
	cost, err := r.cycle(ctx)
	r.note(fmt.Sprintf("cycle after %d changes", n), micros(cost.Wall, 1000), "ms")
	return err
}

// lists reads pages of people as a client does, but for the network.
func (r *run) lists(ctx context.Context) error {
	var took []time.Duration
	began := r.Clock.Now()
	for page, err := range r.source.Pages(ctx, "/v1.0/users", url.Values{"$top": {fmt.Sprint(pageSize)}}) {
		if err != nil {
			return err
		}
		now := r.Clock.Now()
		took, began = append(took, now.Sub(began)), now
		if len(took) == pages || page.NextLink == "" {
			break
		}
	}
	slices.Sort(took)
	r.note(fmt.Sprintf("page of %d people, median", pageSize), micros(took[len(took)/2], 1000), "ms")
	r.note(fmt.Sprintf("page of %d people, slowest of %d", pageSize, len(took)), micros(took[len(took)-1], 1000), "ms")
	return nil
}

// commit makes people one by one, each in a transaction that is on the disk before the next begins.
func (r *run) commit(ctx context.Context) error {
	side, _, err := r.tenant(ctx, "Commits", "commits.example")
	if err != nil {
		return err
	}
	before, err := MarkRows(ctx, r.instance.DatabaseFile())
	if err != nil {
		return err
	}
	id, _ := hospes.ParseTenantID(side.TenantID)
	cost, err := Measure(r.Clock, func() error {
		for i := range commits {
			name := fmt.Sprintf("person%d", i)
			edits := []hospes.Edit{
				{Property: hospes.UserDisplayName, Value: hospes.String(name)}, {Property: hospes.UserPrincipalName, Value: hospes.String(name + "@" + side.Domain)},
				{Property: hospes.UserMailNickname, Value: hospes.String(name)}, {Property: hospes.UserAccountEnabled, Value: hospes.True},
			}
			err := r.instance.Store.Update(ctx, store.Write{Tenant: id, By: by}, func(tx store.Tx) error {
				_, err := directory.CreateUser(tx, r.Random, edits, false)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	floor, err := r.replay(ctx, "floor-commits", before, commits)
	if err != nil {
		return err
	}
	r.note("durable commits, one after the other", rate(commits, cost.Wall), "commits/s")
	r.noteFloor("time of a durable commit", cost.Wall, floor.Wall, commits, "µs/commit")
	return nil
}
