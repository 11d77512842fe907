package graphapi_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// withoutPermission are the routes that every caller with a token may ask.
var withoutPermission = []string{"GET /directory/deletedItems", "POST /$batch"}

// everyones are the routes whose key names something of the instance, not of a tenant: what they answer is the same for
// all tenants.
var everyones = []string{
	"GET /directoryRoleTemplates/{template}", "GET /roleManagement/directory/roleDefinitions/{template}",
	"GET /applicationTemplates/{id}", "POST /applicationTemplates/{id}/instantiate", "GET /hospes/v1/tenants/{id}", "POST /hospes/v1/tenants/{id}/domains",
	"GET /tenantRelationships/findTenantInformationByTenantId/{tenant}", "GET /tenantRelationships/findTenantInformationByDomainName/{domain}",
}

// roles is where the directory roles stand.
const roles = "/roleManagement/directory"

// ids names one object of each kind that a path can ask for.
type ids map[string]string

// absentIDs are well-formed and name nothing.
var absentIDs = ids{
	"users": absent, "groups": absent, "applications": absent, "servicePrincipals": absent, "organization": absent, "directoryObjects": absent,
	"domains": "absent.example", "partners": absent, "member": absent, "owner": absent, "sponsor": absent, "applicationTemplates": absent, "hospes": absent, "tenantRelationships": absent, "directory": absent, "phone": absent, "contact": absent, "policy": absent,
	"role": absent, "template": absent, "grant": absent, "roleAssignment": base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
	"syncTemplate": "absent", "job": "Azure2Azure." + strings.ReplaceAll(absent, "-", "") + "." + absent, "assignment": strings.Repeat("A", 43), "extension": absent, "federated": absent, "auditLogs": absent, "audit": "Directory_" + absent + "_1", "oath": absent,
	"usersAssignment": strings.Repeat("A", 43), "groupsAssignment": strings.Repeat("A", 43), "servicePrincipalsAssignment": strings.Repeat("A", 43),
}

// kind says of which kind a key of a route is.
func kind(route, key string) string {
	switch {
	case strings.Contains(route, "/partners/{tenant}"):
		return "partners"
	case strings.Contains(route, "/doctor/"), strings.Contains(route, "/hospes/v1/users/"):
		return "users"
	case strings.Contains(route, "/directoryAudits/"):
		return "audit"
	case key == "{domain}":
		return "domains"
	case key == "{assignment}" && strings.Contains(route, "/appRoleAssignments"):
		return strings.Split(route, "/")[1] + "Assignment"
	case key == "{id}" && strings.Contains(route, "/servicePrincipals/{id}"):
		return "servicePrincipals"
	case key == "{id}", key == "{tenant}":
		return strings.Split(route, "/")[1]
	}
	return strings.Trim(key, "{}")
}

// keysOf gives the keys of a route, in order.
func keysOf(route string) (keys []string) {
	for _, part := range strings.Split(route, "/") {
		if strings.HasPrefix(part, "{") {
			keys = append(keys, part)
		}
	}
	return keys
}

// fill writes the call of a route: "GET /users/…".
func fill(route string, values ...string) string {
	for i, key := range keysOf(route) {
		value := values[i]
		switch {
		case strings.HasPrefix(route, "GET /tenantRelationships") && key == "{tenant}":
			route = strings.Replace(route, "/"+key, "(tenantId='"+value+"')", 1)
		case strings.HasPrefix(route, "GET /tenantRelationships"):
			route = strings.Replace(route, "/"+key, "(domainName='"+value+"')", 1)
		default:
			route = strings.Replace(route, key, value, 1)
		}
	}
	return route
}

func (i ids) fill(route string) string {
	var values []string
	for _, key := range keysOf(route) {
		values = append(values, i[kind(route, key)])
	}
	return fill(route, values...)
}

// signIn leaves a record in the sign-in log of a tenant and gives its id.
func (f *fixture) signIn(c *caller, user string) string {
	f.Helper()
	id, _ := hospes.ParseObjectID(user)
	s := hospes.SignIn{ID: hospes.NewUUID(random), UserID: id, Home: c.tenant.ID, Host: c.tenant.ID}
	f.Update(c.tenant, func(tx store.Tx) error { return tx.LogSignIn(&s) })
	return s.ID
}

