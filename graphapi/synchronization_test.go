package graphapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const template = "/applicationTemplates/518e5f48-1fc8-4c48-9387-9fdf28b0dfe7/instantiate"

// story is a pair of tenants on their way through the fourteen steps of provisioning 3.2.
type story struct {
	*fixture
	principal string // id of the service principal
	role      string // msiam_access
	path      string // of the synchronization
	job       string // path of the job
	jobID     string
}

func (s *story) open(outbound, inbound, sync bool) {
	s.Helper()
	entry := func(c *caller, other *caller, consent string) string {
		path := partners + "/" + other.tenant.ID.String()
		if c.do("GET "+path, "").status == http.StatusNotFound {
			c.do("POST "+partners, `{"tenantId":"`+other.tenant.ID.String()+`"}`).is(http.StatusCreated)
		}
		c.do("PATCH "+path, `{"automaticUserConsentSettings":`+consent+`}`).empty()
		return path + "/identitySynchronization"
	}
	path := entry(s.target, s.source, fmt.Sprintf(`{"inboundAllowed":%v}`, inbound))
	method := "PATCH "
	if s.target.do("GET "+path, "").status == http.StatusNotFound {
		method = "PUT "
	}
	s.target.do(method+path, fmt.Sprintf(`{"displayName":"Aurora","userSyncInbound":{"isSyncAllowed":%v}}`, sync)).empty()
	entry(s.source, s.target, fmt.Sprintf(`{"outboundAllowed":%v}`, outbound))
}

func (s *story) credentials() string {
	return `[{"key":"CompanyId","value":"` + s.target.tenant.ID.String() + `"},{"key":"AuthenticationType","value":"SyncPolicy"}]`
}

// application makes the configuration, without a job.
func (s *story) application() {
	s.Helper()
	r := s.source.do("POST "+template, `{"displayName":"Borealis"}`).is(http.StatusCreated)
	s.principal, s.role = r.str("servicePrincipal.id"), r.str("servicePrincipal.appRoles.0.id")
	s.path = "/servicePrincipals/" + s.principal + "/synchronization"
}

// createJob makes the job and saves its credentials.
func (s *story) createJob() {
	s.Helper()
	s.jobID = s.source.do("POST "+s.path+"/jobs", `{"templateId":"Azure2Azure"}`).is(http.StatusCreated).str("id")
	s.job = s.path + "/jobs/" + s.jobID
	s.source.do("PUT "+s.path+"/secrets", `{"value":`+s.credentials()+`}`).empty()
}

func newStory(t testing.TB) *story {
	s := &story{fixture: newFixture(t)}
	s.open(true, true, true)
	s.application()
	s.createJob()
	return s
}

// cycle lets the scheduler's moment come.
func (s *story) cycle() {
	s.Helper()
	s.Clock.Advance(time.Second)
	if _, err := s.engine.RunCycle(ctx, s.source.tenant.ID, s.jobID); err != nil {
		s.Fatal(err)
	}
}

// assign gives a principal the role and answers the id of the assignment.
func (s *story) assign(principal string) string {
	s.Helper()
	return s.source.do("POST /servicePrincipals/"+s.principal+"/appRoleAssignedTo", body("principalId", principal, "resourceId", s.principal, "appRoleId", s.role)).is(http.StatusCreated).str("id")
}

// newest gives the newest record of the provisioning log about a person.
func (s *story) newest(person string) any {
	s.Helper()
	return s.source.do("GET /auditLogs/provisioning"+query("$filter", "sourceIdentity/id eq '"+person+"'", "$top", "1"), "").is(http.StatusOK).at("value.0")
}

// arrivals gives the ids of the external users in the target.
func (s *story) arrivals() []string {
	s.Helper()
	return s.target.do("GET /users"+query("$filter", "creationType eq 'Invitation'", "$select", "id"), "").is(http.StatusOK).items("id")
}

