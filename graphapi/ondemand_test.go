package graphapi_test

import (
	"net/http"
	"testing"
)

// onDemand asks for one object to be taken through a job at once.
func (s *story) onDemand(id, kind string) *reply {
	s.Helper()
	return s.source.do("POST "+s.job+"/provisionOnDemand", `{"parameters":[{"ruleId":"","subjects":[{"objectId":"`+id+`","objectTypeName":"`+kind+`"}]}]}`)
}

func TestProvisionOnDemand_1_7_TooManyAtOnceAreAskedToWait(t *testing.T) {
	s := newStory(t)
	var last *reply
	for range 101 { // the limit is 100 in 10 seconds, and counts what fails
		if last = s.onDemand(absent, "User"); last.status == http.StatusTooManyRequests {
			break
		}
		last.is(http.StatusNotFound)
	}
	last.is(http.StatusTooManyRequests).has("error.code", `"TooManyRequests"`)
	if last.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", last.header.Get("Retry-After"))
	}
}

func TestProvisionOnDemand_1_7_GroupsComeWithTheCycle(t *testing.T) {
	s := newStory(t)
	s.onDemand(s.source.group("Travellers"), "Group").fails(http.StatusBadRequest, "Request_BadRequest",
		"Objects of the type 'Group' cannot be provisioned on demand. A group comes with the next cycle.")
}

func TestDeprovision_TakesThePeopleAwayBeforeTheJobGoes(t *testing.T) {
	s := newStory(t)
	anna := s.source.person("anna", "mail", "anna@aurora.example")
	s.assign(anna)
	s.source.do("POST "+s.job+"/start", "").empty()
	s.cycle()
	if got := s.arrivals(); len(got) != 1 {
		t.Fatalf("in the target are %v", got)
	}
	s.source.do("POST /hospes/v1"+s.job+"/deprovision", "").is(http.StatusAccepted)
	s.source.do("GET "+s.job, "").is(http.StatusOK).has("@hospes.ending", "true")
	s.cycle()
	s.source.do("GET "+s.job, "").is(http.StatusNotFound)
	if got := s.arrivals(); len(got) != 0 {
		t.Errorf("in the target are still %v", got)
	}
}
