package graphapi

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// credential is a key with a value, as secrets travel.
type credential struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (c *call) validateCredentials() error {
	var body struct {
		UseSavedCredentials bool         `json:"useSavedCredentials"`
		TemplateID          string       `json:"templateId"`
		Credentials         []credential `json:"credentials"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	settings := provision.Settings{}
	err := c.view(func(r store.Reader) error {
		sp, _, err := c.principalAndJob(r)
		if err != nil || !body.UseSavedCredentials {
			return err
		}
		settings, err = c.api.Engine.ReadSettings(r, sp.Number)
		return err
	})
	if err != nil {
		return err
	}
	if !body.UseSavedCredentials {
		for _, s := range body.Credentials {
			key, ok := provision.SettingKey(s.Key)
			if !ok {
				return hospes.Invalidf("graphapi.validateCredentials", "'%s' is not a synchronization secret.", s.Key)
			}
			settings[key] = s.Value
		}
	}
	if err := c.api.Engine.Validate(c.ctx(), c.caller.Tenant, settings); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) getSecrets() error {
	list := []credential{}
	err := c.view(func(r store.Reader) error {
		sp, _, err := c.principalAndJob(r)
		if err != nil {
			return err
		}
		settings, err := r.Settings(sp.Number)
		for _, s := range settings {
			list = append(list, credential{s.Key, "*"}) // what was saved is never told again
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.syncContext("secrets"), list, "")
}

func (c *call) putSecrets() error {
	var body struct {
		Value []credential `json:"value"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	settings := provision.Settings{}
	for _, s := range body.Value {
		settings[s.Key] = s.Value
	}
	err := c.update(func(tx store.Tx) error {
		sp, err := c.findApp(tx, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		return c.api.Engine.PutSettings(tx, sp, settings)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}