func TestProvisioning3_2_FourteenStepsThroughHTTP(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	source, target := s.source, s.target
	s.open(true, true, true) // steps 2 to 4

	// 5: the application
	made := source.do("POST "+template, `{"displayName":"Borealis"}`).is(http.StatusCreated)
	made.has("@odata.context", `"`+s.server.URL+`/v1.0/$metadata#microsoft.graph.applicationServicePrincipal"`, "application.displayName", `"Borealis"`,
		"application.applicationTemplateId", `"518e5f48-1fc8-4c48-9387-9fdf28b0dfe7"`, "application.passwordCredentials", "[]", "application.requiredResourceAccess", "[]",
		"servicePrincipal.appRoleAssignmentRequired", "true", "servicePrincipal.tags", `["WindowsAzureActiveDirectoryIntegratedApp"]`, "servicePrincipal.appRoles.0.displayName", `"msiam_access"`,
		"servicePrincipal.oauth2PermissionScopes.0.value", `"user_impersonation"`, "servicePrincipal.accountEnabled", "true")
	appID := made.str("application.appId")
	equal(t, "appId", made.str("servicePrincipal.appId"), appID)
	s.principal, s.role = made.str("servicePrincipal.id"), made.str("servicePrincipal.appRoles.0.id")
	source.do("GET /servicePrincipals(appId='"+strings.ToUpper(appID)+"')", "").is(http.StatusOK).has("id", `"`+s.principal+`"`)
	source.do("GET /applications(appId='"+appID+"')?$select=id", "").has("id", `"`+made.str("application.id")+`"`)
	equal(t, "az finds it by name", source.do("GET /servicePrincipals"+query("$filter", "servicePrincipalNames/any(c:c eq '"+appID+"')"), "").items("id"), []string{s.principal})
	s.path = "/servicePrincipals(appId='" + appID + "')/synchronization"

	// 6: credentials and job
	source.do("GET "+s.path+"/templates", "").has("value.0.id", `"Azure2Azure"`)
	source.do("POST "+s.path+"/jobs/validateCredentials", `{"useSavedCredentials":false,"templateId":"Azure2Azure","credentials":`+s.credentials()+`}`).empty()
	job := source.do("POST "+s.path+"/jobs", `{"templateId":"Azure2Azure"}`).is(http.StatusCreated)
	s.jobID = job.str("id")
	if !strings.HasPrefix(s.jobID, "Azure2Azure."+source.tenant.ID.Compact()+".") || !isID(s.jobID[len("Azure2Azure..")+32:]) {
		t.Errorf("the job is called %s", s.jobID)
	}
	const never = "0001-01-01T00:00:00Z"
	job.reads(s.server.URL, `{"@odata.context":"*","id":"*","templateId":"Azure2Azure","schedule":{"expiration":null,"interval":"PT40M","state":"Disabled"},
		"status":{"code":"Paused","countSuccessiveCompleteFailures":0,"escrowsPruned":false,"lastExecution":null,"lastSuccessfulExecution":null,"lastSuccessfulExecutionWithExports":null,
			"quarantine":null,"steadyStateFirstAchievedTime":"`+never+`","steadyStateLastAchievedTime":"`+never+`","troubleshootingUrl":"","progress":[],
			"synchronizedEntryCountByType":[{"key":"User to User","value":0}]},
		"synchronizationJobSettings":[{"name":"AzureIngestionAttributeOptimization","value":"False"},{"name":"LookaheadQueryEnabled","value":"False"},{"name":"QuarantineTooManyDeletesThreshold","value":"500"}],
		"@hospes.cycle":`+string(mustJSON(hospes.CycleCounts{}))+`}`)
	s.job = s.path + "/jobs/" + s.jobID
	source.do("POST "+s.job+"/start", "").is(http.StatusBadRequest).has("error.code", `"CredentialsMissing"`)
	source.do("PUT "+s.path+"/secrets", `{"value":`+s.credentials()+`}`).empty()

	// 7: who is in scope
	anna := source.person("anna", "mail", "anna@aurora.example", "jobTitle", "Chemist", "department", "Research")
	otto := source.person("otto")
	s.assign(anna)

	// 8 and 9: the schema
	schema := source.do("GET "+s.job+"/schema", "").is(http.StatusOK).has("version", `"v1.2"`, "id", `"`+s.jobID+`"`, "synchronizationRules.0.name", `"USER_INBOUND_USER"`,
		"synchronizationRules.0.objectMappings.0.attributeMappings.0.targetAttributeName", `"alternativeSecurityIds"`)
	rule := schema.str("synchronizationRules.0.id")
	source.do("PUT "+s.job+"/schema", schema.text).empty()
	equal(t, "the schema after it was saved", source.do("GET "+s.job+"/schema", "").text, schema.text)

	// 10: notification
	notify := `{"Enabled":true,"Recipients":"it@aurora.example","DeleteThresholdEnabled":true,"DeleteThresholdValue":7}`
	source.do("PUT "+s.path+"/secrets", body("value", []any{map[string]string{"key": "SyncNotificationSettings", "value": notify}})).empty()
	source.do("GET "+s.job, "").has("synchronizationJobSettings.2.value", `"7"`)

	// 11: on demand
	demand := func(person string) (key, value map[string]any) {
		t.Helper()
		// Graph PowerShell sends names with a capital
		r := source.do("POST "+s.job+"/provisionOnDemand", `{"Parameters":[{"RuleId":"`+rule+`","Subjects":[{"ObjectId":"`+person+`","ObjectTypeName":"User"}]}]}`).is(http.StatusOK).
			has("@odata.context", `"`+s.server.URL+`/v1.0/$metadata#microsoft.graph.stringKeyStringValuePair"`)
		if json.Unmarshal([]byte(r.str("key")), &key) != nil || json.Unmarshal([]byte(r.str("value")), &value) != nil {
			t.Fatalf("key or value is no JSON: %s", r.text)
		}
		return key, value
	}
	key, value := demand(anna)
	equal(t, "result", key, map[string]any{"result": "Success", "details": map[string]any{}})
	equal(t, "action", value["action"], "Create")
	equal(t, "reportableIdentifier", value["reportableIdentifier"], "anna@aurora.example")
	equal(t, "the first step", at(value, "provisioningSteps.0.type"), "Import")
	equal(t, "its status", at(value, "provisioningSteps.0.status"), "Success")
	if key, _ = demand(anna); at(key, "details.errorCode") != "RedundantExport" || key["result"] != "Skipped" {
		t.Errorf("the second time: %v", key)
	}
	equal(t, "why", at(key, "details.errorMessage"), "The state of the user in both the source and target systems already match.")
	if key, _ = demand(otto); at(key, "details.errorCode") != "NotEffectivelyEntitled" {
		t.Errorf("out of scope: %v", key)
	}
	source.do("POST "+s.job+"/provisionOnDemand", `{"parameters":[{"ruleId":"`+absent+`","subjects":[{"objectId":"`+anna+`","objectTypeName":"User"}]}]}`).is(http.StatusBadRequest)
	source.do("POST "+s.job+"/provisionOnDemand", `{"parameters":[{"ruleId":"`+rule+`","subjects":[{"objectId":"`+absent+`","objectTypeName":"User"}]}]}`).fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	source.do("POST "+s.job+"/provisionOnDemand", `{"parameters":[]}`).fails(http.StatusBadRequest, "Request_BadRequest", "Exactly one parameter with exactly one subject is expected.")

	// 12: the job runs
	source.do("POST "+s.job+"/start", "").empty()
	source.do("GET "+s.job, "").has("schedule.state", `"Active"`, "status.code", `"NotRun"`, "status.lastExecution.state", `"Failed"`, "status.lastExecution.error.code", `"None"`)
	bert := source.person("bert", "mail", "bert@aurora.example")
	s.assign(bert)
	s.cycle()
	source.do("GET "+s.job, "").has("status.code", `"Active"`, "status.lastExecution.state", `"Succeeded"`, "status.lastExecution.error", "null", "status.quarantine", "null")

	// 13: the person is there, and the logs of both sides say so
	arrived := s.arrivals()
	equal(t, "arrivals", len(arrived), 2)
	record := s.newest(bert)
	person, _ := at(record, "targetIdentity.id").(string)
	target.do("GET /users/"+person+"?$select=userPrincipalName,userType,externalUserState,mail", "").has("userPrincipalName", `"bert_aurora.example#EXT#@borealis.example"`,
		"userType", `"Member"`, "externalUserState", `"Accepted"`, "mail", `"bert@aurora.example"`)
	holds := func(record any, action, status, code, source, step string) {
		t.Helper()
		types := []string{}
		steps, _ := at(record, "provisioningSteps").([]any)
		for _, s := range steps {
			types = append(types, fmt.Sprint(at(s, "provisioningStepType")))
		}
		if at(record, "provisioningAction") != action || at(record, "provisioningStatusInfo.status") != status || at(record, "jobId") != s.jobID ||
			at(record, "sourceIdentity.id") != source || at(record, "servicePrincipal.id") != s.principal || at(record, "initiatedBy.displayName") != "Azure AD Provisioning Service" ||
			fmt.Sprint(at(record, "provisioningStatusInfo.errorInformation.errorCode")) != code || strings.Join(types, " ") != step {
			t.Errorf("the record is %s\nwant %s, %s, %s with the steps %s", mustJSON(record), action, status, code, step)
		}
	}
	holds(record, "create", "success", "<nil>", bert, "import scoping processing export")
	// modified properties and the audit of the target
	audits := func(id string) (list []string) {
		t.Helper()
		r := target.do("GET /auditLogs/directoryAudits"+query("$filter", "targetResources/any(t:t/id eq '"+id+"')"), "").is(http.StatusOK)
		for i, activity := range r.items("activityDisplayName") {
			list = append(list, activity)
			if who := r.items("initiatedBy.app.displayName")[i]; who != "Microsoft.Azure.SyncFabric" {
				t.Errorf("%s was done by %s", activity, who)
			}
		}
		return list
	}
	firstAudits := audits(person)
	if len(firstAudits) == 0 {
		t.Error("the target has no audit of the new person")
	}

	// changed
	source.do("PATCH /users/"+bert, `{"jobTitle":"Pilot"}`).empty()
	s.cycle()
	target.do("GET /users/"+person, "").has("jobTitle", `"Pilot"`)
	holds(s.newest(bert), "update", "success", "<nil>", bert, "import scoping processing export")
	equal(t, "what changed", at(s.newest(bert), "modifiedProperties"), []any{map[string]any{"displayName": "jobTitle", "oldValue": nil, "newValue": "Pilot"}})
	equal(t, "audits of the change", audits(person)[:len(audits(person))-len(firstAudits)], []string{"Update user"})

	// unassigned
	list := source.do("GET /servicePrincipals/"+s.principal+"/appRoleAssignedTo", "").is(http.StatusOK)
	for i, who := range list.items("principalId") {
		if who == bert {
			source.do("DELETE /servicePrincipals/"+s.principal+"/appRoleAssignedTo/"+list.items("id")[i], "").empty()
		}
	}
	s.cycle()
	target.do("GET /users/"+person, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(person))
	target.view(func(r store.Reader) error {
		o, err := store.Find(r, store.InBin, hospes.UserSchema, objectID(t, person))
		if err == nil && o.Deleted.IsZero() {
			t.Error("the person is not in the bin")
		}
		return err
	})
	holds(s.newest(bert), "delete", "success", "<nil>", bert, "import scoping processing export")
	equal(t, "the audit of the delete", audits(person)[0], "Delete user")

	// reassigned
	s.assign(bert)
	s.cycle()
	target.do("GET /users/"+person, "").is(http.StatusOK).has("jobTitle", `"Pilot"`)
	equal(t, "nobody is there twice", len(s.arrivals()), 2)
	equal(t, "the audit of the return", strings.Contains(strings.Join(audits(person)[:2], ","), "Restore user"), true)

	// the other filters of the provisioning log
	count := func(filter string) int {
		t.Helper()
		return len(source.do("GET /auditLogs/provisioning"+query("$filter", filter, "$orderby", "activityDateTime desc", "$top", "500"), "").is(http.StatusOK).items("id"))
	}
	all := count("jobId eq '" + s.jobID + "'")
	if all < 6 {
		t.Errorf("the log has %d records", all)
	}
	for filter, want := range map[string]int{
		"contains(tolower(servicePrincipal/id),'" + s.principal + "')":             all,
		"provisioningAction eq 'delete'":                                           1,
		"provisioningStatusInfo/status eq 'failure'":                               0,
		"targetIdentity/id eq '" + person + "' and provisioningAction eq 'create'": 1,
		"activityDateTime ge 2026-11-20T00:00:00Z":                                 all,
		"activityDateTime gt 2027-01-01":                                           0,
		"jobId eq 'other'":                                                         0,
		"sourceIdentity/id eq 'nonsense'":                                          0,
	} {
		equal(t, filter, count(filter), want)
	}
	var paged []string
	for r := range source.pages(source.do("GET /auditLogs/provisioning?$top=2", "")) {
		paged = append(paged, r.is(http.StatusOK).items("changeId")...)
	}
	equal(t, "the log in pages", paged, source.do("GET /auditLogs/provisioning?$top=500", "").items("changeId"))
	equal(t, "the target's provisioning log", target.do("GET /auditLogs/provisioning", "").items("id"), []string{})
	source.do("GET /auditLogs/provisioning?$orderby=activityDateTime", "").is(http.StatusBadRequest).has("error.code", `"Request_UnsupportedQuery"`)

	// 14: may guests leave by themselves
	target.do("PATCH /policies/externalIdentitiesPolicy", `{"allowExternalIdentitiesToLeave":false}`).empty()
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func TestProvisioning12_8_ValidateCredentialsOverHTTP(t *testing.T) {
	s := &story{fixture: newFixture(t)}
	s.open(false, false, false)
	s.application()
	s.createJob()
	const prefix = "You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account. "
	const source = prefix + "The source tenant has not enabled automatic user consent with the target tenant. Please enable the outbound cross-tenant access policy for automatic user consent in the source tenant. aka.ms/TroubleshootingCrossTenantSyncPolicyCheck"
	const target = prefix + "The target tenant has not enabled inbound synchronization with this tenant. Please request the target tenant admin to enable the inbound synchronization on their cross-tenant access policy. Learn more: aka.ms/TroubleshootingCrossTenantSyncPolicyCheck"
	valid := 0
	for i := range 8 {
		outbound, inbound, sync := i&1 != 0, i&2 != 0, i&4 != 0
		s.open(outbound, inbound, sync)
		for _, r := range []*reply{
			s.source.do("POST "+s.path+"/jobs/validateCredentials", `{"templateId":"Azure2Azure","useSavedCredentials":false,"credentials":`+s.credentials()+`}`),
			s.source.do("POST "+s.job+"/validateCredentials", `{"useSavedCredentials":true}`),
		} {
			switch {
			case outbound && inbound && sync:
				r.empty()
				valid++
			case !outbound:
				r.fails(http.StatusBadRequest, "AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure", source)
			default:
				r.fails(http.StatusBadRequest, "AzureActiveDirectoryCrossTenantSyncPolicyCheckFailure", target)
			}
		}
	}
	equal(t, "combinations that validate, asked in two ways", valid, 2)
	for credentials, code := range map[string]string{
		`[]`: "CredentialsMissing",
		`[{"key":"CompanyId","value":"` + absent + `"}]`:                      "ExternalTenantNotFound",
		`[{"key":"companyid","value":"` + s.source.tenant.ID.String() + `"}]`: "InvalidCredentials",
		`[{"key":"Nonsense","value":"x"}]`:                                    "Request_BadRequest",
	} {
		s.source.do("POST "+s.path+"/jobs/validateCredentials", `{"credentials":`+credentials+`}`).is(http.StatusBadRequest).has("error.code", `"`+code+`"`)
	}
}

func TestProvisioning9_2_SecretsAreMaskedAndRemoved(t *testing.T) {
	s := newStory(t)
	path := s.path + "/secrets"
	masked := func() map[string]string {
		t.Helper()
		r := s.source.do("GET "+path, "").is(http.StatusOK)
		m := map[string]string{}
		for i, key := range r.items("key") {
			m[key] = r.items("value")[i]
		}
		return m
	}
	equal(t, "saved", masked(), map[string]string{"AuthenticationType": "*", "CompanyId": "*"})
	s.source.do("PUT "+path, `{"value":[{"key":"syncall","value":"true"},{"key":"SecretToken","value":"hush-hush"}]}`).empty()
	equal(t, "merged", masked(), map[string]string{"AuthenticationType": "*", "CompanyId": "*", "SyncAll": "*", "SecretToken": "*"})
	s.source.do("PUT "+path, `{"value":[{"key":"SecretToken","value":""},{"key":"SYNCALL","value":""},{"key":"UserName","value":""}]}`).empty()
	equal(t, "removed", masked(), map[string]string{"AuthenticationType": "*", "CompanyId": "*"})
	for entry, message := range map[string]string{
		`{"key":"Nonsense","value":"x"}`:                 "'Nonsense' is not a synchronization secret.",
		`{"key":"CompanyId","value":"x"}`:                "The value of CompanyId is not a tenant id.",
		`{"key":"SyncAll","value":"x"}`:                  "The value of SyncAll is neither true nor false.",
		`{"key":"SyncNotificationSettings","value":"x"}`: "The value of SyncNotificationSettings is not a JSON object.",
	} {
		s.source.do("PUT "+path, `{"value":[{"key":"Domain","value":"x"},`+entry+`]}`).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	equal(t, "all or none", masked(), map[string]string{"AuthenticationType": "*", "CompanyId": "*"})
	if strings.Contains(s.source.do("GET /auditLogs/directoryAudits?$top=500", "").text, "hush-hush") || strings.Contains(s.logged.String(), "hush-hush") {
		t.Error("a secret stands in a log")
	}
}

func TestProvisioning9_4_SchemaIsSavedCheckedAndReset(t *testing.T) {
	s := newStory(t)
	path := s.job + "/schema"
	original := s.source.do("GET "+path, "").is(http.StatusOK)
	edit := func(change func(mapping map[string]any)) string {
		var schema map[string]any
		if err := json.Unmarshal([]byte(original.text), &schema); err != nil {
			t.Fatal(err)
		}
		change(at(schema, "synchronizationRules.0.objectMappings.0").(map[string]any))
		return string(mustJSON(schema))
	}
	scope := func(value string) any {
		return map[string]any{"groups": []any{map[string]any{"name": "g", "clauses": []any{map[string]any{
			"operatorName": "EQUALS", "sourceOperandName": "department", "targetOperand": map[string]any{"values": []string{value}},
		}}}}, "categoryFilterGroups": []any{}, "inputFilterGroups": []any{}}
	}
	s.source.do("PUT "+path, edit(func(m map[string]any) { m["scope"] = scope("Research") })).empty()
	s.source.do("GET "+path, "").has("synchronizationRules.0.objectMappings.0.scope.groups.0.clauses.0.targetOperand.values", `["Research"]`)
	in, out := s.source.person("anna", "department", "Research"), s.source.person("otto", "department", "Sales")
	s.assign(in)
	s.assign(out)
	s.source.do("POST "+s.job+"/start", "").empty()
	s.cycle()
	equal(t, "arrivals in scope", len(s.arrivals()), 1)
	equal(t, "the one out of scope", at(s.newest(out), "provisioningStatusInfo.errorInformation.errorCode"), "NotEffectivelyEntitled")

	s.source.do("DELETE "+path, "").empty()
	equal(t, "the schema after the reset", s.source.do("GET "+path, "").text, original.text)
	s.cycle()
	equal(t, "arrivals without the filter", len(s.arrivals()), 2)

	for name, text := range map[string]string{
		"another matching attribute": edit(func(m map[string]any) {
			at(m, "attributeMappings.0").(map[string]any)["matchingPriority"] = 0
			at(m, "attributeMappings.10").(map[string]any)["matchingPriority"] = 1
		}),
		"no matching attribute": edit(func(m map[string]any) { at(m, "attributeMappings.0").(map[string]any)["matchingPriority"] = 0 }),
		"a type":                `{"synchronizationRules":3}`,
		"nothing":               `{}`,
		"too much":              original.text[:len(original.text)-1] + strings.Repeat(" ", 512<<10) + "}",
		"an unknown operator": edit(func(m map[string]any) {
			filter := scope("x")
			at(filter, "groups.0.clauses.0").(map[string]any)["operatorName"] = "SOUNDS_LIKE"
			m["scope"] = filter
		}),
	} {
		t.Run(name, func(t *testing.T) {
			s.source.on(t).do("PUT "+path, text).is(http.StatusBadRequest).has("error.code", `"schemaInvalid"`)
		})
	}
	equal(t, "the schema after the refusals", s.source.do("GET "+path, "").text, original.text)
	functions := s.source.do("GET "+path+"/functions", "").is(http.StatusOK)
	equal(t, "functions", strings.Contains(strings.Join(functions.items("name"), " "), "AltSecIdFromNetId"), true)
	if at(functions.at("value.0"), "parameters.0.name") == nil {
		t.Errorf("a function shows no parameters: %s", mustJSON(functions.at("value.0")))
	}
	operators := s.source.do("GET "+path+"/filterOperators", "").is(http.StatusOK)
	equal(t, "operators", len(operators.items("name")), 14)
	operators.has("value.3", `{"name":"EQUALS","arity":"Binary","multivaluedComparisonType":"All","supportedAttributeTypes":["String","Integer"]}`)
}

func TestProvisioning1_4_RestartPauseAndDelete(t *testing.T) {
	s := newStory(t)
	anna := s.source.person("anna")
	s.assign(anna)
	s.source.do("POST "+s.job+"/restart", "").empty() // without a body it is the portal's own
	s.source.do("GET "+s.job, "").has("schedule.state", `"Active"`)
	s.cycle()
	equal(t, "arrivals", len(s.arrivals()), 1)
	records := func() int {
		return len(s.source.do("GET /auditLogs/provisioning"+query("$filter", "sourceIdentity/id eq '"+anna+"'"), "").items("id"))
	}
	before := records()
	s.cycle()
	equal(t, "records after an idle cycle", records(), before)
	last := ""
	looked := func() any { // how many people the cycle since the last question has looked at
		r := s.source.do("GET "+s.job, "")
		id := r.str("status.lastExecution.activityIdentifier")
		defer func() { last = id }()
		if id == last {
			return 0.0
		}
		return r.at("@hospes.cycle.imported")
	}
	looked()
	s.cycle()
	equal(t, "people looked at in an idle cycle", looked(), 0.0)
	for _, scope := range []string{"Watermark, Escrows, QuarantineState", "watermark", "Full", "ConnectorDataStore", "ForceDeletes", ""} {
		s.source.do("POST "+s.job+"/restart", body("criteria", map[string]string{"resetScope": scope})).empty()
		s.cycle()
		equal(t, "people looked at after a restart with "+scope, looked(), 1.0)
		equal(t, "arrivals after "+scope, len(s.arrivals()), 1)
	}
	s.source.do("POST "+s.job+"/restart", `{"Criteria":{"ResetScope":"None"}}`).empty()
	s.cycle()
	equal(t, "people looked at after None", looked(), 0.0)
	s.source.do("POST "+s.job+"/restart", `{"criteria":{"resetScope":"Everything"}}`).fails(http.StatusBadRequest, "Request_BadRequest", "'Everything' is not a reset scope.")

	s.source.do("POST "+s.job+"/pause", "").empty()
	s.source.do("GET "+s.job, "").has("schedule.state", `"Paused"`, "status.code", `"Paused"`)
	s.source.do("PATCH /users/"+anna, `{"jobTitle":"Pilot"}`).empty()
	s.source.do("POST "+s.path+"/jobs", `{"templateId":"Azure2Azure"}`).is(http.StatusConflict)
	s.source.do("POST "+s.path+"/jobs", `{"templateId":"Other"}`).fails(http.StatusBadRequest, "Request_BadRequest", "There is no synchronization template 'Other'.")
	equal(t, "jobs", s.source.do("GET "+s.path+"/jobs", "").items("id"), []string{s.jobID})

	other := &story{fixture: s.fixture}
	other.application()
	for _, path := range []string{"", "/schema"} { // the job of another service principal
		s.source.do("GET "+other.path+"/jobs/"+s.jobID+path, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(s.jobID))
	}
	s.source.do("DELETE "+s.job, "").empty()
	for _, call := range []string{"GET ", "DELETE "} {
		s.source.do(call+s.job, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(s.jobID))
	}
	for _, action := range []string{"start", "pause", "restart"} {
		s.source.do("POST "+s.job+"/"+action, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(s.jobID))
	}
	equal(t, "those who have arrived stay", len(s.arrivals()), 1)
}
