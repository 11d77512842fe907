package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

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
func (p *pair) allowInTarget(ctx context.Context) error {
	source := p.from.TenantID
	if err := ensurePartner(ctx, p.target, source); err != nil {
		return err
	}
	sync := map[string]any{"displayName": p.from.DisplayName, "userSyncInbound": map[string]any{"isSyncAllowed": true}}
	found, err := there(p.target.Get(ctx, partners+"/"+source+"/identitySynchronization", nil, nil))
	if err != nil {
		return err
	}
	if !found {
		if err := p.target.Put(ctx, partners+"/"+source+"/identitySynchronization", sync); err != nil {
			return err
		}
	}
	p.say("Step  2  %s lets %s synchronize people in.", p.to.DisplayName, p.from.DisplayName)
	err = p.target.Patch(ctx, partners+"/"+source, map[string]any{"automaticUserConsentSettings": map[string]any{"inboundAllowed": true}})
	p.say("Step  3  %s takes the consent of people from %s as given.", p.to.DisplayName, p.from.DisplayName)
	return err
}

// allowInSource does step 4: the source consents for its people.
func (p *pair) allowInSource(ctx context.Context) error {
	target := p.to.TenantID
	if err := ensurePartner(ctx, p.source, target); err != nil {
		return err
	}
	err := p.source.Patch(ctx, partners+"/"+target, map[string]any{"automaticUserConsentSettings": map[string]any{"outboundAllowed": true}})
	p.say("Step  4  %s consents for its people who go to %s.", p.from.DisplayName, p.to.DisplayName)
	return err
}

func (p *pair) syncPath(suffix string) string {
	return "/v1.0/servicePrincipals/" + p.principalID + "/synchronization/" + suffix
}

func (p *pair) jobPath(suffix string) string {
	return p.syncPath(graphclient.Path("jobs", p.jobID)[1:] + suffix)
}

// configure does steps 5 and 6: the configuration, its test, its job and its credentials.
func (p *pair) configure(ctx context.Context) error {
	sp, err := ensure(ctx, p.source, "/v1.0/servicePrincipals", "displayName eq '"+p.to.DisplayName+"'", nil)
	if hospes.KindOf(err) == hospes.KindNotFound {
		var made struct{ ServicePrincipal named }
		if err := p.source.Post(ctx, "/v1.0/applicationTemplates/"+directory.CrossTenantSyncTemplate+"/instantiate", map[string]any{"displayName": p.to.DisplayName}, &made); err != nil {
			return err
		}
		sp = made.ServicePrincipal
	} else if err != nil {
		return err
	}
	p.principalID = sp.ID
	p.say("Step  5  The configuration %s stands in %s.", p.to.DisplayName, p.from.DisplayName)
	credentials := []map[string]string{{"key": "CompanyId", "value": p.to.TenantID}, {"key": "AuthenticationType", "value": "SyncPolicy"}}
	if !p.shut {
		test := map[string]any{"useSavedCredentials": false, "templateId": "Azure2Azure", "credentials": credentials}
		if err := p.source.Post(ctx, p.syncPath("jobs/validateCredentials"), test, nil); err != nil {
			return err
		}
	}
	for item, err := range p.source.Items(ctx, p.syncPath("jobs"), nil) {
		if err != nil {
			return err
		}
		p.jobID = idOf(item)
	}
	if p.jobID == "" {
		var made named
		if err := p.source.Post(ctx, p.syncPath("jobs"), map[string]any{"templateId": "Azure2Azure"}, &made); err != nil {
			return err
		}
		p.jobID = made.ID
	}
	saved := false // a job that was made just before the demo died has none
	for item, err := range p.source.Items(ctx, p.syncPath("secrets"), nil) {
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
		if err := p.source.Put(ctx, p.syncPath("secrets"), map[string]any{"value": credentials}); err != nil {
			return err
		}
	}
	p.say("Step  6  The connection was tested and the job is there.")
	return nil
}