// authenticator gives a user an app for one-time codes and answers its id.
func (f *fixture) authenticator(c *caller, user string) (id string) {
	f.Helper()
	f.Update(c.tenant, func(tx store.Tx) error {
		o, err := directory.FindUser(tx, user)
		if err != nil {
			return err
		}
		id = directory.AuthenticatorID(o).String()
		return tx.PutAuthenticator(store.Authenticator{Owner: o.Number, Sealed: []byte{1}})
	})
	return id
}

// plant makes one object of each kind that a path can name, alike in every tenant, and names them.
func plant(t testing.TB, f *fixture, c *caller) ids {
	t.Helper()
	third := hospes.NewTenantID(random).String()
	binned := c.person("binned")
	c.do("DELETE /users/"+binned, "").empty()
	copied := *f
	s := &story{fixture: &copied}
	s.source, s.target = c, &caller{tenant: hospes.Tenant{ID: tenantID(t, third)}}
	twin, chief := c.person("twin"), c.person("chief")
	c.do("POST /users/"+twin+phones, `{"phoneType":"mobile","phoneNumber":"+39 0471000000"}`).is(http.StatusCreated)
	group := c.group("Twins", "members@odata.bind", []string{"/users/" + twin}, "owners@odata.bind", []string{"/users/" + twin})
	c.do("PUT /users/"+twin+"/manager/$ref", ref(chief)).empty()
	c.do("POST /users/"+twin+"/sponsors/$ref", ref(chief)).empty()
	c.invitedBy(twin, chief)
	s.application()
	s.createJob()
	c.do("POST "+partners, `{"tenantId":"`+third+`"}`).is(http.StatusCreated)
	c.do("PUT "+partners+"/"+third+"/identitySynchronization", `{"displayName":"Third"}`).empty()
	appID := c.do("GET /servicePrincipals/"+s.principal, "").str("appId")
	application := c.do("GET /applications(appId='"+appID+"')", "").str("id")
	extension := c.do("POST /applications/"+application+"/extensionProperties", `{"name":"twin","dataType":"String","targetObjects":["User"]}`).is(http.StatusCreated).str("id")
	federated := c.federate(application, "twin", "https://ci.example", "twin")
	role := c.do("POST /directoryRoles", `{"roleTemplateId":"`+hospes.ReportsReader.ID+`"}`).is(http.StatusCreated).str("id")
	c.do("POST /directoryRoles/"+role+"/members/$ref", ref(twin)).empty()
	graph := c.do("GET /servicePrincipals(appId='"+token.GraphAppID+"')", "").str("id")
	assigned := s.assign(twin)
	c.owns(hospes.ApplicationSchema, application) // with the permission to manage one's own alone, too
	return ids{
		"users": twin, "groups": group, "applications": application, "extension": extension, "federated": federated, "servicePrincipals": s.principal, "organization": c.tenant.ID.String(),
		"directoryObjects": twin, "domains": c.tenant.InitialDomain, "partners": third, "member": twin, "owner": twin, "sponsor": chief, "syncTemplate": "Azure2Azure", "job": s.jobID, "assignment": assigned, "usersAssignment": assigned, "groupsAssignment": s.assign(group), "servicePrincipalsAssignment": s.assign(s.principal), "auditLogs": f.signIn(c, twin), "audit": c.do("GET /auditLogs/directoryAudits?$top=1", "").str("value.0.id"), "oath": f.authenticator(c, twin),
		"directory": binned, "phone": mobilePhone, "contact": c.contact("twin@contacts.example"),
		"policy": c.domains("", "denied.example"), "role": role, "template": hospes.ReportsReader.ID,
		"roleAssignment": c.do("GET "+roles+"/roleAssignments?$filter=principalId+eq+'"+twin+"'", "").is(http.StatusOK).str("value.0.id"),
		"grant":          c.do("POST /oauth2PermissionGrants", `{"clientId":"`+s.principal+`","consentType":"Principal","principalId":"`+twin+`","resourceId":"`+graph+`","scope":"User.Read"}`).is(http.StatusCreated).str("id"),
	}
}

