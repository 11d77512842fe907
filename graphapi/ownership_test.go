package graphapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const ownedBy = "Application.ReadWrite.OwnedBy"

// owns makes the caller's service principal an owner of an application or service principal.
func (c *caller) owns(schema *hospes.Schema, id string) {
	c.Helper()
	c.update(func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, schema, objectID(c, id))
		if err != nil {
			return err
		}
		caller, err := store.FindHolder(tx, hospes.SpacePrincipal, hospes.Fold(c.client.AppID))
		if err != nil {
			return err
		}
		_, err = tx.Relate(hospes.Tie{Relation: hospes.RelationOwner, From: o.Number, To: caller.Number})
		return err
	})
}

func TestProvisioning9_1_WhoMayManageItsOwnApplicationsManagesNoOthers(t *testing.T) {
	s := newStory(t)
	theirs := s.source.do("POST /applications", `{"displayName":"Theirs"}`).is(http.StatusCreated)
	only := s.source.mint(ownedBy)
	refused := func(r *reply) {
		t.Helper()
		r.fails(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	// Somebody else's may be listed, and nothing else.
	only.do("GET /applications", "").is(http.StatusOK)
	only.do("GET /applications/"+theirs.str("id"), "").is(http.StatusOK)
	refused(only.do("PATCH /applications/"+theirs.str("id"), `{"displayName":"Mine"}`))
	refused(only.do("POST /applications/"+theirs.str("id")+"/addPassword", `{}`))
	refused(only.do("DELETE /applications/"+theirs.str("id"), ""))
	refused(only.do("POST /servicePrincipals", `{"appId":"`+theirs.str("appId")+`"}`))
	for _, call := range []string{"GET " + s.job, "POST " + s.job + "/start", "GET " + s.path + "/secrets", "DELETE " + s.job, "GET /hospes/v1" + s.job + "/forecast", "POST /hospes/v1" + s.job + "/deprovision"} {
		refused(only.do(call, ""))
	}
	// Its own it makes, changes, deletes, restores and removes for good.
	mine := only.do("POST /applications", `{"displayName":"Mine"}`).is(http.StatusCreated)
	only.do("PATCH /applications/"+mine.str("id"), `{"displayName":"Still mine"}`).empty()
	principal := only.do("POST /servicePrincipals", `{"appId":"`+mine.str("appId")+`"}`).is(http.StatusCreated).str("id")
	only.do("PATCH /servicePrincipals/"+principal, `{"accountEnabled":false}`).empty()
	only.do("DELETE /applications/"+mine.str("id"), "").empty()
	only.do("POST /directory/deletedItems/"+mine.str("id")+"/restore", "").is(http.StatusOK)
	s.source.do("DELETE /applications/"+theirs.str("id"), "").empty()
	refused(only.do("POST /directory/deletedItems/"+theirs.str("id")+"/restore", ""))
	refused(s.source.mint(ownedBy, "User.ReadWrite.All").do("DELETE /directory/deletedItems/"+theirs.str("id"), ""))
	// And so a synchronization that it has set up.
	made := only.do("POST /applicationTemplates/"+strings.Trim(s.source.do("GET /applicationTemplates", "").str("value.0.id"), `"`)+"/instantiate", `{"displayName":"Sync"}`).is(http.StatusCreated)
	path := "/servicePrincipals/" + made.str("servicePrincipal.id") + "/synchronization"
	only.do("POST "+path+"/jobs", `{"templateId":"Azure2Azure"}`).is(http.StatusCreated)
	only.do("GET "+path+"/jobs", "").is(http.StatusOK)
}
