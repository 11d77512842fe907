package graphapi

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var validationRoutes = []Route{
	{Key: "POST /groups/{id}/validateProperties", Permissions: readGroups, handle: (*call).validateGroup},
	{Key: "POST /directoryObjects/validateProperties", Permissions: readGroups, handle: (*call).validateNewGroup},
}

// groupNames are what somebody wants to call a group.
type groupNames struct {
	EntityType   string  `json:"entityType"`
	DisplayName  *string `json:"displayName"`
	MailNickname *string `json:"mailNickname"`
	OnBehalfOf   *string `json:"onBehalfOfUserId"`
}

// validateNewGroup tells whether a group that is not there yet could be called so.
func (c *call) validateNewGroup() error {
	names, err := c.groupNames()
	if err != nil {
		return err
	}
	if !strings.EqualFold(names.EntityType, "Group") {
		return hospes.Invalidf("graphapi.validate", "Invalid value specified for parameter 'entityType': Group is the only type that can be validated.")
	}
	return c.validate(names, nil)
}

// validateGroup tells whether a group could be called so from now on.
func (c *call) validateGroup() error {
	names, err := c.groupNames()
	if err != nil {
		return err
	}
	return c.validate(names, findGroupKey)
}

func (c *call) groupNames() (names groupNames, err error) {
	if err = c.decode(&names); err == nil && names.DisplayName == nil && names.MailNickname == nil {
		err = hospes.Invalidf("graphapi.validate", "A value is required for parameter 'displayName' or 'mailNickname'.")
	}
	return names, err
}

// validate holds names against the rules that a group of Microsoft 365 is made by. A tenant has no naming policy of its
// own, so nobody is exempt from one; who is named as the one who wants it has to be there.
func (c *call) validate(names groupNames, find finder) error {
	err := c.view(func(r store.Reader) error {
		var group *hospes.Object
		if find != nil {
			var err error
			if group, err = find(c, r); err != nil {
				return err
			}
		}
		if names.OnBehalfOf != nil {
			if _, err := c.find(r, hospes.UserSchema, *names.OnBehalfOf); err != nil {
				return err
			}
		}
		return directory.CheckGroupNames(r, group, names.DisplayName, names.MailNickname)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}
