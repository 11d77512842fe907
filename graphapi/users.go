package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

var userRoutes = []Route{
	{Key: "GET /users", Permissions: readUsers, handle: (*call).listUsers},
	{Key: "GET /users/$count", Permissions: readUsers, handle: (*call).countUsers},
	{Key: "POST /users", Permissions: writeUsers, handle: (*call).createUser},
	{Key: "GET /users/delta", Permissions: readUsers, handle: deltaOf(hospes.UserSchema)},
	{Key: "GET /users/{id}", Permissions: readUsers, handle: (*call).getUser},
	{Key: "PATCH /users/{id}", Permissions: writeUsers, handle: (*call).patchUser},
	{Key: "DELETE /users/{id}", Permissions: writeUsers, handle: (*call).deleteUser},
	{Key: "GET /me", handle: (*call).getMe},
}

var users = listing{schema: hospes.UserSchema, context: "users"}

func (c *call) listUsers() error  { return c.list(users) }
func (c *call) countUsers() error { return c.writeCount(users) }

// getMe answers applications: they are nobody's me.
func (c *call) getMe() error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.me", Code: "BadRequest", Message: "/me request is only valid with delegated authentication flow."}
}

func (c *call) getUser() error {
	var user *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		user, err = directory.FindUser(r, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, user, "users")
}

func (c *call) createUser() error {
	edits, _, err := c.edits(hospes.UserSchema, true)
	if err != nil {
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
		return putPassword(tx, user, digest)
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
func putPassword(tx store.Tx, user *hospes.Object, digest string) error {
	if digest == "" {
		return nil
	}
	return tx.PutCredential(store.Credential{Owner: user.Number, KeyID: "password", Kind: store.CredentialPassword, Digest: digest, Starts: tx.Now()})
}

func (c *call) patchUser() error {
	edits, _, err := c.edits(hospes.UserSchema, false)
	if err != nil {
		return err
	}
	digest, err := digestOf(edits)
	if err != nil {
		return err
	}
	err = c.update(func(tx store.Tx) error {
		user, err := directory.FindUser(tx, c.keys[0])
		if err != nil {
			return err
		}
		if err := directory.UpdateUser(tx, user, edits); err != nil {
			return err
		}
		if digest == "" {
			return nil
		}
		if err := putPassword(tx, user, digest); err != nil {
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
		user, err := directory.FindUser(tx, c.keys[0])
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
