package graphapi_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// round follows a delta from an address to its end: the items of all pages, and the delta link.
func (c *caller) round(address string, headers ...string) (items []any, delta string) {
	c.Helper()
	for {
		r := c.send("GET", address, "", headers...).is(http.StatusOK)
		items = append(items, r.at("value").([]any)...)
		next, more := r.at("@odata.nextLink").(string)
		delta, _ = r.at("@odata.deltaLink").(string)
		if more == (delta != "") {
			c.Fatalf("%s has not exactly one link\n%s", r.call, r.text)
		}
		if !more {
			return items, delta
		}
		address = next
	}
}

func TestWire2_DeltaTellsWhatChanged(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna, bert, carl := c.person("anna", "jobTitle", "Chemist"), c.person("bert"), c.person("carl")
	c.group("Team")
	items, link := c.round(f.server.URL + "/v1.0/users/delta")
	equal(t, "the first round", items, []any{
		map[string]any{"id": anna, "displayName": "anna", "userPrincipalName": "anna@aurora.example", "jobTitle": "Chemist"},
		map[string]any{"id": bert, "displayName": "bert", "userPrincipalName": "bert@aurora.example"},
		map[string]any{"id": carl, "displayName": "carl", "userPrincipalName": "carl@aurora.example"},
	})
	items, link = c.round(link)
	equal(t, "nothing has changed", items, []any(nil))

	c.do("PATCH /users/"+anna, `{"jobTitle":null,"city":"Bergen"}`).empty()
	c.do("PATCH /users/"+anna, `{"surname":"A."}`).empty()
	c.do("PATCH /users/"+carl, `{"city":"Bergen"}`).empty() // nothing of the default set
	c.do("DELETE /users/"+bert, "").empty()
	dora := c.person("dora")
	eve := c.person("eve")
	c.do("DELETE /users/"+eve, "").empty()
	c.update(func(tx store.Tx) error {
		user, err := store.Find(tx, store.InBin, hospes.UserSchema, objectID(t, eve))
		if err != nil {
			return err
		}
		return directory.Purge(tx, user)
	})
	before := link
	want := []any{
		map[string]any{"id": anna, "displayName": "anna", "userPrincipalName": "anna@aurora.example", "jobTitle": nil, "surname": "A."},
		map[string]any{"id": bert, "@removed": map[string]any{"reason": "changed"}},
		map[string]any{"id": dora, "displayName": "dora", "userPrincipalName": "dora@aurora.example"},
		map[string]any{"id": eve, "@removed": map[string]any{"reason": "deleted"}},
	}
	items, link = c.round(before)
	equal(t, "the changes", items, want)
	items, _ = c.round(before)
	equal(t, "the same link again", items, want)
	items, _ = c.round(before, "Prefer", "return=minimal")
	equal(t, "minimal", items[0], map[string]any{"id": anna, "jobTitle": nil, "surname": "A."})

	c.update(func(tx store.Tx) error {
		user, err := store.Find(tx, store.InBin, hospes.UserSchema, objectID(t, bert))
		if err != nil {
			return err
		}
		return directory.Restore(tx, user)
	})
	items, link = c.round(link, "Prefer", "return=minimal")
	equal(t, "the restored one", items, []any{map[string]any{"id": bert, "displayName": "bert", "userPrincipalName": "bert@aurora.example"}})
	items, _ = c.round(link)
	equal(t, "and then nothing", items, []any(nil))
}

func TestWire2_DeltaFollowsASelection(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna", "city", "Bergen")
	for _, spelling := range []string{"/users/delta()", "/users/microsoft.graph.delta()", "/Users/Delta"} {
		first := c.do("GET "+spelling+"?$select=city", "").is(http.StatusOK)
		first.has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#users(city,id)"`, "value", `[{"city":"Bergen","id":"`+anna+`"}]`)
	}
	_, link := c.round(f.server.URL + "/v1.0/users/delta?$select=city")
	c.do("PATCH /users/"+anna, `{"jobTitle":"Pilot"}`).empty()
	items, link := c.round(link)
	equal(t, "a change outside of the selection", items, []any(nil))
	c.do("PATCH /users/"+anna, `{"city":"Oslo","jobTitle":"Cook"}`).empty()
	items, _ = c.round(link)
	equal(t, "a change of what is selected", items, []any{map[string]any{"city": "Oslo", "id": anna}})
	c.do("GET /users/delta?$select=shoeSize", "").fails(http.StatusBadRequest, "Request_BadRequest", "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'.")
	c.do("GET /users/delta?$select=shoeSize&$deltatoken=latest", "").is(http.StatusBadRequest)
	c.do("GET /users/delta"+query("$filter", "displayName eq 'x'"), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
	c.do("GET /users/delta?$expand=manager", "").fails(http.StatusBadRequest, "Request_UnsupportedQuery", "Unsupported Query.")
}

func TestWire2_DeltaFromNowOn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.group("Old")
	latest := c.do("GET /groups/delta?$deltaToken=latest&$select=displayName", "").is(http.StatusOK).has("value", "[]", "@odata.context", `"`+f.server.URL+`/v1.0/$metadata#groups(displayName,id)"`)
	id := c.group("New")
	c.person("anna")
	items, link := c.round(latest.str("@odata.deltaLink"))
	equal(t, "the new group", items, []any{map[string]any{"displayName": "New", "id": id}})
	c.do("DELETE /groups/"+id, "").empty()
	items, _ = c.round(link)
	equal(t, "a security group is gone for good", items, []any{map[string]any{"id": id, "@removed": map[string]any{"reason": "deleted"}}})
}