func tenantID(t testing.TB, text string) hospes.TenantID {
	t.Helper()
	id, ok := hospes.ParseTenantID(text)
	if !ok {
		t.Fatalf("%q is no id", text)
	}
	return id
}

func (c *caller) content() (hash [32]byte) {
	c.Helper()
	c.view(func(r store.Reader) (err error) {
		hash, err = r.ContentHash()
		return err
	})
	return hash
}

// forged are tokens that must not be believed, by what is wrong with them.
func forged(t testing.TB, f *fixture) map[string]string {
	t.Helper()
	client := token.Client{Tenant: f.source.tenant, Principal: f.source.client.Principal.ID, AppID: f.source.client.AppID, DisplayName: "x", Roles: allPermissions()}
	mint := func(a *token.Authority, audience string) string {
		made, err := a.Mint(ctx, token.AppClaims{Client: client, Audience: audience})
		if err != nil {
			t.Fatal(err)
		}
		return made.Raw
	}
	past := hospes.NewManualClock(f.Clock.Now().Add(-2 * time.Hour))
	expired := token.NewAuthority(token.Config{Keys: f.Authority.Keys(), Clock: past, Random: random})
	foreign := newFixture(t) // another instance, with keys of its own

	parts := strings.Split(f.source.bearer, ".")
	segment := func(v any) string { return base64.RawURLEncoding.EncodeToString(mustJSON(v)) }
	keys, err := f.Authority.Keys().Published(ctx)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(keys[0].Public())
	if err != nil {
		t.Fatal(err)
	}
	hs256 := func(key []byte) string {
		text := segment(map[string]string{"alg": "HS256", "typ": "JWT", "kid": keys[0].ID, "x5t": keys[0].ID}) + "." + parts[1]
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	var payload map[string]any
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(raw, &payload) != nil {
		t.Fatal("the payload cannot be read")
	}
	payload["oid"] = f.target.client.Principal.ID.String()
	return map[string]string{
		"no token": "", "garbage": "garbage", "three garbage parts": "a.b.c", "expired": mint(expired, ""), "other audience": mint(f.Authority, "https://management.azure.com"),
		"another origin": mint(f.Authority, "https://evil.example"), "alg none": segment(map[string]string{"alg": "none", "typ": "JWT"}) + "." + parts[1] + ".",
		"HS256 with the public key in PEM": hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), "HS256 with the public key in DER": hs256(der),
		"changed payload": parts[0] + "." + segment(payload) + "." + parts[2], "without signature": parts[0] + "." + parts[1] + ".",
		"of another instance": mint(foreign.Authority, ""),
	}
}

