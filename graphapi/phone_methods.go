package graphapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var phoneRoutes = []Route{
	{Key: "GET /users/{id}/authentication/phoneMethods", Permissions: readAuthentication, Shows: "phoneAuthenticationMethod", handle: (*call).listPhones},
	{Key: "POST /users/{id}/authentication/phoneMethods", Permissions: writeAuthentication, handle: (*call).addPhone},
	{Key: "GET /users/{id}/authentication/phoneMethods/{phone}", Permissions: readAuthentication, Shows: "phoneAuthenticationMethod", handle: (*call).getPhone},
	{Key: "PATCH /users/{id}/authentication/phoneMethods/{phone}", Permissions: writeAuthentication, handle: (*call).patchPhone},
	{Key: "DELETE /users/{id}/authentication/phoneMethods/{phone}", Permissions: writeAuthentication, handle: changePhone(directory.RemovePhone)},
	{Key: "POST /users/{id}/authentication/phoneMethods/{phone}/enableSmsSignIn", Permissions: writeAuthentication, handle: changePhone(switchSMS(true))},
	{Key: "POST /users/{id}/authentication/phoneMethods/{phone}/disableSmsSignIn", Permissions: writeAuthentication, handle: changePhone(switchSMS(false))},
}

// phoneIDs are the ids of the phones, which are the same for everybody.
var phoneIDs = map[hospes.PhoneType]string{
	hospes.PhoneMobile: "3179e48a-750b-4051-897c-87b9720928f7", hospes.PhoneAlternateMobile: "b6332ec1-7057-4abe-9331-3d72feddfe41",
	hospes.PhoneOffice: "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}

// wirePhone is a phoneAuthenticationMethod.
type wirePhone struct {
	ID              string           `json:"id"`
	PhoneNumber     string           `json:"phoneNumber"`
	PhoneType       hospes.PhoneType `json:"phoneType"`
	SMSSignInState  string           `json:"smsSignInState"`
	CreatedDateTime *string          `json:"createdDateTime"`
}

func wirePhoneOf(r store.Reader, user *hospes.Object, phone hospes.PhoneMethod) (wirePhone, error) {
	state, err := directory.SMSSignInState(r, user, phone)
	return wirePhone{ID: phoneIDs[phone.Type], PhoneNumber: phone.Number, PhoneType: phone.Type, SMSSignInState: state}, err
}

func phonesContext(user *hospes.Object) string {
	return "users('" + user.ID.String() + "')/authentication/phoneMethods"
}

// wirePhones gives all phones of a user.
func wirePhones(r store.Reader, user *hospes.Object) ([]wirePhone, error) {
	phones, err := hospes.PhoneMethods(user)
	if err != nil {
		return nil, err
	}
	list := []wirePhone{}
	for _, phone := range phones {
		shown, err := wirePhoneOf(r, user, phone)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

func (c *call) listPhones() error {
	var list []wirePhone
	var user *hospes.Object
	err := c.view(func(r store.Reader) (err error) {
		if user, err = directory.FindUser(r, c.keys[0]); err != nil {
			return err
		}
		list, err = wirePhones(r, user)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(phonesContext(user), list, "")
}

// findPhone reads the user and the phone that the path names.
func (c *call) findPhone(r store.Reader) (*hospes.Object, hospes.PhoneMethod, error) {
	user, err := directory.FindUser(r, c.keys[0])
	if err != nil {
		return nil, hospes.PhoneMethod{}, err
	}
	var kind hospes.PhoneType
	for t, id := range phoneIDs {
		if strings.EqualFold(id, c.keys[1]) {
			kind = t
		}
	}
	phone, err := directory.FindPhone(user, kind, c.keys[1])
	return user, phone, err
}

func (c *call) getPhone() error {
	var user *hospes.Object
	var shown wirePhone
	err := c.view(func(r store.Reader) (err error) {
		var phone hospes.PhoneMethod
		if user, phone, err = c.findPhone(r); err != nil {
			return err
		}
		shown, err = wirePhoneOf(r, user, phone)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, phonesContext(user)+"/$entity", shown)
}

// phoneBody reads the two properties of a phone that can be given.
func (c *call) phoneBody() (phone hospes.PhoneMethod, err error) {
	list, err := c.members()
	if err != nil {
		return phone, err
	}
	for _, m := range list {
		var err error
		switch name := strings.ToLower(m.name); {
		case strings.Contains(name, "@"):
		case name == "phonenumber":
			err = json.Unmarshal(m.raw, &phone.Number)
		case name == "phonetype":
			err = json.Unmarshal(m.raw, &phone.Type)
		case slices.Contains([]string{"id", "smssigninstate", "createddatetime"}, name):
			return phone, hospes.Invalidf("graphapi.phone", "Property '%s' is read-only and cannot be set.", m.name)
		default:
			return phone, directory.UnknownProperty(m.name)
		}
		if err != nil {
			return phone, hospes.Invalidf("graphapi.phone", "The value of '%s' must be a text.", m.name)
		}
	}
	return phone, nil
}

func (c *call) addPhone() error {
	phone, err := c.phoneBody()
	if err != nil {
		return err
	}
	var user *hospes.Object
	var shown wirePhone
	err = c.update(func(tx store.Tx) (err error) {
		if user, err = c.findManaged(tx); err != nil {
			return err
		}
		if err := directory.AddPhone(tx, user, phone); err != nil {
			return err
		}
		shown, err = wirePhoneOf(tx, user, phone)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusCreated, phonesContext(user)+"/$entity", shown)
}

func (c *call) patchPhone() error {
	given, err := c.phoneBody()
	if err != nil {
		return err
	}
	return changePhone(func(tx store.Tx, user *hospes.Object, kind hospes.PhoneType) error {
		if given.Type != "" && given.Type != kind {
			return hospes.Invalidf("graphapi.phone", "The type of a phone cannot be changed; add one of the other type instead.")
		}
		if given.Number == "" {
			return nil
		}
		return directory.SetPhoneNumber(tx, user, kind, given.Number)
	})(c)
}

// changePhone changes the phone that the path names.
func changePhone(change func(tx store.Tx, user *hospes.Object, kind hospes.PhoneType) error) func(*call) error {
	return func(c *call) error {
		err := c.update(func(tx store.Tx) error {
			user, phone, err := c.findPhone(tx)
			if err != nil {
				return err
			}
			return change(tx, user, phone.Type)
		})
		if err != nil {
			return err
		}
		return c.noContent()
	}
}

func switchSMS(on bool) func(store.Tx, *hospes.Object, hospes.PhoneType) error {
	return func(tx store.Tx, user *hospes.Object, kind hospes.PhoneType) error {
		return directory.SetSMSSignIn(tx, user, kind, on)
	}
}
