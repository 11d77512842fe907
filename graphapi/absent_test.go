package graphapi_test

import (
	"net/http"
	"testing"
)

// alwaysAbsent are the routes to what nobody has.
var alwaysAbsent = []string{
	"GET /users/{id}/photo", "GET /users/{id}/photo/$value", "GET /groups/{id}/photo", "GET /groups/{id}/photo/$value",
	"GET /groups/{id}/drive", "GET /groups/{id}/sites/root", "GET /groups/{id}/team",
}

func TestWire5_WhatHospesDoesNotKeep(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, team := c.person("anna"), c.group("Team")
	c.do("GET /users/"+anna+"/licenseDetails", "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#users('`+anna+`')/licenseDetails","value":[]}`)
	c.do("GET /subscribedSkus", "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#subscribedSkus","value":[]}`)
	c.do("GET /users/anna@aurora.example/photo/$value", "").fails(http.StatusNotFound, "ImageNotFound", "The photo wasn't found.")
	c.do("GET /groups/"+team+"/drive", "").fails(http.StatusNotFound, "ResourceNotFound", "The group has no drive: hospes keeps no files.")
	for _, path := range []string{"/users/" + absent + "/photo/$value", "/users/" + absent + "/licenseDetails", "/groups/" + absent + "/drive", "/users/" + absent + "/authentication/methods"} {
		c.do("GET "+path, "").fails(http.StatusNotFound, "Request_ResourceNotFound", notThere(absent))
	}
}

func TestWire5_1_AuthenticationMethods(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	c.do("POST /users/"+anna+phones, `{"phoneType":"mobile","phoneNumber":"+39 0471000000"}`).is(http.StatusCreated)
	c.do("GET /users/"+anna+"/authentication/methods", "").is(http.StatusOK).reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#users('`+anna+`')/authentication/methods","value":[
		{"@odata.type":"#microsoft.graph.passwordAuthenticationMethod","id":"28c10230-6103-485e-b985-444c60001490","password":null,"createdDateTime":"`+f.Clock.Now().Format("2006-01-02T15:04:05Z")+`"},
		{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":"`+mobilePhone+`","phoneType":"mobile","phoneNumber":"+39 0471000000","smsSignInState":"notEnabled","createdDateTime":null}]}`)
	guest := c.do("POST /invitations", `{"invitedUserEmailAddress":"guest@partner.example","inviteRedirectUrl":"https://aurora.example"}`).is(http.StatusCreated).str("invitedUser.id")
	c.do("GET /users/"+guest+"/authentication/methods", "").is(http.StatusOK).has("value", "[]")
}
