package demo

import (
	"context"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// pair is a tenant whose people are synchronized into another.
type pair struct {
	*demo
	from, to       *Side
	source, target *graphclient.Client
	group          string // whose members are synchronized
	silent         bool   // one of many, whose steps are not told one by one
	shut           bool   // the target has closed its door

	principalID, jobID, ruleID string
	onDemand                   int64  // people that the on-demand step created
	label, last                string // of the cycle that is watched, and of the one before
	began                      time.Time
	base                       hospes.CycleCounts // what a cycle that was broken off had done before this run
	cycle                      Cycle
}

func (d *demo) newPair(from, to *Side, group string) (*pair, error) {
	p := &pair{demo: d, from: from, to: to, group: group}
	var err error
	if p.source, err = d.client(*from); err != nil {
		return nil, err
	}
	p.target, err = d.client(*to)
	return p, err
}

// say tells of a step.
func (p *pair) say(format string, args ...any) {
	if !p.silent {
		p.demo.say(format, args...)
	}
}

func (p *pair) progress(done, total int64) {
	if !p.silent {
		p.Progress(p.label, done, total)
	}
}

// setUp does the steps before the job is started.
func (p *pair) setUp(ctx context.Context) error {
	for _, step := range []func(context.Context) error{p.allowInTarget, p.allowInSource, p.configure, p.assign, p.mappings} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// synchronizePair does the fourteen steps for the hub and its first spoke, one after the other.
func (d *demo) synchronizePair(ctx context.Context) error {
	p, err := d.newPair(&d.memory.Source, &d.memory.Target, groupName)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{p.setUp, p.testOnePerson, p.start, p.finish, p.leaving} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.reportPair(p)
	return nil
}

// reportPair makes a pair the one that the report is about.
func (d *demo) reportPair(p *pair) {
	d.report.ServicePrincipalID, d.report.JobID, d.report.RuleID, d.report.Cycle = p.principalID, p.jobID, p.ruleID, p.cycle
}

// Connect does the steps of the set-up between two tenants whose clients are given, up to the job, which is not started.
func Connect(ctx context.Context, source, target *graphclient.Client, from, to Side) (jobPath, jobID string, err error) {
	p := &pair{demo: &demo{}, from: &from, to: &to, source: source, target: target, silent: true}
	err = p.setUp(ctx)
	return p.jobPath(""), p.jobID, err
}
