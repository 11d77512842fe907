package graphapi

import (
	"net/http"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

var userRoutes = []Route{
	{Key: "GET /users", Permissions: readUsers, handle: (*call).listUsers},
	{Key: "GET /users/$count", Permissions: readUsers, handle: (*call).countUsers},
	{Key: "POST /users", Permissions: writeUsers, handle: (*call).createUser},
	{Key: "GET /users/delta", Permissions: trackUsers, handle: deltaOf(hospes.UserSchema)},
	{Key: "GET /users/{id}", Permissions: readUsers, handle: (*call).getUser},
	{Key: "PATCH /users/{id}", Permissions: changeUser, handle: (*call).patchUser},
	{Key: "DELETE /users/{id}", Permissions: writeUsers, handle: (*call).deleteUser},
	{Key: "POST /users/{id}/revokeSignInSessions", Permissions: revokeSessions, handle: (*call).revokeSessions},
}

var users = listing{schema: hospes.UserSchema, context: "users"}

func (c *call) listUsers() error  { return c.list(users) }
func (c *call) countUsers() error { return c.writeCount(users) }

func (c *call) getUser() error {
	var user hospes.Document
	if err := c.view(func(r store.Reader) (err error) {
		user, err = directory.FindUserDocument(r, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	return c.writeDocument(http.StatusOK, user, "users")
}

func (c *call) createUser() error {
	edits, _, err := c.edits(hospes.UserSchema, true)
	if err != nil {
		return err
	}
	if err := c.checkLifecycle(edits); err != nil {
		return err
	}
	digest, err := digestOf(edits)
	if err != nil {
		return err
	}
	var user *hospes.Object
	err = c.update(func(tx store.Tx) (err error) {
		if user, err = directory.CreateUser(tx, c.api.Random, edits, true); err != nil {
			return err
		}
		return putPassword(tx, user, digest, edits)
	})
	if err != nil {
		return err
	}
	return c.writeCreated(user, "users")
}

// digestOf gives the digest of a password that a body sets, or "". It is slow on purpose, so it is made before the
// transaction in which others wait.
func digestOf(edits []hospes.Edit) (string, error) {
	for _, e := range edits {
		password := e.Value.Member("password")
		if e.Property != hospes.UserPasswordProfile || password == hospes.Null {
			continue
		}
		if err := directory.CheckPassword(password.Text()); err != nil {
			return "", err
		}
		return token.HashPassword(password.Text())
	}
	return "", nil
}

// putPassword keeps the digest of a password where there is a new one.
func putPassword(tx store.Tx, user *hospes.Object, digest string, edits []hospes.Edit) error {
	if digest == "" {
		return nil
	}
	once := false
	for _, e := range edits {
		if e.Property == hospes.UserPasswordProfile {
			once = e.Value.Member("forceChangePasswordNextSignIn").Bool() || e.Value.Member("forceChangePasswordNextSignInWithMfa").Bool()
		}
	}
	return directory.SetPassword(tx, user, digest, once)
}

func (c *call) patchUser() error {
	edits, _, err := c.edits(hospes.UserSchema, false)
	if err != nil {
		return err
	}
	if err := c.checkLifecycle(edits); err != nil {
		return err
	}
	digest, err := digestOf(edits)
	if err != nil {
		return err
	}
	if err := c.checkOwnEdits(edits); err != nil {
		return err
	}
	err = c.update(func(tx store.Tx) error {
		user, err := directory.FindUser(tx, c.keys[0])
		if err != nil {
			return err
		}
		if concernsSignIn(edits) {
			if err := c.checkAdministrator(tx, user); err != nil {
				return err
			}
		}
		if err := directory.UpdateUser(tx, user, edits); err != nil {
			return err
		}
		if digest == "" {
			return nil
		}
		if err := putPassword(tx, user, digest, edits); err != nil {
			return err
		}
		return directory.AuditPassword(tx, user)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) deleteUser() error {
	err := c.update(func(tx store.Tx) error {
		user, err := c.findManaged(tx)
		if err != nil {
			return err
		}
		return directory.DeleteUser(tx, user)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// ownProperties are what people may change about themselves (graph-wire 5.1, ADR 29).
var ownProperties = propertiesOf(hospes.UserSchema, "businessPhones", "mobilePhone", "preferredLanguage")

// checkOwnEdits bounds what somebody changes who may change nobody but themselves.
func (c *call) checkOwnEdits(edits []hospes.Edit) error {
	for _, e := range edits {
		if c.ownOnly && !slices.Contains(ownProperties, e.Property) {
			return hospes.Forbidden("graphapi.user")
		}
	}
	return nil
}

func concernsSignIn(edits []hospes.Edit) bool {
	return slices.ContainsFunc(edits, directory.ConcernsSignIn)
}

// findManaged reads the user of the path for a change that not everybody may make to an administrator.
func (c *call) findManaged(r store.Reader) (*hospes.Object, error) {
	user, err := directory.FindUser(r, c.keys[0])
	if err != nil {
		return nil, err
	}
	return user, c.checkAdministrator(r, user)
}

// revokeSessions ends what somebody is signed in to: tokens of before are refused from now on. The moment is the next
// full second, because tokens tell no fractions of theirs.
func (c *call) revokeSessions() error {
	err := c.update(func(tx store.Tx) error {
		user, err := c.findManaged(tx)
		if err != nil {
			return err
		}
		return directory.RevokeSessions(tx, user)
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "Edm.Boolean", map[string]bool{"value": true})
}
