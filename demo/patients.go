package demo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// Patient is somebody about whom the doctor has something to say.
type Patient struct {
	UserPrincipalName string `json:"userPrincipalName"`
	Domain            string `json:"domain"` // of the tenant to ask in
}

// broken is what the demo broke on purpose. What was broken once is not broken again: somebody may have mended it.
type broken struct {
	Shut  Patient `json:"shut,omitzero"`  // cannot leave, for the hub does not let the last spoke in
	Clash Patient `json:"clash,omitzero"` // cannot arrive, for a guest account of a spoke has the address
}

func (p *pair) doorPath() string {
	return partners + "/" + p.from.TenantID + "/identitySynchronization"
}

// closed tells whether the target lets nobody be synchronized in, though it has a setting for it.
func (p *pair) closed(ctx context.Context) (bool, error) {
	var sync struct {
		UserSyncInbound struct{ IsSyncAllowed bool }
	}
	found, err := there(p.target.Get(ctx, p.doorPath(), nil, &sync))
	return found && !sync.UserSyncInbound.IsSyncAllowed, err
}

// shutDoor takes from the source what the target had allowed, once.
func (p *pair) shutDoor(ctx context.Context) error {
	if p.memory.Broken.Shut.UserPrincipalName != "" {
		return nil
	}
	person, err := p.traveller(ctx)
	if err != nil {
		return err
	}
	if err := p.target.Patch(ctx, p.doorPath(), map[string]any{"userSyncInbound": map[string]bool{"isSyncAllowed": false}}); err != nil {
		return err
	}
	p.shut = true
	p.memory.Broken.Shut = Patient{person.UserPrincipalName, p.from.Domain}
	return p.keep()
}

// takeAddress gives the target a guest account of its own with the address of somebody who is about to arrive
// (provisioning, row X4), once.
func (p *pair) takeAddress(ctx context.Context) error {
	if p.memory.Broken.Clash.UserPrincipalName != "" {
		return nil
	}
	person, err := p.traveller(ctx)
	if err != nil {
		return err
	}
	upn := "visitor@" + p.to.Domain
	found, err := there(p.target.Get(ctx, graphclient.Path("v1.0", "users", upn), nil, nil))
	if err != nil {
		return err
	}
	if !found {
		secret := hospes.NewObjectID(p.Random)
		err := p.target.Post(ctx, "/v1.0/users", map[string]any{
			"accountEnabled": true, "displayName": person.DisplayName + " (visitor)", "mailNickname": "visitor", "userPrincipalName": upn, "mail": person.Mail, "userType": "Guest",
			"passwordProfile": map[string]any{"password": "Aa1-" + secret.String(), "forceChangePasswordNextSignIn": true},
		}, nil)
		if err != nil {
			return err
		}
	}
	p.memory.Broken.Clash = Patient{person.UserPrincipalName, p.from.Domain}
	return p.keep()
}

// ill asks the doctor whether there is anything to say about somebody of the source.
func (p *pair) ill(ctx context.Context, who Patient) (bool, error) {
	for item, err := range p.source.Items(ctx, "/hospes/v1/doctor/"+url.PathEscape(who.UserPrincipalName), nil) {
		if graphStatus(err) == http.StatusNotFound {
			return false, nil // gone meanwhile
		}
		if err != nil {
			return false, err
		}
		var finding struct{ IsSound bool }
		if err := json.Unmarshal(item, &finding); err != nil {
			return false, err
		}
		if !finding.IsSound {
			return true, nil
		}
	}
	return false, nil
}

// person is what the demo needs to know of somebody.
type person struct {
	ID, DisplayName, UserPrincipalName, Mail string
	AccountEnabled                           bool
}

// traveller finds somebody whom the job brings.
func (p *pair) traveller(ctx context.Context) (person, error) {
	query := url.Values{"$top": {"50"}, "$select": {"id,displayName,userPrincipalName,mail,accountEnabled"}}
	for item, err := range p.source.Items(ctx, "/v1.0/groups/"+p.from.GroupID+"/members/microsoft.graph.user", query) {
		if err != nil {
			return person{}, err
		}
		var u person
		if err := json.Unmarshal(item, &u); err != nil {
			return person{}, err
		}
		if u.AccountEnabled && u.Mail != "" {
			return u, nil
		}
	}
	return person{}, hospes.Invalidf("demo.traveller", "Of the people of %s, nobody is enabled and has an address.", p.from.DisplayName)
}
