package graphapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

const defaultsPath = "/policies/identitySecurityDefaultsEnforcementPolicy"

var securityDefaultsRoutes = []Route{
	{Key: "GET " + defaultsPath, Permissions: readConditional, Shows: "identitySecurityDefaultsEnforcementPolicy", handle: (*call).getSecurityDefaults},
	{Key: "PATCH " + defaultsPath, Permissions: writeDefaults, handle: (*call).patchSecurityDefaults},
}

// securityDefaults is the policy as the original knows it: on where a second factor is asked of everybody.
type securityDefaults struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	IsEnabled   bool   `json:"isEnabled"`
}

// defaultsID is the id that the policy has in every tenant.
const defaultsID = "00000000-0000-0000-0000-000000000005"

func (c *call) getSecurityDefaults() error {
	shown := securityDefaults{ID: defaultsID, DisplayName: "Security Defaults", Description: "Whoever signs in shows a second factor."}
	if err := c.view(func(r store.Reader) error {
		asked, err := multifactor(r)
		shown.IsEnabled = asked == hospes.MultifactorAll
		return err
	}); err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, defaultsPath[1:]+"/$entity", shown)
}

// multifactor reads of whom the tenant asks a second factor.
func multifactor(r store.Reader) (hospes.RequireMultifactor, error) {
	o, err := store.FindSingleton(r, hospes.SignInPolicySchema)
	if err != nil {
		return "", err
	}
	return hospes.RequireMultifactor(o.Text(hospes.SignInRequireMultifactor)), nil
}

// patchSecurityDefaults asks a second factor of everybody, or of nobody. A tenant that asks guests for one has the
// defaults off as it is, and goes on asking them.
func (c *call) patchSecurityDefaults() error {
	list, err := c.members()
	if err != nil {
		return err
	}
	var enabled *bool
	for _, m := range list {
		switch {
		case strings.Contains(m.name, "@"):
		case !strings.EqualFold(m.name, "isEnabled"):
			return hospes.Invalidf("graphapi.securityDefaults", "Property '%s' cannot be set: of this policy, only 'isEnabled' can.", m.name)
		case json.Unmarshal(m.raw, &enabled) != nil || enabled == nil:
			return hospes.Invalidf("graphapi.securityDefaults", "The value of 'isEnabled' must be true or false.")
		}
	}
	err = c.update(func(tx store.Tx) error {
		asked, err := multifactor(tx)
		if err != nil || enabled == nil || *enabled == (asked == hospes.MultifactorAll) {
			return err
		}
		wanted := hospes.MultifactorNone
		if *enabled {
			wanted = hospes.MultifactorAll
		}
		o, err := store.FindSingleton(tx, hospes.SignInPolicySchema)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, o, []hospes.Edit{{Property: hospes.SignInRequireMultifactor, Value: hospes.String(string(wanted))}})
	})
	if err != nil {
		return err
	}
	return c.noContent()
}
