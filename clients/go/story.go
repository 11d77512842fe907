package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	graphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
)

// story is one run.
type story struct {
	demo           demo
	unique         string // in the names of all that is made
	source, target *graph
	anna, guest    string
	group          string
	made           []string // paths, the last one first to be taken away
}

type body = map[string]any

func (s *story) tell(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"token", s.token}, {"a wrong secret", s.wrongSecret}, {"list with paging", s.list}, {"create", s.create}, {"invite", s.invite}, {"group", s.members},
		{"filter", s.filter}, {"batch", s.batch}, {"delta", s.changes}, {"policy", s.policy},
	} {
		said, err := step.do(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Printf("%s: %s\n", step.name, said)
	}
	return nil
}

func (s *story) takeAway(ctx context.Context) (err error) {
	for _, path := range slices.Backward(s.made) {
		err = errors.Join(err, s.source.do(ctx, abstractions.DELETE, path, nil))
	}
	return err
}

func (s *story) token(ctx context.Context) (string, error) {
	got, err := s.source.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d bytes", len(got.Token)), nil
}

func (s *story) wrongSecret(ctx context.Context) (string, error) {
	wrong := s.demo.Source
	wrong.ClientSecret = "wrong"
	g, err := connect(s.demo.BaseURL, wrong)
	if err != nil {
		return "", err
	}
	_, err = g.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || failed.RawResponse.StatusCode != 401 || !strings.Contains(err.Error(), "AADSTS7000215") {
		return "", fmt.Errorf("the error is %w", err)
	}
	return "AADSTS7000215", nil
}

func (s *story) list(ctx context.Context) (string, error) {
	first, err := s.source.send(ctx, abstractions.GET, "/users?$select=id,displayName&$top=5", nil)
	if err != nil {
		return "", err
	}
	pages, err := graphcore.NewPageIterator[*item](first, s.source.adapter, newItem)
	if err != nil {
		return "", err
	}
	seen := map[string]bool{}
	if err := pages.Iterate(ctx, func(user *item) bool {
		seen[user.text["id"]] = true
		return true
	}); err != nil {
		return "", err
	}
	counted, err := s.source.send(ctx, abstractions.GET, "/users?$top=1&$count=true", nil, "ConsistencyLevel", "eventual")
	if err != nil {
		return "", err
	}
	if counted.count == nil || int64(len(seen)) != *counted.count {
		return "", fmt.Errorf("%d people were listed, %v counted", len(seen), counted.count)
	}
	return fmt.Sprintf("%d people in pages of 5", len(seen)), nil
}

func (s *story) create(ctx context.Context) (string, error) {
	user, err := s.source.send(ctx, abstractions.POST, "/users", body{
		"accountEnabled": true, "displayName": "Anna " + s.unique, "mailNickname": s.unique, "userPrincipalName": s.unique + "@" + s.demo.Source.Domain,
		"passwordProfile": body{"password": "Aa1-" + s.unique, "forceChangePasswordNextSignIn": false},
	})
	if err != nil {
		return "", err
	}
	s.anna = user.text["id"]
	s.made = append(s.made, "/users/"+s.anna)
	return user.text["userPrincipalName"], s.source.do(ctx, abstractions.PATCH, "/users/"+s.anna, body{"jobTitle": "Chemist"})
}

func (s *story) invite(ctx context.Context) (string, error) {
	invitation, err := s.source.send(ctx, abstractions.POST, "/invitations", body{"invitedUserEmailAddress": s.unique + "@partner.example", "inviteRedirectUrl": "https://example.org"})
	if err != nil {
		return "", err
	}
	s.guest = invitation.inner["invitedUser"].text["id"]
	s.made = append(s.made, "/users/"+s.guest)
	guest, err := s.source.send(ctx, abstractions.GET, "/users/"+s.guest+"?$select=userType,externalUserState", nil)
	if err == nil && (guest.text["userType"] != "Guest" || guest.text["externalUserState"] != "PendingAcceptance") {
		err = fmt.Errorf("the guest is %v", guest.text)
	}
	return invitation.text["status"], err
}