func TestWire2_DeltaTokensAreOnesOwn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.person("anna")
	_, link := c.round(f.server.URL + "/v1.0/users/delta")
	const badly = "Badly formed token."
	foreign := f.target.send("GET", link, "").fails(http.StatusGone, "resyncRequired", "Resync is required. Replace any local items with the server's version.")
	equal(t, "Location", foreign.header.Get("Location"), f.server.URL+"/v1.0/users/delta?$deltatoken=")
	c.send("GET", strings.Replace(link, "/users/", "/groups/", 1), "").fails(http.StatusBadRequest, "Request_BadRequest", badly)
	c.send("GET", strings.Replace(link, "deltatoken=", "deltatoken=A", 1), "").fails(http.StatusBadRequest, "Request_BadRequest", badly)
	c.do("GET /users/delta?$skiptoken=x", "").fails(http.StatusBadRequest, "Request_BadRequest", badly)
	c.do("GET /users"+link[strings.Index(link, "?"):], "").is(http.StatusOK) // $deltatoken is no option of a list
	// a resync sends the client to an empty token, which is the beginning
	for _, empty := range []string{"?$deltatoken=", "?%24deltaToken=&$select=displayName", "?$deltatoken"} {
		equal(t, empty, len(c.do("GET /users/delta"+empty, "").is(http.StatusOK).items("id")), 1)
	}
}

func TestWire2_DeltaInPages(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var names []string
	c.update(func(tx store.Tx) error {
		names = nil
		var batch [][]hospes.Edit
		for i := range 450 {
			name := fmt.Sprintf("p%03d", i)
			names = append(names, name)
			batch = append(batch, []hospes.Edit{
				{Property: hospes.UserAccountEnabled, Value: hospes.True}, {Property: hospes.UserDisplayName, Value: hospes.String(name)},
				{Property: hospes.UserMailNickname, Value: hospes.String(name)}, {Property: hospes.UserPrincipalName, Value: hospes.String(name + "@aurora.example")},
			})
		}
		_, refused, err := directory.CreateUsers(tx, random, batch, false)
		if len(refused) > 0 {
			t.Errorf("refused: %v", refused)
		}
		return err
	})
	first := c.do("GET /users/delta?$select=displayName", "").is(http.StatusOK)
	equal(t, "the first page", len(first.items("id")), 200)
	// somebody changes who has been told already, and somebody is deleted who has not
	c.do("PATCH /users/p000@aurora.example", `{"displayName":"x000"}`).empty()
	c.do("DELETE /users/p449@aurora.example", "").empty()
	rest, link := c.round(first.str("@odata.nextLink"))
	got := first.items("displayName")
	for _, item := range rest {
		got = append(got, fmt.Sprint(at(item, "displayName")))
	}
	equal(t, "all pages", got, names[:449])
	changes, _ := c.round(link)
	equal(t, "what changed during the round", len(changes), 2)
	equal(t, "the one who was renamed", at(changes[0], "displayName"), "x000")
	equal(t, "the one who went", at(changes[1], "@removed"), map[string]any{"reason": "changed"})
	list := c.do("GET /users?$top=999&$select=displayName", "").items("displayName")
	if !slices.Contains(list, "x000") || len(list) != 449 {
		t.Errorf("the list has %d people", len(list))
	}
}

// shortLog is a store that keeps nothing of its change logs but what comes after a seq.
type shortLog struct {
	store.Store
	oldest hospes.Seq
}

func (s *shortLog) View(ctx context.Context, t hospes.TenantID, fn func(store.Reader) error) error {
	return s.Store.View(ctx, t, func(r store.Reader) error { return fn(shortReader{r, s.oldest}) })
}

type shortReader struct {
	store.Reader
	oldest hospes.Seq
}

func (r shortReader) OldestSeq() (hospes.Seq, error) { return r.oldest, nil }

func TestWire2_DeltaThatCameTooLateBeginsAnew(t *testing.T) {
	f := newFixture(t)
	c := f.source
	short := &shortLog{Store: f.Store}
	f.server.Config.Handler = f.api(short)
	c.person("anna")
	_, link := c.round(f.server.URL + "/v1.0/users/delta")
	c.view(func(r store.Reader) (err error) {
		short.oldest, err = r.Seq()
		short.oldest++ // the next change is kept, so nothing was missed
		return err
	})
	c.round(link)
	short.oldest++
	r := c.send("GET", link, "").fails(http.StatusGone, "resyncRequired", "Resync is required. Replace any local items with the server's version.")
	anew := r.header.Get("Location")
	equal(t, "Location", anew, f.server.URL+"/v1.0/users/delta?$deltatoken=")
	items, _ := c.round(anew)
	equal(t, "people", len(items), 1)
}
