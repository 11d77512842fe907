package graphapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var oathRoutes = []Route{
	{Key: "GET /users/{id}/authentication/softwareOathMethods", Permissions: readAuthentication, Shows: "softwareOathAuthenticationMethod", handle: (*call).listOaths},
	{Key: "GET /users/{id}/authentication/softwareOathMethods/{oath}", Permissions: readAuthentication, Shows: "softwareOathAuthenticationMethod", handle: (*call).getOath},
	{Key: "DELETE /users/{id}/authentication/softwareOathMethods/{oath}", Permissions: writeAuthentication, handle: (*call).deleteOath},
}

// wireOath is a softwareOathAuthenticationMethod. The key is shown to nobody.
type wireOath struct {
	ID              string  `json:"id"`
	SecretKey       *string `json:"secretKey"`
	CreatedDateTime string  `json:"createdDateTime"`
}

// oaths gives the apps for one-time codes of the user of the path: one or none.
func (c *call) oaths(r store.Reader) (*hospes.Object, []wireOath, error) {
	user, err := directory.FindUser(r, c.keys[0])
	if err != nil {
		return nil, nil, err
	}
	kept, err := r.Authenticator(user.Number)
	if errors.Is(err, hospes.ErrNotFound) {
		return user, []wireOath{}, nil
	}
	return user, []wireOath{{ID: directory.AuthenticatorID(user).String(), CreatedDateTime: kept.Made.Format("2006-01-02T15:04:05Z")}}, err
}

// oath finds the one that the path names.
func (c *call) oath(r store.Reader) (*hospes.Object, wireOath, error) {
	user, list, err := c.oaths(r)
	if err != nil {
		return nil, wireOath{}, err
	}
	if len(list) == 0 || !strings.EqualFold(list[0].ID, c.keys[1]) {
		return nil, wireOath{}, hospes.NotFound("graphapi.oath", c.keys[1])
	}
	return user, list[0], nil
}

func oathsContext(user *hospes.Object) string {
	return "users('" + user.ID.String() + "')/authentication/softwareOathMethods"
}

func (c *call) listOaths() error {
	var user *hospes.Object
	var list []wireOath
	err := c.view(func(r store.Reader) (err error) {
		user, list, err = c.oaths(r)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(oathsContext(user), list, "")
}

func (c *call) getOath() error {
	var user *hospes.Object
	var shown wireOath
	err := c.view(func(r store.Reader) (err error) {
		user, shown, err = c.oath(r)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, oathsContext(user)+"/$entity", shown)
}

// deleteOath lets somebody whose phone is lost set up another. Of administrators, only those may who may change how these
// sign in.
func (c *call) deleteOath() error {
	err := c.update(func(tx store.Tx) error {
		user, _, err := c.oath(tx)
		if err != nil {
			return err
		}
		if err := c.checkAdministrator(tx, user); err != nil {
			return err
		}
		return directory.RemoveAuthenticator(tx, user)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}