func TestSecurityMatrix(t *testing.T) {
	f := newFixture(t)
	own := plant(t, f, f.source)
	own["applicationTemplates"], own["tenantRelationships"], own["hospes"] = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7", f.target.tenant.ID.String(), f.target.tenant.ID.String()

	// an application that is disabled, and one that is gone, with tokens that were good when they were made
	gone := map[string]*caller{}
	for name, end := range map[string]func(tx store.Tx, sp *hospes.Object) error{
		"disabled service principal": func(tx store.Tx, sp *hospes.Object) error {
			sp.Set(hospes.PrincipalAccountEnabled, hospes.False)
			return tx.Put(sp)
		},
		"deleted service principal": func(tx store.Tx, sp *hospes.Object) error { return tx.Delete(sp) },
	} {
		client := f.Client(f.source.tenant, name, allPermissions()...)
		c := f.source.with(f.Token(f.source.tenant, client))
		c.do("GET /users", "").is(http.StatusOK)
		f.source.update(func(tx store.Tx) error {
			sp, err := store.Find(tx, store.Live, hospes.ServicePrincipalSchema, client.Principal.ID)
			if err != nil {
				return err
			}
			return end(tx, sp)
		})
		gone[name] = c
	}
	// a sound token that names this tenant and another one's application
	strange := *f.source
	strange.client = f.target.client
	gone["application of another tenant"] = strange.mint(allPermissions()...)
	nobody := *f.source
	nobody.tenant.ID = tenantID(t, absent)
	gone["tenant that is not here"] = nobody.mint(allPermissions()...)

	bad, ofClass := forged(t, f), f.source.binned()
	hash, other := f.source.content(), f.target.content()
	routes := graphapi.Routes()
	if len(routes) < 80 {
		t.Fatalf("there are %d routes", len(routes))
	}
	var free []string
	checks, cases := 0, 0
	var public []string
	for _, route := range routes {
		if route.Public {
			public = append(public, route.Key)
			continue
		}
		before := checks
		call := own.fill(route.Key)
		body := ""
		if !strings.HasPrefix(call, "GET ") && !strings.HasPrefix(call, "DELETE ") {
			body = "{" // who may not ask is told nothing about what is asked
		}
		for name, bearer := range bad {
			r := f.source.with(bearer).do(call, body)
			checks++
			if r.status != http.StatusUnauthorized || r.at("error.code") != "InvalidAuthenticationToken" || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s with %s: %d %v", route.Key, name, r.status, r.at("error.code"))
			}
		}
		for name, c := range gone {
			r := c.do(call, body)
			checks++
			if r.status != http.StatusUnauthorized || r.at("error.code") != "Authorization_IdentityNotFound" {
				t.Errorf("%s with the token of a %s: %d %v", route.Key, name, r.status, r.at("error.code"))
			}
		}
		if len(route.Permissions.Application) == 0 && len(route.Permissions.Own) == 0 {
			free = append(free, route.Key)
			continue
		}
		var without []string
		for _, p := range allPermissions() {
			if !slices.Contains(route.Permissions.Application, p) {
				without = append(without, p)
			}
		}
		status, code := http.StatusForbidden, "Authorization_RequestDenied"
		if route.Key == "POST /invitations" {
			status, code = http.StatusUnauthorized, "Unauthorized"
		}
		for name, c := range map[string]*caller{"without any permission": f.source.mint(), "with every permission but the route's": f.source.mint(without...)} {
			r := c.do(call, body)
			checks++
			if r.status != status || r.at("error.code") != code {
				t.Errorf("%s with a token %s: %d %v, want %d %s", route.Key, name, r.status, r.at("error.code"), status, code)
			}
		}
		// and every one of the permissions alone is enough for a route that changes nothing
		for _, p := range route.Permissions.Application {
			if _, known := token.PermissionNamed(p); !known {
				t.Errorf("%s asks for %s, which nobody can be given", route.Key, p)
			}
			c := f.source.mint(p)
			if route.Operator {
				r := c.do(call, body)
				if checks++; r.status != http.StatusForbidden {
					t.Errorf("%s lets somebody in who is not the operator: %d", route.Key, r.status)
				}
				continue
			}
			if !strings.HasPrefix(route.Key, "GET ") {
				continue
			}
			if route.Classes != nil {
				checks += eachClass(t, route, c, p, ofClass)
				continue
			}
			r := c.do(call, "", "ConsistencyLevel", "eventual")
			if checks++; r.status != found(route.Key) {
				t.Errorf("%s with %s alone: %d\n%s", route.Key, p, r.status, r.text)
			}
		}
		if cases == 0 {
			cases = len(bad) + len(gone) + 2
		}
		if checks-before < cases {
			t.Errorf("%s was checked %d times only", route.Key, checks-before)
		}
	}
	equal(t, "routes without a permission", free, withoutPermission)
	equal(t, "routes without a token", public, []string{"GET /", "GET /$metadata"}) // they say the same to everybody
	if f.source.content() != hash || f.target.content() != other {
		t.Error("somebody who was refused has changed something")
	}
	t.Attr("counts", fmt.Sprintf("%d routes x %d cases and the permissions that are enough = %d checks", len(routes), cases, checks))
}

// found is the status with which a route answers about what is there.
func found(route string) int {
	if slices.Contains(alwaysAbsent, route) {
		return http.StatusNotFound
	}
	return http.StatusOK
}

