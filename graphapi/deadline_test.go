package graphapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/store"
)

// heavyTenant makes many people in one group, and a filter that takes far longer to go through them than a test may,
// although it finds the first of them at once.
func (c *caller) heavyTenant() (group, filter string) {
	c.Helper()
	const people, addresses = 2000, 250
	id := c.group("Everybody")
	holder, ok := hospes.ParseObjectID(id)
	if !ok {
		c.Fatal("the group has no id")
	}
	im := hospes.UserSchema.Must("imAddresses")
	list := make([]string, addresses)
	for i := range list {
		list[i] = fmt.Sprintf("a%d@%s", i, c.tenant.InitialDomain)
	}
	c.update(func(tx store.Tx) error {
		docs, err := tx.Documents(store.Live, holder)
		if err != nil {
			return err
		}
		made := make([]*hospes.Object, people)
		for i := range made {
			o := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(random))
			o.Set(hospes.UserDisplayName, hospes.String(fmt.Sprintf("Person %d", i)))
			o.Set(hospes.UserPrincipalName, hospes.String(fmt.Sprintf("person%d@%s", i, c.tenant.InitialDomain)))
			o.Set(im, hospes.Strings(list...))
			made[i] = o
		}
		made[0].Set(im, hospes.Strings("first"))
		refused, err := tx.PutEach(made)
		for _, why := range refused {
			err = errors.Join(err, why)
		}
		ties := make([]hospes.Tie, people)
		for i, o := range made {
			ties[i] = hospes.Tie{Relation: hospes.RelationMember, From: docs[0].Number, To: o.Number}
		}
		_, tieErr := tx.Relate(ties...)
		return errors.Join(err, tieErr)
	})
	either := []string{"imAddresses/any(i:startswith(i,'first'))"}
	for n := range 200 {
		either = append(either, fmt.Sprintf("imAddresses/any(i:startswith(i,'z%d'))", n))
	}
	return id, strings.Join(either, " or ")
}

// TestWire4_2_WhatTakesTooLongIsBrokenOff: whatever a query goes through, the answer says what to do, and the readers are
// free again: more queries are sent than there are readers.
func TestWire4_2_WhatTakesTooLongIsBrokenOff(t *testing.T) {
	f := newFixture(t)
	c := f.source
	team, filter := c.heavyTenant()
	count := query("$filter", filter, "$count", "true")
	members := "GET /groups/" + team + "/members"
	calls := []string{
		"GET /users" + query("$filter", filter), "GET /users" + query("$filter", filter, "$top", "1"), "GET /users" + count,
		"GET /users" + query("$filter", filter, "$orderby", "displayName", "$count", "true"),
		"GET /users" + query("$filter", filter, "$search", `"displayName:person"`, "$count", "true"),
		"GET /users/$count" + query("$filter", filter),
		members + "/microsoft.graph.user" + count, members + "/microsoft.graph.user/$count" + query("$filter", filter),
		"GET /groups/" + team + "/transitiveMembers/microsoft.graph.user" + count,
	}
	const limit = 50 * time.Millisecond
	f.limited(graphapi.Limits{Read: limit})
	for i := range max(len(calls), 3*runtime.NumCPU()) {
		call := calls[i%len(calls)]
		r := c.do(call, "", eventual, "eventual")
		r.fails(http.StatusGatewayTimeout, "GatewayTimeout", "The query took longer than 50ms and was broken off. Ask for less: by id, userPrincipalName, mail or the beginning of displayName, with fewer conditions, or by delta query.")
		equal(t, "Retry-After", r.header.Get("Retry-After"), "1")
	}
	f.limited(graphapi.Limits{})
	c.do("GET /users?$top=1", "").is(http.StatusOK)
}
