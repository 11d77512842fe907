package graphapi

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// absentRoutes are asked for by clients, and answered with what is true: hospes sells no licences and keeps neither photos
// nor files, chats and sites, a role is held or not held, and what is asked of a sign-in stands in no policy of conditional
// access (graph-wire 5.1 to 5.4).
var absentRoutes = []Route{
	{Key: "GET /users/{id}/licenseDetails", Permissions: readUsers, Shows: "licenseDetails", handle: noneOf(findUserKey, "licenseDetails")},
	{Key: "GET /users/{id}/photo", Permissions: readUsers, handle: absent(findUserKey, "ImageNotFound", "The photo wasn't found.")},
	{Key: "GET /users/{id}/photo/$value", Permissions: readUsers, handle: absent(findUserKey, "ImageNotFound", "The photo wasn't found.")},
	{Key: "GET /groups/{id}/photo", Permissions: readGroups, handle: absent(findGroupKey, "ImageNotFound", "The photo wasn't found.")},
	{Key: "GET /groups/{id}/photo/$value", Permissions: readGroups, handle: absent(findGroupKey, "ImageNotFound", "The photo wasn't found.")},
	{Key: "GET /groups/{id}/drive", Permissions: readGroups, handle: absent(findGroupKey, "ResourceNotFound", "The group has no drive: hospes keeps no files.")},
	{Key: "GET /groups/{id}/sites/root", Permissions: readGroups, handle: absent(findGroupKey, "ResourceNotFound", "The group has no site: hospes keeps no sites.")},
	{Key: "GET /groups/{id}/team", Permissions: readGroups, handle: absent(findGroupKey, "ResourceNotFound", "The group has no team: hospes keeps no chats.")},
	{Key: "GET /subscribedSkus", Permissions: readOrganization, Shows: "subscribedSku", handle: nobody("subscribedSkus")},
	{Key: "GET " + rolePath + "/roleEligibilitySchedules", Permissions: readEligibility, Shows: "unifiedRoleEligibilitySchedule", handle: nobody(rolePath[1:] + "/roleEligibilitySchedules")},
	{Key: "GET " + rolePath + "/roleEligibilityScheduleInstances", Permissions: readEligibility, Shows: "unifiedRoleEligibilityScheduleInstance", handle: nobody(rolePath[1:] + "/roleEligibilityScheduleInstances")},
	{Key: "GET /identity/conditionalAccess/policies", Permissions: readConditional, Shows: "conditionalAccessPolicy", handle: nobody("identity/conditionalAccess/policies")},
	{Key: "GET /users/{id}/authentication/methods", Permissions: readAuthentication, Shows: "authenticationMethod", handle: (*call).listMethods},
}

// nobody answers with an empty list.
func nobody(context string) func(*call) error {
	return func(c *call) error { return c.writeList(context, []string{}, "") }
}

// noneOf answers with an empty list that hangs on an object.
func noneOf(find finder, name string) func(*call) error {
	return func(c *call) error {
		var o *hospes.Object
		if err := c.view(func(r store.Reader) (err error) {
			o, err = find(c, r)
			return err
		}); err != nil {
			return err
		}
		return c.writeList(o.Schema.Plural+"('"+o.ID.String()+"')/"+name, []string{}, "")
	}
}

// absent says that an object does not have something; of an object that is not there, it says that first.
func absent(find finder, code, message string) func(*call) error {
	return func(c *call) error {
		if err := c.view(func(r store.Reader) error {
			_, err := find(c, r)
			return err
		}); err != nil {
			return err
		}
		return &hospes.Error{Kind: hospes.KindNotFound, Op: "graphapi.absent", Code: code, Message: message}
	}
}

// passwordMethod is the id of everybody's password among the ways to sign in.
const passwordMethod = "28c10230-6103-485e-b985-444c60001490"

// listMethods answers with the ways in which somebody proves who they are: a password that was set, and phones.
func (c *call) listMethods() error {
	list := []any{}
	var user *hospes.Object
	err := c.view(func(r store.Reader) (err error) {
		if user, err = directory.FindUser(r, c.keys[0]); err != nil {
			return err
		}
		credentials, err := r.Credentials(user.Number)
		if err != nil {
			return err
		}
		for _, credential := range credentials {
			if credential.Kind == store.CredentialPassword {
				list = append(list, map[string]any{
					"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": passwordMethod, "password": nil,
					"createdDateTime": credential.Starts.Format("2006-01-02T15:04:05Z"),
				})
			}
		}
		phones, err := wirePhones(r, user)
		for _, shown := range phones {
			list = append(list, struct {
				Type string `json:"@odata.type"`
				wirePhone
			}{"#microsoft.graph.phoneAuthenticationMethod", shown})
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("users('"+user.ID.String()+"')/authentication/methods", list, "")
}
