package graphapi_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestWire1_5_WhatRealClientsSend asks every filter that existing tools are known to send.
func TestWire1_5_WhatRealClientsSend(t *testing.T) {
	text, err := os.ReadFile("testdata/clients.txt")
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t)
	c := f.source
	ids := map[string]string{
		"anna": c.person("anna", "mail", "anna@aurora.example", "otherMails", []string{"anna@home.example"}, "department", "Research"),
		"bert": c.person("bert", "employeeId", "E7", "accountEnabled", false),
		"team": c.group("Team"),
	}
	c.do("POST /invitations", `{"invitedUserEmailAddress":"guest@partner.example","invitedUserDisplayName":"gast","inviteRedirectUrl":"https://aurora.example"}`).is(http.StatusCreated)
	c.group("Unified", "mailEnabled", true, "securityEnabled", false, "groupTypes", []string{"Unified"})
	c.do("POST /groups/"+ids["team"]+"/members/$ref", ref(ids["anna"])).is(http.StatusNoContent)
	ids["app"] = c.do("POST /applications", `{"displayName":"Probe","identifierUris":["api://probe"]}`).is(http.StatusCreated).str("appId")
	c.do("POST /servicePrincipals", `{"appId":"`+ids["app"]+`"}`).is(http.StatusCreated)
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(strings.TrimSpace(line), "|")
		if len(part) != 4 {
			t.Fatalf("%q has %d columns", line, len(part))
		}
		for i := range part {
			part[i] = strings.TrimSpace(part[i])
		}
		for name, id := range ids {
			part[0] = strings.ReplaceAll(part[0], "{"+name+"}", id)
			part[1] = strings.ReplaceAll(part[1], "{"+name+"}", id)
		}
		options := []string{"$filter", part[1]}
		var headers []string
		if part[2] == "+" {
			options, headers = append(options, "$count", "true"), []string{"ConsistencyLevel", "eventual"}
		}
		t.Run(part[0]+" "+part[1], func(t *testing.T) {
			found := c.on(t).do("GET "+part[0]+query(options...), "", headers...).is(http.StatusOK).items("displayName")
			slices.Sort(found)
			want := strings.Fields(strings.Trim(part[3], "-"))
			for i := range found {
				found[i] = strings.Trim(found[i], `"`)
			}
			if !slices.Equal(found, want) {
				t.Errorf("found %q, want %q", found, want)
			}
		})
		n++
	}
	if n < 30 {
		t.Errorf("only %d filters were asked", n)
	}
}
