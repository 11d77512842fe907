package graphapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestWire4_2_WhatIsTooLargeForOneAnswer: an object has a size at most, a page of large ones is shorter, and where there are no
// pages the answer says what to do.
func TestWire4_2_WhatIsTooLargeForOneAnswer(t *testing.T) {
	f := newFixture(t)
	c := f.source
	many := func(prefix string) []string {
		list := make([]string, 1200)
		for i := range list {
			list[i] = fmt.Sprint(prefix, strings.Repeat("x", 240), i)
		}
		return list
	}
	made := c.do("GET /applications", "").items("id")
	for i := range 60 {
		app := c.do("POST /applications", fmt.Sprintf(`{"displayName":"Robot %02d"}`, i)).is(http.StatusCreated).str("id")
		c.do("PATCH /applications/"+app, body("tags", many(""))).empty()
		made = append(made, app)
	}
	c.do("PATCH /applications/"+made[1], body("identifierUris", many("api://"))).fails(http.StatusForbidden, "Directory_ResourceSizeExceeded",
		"The size of the object has exceeded its limit. Please reduce the number of values and retry your request.")
	c.do("PATCH /applications/"+made[1], `{"displayName":"Robot"}`).empty()

	all := slices.Sorted(slices.Values(made))
	for _, order := range []string{"", "displayName", "displayName desc"} {
		options := []string{"$top", "999"}
		if order != "" {
			options = append(options, "$orderby", order, "$count", "true")
		}
		whole(t, c, c.do("GET /applications"+query(options...), "", "ConsistencyLevel", "eventual"), all)
	}
	follow := whole(t, c, c.do("GET /applications/delta", ""), all)
	for _, app := range all {
		c.do("PATCH /applications/"+app, `{"displayName":"Rover"}`).empty()
	}
	whole(t, c, c.send("GET", follow, ""), all)

	c.do("POST /directoryObjects/getByIds", body("ids", made)).fails(http.StatusBadRequest, "Directory_ResultSizeLimitExceeded",
		"The objects are too large for one answer. Ask for fewer ids at once.")
	equal(t, "a few by id", len(c.do("POST /directoryObjects/getByIds", body("ids", made[1:21])).is(http.StatusOK).items("id")), 20)
}

// whole reads a list to its end, which holds these objects on more than one page of a bounded size, and gives its delta link.
func whole(t *testing.T, c *caller, r *reply, want []string) string {
	t.Helper()
	found, pages, last := map[string]bool{}, 0, r
	for page := range c.pages(r) {
		if n := len(page.is(http.StatusOK).text); n > 5<<20 {
			t.Errorf("a page has %d bytes", n)
		}
		for _, id := range page.items("id") {
			found[id] = true
		}
		pages, last = pages+1, page
	}
	if equal(t, "the objects", slices.Sorted(maps.Keys(found)), want); pages < 3 {
		t.Errorf("there are %d pages", pages)
	}
	link, _ := last.at("@odata.deltaLink").(string)
	return link
}
