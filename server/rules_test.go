package server_test

import (
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/server"
)

// TestServe_7_9_APersonComesIntoADynamicGroupByThemselves has a server, and nobody but it, work in a rule.
func TestServe_7_9_APersonComesIntoADynamicGroupByThemselves(t *testing.T) {
	ctx := t.Context()
	i, err := server.Open(ctx, server.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	report := connect(t, i)
	source, _ := hospes.ParseTenantID(report.Source.TenantID)
	c, err := graphclient.New(graphclient.Options{Base: "https://localhost", Transport: i.Operator(source)})
	if err != nil {
		t.Fatal(err)
	}
	var group struct{ ID string }
	err = c.Post(ctx, "/v1.0/groups", map[string]any{
		"displayName": "Late", "mailNickname": "late", "mailEnabled": false, "securityEnabled": true, "groupTypes": []string{hospes.GroupTypeDynamic},
		"membershipRule": `user.displayName -startsWith "Late"`, "membershipRuleProcessingState": hospes.RuleOn,
	}, &group)
	if err != nil {
		t.Fatal(err)
	}
	_, stop := serve(t, i)
	defer stop()
	changed, release := i.Store.Watch()
	defer release()
	err = c.Post(ctx, "/v1.0/users", map[string]any{
		"accountEnabled": true, "displayName": "Late Comer", "mailNickname": "comer", "userPrincipalName": "comer@" + report.Source.Domain,
		"passwordProfile": map[string]any{"password": "Aa1-something-long"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.After(5 * time.Minute); ; {
		var members struct {
			Value []struct{ DisplayName string }
		}
		if err := c.Get(ctx, "/v1.0/groups/"+group.ID+"/members", nil, &members); err != nil {
			t.Fatal(err)
		}
		if len(members.Value) == 1 && members.Value[0].DisplayName == "Late Comer" {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("the person never came into the group")
		}
	}
}
