package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// Options say what the demo works on.
type Options struct {
	Dir       string                                  // the data directory: what the demo has to remember is kept there
	BaseURL   string                                  // of the running server
	CA        string                                  // file of its certificate authority
	Transport http.RoundTripper                       // that trusts it
	Operator  func(hospes.TenantID) http.RoundTripper // acts as the operator within a tenant

	Tenants int       // the hub and its spokes; below 3, the two tenants of the set-up steps
	Users   int       // generated people; 0 for the bundled sample
	LDIF    io.Reader // people of the caller's own, in place of either
	Name    string    // of the input, for messages

	Clock  hospes.Clock
	Random hospes.Random
	Out    io.Writer
	// Progress tells of long work: what is being done, how much is done and how much there is; 0 for unknown.
	Progress func(label string, done, total int64)
}

// Cycle is what the demo reports of the pass it waited for (design 3.3).
type Cycle struct {
	Kind    string  `json:"kind"`
	Users   int64   `json:"users"`
	Created int64   `json:"created"`
	Updated int64   `json:"updated"`
	Skipped int64   `json:"skipped"`
	Failed  int64   `json:"failed"`
	Seconds float64 `json:"seconds"`
}

// Side is one of the two tenants in the report.
type Side struct {
	TenantID      string `json:"tenantId"`
	DisplayName   string `json:"displayName"`
	Domain        string `json:"domain"`
	InitialDomain string `json:"initialDomain"`
	GroupID       string `json:"groupId,omitempty"`
	ClientID      string `json:"clientId"`
	ClientSecret  string `json:"clientSecret"`
	Admin         Admin  `json:"admin"`
}

// Admin is the administrator of a tenant.
type Admin struct {
	UserPrincipalName string `json:"userPrincipalName"`
	Password          string `json:"password"`
}

// Report is the file that --json writes.
type Report struct {
	BaseURL            string `json:"baseUrl"`
	CA                 string `json:"ca"`
	Source             Side   `json:"source"`
	Target             Side   `json:"target"`
	ServicePrincipalID string `json:"servicePrincipalId"`
	JobID              string `json:"jobId"`
	RuleID             string `json:"ruleId"`
	Cycle              Cycle  `json:"cycle"`

	// Of more than two tenants: all of them, who synchronizes into whom, and whom to ask the doctor about.
	Tenants  []Side    `json:"tenants,omitempty"`
	Pairs    []Pair    `json:"pairs,omitempty"`
	Patients []Patient `json:"patients,omitempty"`
}

// demo is one run.
type demo struct {
	Options
	memory   memory
	operator *graphclient.Client
	source   *graphclient.Client
	report   Report
	changed  bool // something was made, or somebody
}

// Run does the whole.
func Run(ctx context.Context, o Options) (Report, error) {
	d := &demo{Options: o, report: Report{BaseURL: o.BaseURL, CA: o.CA}}
	var err error
	if d.operator, err = graphclient.New(graphclient.Options{Base: o.BaseURL, Transport: o.Operator(hospes.TenantID{}), UserAgent: "hospes-demo"}); err != nil {
		return d.report, err
	}
	steps := []func(context.Context) error{d.remember, d.makeTenants, d.importPeople, d.synchronizePair}
	if o.Tenants > 2 {
		steps = []func(context.Context) error{d.remember, d.makeTenants, d.importPeople, d.peopleOfSpokes, d.synchronizeAll, d.tell}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return d.report, err
		}
	}
	return d.report, nil
}

// say writes one line of what happens.
func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.Out, format+"\n", args...) // the demo goes on whether somebody reads or not
}

// there tells whether what was asked for exists.
func there(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	if graphStatus(err) == http.StatusNotFound {
		return false, nil
	}
	return false, err
}
