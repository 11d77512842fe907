package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

const partners = "/v1.0/policies/crossTenantAccessPolicy/partners"

// ensurePartner makes the entry for another tenant where there is none.
func ensurePartner(ctx context.Context, c *graphclient.Client, other string) error {
	found, err := there(c.Get(ctx, partners+"/"+other, nil, nil))
	if found || err != nil {
		return err
	}
	return c.Post(ctx, partners, map[string]any{"tenantId": other}, nil)
}

// allowInTarget does steps 2 and 3: the target lets people of the source be synchronized in, and takes its consent.
func (d *demo) allowInTarget(ctx context.Context) error {
	source := d.memory.Source.TenantID
	if err := ensurePartner(ctx, d.target, source); err != nil {
		return err
	}
	sync := map[string]any{"displayName": d.memory.Source.DisplayName, "userSyncInbound": map[string]any{"isSyncAllowed": true}}
	found, err := there(d.target.Get(ctx, partners+"/"+source+"/identitySynchronization", nil, nil))
	if err != nil {
		return err
	}
	if !found {
		if err := d.target.Put(ctx, partners+"/"+source+"/identitySynchronization", sync); err != nil {
			return err
		}
	}
	d.say("Step  2  Borealis lets Aurora synchronize people in.")
	err = d.target.Patch(ctx, partners+"/"+source, map[string]any{"automaticUserConsentSettings": map[string]any{"inboundAllowed": true}})
	d.say("Step  3  Borealis takes the consent of people from Aurora as given.")
	return err
}

// allowInSource does step 4: the source consents for its people.
func (d *demo) allowInSource(ctx context.Context) error {
	target := d.memory.Target.TenantID
	if err := ensurePartner(ctx, d.source, target); err != nil {
		return err
	}
	err := d.source.Patch(ctx, partners+"/"+target, map[string]any{"automaticUserConsentSettings": map[string]any{"outboundAllowed": true}})
	d.say("Step  4  Aurora consents for its people who go to Borealis.")
	return err
}

func (d *demo) syncPath(suffix string) string {
	return "/v1.0/servicePrincipals/" + d.report.ServicePrincipalID + "/synchronization/" + suffix
}

func (d *demo) jobPath(suffix string) string {
	return d.syncPath(graphclient.Path("jobs", d.report.JobID)[1:] + suffix)
}

// configure does steps 5 and 6: the configuration, its test, its job and its credentials.
func (d *demo) configure(ctx context.Context) error {
	sp, err := ensure(ctx, d.source, "/v1.0/servicePrincipals", "displayName eq 'Borealis'", nil)
	if hospes.KindOf(err) == hospes.KindNotFound {
		var made struct{ ServicePrincipal named }
		if err := d.source.Post(ctx, "/v1.0/applicationTemplates/"+directory.CrossTenantSyncTemplate+"/instantiate", map[string]any{"displayName": "Borealis"}, &made); err != nil {
			return err
		}
		sp = made.ServicePrincipal
	} else if err != nil {
		return err
	}
	d.report.ServicePrincipalID = sp.ID
	d.say("Step  5  The configuration Borealis stands in Aurora.")
	credentials := []map[string]string{{"key": "CompanyId", "value": d.memory.Target.TenantID}, {"key": "AuthenticationType", "value": "SyncPolicy"}}
	test := map[string]any{"useSavedCredentials": false, "templateId": "Azure2Azure", "credentials": credentials}
	if err := d.source.Post(ctx, d.syncPath("jobs/validateCredentials"), test, nil); err != nil {
		return err
	}
	for item, err := range d.source.Items(ctx, d.syncPath("jobs"), nil) {
		if err != nil {
			return err
		}
		d.report.JobID = idOf(item)
	}
	if d.report.JobID == "" {
		var made named
		if err := d.source.Post(ctx, d.syncPath("jobs"), map[string]any{"templateId": "Azure2Azure"}, &made); err != nil {
			return err
		}
		d.report.JobID = made.ID
	}
	saved := false // a job that was made just before the demo died has none
	for item, err := range d.source.Items(ctx, d.syncPath("secrets"), nil) {
		if err != nil {
			return err
		}
		var setting struct{ Key string }
		if err := json.Unmarshal(item, &setting); err != nil {
			return err
		}
		saved = saved || setting.Key == "CompanyId"
	}
	if !saved {
		if err := d.source.Put(ctx, d.syncPath("secrets"), map[string]any{"value": credentials}); err != nil {
			return err
		}
	}
	d.say("Step  6  The connection was tested and the job is there.")
	return nil
}

