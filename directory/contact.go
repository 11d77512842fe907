package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CreateContact makes a mail contact. Required are displayName and mail.
func CreateContact(tx store.Tx, rnd hospes.Random, edits []hospes.Edit) (*hospes.Object, error) {
	contact := hospes.NewObject(hospes.ContactSchema, hospes.NewObjectID(rnd))
	contact.Apply(edits)
	for _, p := range []*hospes.Property{hospes.ContactDisplayName, hospes.ContactMail} {
		if contact.Get(p) == hospes.Null {
			return nil, missing(hospes.ContactSchema, p.Name)
		}
	}
	if contact.Get(hospes.ContactMailNickname) == hospes.Null {
		local, _, _ := hospes.SplitAddress(contact.Text(hospes.ContactMail))
		contact.Set(hospes.ContactMailNickname, hospes.String(local))
	}
	if err := checkContact(contact); err != nil {
		return nil, err
	}
	return contact, createAudited(tx, "Add contact", contact)
}

// UpdateContact changes a mail contact.
func UpdateContact(tx store.Tx, contact *hospes.Object, edits []hospes.Edit) error {
	for _, e := range edits {
		contact.Set(e.Property, merged(contact, e))
	}
	if err := checkContact(contact); err != nil {
		return err
	}
	return putAudited(tx, "Update contact", contact)
}

// checkContact holds the rules of every write. A contact has one address, and gives it up with its mail.
func checkContact(contact *hospes.Object) error {
	if !ValidMail(contact.Text(hospes.ContactMail)) {
		return invalidValue(hospes.ContactMail)
	}
	if !validNickname(contact.Text(hospes.ContactMailNickname)) {
		return invalidValue(hospes.ContactMailNickname)
	}
	contact.Set(hospes.ContactProxyAddresses, hospes.Strings("SMTP:"+contact.Text(hospes.ContactMail)))
	return nil
}

// DeleteContact removes a mail contact for good; there is no bin for them.
func DeleteContact(tx store.Tx, contact *hospes.Object) error {
	return DeleteObject(tx, "Delete contact", contact)
}
