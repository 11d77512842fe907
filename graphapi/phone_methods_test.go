package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	phones         = "/authentication/phoneMethods"
	mobilePhone    = "3179e48a-750b-4051-897c-87b9720928f7"
	alternatePhone = "b6332ec1-7057-4abe-9331-3d72feddfe41"
	officePhone    = "e37fc753-ff3b-4958-9484-eaa9425c82bc"
)

// smsSignIn gives somebody a mobile phone that begins a sign-in.
func (c *caller) smsSignIn(user string) {
	c.Helper()
	c.do("POST /users/"+user+phones, `{"phoneType":"mobile","phoneNumber":"+39 3330000000"}`).is(http.StatusCreated)
	c.do("POST /users/"+user+phones+"/"+mobilePhone+"/enableSmsSignIn", "").empty()
}

func (p *patient) smsSignIn(user string) { p.Helper(); p.source.smsSignIn(user) }

func TestWire5_1_PhoneMethodsOfAUser(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	path := "/users/" + anna + phones
	c.do("GET "+path, "").is(http.StatusOK).has("value", "[]", "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users('`+anna+`')/authentication/phoneMethods"`)
	invalid := func(call, body, message string) {
		t.Helper()
		c.do(call, body).fails(http.StatusBadRequest, "Request_BadRequest", message)
	}
	invalid("POST "+path, `{"phoneType":"alternateMobile","phoneNumber":"+1 5555551234"}`, "A mobile phone must be added before an alternate mobile phone.")
	invalid("POST "+path, `{"phoneType":"pager","phoneNumber":"+1 5555551234"}`, "The value of 'phoneType' must be mobile, alternateMobile or office.")
	for _, number := range []string{"", "5555551234", "+15555551234", "+1 555-1234", "+1 5555551234x", "+0 5555551234"} {
		invalid("POST "+path, body("phoneType", "mobile", "phoneNumber", number), "'"+number+"' is not a phone number such as +1 5555551234 or +1 5555551234x123.")
	}
	invalid("POST "+path, `{"phoneType":"mobile","phoneNumber":7}`, "The value of 'phoneNumber' must be a text.")
	invalid("POST "+path, `{"phoneType":"mobile","smsSignInState":"ready"}`, "Property 'smsSignInState' is read-only and cannot be set.")
	invalid("POST "+path, `{"colour":"blue"}`, "Invalid property 'colour'.")

	c.do("POST "+path, `{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","phoneType":"mobile","phoneNumber":"+1 5555551234"}`).is(http.StatusCreated).reads(f.server.URL,
		`{"@odata.context":"ORIGIN/v1.0/$metadata#users('`+anna+`')/authentication/phoneMethods/$entity","id":"`+mobilePhone+`","phoneNumber":"+1 5555551234","phoneType":"mobile","smsSignInState":"notEnabled","createdDateTime":null}`)
	invalid("POST "+path, `{"phoneType":"mobile","phoneNumber":"+1 5555551235"}`, "The user has a phone of the type 'mobile' already; change that one.")
	c.do("POST "+path, `{"phoneType":"office","phoneNumber":"+1 5555551234x123"}`).is(http.StatusCreated).has("smsSignInState", `"notSupported"`)
	c.do("POST "+path, `{"phoneType":"alternateMobile","phoneNumber":"+1 5555550000"}`).is(http.StatusCreated)
	equal(t, "phones", c.do("GET /users/anna@aurora.example"+phones, "").items("id"), []string{mobilePhone, alternatePhone, officePhone})
	c.do("GET "+path+"?$select=phoneType", "").has("value", `[{"phoneType":"mobile"},{"phoneType":"alternateMobile"},{"phoneType":"office"}]`)

	c.do("PATCH "+path+"/"+strings.ToUpper(officePhone), `{"phoneNumber":"+1 5555559999"}`).empty()
	c.do("GET "+path+"/"+officePhone, "").is(http.StatusOK).has("phoneNumber", `"+1 5555559999"`, "phoneType", `"office"`)
	invalid("PATCH "+path+"/"+officePhone, `{"phoneType":"mobile"}`, "The type of a phone cannot be changed; add one of the other type instead.")
	invalid("PATCH "+path+"/"+officePhone, `{"phoneNumber":"x"}`, "'x' is not a phone number such as +1 5555551234 or +1 5555551234x123.")
	invalid("DELETE "+path+"/"+mobilePhone, "", "The mobile phone cannot be removed while there is an alternate mobile phone; remove that one first.")
	c.do("DELETE "+path+"/"+alternatePhone, "").empty()
	c.do("DELETE "+path+"/"+mobilePhone, "").empty()
	for _, id := range []string{mobilePhone, absent, "nonsense"} {
		for _, call := range []string{"GET " + path + "/" + id, "DELETE " + path + "/" + id, "POST " + path + "/" + id + "/enableSmsSignIn"} {
			c.do(call, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(id))
		}
	}
	c.do("GET /users/nobody@aurora.example"+phones, "").is(http.StatusNotFound)
}

func TestGuests4_1_SMSSignInStates(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert := c.person("anna"), c.person("bert")
	number := `{"phoneType":"mobile","phoneNumber":"+1 5555551234"}`
	state := func(user, want string) {
		t.Helper()
		c.do("GET /users/"+user+phones+"/"+mobilePhone, "").is(http.StatusOK).has("smsSignInState", `"`+want+`"`)
	}
	for _, user := range []string{anna, bert} {
		c.do("POST /users/"+user+phones, number).is(http.StatusCreated)
		state(user, "notEnabled")
	}
	c.do("POST /users/"+anna+phones+"/"+mobilePhone+"/enableSmsSignIn", "").empty()
	state(anna, "ready")
	state(bert, "phoneNumberNotUnique")
	c.do("POST /users/"+bert+phones+"/"+mobilePhone+"/enableSmsSignIn", "").fails(http.StatusBadRequest, "Request_BadRequest",
		"Another object with the same value for property phoneNumber already exists.").has("error.details.0.code", `"ObjectConflict"`)
	c.do("PATCH /users/"+anna+phones+"/"+mobilePhone, `{"phoneNumber":"+1 5555550000"}`).empty()
	state(anna, "ready") // with the new number
	state(bert, "notEnabled")
	c.do("POST /users/"+bert+phones+"/"+mobilePhone+"/enableSmsSignIn", "").empty()
	c.do("PATCH /users/"+anna+phones+"/"+mobilePhone, `{"phoneNumber":"+1 5555551234"}`).fails(http.StatusBadRequest, "Request_BadRequest",
		"Another object with the same value for property phoneNumber already exists.")
	c.do("POST /users/"+anna+phones+"/"+mobilePhone+"/disableSmsSignIn", "").empty()
	state(anna, "notEnabled")
	c.do("POST /users/"+anna+phones+"/"+mobilePhone+"/disableSmsSignIn", "").empty()

	c.do("POST /users/"+anna+phones, `{"phoneType":"office","phoneNumber":"+1 5555551234"}`).is(http.StatusCreated)
	c.do("POST /users/"+anna+phones+"/"+officePhone+"/enableSmsSignIn", "").fails(http.StatusBadRequest, "Request_BadRequest", "SMS sign-in works with the mobile phone only.")
	guest := c.do("POST /invitations", inviteGreta).str("invitedUser.id")
	c.do("POST /users/"+guest+phones, `{"phoneType":"mobile","phoneNumber":"+1 5555550009"}`).is(http.StatusCreated).has("smsSignInState", `"notSupported"`)
	c.do("POST /users/"+guest+phones+"/"+mobilePhone+"/enableSmsSignIn", "").fails(http.StatusBadRequest, "Request_BadRequest", "An external user cannot sign in by SMS.")
}

func TestPhonesAreSeenNowhereElseAndLeaveRecordsWithoutNumbers(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	path := "/users/" + anna + phones
	c.do("POST "+path, `{"phoneType":"mobile","phoneNumber":"+1 5555551234"}`).is(http.StatusCreated)
	c.do("POST "+path+"/"+mobilePhone+"/enableSmsSignIn", "").empty()
	c.do("PATCH "+path+"/"+mobilePhone, `{"phoneNumber":"+1 5555551235"}`).empty()
	c.do("DELETE "+path+"/"+mobilePhone, "").empty()
	log := c.do("GET /auditLogs/directoryAudits"+query("$filter", "loggedByService eq 'Authentication Methods'"), "").is(http.StatusOK)
	equal(t, "records", log.items("activityDisplayName"), []string{"Admin deleted security info", "Admin updated security info", "Admin updated security info", "Admin registered security info"})
	c.do("POST "+path, `{"phoneType":"mobile","phoneNumber":"+1 5555551234"}`).is(http.StatusCreated)
	for _, r := range []*reply{log, c.do("GET /beta/users/"+anna, ""), c.do("GET /users/"+anna, ""), c.do("GET /users/delta", "")} {
		if strings.Contains(r.text, "555555") || strings.Contains(r.text, "phoneMethods") {
			t.Errorf("%s tells of the phone: %s", r.call, r.text)
		}
	}
	c.view(func(r store.Reader) error {
		user, err := store.Find(r, store.Live, hospes.UserSchema, objectID(t, anna))
		if err == nil && hospes.SMSSignIn(user) != "" {
			t.Error("a new phone begins a sign-in without being asked to")
		}
		return err
	})
}
