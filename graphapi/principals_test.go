package graphapi_test

import (
	"net/http"
	"testing"
)

func TestProvisioning1_4_AServicePrincipalTakesItsJobsAlong(t *testing.T) {
	s := newStory(t)
	s.source.do("POST "+s.job+"/start", "").empty()
	due := func() bool {
		at, err := s.Store.NextDue(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return !at.IsZero()
	}
	equal(t, "due work of a job that runs", due(), true)
	s.source.do("DELETE /servicePrincipals/"+s.principal, "").empty()
	equal(t, "due work without the job", due(), false)
	s.source.do("GET "+s.job, "").is(http.StatusNotFound)
	records := s.source.do("GET /auditLogs/directoryAudits"+query("$filter", "activityDisplayName eq 'Delete provisioning configuration'"), "").is(http.StatusOK)
	equal(t, "records", len(records.items("id")), 1)
}

func TestGraphItselfIsNeitherDeletedNorDisabled(t *testing.T) {
	f := newFixture(t)
	c := f.source
	id := c.do("GET /servicePrincipals"+query("$filter", "appId eq '00000003-0000-0000-c000-000000000000'"), "").is(http.StatusOK).items("id")[0]
	c.do("DELETE /servicePrincipals/"+id, "").fails(http.StatusBadRequest, "Request_BadRequest", "The service principal of Microsoft Graph cannot be deleted.")
	c.do("PATCH /servicePrincipals/"+id, `{"accountEnabled":false}`).fails(http.StatusBadRequest, "Request_BadRequest", "The service principal of Microsoft Graph cannot be disabled.")
	c.do("GET /servicePrincipals/"+id, "").has("accountEnabled", "true")
}
