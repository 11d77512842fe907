package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// contactRoutes read contacts by Graph. Graph itself has no way to make them, so that writing is an extension.
var contactRoutes = []Route{
	{Key: "GET /contacts", Permissions: readContacts, handle: func(c *call) error { return c.list(contacts) }},
	{Key: "GET /contacts/$count", Permissions: readContacts, handle: func(c *call) error { return c.writeCount(contacts) }},
	{Key: "GET /contacts/{contact}", Permissions: readContacts, handle: (*call).getContact},
	{Key: "POST /hospes/v1/contacts", Permissions: writeContacts, handle: (*call).createContact},
	{Key: "PATCH /hospes/v1/contacts/{contact}", Permissions: writeContacts, handle: (*call).patchContact},
	{Key: "DELETE /hospes/v1/contacts/{contact}", Permissions: writeContacts, handle: (*call).deleteContact},
}

var contacts = listing{schema: hospes.ContactSchema, context: "contacts"}

func (c *call) getContact() error {
	var contact *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		contact, err = c.find(r, hospes.ContactSchema, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, contact, "contacts")
}

func (c *call) createContact() error {
	edits, _, err := c.edits(hospes.ContactSchema, true)
	if err != nil {
		return err
	}
	var contact *hospes.Object
	if err := c.update(func(tx store.Tx) (err error) {
		contact, err = directory.CreateContact(tx, c.api.Random, edits)
		return err
	}); err != nil {
		return err
	}
	return c.writeCreated(contact, "contacts")
}

func (c *call) patchContact() error {
	edits, _, err := c.edits(hospes.ContactSchema, false)
	if err != nil {
		return err
	}
	return c.changeContact(func(tx store.Tx, contact *hospes.Object) error { return directory.UpdateContact(tx, contact, edits) })
}

func (c *call) deleteContact() error { return c.changeContact(directory.DeleteContact) }

func (c *call) changeContact(change func(tx store.Tx, contact *hospes.Object) error) error {
	if err := c.update(func(tx store.Tx) error {
		contact, err := c.find(tx, hospes.ContactSchema, c.keys[0])
		if err != nil {
			return err
		}
		return change(tx, contact)
	}); err != nil {
		return err
	}
	return c.noContent()
}
