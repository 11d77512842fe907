package graphapi

import (
	"net/http"
	"strconv"
	"strings"
)

// costs are the resource units of operations that cost more than one (graph-wire 4.3), by the beginning or end of their keys.
var costs = []struct {
	begins, ends string
	units        int
}{
	{"GET /users", "", 2},
	{"GET /groups/{id}/members", "", 3},
	{"GET /groups/{id}/transitiveMembers", "", 5},
	{"POST /directoryObjects/getByIds", "", 3},
	{"POST ", "/checkMemberGroups", 4},
	{"POST ", "/checkMemberObjects", 4},
	{"POST ", "/getMemberGroups", 2},
	{"POST ", "/getMemberObjects", 2},
	{"GET ", "/memberOf", 2},
}

// smallPage is the size of a page that costs less.
const smallPage = 20

// cost gives the resource units of the request.
func (c *call) cost() int {
	key, _, _ := strings.Cut(c.route.Key, "/microsoft.graph.") // a cast, a count or references cost what the list does
	key = strings.TrimSuffix(strings.TrimSuffix(key, "/$count"), "/$ref")
	units := 1
	for _, cost := range costs {
		if cost.ends == "" && key == cost.begins || cost.ends != "" && strings.HasPrefix(key, cost.begins) && strings.HasSuffix(key, cost.ends) {
			units = cost.units
		}
	}
	for pair := range strings.SplitSeq(c.r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(name, "%24"), "$")) {
		case "select":
			units--
		case "expand":
			units++
		case "top":
			if n, err := strconv.Atoi(value); err == nil && n < smallPage {
				units--
			}
		}
	}
	return max(units, 1)
}

// writes tells that the request changes something.
func (c *call) writes() bool {
	if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		return false
	}
	last := c.route.Key[strings.LastIndexByte(c.route.Key, '/')+1:]
	return !strings.HasPrefix(last, "checkMember") && !strings.HasPrefix(last, "getMember") && last != "getByIds" && last != "validateCredentials" && last != "evaluateDynamicMembership"
}
