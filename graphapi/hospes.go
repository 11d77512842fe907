package graphapi

import (
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/importer/intake"
	"github.com/hospes-dev/hospes/store"
)

const importKey = "POST /hospes/v1/imports"

// hospesRoutes are what Graph has no word for.
var hospesRoutes = []Route{
	{Key: "GET /hospes/v1/tenants", Permissions: manageTenants, Shows: "tenant", Operator: true, handle: (*call).listTenants},
	{Key: "POST /hospes/v1/tenants", Permissions: manageTenants, Operator: true, handle: (*call).createTenant},
	{Key: "GET /hospes/v1/tenants/{id}", Permissions: manageTenants, Shows: "tenant", Operator: true, handle: (*call).getTenant},
	{Key: "GET /hospes/v1/audit/verification", Permissions: readLogs, Shows: "auditVerification", handle: (*call).verifyAudits},
	{Key: "GET /hospes/v1/signInPolicy", Permissions: readPolicies, Shows: "signInPolicy", handle: getSingleton(hospes.SignInPolicySchema, "signInPolicy")},
	{Key: "PATCH /hospes/v1/signInPolicy", Permissions: writeAuthorization, handle: (*call).patchSignInPolicy},
	{Key: "GET /hospes/v1/doctor/{id}", Permissions: askDoctor, handle: (*call).examine},
	{Key: "POST /hospes/v1/servicePrincipals/{id}/synchronization/jobs/{job}/deprovision", Permissions: writeSync, handle: deprovisionJob},
	{Key: "GET /hospes/v1/servicePrincipals/{id}/synchronization/jobs/{job}/forecast", Permissions: readSync, handle: (*call).forecast},
	{Key: "GET /hospes/v1/integrity", Permissions: manageTenants, Operator: true, handle: (*call).checkIntegrity},
	{Key: "GET /hospes/v1/mails", Permissions: readLogs, Shows: "mail", Paged: pagedAndFiltered, handle: (*call).listMails},
	{Key: importKey, Permissions: importPeople, handle: (*call).importPeople},
}

func wireTenant(t hospes.Tenant) map[string]any {
	return map[string]any{
		"id": t.ID, "displayName": t.DisplayName, "initialDomain": t.InitialDomain, "createdDateTime": t.Created.Format("2006-01-02T15:04:05Z"), "isSystem": t.System,
	}
}

func (c *call) listTenants() error {
	tenants, err := c.api.Store.Tenants(c.ctx())
	if err != nil {
		return err
	}
	list := make([]map[string]any, len(tenants))
	for i, t := range tenants {
		list[i] = wireTenant(t)
	}
	return c.writeList("tenants", list, "")
}

// tenantOfPath finds the tenant that the path names.
func (c *call) tenantOfPath() (hospes.Tenant, error) {
	id, ok := hospes.ParseTenantID(c.keys[0])
	if !ok {
		return hospes.Tenant{}, hospes.NotFound("graphapi.tenant", c.keys[0])
	}
	t, err := c.api.Store.Tenant(c.ctx(), id)
	if hospes.KindOf(err) == hospes.KindNotFound {
		err = hospes.NotFound("graphapi.tenant", c.keys[0])
	}
	return t, err
}

func (c *call) getTenant() error {
	t, err := c.tenantOfPath()
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "tenants/$entity", wireTenant(t))
}

func (c *call) createTenant() error {
	var body struct {
		DisplayName   string   `json:"displayName"`
		InitialDomain string   `json:"initialDomain"`
		Domains       []string `json:"verifiedDomains"` // the operator vouches for them; the first becomes the default
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	t, err := directory.CreateTenant(c.ctx(), c.api.Store, c.api.Random, c.by(), hospes.Tenant{DisplayName: body.DisplayName, InitialDomain: body.InitialDomain}, func(tx store.Tx) error {
		return directory.AddVerifiedDomains(tx, body.Domains...)
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusCreated, "tenants/$entity", wireTenant(t))
}

// importPeople streams people in and progress out, a JSON object a line. Each line is written as soon as what it tells
// is durable; the last one has done set.
func (c *call) importPeople() error {
	stream, err := c.unzipped(c.r.Body)
	if err != nil {
		return err
	}
	reader, err := importer.Open(c.r.URL.Query().Get("name"), stream, importer.Options{})
	if err != nil {
		return err
	}
	by := c.by()
	by.Cause = hospes.CauseImport
	out := json.NewEncoder(c.w)
	flusher := http.NewResponseController(c.w)
	_ = flusher.EnableFullDuplex() // HTTP/1 needs it to answer while it reads; where it cannot, progress comes at the end
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	tell := func(v any) {
		_ = out.Encode(v)   // a client that went away does not stop the import
		_ = flusher.Flush() // likewise
	}
	in := &intake.Intake{
		Store: c.api.Store, Tenant: c.caller.Tenant, By: by, Random: c.api.Random, MayChange: c.checkAdministrator,
		Progress: func(n intake.Counts) { tell(n) },
		Refused:  func(p intake.Problem) { tell(map[string]any{"error": p}) },
	}
	counts, err := in.Run(c.ctx(), reader)
	last := map[string]any{
		"done": err == nil, "line": counts.Line, "records": counts.Records, "created": counts.Created, "updated": counts.Updated,
		"unchanged": counts.Unchanged, "failed": counts.Failed, "ties": counts.Ties, "bytes": counts.Bytes, "ignored": reader.Ignored(),
	}
	if err != nil {
		c.api.Log.Error("an import broke off", "request", c.requestID, "line", counts.Line, "err", err)
		last["error"] = map[string]any{"code": "ImportBrokeOff", "line": counts.Line, "message": "The import broke off after this line; what was told is stored. Run it again to go on."}
	}
	tell(last)
	return nil
}
