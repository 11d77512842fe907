package main

import (
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// item is what this program reads of any object or collection. The whole SDK has a model of each type in its place.
type item struct {
	text  map[string]string // by name
	value []*item
	inner map[string]*item
	next  *string
	delta *string
	count *int64
	yes   map[string]bool
}

// The members that are read.
var (
	texts  = []string{"id", "displayName", "userPrincipalName", "jobTitle", "status", "userType", "externalUserState", "allowInvitesFrom", "@odata.type"}
	inners = []string{"invitedUser", "automaticUserConsentSettings"}
	truths = []string{"inboundAllowed", "outboundAllowed"}
)

func newItem(serialization.ParseNode) (serialization.Parsable, error) {
	return &item{text: map[string]string{}, inner: map[string]*item{}, yes: map[string]bool{}}, nil
}

func (i *item) Serialize(serialization.SerializationWriter) error { return nil }

// GetValue, GetOdataNextLink and GetOdataDeltaLink make a collection a page of the SDK.
func (i *item) GetValue() []*item          { return i.value }
func (i *item) GetOdataNextLink() *string  { return i.next }
func (i *item) GetOdataDeltaLink() *string { return i.delta }

func (i *item) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	read := map[string]func(serialization.ParseNode) error{
		"@odata.nextLink":  func(n serialization.ParseNode) (err error) { i.next, err = n.GetStringValue(); return err },
		"@odata.deltaLink": func(n serialization.ParseNode) (err error) { i.delta, err = n.GetStringValue(); return err },
		"@odata.count":     func(n serialization.ParseNode) (err error) { i.count, err = n.GetInt64Value(); return err },
		"value": func(n serialization.ParseNode) error {
			list, err := n.GetCollectionOfObjectValues(newItem)
			for _, v := range list {
				i.value = append(i.value, v.(*item))
			}
			return err
		},
	}
	for _, name := range texts {
		read[name] = func(n serialization.ParseNode) error {
			v, err := n.GetStringValue()
			if v != nil {
				i.text[name] = *v
			}
			return err
		}
	}
	for _, name := range truths {
		read[name] = func(n serialization.ParseNode) error {
			v, err := n.GetBoolValue()
			i.yes[name] = v != nil && *v
			return err
		}
	}
	for _, name := range inners {
		read[name] = func(n serialization.ParseNode) error {
			v, err := n.GetObjectValue(newItem)
			if v != nil {
				i.inner[name] = v.(*item)
			}
			return err
		}
	}
	return read
}

// failure is the error body of Graph.
type failure struct {
	abstractions.ApiError
	code, message string
}

var failures = abstractions.ErrorMappings{"XXX": func(serialization.ParseNode) (serialization.Parsable, error) {
	return &failure{ApiError: *abstractions.NewApiError()}, nil
}}

func (f *failure) Error() string { return f.code + ": " + f.message }

func (f *failure) Serialize(serialization.SerializationWriter) error { return nil }

func (f *failure) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{"error": func(n serialization.ParseNode) error {
		for name, into := range map[string]*string{"code": &f.code, "message": &f.message} {
			child, err := n.GetChildNode(name)
			if err != nil || child == nil {
				return err
			}
			v, err := child.GetStringValue()
			if err != nil || v == nil {
				return err
			}
			*into = *v
		}
		return nil
	}}
}
