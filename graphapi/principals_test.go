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
