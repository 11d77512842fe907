package graphapi

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
)

var ownPasswordRoutes = []Route{
	{Key: "POST /users/{id}/changePassword", Permissions: changeOwnPassword, handle: (*call).changePassword},
}

// changePassword gives the person who is signed in a new password for the one they know, as the sign-in pages do: wrong
// guesses are counted and logged with those made there.
func (c *call) changePassword() error {
	const op = "graphapi.changePassword"
	if c.person == nil { // the operator over a data directory
		return hospes.Forbidden(op)
	}
	var body struct {
		Current string `json:"currentPassword"`
		New     string `json:"newPassword"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	switch {
	case body.Current == "":
		return hospes.Invalidf(op, "A value is required for parameter 'currentPassword'.")
	case body.New == "":
		return hospes.Invalidf(op, "A value is required for parameter 'newPassword'.")
	case body.New == body.Current:
		return hospes.Invalidf(op, "The new password is the current one. Choose another.")
	case hospes.IsExternal(c.person.user):
		return hospes.Invalidf(op, "The password of a guest is kept by the organization that the guest belongs to. Change it there.")
	}
	tenant, err := c.api.Store.Tenant(c.ctx(), c.caller.Tenant)
	if err != nil {
		return err
	}
	_, err = c.api.People.ChangePassword(c.ctx(), tenant, c.person.user.Text(hospes.UserPrincipalName), body.Current, body.New, authn.Attempt{
		Caller: authn.Caller{Address: c.address(), Agent: c.r.UserAgent(), Correlation: c.clientRequestID, AppID: c.caller.AppID, AppName: c.caller.DisplayName},
		Host:   tenant.ID, Protocol: "changePassword",
	})
	if hospes.CodeOf(err) == authn.CodeWrongPassword {
		// The token is sound: 401 would send a client to get another one.
		return hospes.Invalidf(op, "The current password is not right.")
	}
	if err != nil {
		return err
	}
	return c.noContent()
}
