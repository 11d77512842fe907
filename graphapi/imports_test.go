package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestWire5_1_AnImportChangesNoAdministratorsSignIn: who may import may not get at administrators by it: their addresses
// and their being there are changed by their equals only. Whatever else a record says is written where it says nothing
// new of these.
func TestWire5_1_AnImportChangesNoAdministratorsSignIn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	top := c.administrator("Top", hospes.GlobalAdministrator)
	path := "/users/" + top.ID.String() + "?$select=displayName,mail,otherMails,accountEnabled,jobTitle"
	c.signedIn(top, "User.ReadWrite.All").do("PATCH /users/"+top.ID.String(), `{"mail":"top@aurora.example"}`).empty()
	upn := top.Text(hospes.UserPrincipalName)
	imported := func(who *caller, header, row string) string {
		t.Helper()
		return who.do("POST /hospes/v1/imports?name=people.csv", "userPrincipalName,displayName,"+header+"\n"+upn+",Top,"+row+"\n").is(http.StatusOK).text
	}
	for _, attack := range [][2]string{{"mail", "evil@aurora.example"}, {"otherMails", "evil@aurora.example"}, {"mail,accountEnabled", "top@aurora.example,false"}} {
		if text := imported(c, attack[0], attack[1]); !strings.Contains(text, "Authorization_RequestDenied") || !strings.Contains(text, `"failed":1`) {
			t.Errorf("%v: answers %s", attack, text)
		}
		c.do("GET "+path, "").has("mail", `"top@aurora.example"`, "otherMails", "[]", "accountEnabled", "true")
	}
	if text := imported(c, "mail,jobTitle", "top@aurora.example,Chief"); !strings.Contains(text, `"updated":1`) || !strings.Contains(text, `"failed":0`) {
		t.Errorf("what is nothing of the sign-in: answers %s", text)
	}
	c.do("GET "+path, "").has("jobTitle", `"Chief"`)
	if text := imported(c.signedIn(c.administrator("Equal", hospes.GlobalAdministrator), "Hospes.Import"), "mail", "new@aurora.example"); !strings.Contains(text, `"updated":1`) {
		t.Errorf("by an equal: answers %s", text)
	}
}
