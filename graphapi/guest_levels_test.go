package graphapi_test

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
)

// seen tells what an answer shows, in the words of guest_levels.txt: of the object or of one item of the list that has the
// id, or else of the first one.
func seen(r *reply, id string) string {
	object, _ := r.json.(map[string]any)
	if list, is := object["value"].([]any); is {
		object = nil
		for i, item := range list {
			if o, _ := item.(map[string]any); i == 0 || o["id"] == id {
				object = o
			}
		}
	}
	var names []string
	for name, v := range object {
		if name == "id" || strings.HasPrefix(name, "@") || v == nil {
			continue
		}
		if list, is := v.([]any); is && len(list) == 0 {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestGuests4_3_WhatGuestsReadAtEachLevel(t *testing.T) {
	f := newFixture(t)
	c := f.source
	guest := f.Person(c.tenant, "Guest", hospes.UserTypeGuest)
	me := guest.ID.String()
	other := c.person("other", "jobTitle", "Chief", "givenName", "Olga", "surname", "Other", "mobilePhone", "+39 1", "mail", "olga@aurora.example", "officeLocation", "B1",
		"businessPhones", []string{"+39 2"}, "preferredLanguage", "it")
	c.do("PUT /users/"+me+"/manager/$ref", ref(other)).empty()
	both := []string{"/users/" + me, "/users/" + other}
	names := map[string]string{
		"{me}": me, "{other}": other, "{team}": c.group("Team", "members@odata.bind", both, "description", "x"),
		"{hidden}": c.group("Hidden", "visibility", "HiddenMembership", "members@odata.bind", both[1:]),
		"{ours}":   c.group("Ours", "visibility", "HiddenMembership", "members@odata.bind", both),
	}
	asGuest := c.signedIn(guest, allScopes()...)
	levels := []string{directory.GuestRoleMember, directory.GuestRoleLimited, directory.GuestRoleRestricted}

	file, err := os.Open("testdata/guest_levels.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) != 1+len(levels) {
			t.Fatalf("%q has %d cells", line, len(cells))
		}
		rows++
		call := strings.TrimSpace(cells[0])
		id := ""
		for name, value := range names {
			if strings.Contains(call, name) {
				call, id = strings.ReplaceAll(call, name, value), value
			}
		}
		if strings.Contains(call, "/members") {
			id = other // guests see themselves whole
		}
		for i, level := range levels {
			c.guestLevel(level)
			want := strings.TrimSpace(cells[1+i])
			r := asGuest.do(call, "", "ConsistencyLevel", "eventual")
			if status, err := strconv.Atoi(want); err == nil {
				if r.status != status {
					t.Errorf("%s, column %d: %d, want %d\n%s", cells[0], 1+i, r.status, status, r.text)
				}
				continue
			}
			if r.status != 200 {
				t.Errorf("%s, column %d: %d, want %s\n%s", cells[0], 1+i, r.status, want, r.text)
				continue
			}
			switch want {
			case "all":
				want = seen(c.do(strings.Replace(call, "GET /me", "GET /users/"+me, 1), "", "ConsistencyLevel", "eventual"), id)
			case "none":
				want = ""
			}
			if got := seen(r, id); got != want {
				t.Errorf("%s, column %d shows %q, want %q", cells[0], 1+i, got, want)
			}
		}
	}
	if rows < 30 {
		t.Errorf("only %d rows were read", rows)
	}
}