// assign does step 7: the group is assigned.
func (d *demo) assign(ctx context.Context) error {
	path := "/v1.0/servicePrincipals/" + d.report.ServicePrincipalID
	for item, err := range d.source.Items(ctx, path+"/appRoleAssignedTo", nil) {
		if err != nil {
			return err
		}
		var a struct{ PrincipalID string }
		if err := json.Unmarshal(item, &a); err != nil {
			return err
		}
		if a.PrincipalID == d.memory.Source.GroupID {
			d.say("Step  7  The group %q is assigned.", groupName)
			return nil
		}
	}
	var sp struct {
		AppRoles []struct{ ID, DisplayName string }
	}
	if err := d.source.Get(ctx, path, nil, &sp); err != nil {
		return err
	}
	if len(sp.AppRoles) == 0 {
		return hospes.Invalidf("demo.assign", "The configuration offers no role.")
	}
	body := map[string]any{"principalId": d.memory.Source.GroupID, "resourceId": d.report.ServicePrincipalID, "appRoleId": sp.AppRoles[0].ID}
	err := d.source.Post(ctx, path+"/appRoleAssignedTo", body, nil)
	d.say("Step  7  The group %q is assigned.", groupName)
	return err
}

// mappings does steps 8 to 10: attribute mappings, scope, and the notification settings with the guard of deletions.
func (d *demo) mappings(ctx context.Context) error {
	var schema struct {
		SynchronizationRules []struct {
			ID             string
			ObjectMappings []struct{ AttributeMappings []json.RawMessage }
		}
	}
	if err := d.source.Get(ctx, d.jobPath("/schema"), nil, &schema); err != nil {
		return err
	}
	if len(schema.SynchronizationRules) == 0 || len(schema.SynchronizationRules[0].ObjectMappings) == 0 {
		return hospes.Invalidf("demo.mappings", "The schema of the job is empty.")
	}
	rule := schema.SynchronizationRules[0]
	d.report.RuleID = rule.ID
	d.say("Step  8  People in scope: the members of the assigned group.")
	d.say("Step  9  %d attribute mappings, as they come.", len(rule.ObjectMappings[0].AttributeMappings))
	settings := fmt.Sprintf(`{"Enabled":true,"Recipients":%q,"DeleteThresholdEnabled":true,"DeleteThresholdValue":500}`, d.memory.Source.Admin.UserPrincipalName)
	err := d.source.Put(ctx, d.syncPath("secrets"), map[string]any{"value": []map[string]string{{"key": "SyncNotificationSettings", "value": settings}}})
	d.say("Step 10  More than 500 deletions in one cycle are held until somebody allows them.")
	return err
}

// testOnePerson does step 11: one person at once.
func (d *demo) testOnePerson(ctx context.Context) error {
	var person named
	for item, err := range d.source.Items(ctx, "/v1.0/groups/"+d.memory.Source.GroupID+"/members/microsoft.graph.user", url.Values{"$top": {"1"}, "$select": {"id,displayName"}}) {
		if err != nil {
			return err
		}
		if err := json.Unmarshal(item, &person); err != nil {
			return err
		}
		break
	}
	if person.ID == "" {
		d.say("Step 11  Nobody is in the group yet.")
		return nil
	}
	body := map[string]any{"parameters": []any{map[string]any{
		"ruleId": d.report.RuleID, "subjects": []any{map[string]any{"objectId": person.ID, "objectTypeName": "User"}},
	}}}
	var answer struct{ Key, Value string }
	if err := d.source.Post(ctx, d.jobPath("/provisionOnDemand"), body, &answer); err != nil {
		return err
	}
	var result struct{ Result string }
	var done struct {
		Action            string
		ProvisioningSteps []json.RawMessage
	}
	if err := json.Unmarshal([]byte(answer.Key), &result); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(answer.Value), &done); err != nil {
		return err
	}
	if result.Result == "Success" && done.Action == "Create" {
		d.onDemand = 1
	}
	d.say("Step 11  On demand, %s: %s, %s, in %d steps.", person.DisplayName, done.Action, result.Result, len(done.ProvisioningSteps))
	return nil
}