func (s *story) members(ctx context.Context) (string, error) {
	group, err := s.source.send(ctx, abstractions.POST, "/groups", body{
		"displayName": s.unique, "mailNickname": s.unique, "mailEnabled": false, "securityEnabled": true,
		"members@odata.bind": []string{"https://graph.microsoft.com/v1.0/directoryObjects/" + s.anna},
	})
	if err != nil {
		return "", err
	}
	s.group = group.text["id"]
	s.made = append(s.made, "/groups/"+s.group)
	if err := s.source.do(ctx, abstractions.POST, "/groups/"+s.group+"/members/$ref", body{"@odata.id": "https://graph.microsoft.com/v1.0/users/" + s.guest}); err != nil {
		return "", err
	}
	members, err := s.source.send(ctx, abstractions.GET, "/groups/"+s.group+"/members?$select=id", nil)
	if err == nil && (len(members.value) != 2 || members.value[0].text["@odata.type"] != "#microsoft.graph.user") {
		err = fmt.Errorf("there are %d members", len(members.value))
	}
	return "two members", err
}

func (s *story) filter(ctx context.Context) (string, error) {
	found, err := s.source.send(ctx, abstractions.GET, "/users?$filter="+url.QueryEscape("userType eq 'Guest' and startswith(mail,'"+s.unique+"')"), nil)
	if err != nil {
		return "", err
	}
	if len(found.value) != 1 || found.value[0].text["id"] != s.guest {
		return "", fmt.Errorf("%d guests were found", len(found.value))
	}
	_, err = s.source.send(ctx, abstractions.GET, "/users?$filter="+url.QueryEscape("jobTitle ne 'Clerk'"), nil)
	var refused *failure
	if !errors.As(err, &refused) || refused.code != "Request_UnsupportedQuery" {
		return "", fmt.Errorf("an advanced filter without its header: %w", err)
	}
	return "one guest", nil
}

func (s *story) batch(ctx context.Context) (string, error) {
	batch := graphcore.NewBatchRequest(s.source.adapter)
	var items []graphcore.BatchItem
	for _, step := range []struct {
		method abstractions.HttpMethod
		path   string
		body   any
	}{
		{abstractions.GET, "/users/" + s.anna, nil}, {abstractions.PATCH, "/users/" + s.anna, body{"officeLocation": "B2"}},
		{abstractions.GET, "/users/00000000-0000-4000-8000-000000000000", nil},
	} {
		q, err := s.source.request(step.method, step.path, step.body)
		if err != nil {
			return "", err
		}
		added, err := batch.AddBatchRequestStep(*q)
		if err != nil {
			return "", err
		}
		if len(items) > 0 {
			added.DependsOnItem(items[len(items)-1])
		}
		items = append(items, added)
	}
	answers, err := batch.Send(ctx, s.source.adapter)
	if err != nil {
		return "", err
	}
	for i, want := range []int32{200, 204, 404} {
		if got := answers.GetStatusCodes()[*items[i].GetId()]; got != want {
			return "", fmt.Errorf("step %d answers %d, not %d", i+1, got, want)
		}
	}
	return "three steps: 200, 204, 404", nil
}

func (s *story) changes(ctx context.Context) (string, error) {
	latest, err := s.source.send(ctx, abstractions.GET, "/users/delta?$deltatoken=latest&$select=displayName,jobTitle", nil)
	if err != nil {
		return "", err
	}
	if err := s.source.do(ctx, abstractions.PATCH, "/users/"+s.anna, body{"jobTitle": "Director"}); err != nil {
		return "", err
	}
	changed, err := s.source.send(ctx, abstractions.GET, *latest.delta, nil)
	if err == nil && (len(changed.value) != 1 || changed.value[0].text["id"] != s.anna || changed.value[0].text["jobTitle"] != "Director") {
		err = fmt.Errorf("%d changes", len(changed.value))
	}
	return "one change", err
}

func (s *story) policy(ctx context.Context) (string, error) {
	partner, err := s.target.send(ctx, abstractions.GET, "/policies/crossTenantAccessPolicy/partners/"+s.demo.Source.ID, nil)
	if err != nil {
		return "", err
	}
	if consent := partner.inner["automaticUserConsentSettings"]; consent == nil || !consent.yes["inboundAllowed"] {
		return "", errors.New("guests of the source are asked for their consent")
	}
	authorization, err := s.source.send(ctx, abstractions.GET, "/policies/authorizationPolicy", nil)
	if err != nil {
		return "", err
	}
	may := authorization.text["allowInvitesFrom"]
	return may + " may invite", s.source.do(ctx, abstractions.PATCH, "/policies/authorizationPolicy", body{"allowInvitesFrom": may})
}