// eachClass asks a route for an object of each class that it knows with one permission: it is enough for the classes whose
// list names it, and of the others there is nothing.
func eachClass(t *testing.T, route graphapi.Route, c *caller, permission string, ofClass map[string]string) int {
	t.Helper()
	if len(route.Classes) != len(ofClass) {
		t.Errorf("%s knows %d classes, and %d are tried", route.Key, len(route.Classes), len(ofClass))
	}
	for schema, enough := range route.Classes {
		want := http.StatusNotFound
		if slices.Contains(enough.Application, permission) {
			want = http.StatusOK
		}
		if r := c.do(fill(route.Key, ofClass[schema.Name]), ""); r.status != want {
			t.Errorf("%s with %s alone answers %d for a %s, want %d\n%s", route.Key, permission, r.status, schema.Name, want, r.text)
		}
	}
	return len(route.Classes)
}

// valid are bodies with which a route would do its work, if only the path named something of one's own. USER stands for
// the id of a person.
var valid = map[string]string{
	"POST /directoryRoles":                                                                         `{"roleTemplateId":"` + hospes.GuestInviter.ID + `"}`,
	"POST /roleManagement/directory/roleAssignments":                                               `{"roleDefinitionId":"` + hospes.GuestInviter.ID + `","principalId":"USER","directoryScopeId":"/"}`,
	"PATCH /oauth2PermissionGrants/{grant}":                                                        `{"scope":"User.Read"}`,
	"POST /users/{id}/changePassword":                                                              `{"currentPassword":"` + password + `","newPassword":"An0ther-horse"}`,
	"POST /users/{id}/checkMemberGroups":                                                           `{"groupIds":[]}`,
	"POST /users/{id}/checkMemberObjects":                                                          `{"ids":[]}`,
	"POST /users/{id}/getMemberGroups":                                                             `{}`,
	"POST /users/{id}/getMemberObjects":                                                            `{}`,
	"POST /groups/{id}/validateProperties":                                                         `{"displayName":"x","onBehalfOfUserId":"USER"}`,
	"POST /groups/{id}/evaluateDynamicMembership":                                                  `{"memberId":"USER","membershipRule":"user.city -eq null"}`,
	"POST /groups/evaluateDynamicMembership":                                                       `{"memberId":"USER","membershipRule":"user.city -eq null"}`,
	"POST /groups/{id}/checkMemberGroups":                                                          `{"groupIds":[]}`,
	"POST /groups/{id}/checkMemberObjects":                                                         `{"ids":[]}`,
	"POST /groups/{id}/getMemberGroups":                                                            `{}`,
	"POST /groups/{id}/getMemberObjects":                                                           `{}`,
	"POST /servicePrincipals/{id}/checkMemberGroups":                                               `{"groupIds":[]}`,
	"POST /servicePrincipals/{id}/checkMemberObjects":                                              `{"ids":[]}`,
	"POST /servicePrincipals/{id}/getMemberGroups":                                                 `{}`,
	"POST /servicePrincipals/{id}/getMemberObjects":                                                `{}`,
	"POST /directoryObjects/{id}/checkMemberGroups":                                                `{"groupIds":[]}`,
	"POST /directoryObjects/{id}/checkMemberObjects":                                               `{"ids":[]}`,
	"POST /directoryObjects/{id}/getMemberGroups":                                                  `{}`,
	"POST /directoryObjects/{id}/getMemberObjects":                                                 `{}`,
	"POST /directory/deletedItems/{id}/restore":                                                    `{}`,
	"POST /users/{id}/authentication/phoneMethods":                                                 `{"phoneType":"office","phoneNumber":"+39 0471000000"}`,
	"PATCH /users/{id}/authentication/phoneMethods/{phone}":                                        `{"phoneNumber":"+39 0471000001"}`,
	"PATCH /policies/b2bManagementPolicies/{policy}":                                               `{"displayName":"x"}`,
	"POST /hospes/v1/contacts":                                                                     `{"displayName":"x","mail":"x@contacts.example"}`,
	"POST /domains":                                                                                `{"id":"new.example"}`,
	"PATCH /domains/{id}":                                                                          `{}`,
	"POST /applications/{id}/federatedIdentityCredentials":                                         `{"name":"another","issuer":"https://ci.example","subject":"x","audiences":["api://AzureADTokenExchange"]}`,
	"PATCH /applications/{id}/federatedIdentityCredentials/{federated}":                            `{"subject":"another"}`,
	"POST /applications/{id}/extensionProperties":                                                  `{"name":"x","dataType":"String","targetObjects":["User"]}`,
	"POST /applications/{id}/addPassword":                                                          `{"passwordCredential":{"displayName":"x"}}`,
	"POST /applications/{id}/removePassword":                                                       `{"keyId":"x"}`,
	"POST /users/{id}/appRoleAssignments":                                                          `{"resourceId":"USER","appRoleId":"00000000-0000-0000-0000-000000000000"}`,
	"POST /groups/{id}/appRoleAssignments":                                                         `{"resourceId":"USER","appRoleId":"00000000-0000-0000-0000-000000000000"}`,
	"POST /servicePrincipals/{id}/appRoleAssignments":                                              `{"resourceId":"USER","appRoleId":"00000000-0000-0000-0000-000000000000"}`,
	"POST /servicePrincipals/{id}/appRoleAssignedTo":                                               `{"principalId":"USER","appRoleId":"00000000-0000-0000-0000-000000000000"}`,
	"POST /servicePrincipals/{id}/synchronization/jobs":                                            `{"templateId":"Azure2Azure"}`,
	"PUT /servicePrincipals/{id}/synchronization/secrets":                                          `{"value":[{"key":"SyncAll","value":"true"}]}`,
	"POST /servicePrincipals/{id}/synchronization/jobs/validateCredentials":                        `{"useSavedCredentials":true}`,
	"POST /servicePrincipals/{id}/synchronization/jobs/{job}/validateCredentials":                  `{"useSavedCredentials":true}`,
	"POST /servicePrincipals/{id}/synchronization/jobs/{job}/provisionOnDemand":                    `{"parameters":[{"ruleId":"","subjects":[{"objectId":"USER","objectTypeName":"User"}]}]}`,
	"POST /servicePrincipals/{id}/synchronization/jobs/{job}/schema/parseExpression":               `{"expression":"[mail]"}`,
	"POST /servicePrincipals/{id}/synchronization/templates/{syncTemplate}/schema/parseExpression": `{"expression":"[mail]"}`,
	"POST /servicePrincipals/{id}/synchronization/jobs/{job}/restart":                              `{"criteria":{"resetScope":"Full"}}`,
	"PATCH /servicePrincipals/{id}/synchronization/jobs/{job}":                                     `{"synchronizationJobSettings":[{"name":"targetBlock","value":"overwrite"}]}`,
	"PUT /policies/crossTenantAccessPolicy/partners/{tenant}/identitySynchronization":              `{"userSyncInbound":{"isSyncAllowed":true}}`,
	"PATCH /policies/crossTenantAccessPolicy/partners/{tenant}/identitySynchronization":            `{"userSyncInbound":{"isSyncAllowed":true}}`,
	"PATCH /policies/crossTenantAccessPolicy/partners/{tenant}":                                    `{"automaticUserConsentSettings":{"inboundAllowed":true}}`,
}