// leaving does step 14: whether guests may leave the target by themselves.
func (d *demo) leaving(ctx context.Context) error {
	err := d.target.Patch(ctx, "/v1.0/policies/externalIdentitiesPolicy", map[string]any{"allowExternalIdentitiesToLeave": true})
	d.say("Step 14  People from Aurora may leave Borealis by themselves.")
	return err
}

// jobStatus is what the demo reads of a job.
type jobStatus struct {
	Schedule struct{ State string }
	Status   struct {
		LastExecution *struct {
			ActivityIdentifier, State string
			TimeEnded                 time.Time
			Error                     *struct{ Code, Message string }
		}
		Progress   []struct{ CompletedUnits, TotalUnits int64 }
		Quarantine *struct {
			Error struct{ Code, Message string }
		}
	}
	Cycle hospes.CycleCounts `json:"@hospes.cycle"`
}

func (s jobStatus) lastID() string {
	if s.Status.LastExecution == nil {
		return ""
	}
	return s.Status.LastExecution.ActivityIdentifier
}

func (d *demo) jobStatus(ctx context.Context) (s jobStatus, err error) {
	return s, d.source.Get(ctx, d.jobPath(""), nil, &s)
}

// synchronize does steps 12 and 13: it starts the job, or makes it look at everybody again, and watches the cycle.
func (d *demo) synchronize(ctx context.Context) error {
	before, err := d.jobStatus(ctx)
	if err != nil {
		return err
	}
	kind, label := "initial", "Initial cycle"
	var base hospes.CycleCounts // what a cycle that was broken off had done before this run
	switch resumed := len(before.Status.Progress) > 0; {
	case resumed:
		base = before.Cycle
		d.say("Step 12  The job goes on with the cycle that was broken off.")
	case before.Schedule.State == "Active":
		if err := d.source.Post(ctx, d.jobPath("/restart"), map[string]any{"criteria": map[string]any{"resetScope": "Watermark"}}, nil); err != nil {
			return err
		}
		label = "Looking at everybody again"
		d.say("Step 12  The job runs already; it looks at everybody again.")
	default:
		if err := d.source.Post(ctx, d.jobPath("/start"), nil, nil); err != nil {
			return err
		}
		d.say("Step 12  The job is started.")
	}
	began := d.Clock.Now()
	after, err := d.watch(ctx, label, before.lastID())
	if err != nil {
		return err
	}
	seconds := d.Clock.Now().Sub(began).Seconds()
	c := after.Cycle
	d.report.Cycle = Cycle{
		Kind: kind, Users: c.Imported, Created: c.Created - base.Created + d.onDemand, Updated: c.Updated - base.Updated + c.Disabled - base.Disabled,
		Skipped: c.OutScope, Failed: c.Failed, Seconds: seconds,
	}
	r := d.report.Cycle
	d.say("Step 13  %d people looked at in %.1f s: %d created, %d updated, %d out of scope, %d failed.", r.Users, seconds, r.Created, r.Updated, r.Skipped, r.Failed)
	return nil
}

// pollEvery is how often the state of the job is asked for.
const pollEvery = 200 * time.Millisecond

// watch waits until a cycle has ended that had not when it was last looked at.
func (d *demo) watch(ctx context.Context, label, last string) (jobStatus, error) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		s, err := d.jobStatus(ctx)
		if err != nil {
			return s, err
		}
		if q := s.Status.Quarantine; q != nil {
			return s, hospes.Invalidf("demo.synchronize", "The cycle was refused: %s", q.Error.Message)
		}
		if len(s.Status.Progress) > 0 {
			d.Progress(label, s.Status.Progress[0].CompletedUnits, s.Status.Progress[0].TotalUnits)
		} else if e := s.Status.LastExecution; e != nil && e.ActivityIdentifier != last && !e.TimeEnded.IsZero() && e.TimeEnded.Year() > 1 {
			d.Progress(label, s.Cycle.Imported, s.Cycle.Imported)
			return s, nil
		}
		select {
		case <-ctx.Done():
			return s, ctx.Err()
		case <-ticker.C:
		}
	}
}