// assign does step 7: the group is assigned.
func (p *pair) assign(ctx context.Context) error {
	path := "/v1.0/servicePrincipals/" + p.principalID
	for item, err := range p.source.Items(ctx, path+"/appRoleAssignedTo", nil) {
		if err != nil {
			return err
		}
		var a struct{ PrincipalID string }
		if err := json.Unmarshal(item, &a); err != nil {
			return err
		}
		if a.PrincipalID == p.from.GroupID {
			p.say("Step  7  The group %q is assigned.", p.group)
			return nil
		}
	}
	var sp struct {
		AppRoles []struct{ ID, DisplayName string }
	}
	if err := p.source.Get(ctx, path, nil, &sp); err != nil {
		return err
	}
	if len(sp.AppRoles) == 0 {
		return hospes.Invalidf("demo.assign", "The configuration offers no role.")
	}
	body := map[string]any{"principalId": p.from.GroupID, "resourceId": p.principalID, "appRoleId": sp.AppRoles[0].ID}
	err := p.source.Post(ctx, path+"/appRoleAssignedTo", body, nil)
	p.say("Step  7  The group %q is assigned.", p.group)
	return err
}

// mappings does steps 8 to 10: attribute mappings, scope, and the notification settings with the guard of deletions.
func (p *pair) mappings(ctx context.Context) error {
	var schema struct {
		SynchronizationRules []struct {
			ID             string
			ObjectMappings []struct{ AttributeMappings []json.RawMessage }
		}
	}
	if err := p.source.Get(ctx, p.jobPath("/schema"), nil, &schema); err != nil {
		return err
	}
	if len(schema.SynchronizationRules) == 0 || len(schema.SynchronizationRules[0].ObjectMappings) == 0 {
		return hospes.Invalidf("demo.mappings", "The schema of the job is empty.")
	}
	rule := schema.SynchronizationRules[0]
	p.ruleID = rule.ID
	p.say("Step  8  People in scope: the members of the assigned group.")
	p.say("Step  9  %d attribute mappings, as they come.", len(rule.ObjectMappings[0].AttributeMappings))
	settings := fmt.Sprintf(`{"Enabled":true,"Recipients":%q,"DeleteThresholdEnabled":true,"DeleteThresholdValue":500}`, p.from.Admin.UserPrincipalName)
	err := p.source.Put(ctx, p.syncPath("secrets"), map[string]any{"value": []map[string]string{{"key": "SyncNotificationSettings", "value": settings}}})
	p.say("Step 10  More than 500 deletions in one cycle are held until somebody allows them.")
	return err
}

// testOnePerson does step 11: one person at once.
func (p *pair) testOnePerson(ctx context.Context) error {
	var person named
	for item, err := range p.source.Items(ctx, "/v1.0/groups/"+p.from.GroupID+"/members/microsoft.graph.user", url.Values{"$top": {"1"}, "$select": {"id,displayName"}}) {
		if err != nil {
			return err
		}
		if err := json.Unmarshal(item, &person); err != nil {
			return err
		}
		break
	}
	if person.ID == "" {
		p.say("Step 11  Nobody is in the group yet.")
		return nil
	}
	body := map[string]any{"parameters": []any{map[string]any{
		"ruleId": p.ruleID, "subjects": []any{map[string]any{"objectId": person.ID, "objectTypeName": "User"}},
	}}}
	var answer struct{ Key, Value string }
	if err := p.source.Post(ctx, p.jobPath("/provisionOnDemand"), body, &answer); err != nil {
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
		p.onDemand = 1
	}
	p.say("Step 11  On demand, %s: %s, %s, in %d steps.", person.DisplayName, done.Action, result.Result, len(done.ProvisioningSteps))
	return nil
}

// leaving does step 14: whether guests may leave the target by themselves.
func (p *pair) leaving(ctx context.Context) error {
	err := p.target.Patch(ctx, "/v1.0/policies/externalIdentitiesPolicy", map[string]any{"allowExternalIdentitiesToLeave": true})
	p.say("Step 14  People from %s may leave %s by themselves.", p.from.DisplayName, p.to.DisplayName)
	return err
}