func bodyFor(route, person string) string {
	if text, ok := valid[route]; ok {
		return strings.ReplaceAll(text, "USER", person)
	}
	switch {
	case strings.HasPrefix(route, "GET "), strings.HasPrefix(route, "DELETE "):
		return ""
	case strings.HasSuffix(route, "$ref"):
		return ref(person)
	}
	return `{"displayName":"changed from outside"}`
}

func TestDesign2_1_1_NobodySeesTheObjectsOfAnotherTenant(t *testing.T) {
	f := newFixture(t)
	own, foreign := plant(t, f, f.target), plant(t, f, f.source)
	all := own.fill // paths of one's own
	before := f.source.content()
	kept := f.target.content()
	checked, controls := 0, 0
	// what an answer says but for the ids that were asked for
	said := func(r *reply, names ids) string {
		text := r.text
		longest := slices.SortedFunc(maps.Values(names), func(a, b string) int { return len(b) - len(a) }) // ids of jobs hold others
		for _, id := range longest {
			text = strings.ReplaceAll(strings.ReplaceAll(text, id, "ID"), strings.ToUpper(id), "ID")
		}
		for _, header := range []string{"request-id", "client-request-id"} {
			text = strings.ReplaceAll(text, r.header.Get(header), "REQUEST")
		}
		return text
	}
	for _, route := range graphapi.Routes() {
		keys := keysOf(route.Key)
		onlyOwn := len(route.Permissions.Application) == 0 && len(route.Permissions.Own) > 0 // refused before anything is looked for
		if len(keys) == 0 || slices.Contains(everyones, route.Key) || onlyOwn {
			continue
		}
		if strings.HasPrefix(route.Key, "GET ") {
			f.target.do(all(route.Key), "", "ConsistencyLevel", "eventual").is(found(route.Key))
			controls++
		}
		// each key alone, and all of them, are the other tenant's
		for position := range len(keys) + 1 {
			if position < len(keys) && (keys[position] == "{phone}" || keys[position] == "{syncTemplate}") {
				continue // the ids of phones, and of templates, are the same for everybody
			}
			ask := func(names ids, person string) *reply {
				var values []string
				for i, key := range keys {
					if k := kind(route.Key, key); i == position || position == len(keys) {
						values = append(values, names[k])
					} else {
						values = append(values, own[k])
					}
				}
				return f.target.do(fill(route.Key, values...), bodyFor(route.Key, person), "ConsistencyLevel", "eventual")
			}
			theirs, nothing := ask(foreign, own["users"]), ask(absentIDs, own["users"])
			checked++
			if theirs.status != http.StatusNotFound && theirs.status != http.StatusBadRequest {
				t.Errorf("%s with key %d of another tenant answers %d\n%s", route.Key, position, theirs.status, theirs.text)
			}
			if theirs.status != nothing.status || said(theirs, foreign) != said(nothing, absentIDs) {
				t.Errorf("%s with key %d tells what is foreign from what is absent:\n%d %s\n%d %s", route.Key, position, theirs.status, theirs.text, nothing.status, nothing.text)
			}
		}
		// the body names a person of the other tenant
		if text := bodyFor(route.Key, "USER"); strings.Contains(text, "USER") {
			theirs, nothing := f.target.do(all(route.Key), bodyFor(route.Key, foreign["users"])), f.target.do(all(route.Key), bodyFor(route.Key, absent))
			checked++
			if theirs.status < 400 || theirs.status != nothing.status || said(theirs, foreign) != said(nothing, absentIDs) {
				t.Errorf("%s with a person of another tenant in the body:\n%d %s\n%d %s", route.Key, theirs.status, theirs.text, nothing.status, nothing.text)
			}
		}
	}
	for _, path := range []string{"/users/twin@aurora.example", "/servicePrincipals(appId='" + f.source.client.AppID + "')", "/applications(appId='" + f.source.client.AppID + "')"} {
		f.target.do("GET "+path, "").is(http.StatusNotFound)
		checked++
	}
	for _, list := range []string{"/users", "/groups", "/applications", "/servicePrincipals", "/domains", "/organization", partners, "/users/delta", "/groups/delta", "/auditLogs/directoryAudits?$top=999", "/auditLogs/provisioning", "/auditLogs/signIns"} {
		r := f.target.do("GET "+list, "").is(http.StatusOK)
		checked++
		for _, name := range []string{"users", "groups", "applications", "servicePrincipals", "organization", "sponsor", "job", "assignment"} {
			if strings.Contains(r.text, foreign[name]) {
				t.Errorf("GET %s shows the %s of another tenant", list, name)
			}
		}
	}
	if f.source.content() != before {
		t.Error("the other tenant is not what it was")
	}
	if f.target.content() != kept {
		t.Error("a refused call has changed one's own tenant")
	}
	if checked < 60 || controls < 20 {
		t.Errorf("only %d checks and %d controls were made", checked, controls)
	}
	t.Attr("counts", fmt.Sprintf("%d checks, %d controls", checked, controls))
}
