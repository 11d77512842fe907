package graphapi_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/token"
)

// page holds that a page of docs/ says what a test made of the program, or writes it.
func page(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != text {
		t.Errorf("%s is not what the program says; write it anew with: go test ./graphapi -update", path)
	}
}

const permissionsHead = `# Permissions

Written by a test from the table that decides (` + "`graphapi/permissions.go`" + `); the security matrix goes through the same table.

An application by itself needs one of the *application* permissions, of which the least stands first. In the name of a
person it needs one of the *delegated* permissions (the scopes of its token; those *of oneself* are enough where the path
names the person who is signed in, as ` + "`/me`" + ` does), and the person must be allowed to do it too: as one who holds
one of the directory roles, or otherwise as the last column says. A Global Administrator is always allowed. Roles are
read with each request: one that is taken away is gone at once.

*Members* are people who are no guests, guests whom the tenant makes equal to members, and guests with a directory role.
*Guests* see single objects, not lists, and of other people the names and address alone; where the tenant restricts them,
they see themselves. What somebody does not see is answered as if it had no value.
`

func TestPermissionsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(permissionsHead)
	section := ""
	for _, route := range routesByPath() {
		_, path, _ := strings.Cut(route.Key, " ")
		if name := sectionOf(path); name != section {
			section = name
			fmt.Fprintf(&b, "\n## %s\n\n| operation | application | delegated | of oneself | directory roles, and who else |\n| --- | --- | --- | --- | --- |\n", section)
		}
		row := route.Permissions
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", route.Key, listed(row.Application), listed(row.Delegated), listed(row.Own), whoElse(route))
	}
	b.WriteString("\n## Directory roles\n\n| role | id of the template | what it is for |\n| --- | --- | --- |\n")
	for _, role := range hospes.RoleTemplates() {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", role.Name, role.ID, role.Description)
	}
	b.WriteString("\n## The permissions themselves\n\n| permission | lets an application | application: id | delegated: id | who consents to the delegated one |\n| --- | --- | --- | --- | --- |\n")
	names := map[string]string{}
	for _, p := range token.Permissions() {
		names[p.Name] = p.Text
	}
	for _, s := range token.Scopes() {
		names[s.Name] = s.Text
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range names {
			if !yield(name) {
				return
			}
		}
	}) {
		application, delegated, who := "", "", ""
		if p, ok := token.PermissionNamed(name); ok {
			application = "`" + p.ID.String() + "`"
		}
		if s, ok := token.ScopeNamed(name); ok {
			delegated, who = "`"+s.ID.String()+"`", "everybody"
			if s.AdminOnly {
				who = "administrators"
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, names[name], application, delegated, who)
	}
	page(t, "../docs/permissions.md", b.String())
}

// routesByPath gives the routes in the order of their paths.
func routesByPath() []graphapi.Route {
	routes := graphapi.Routes()
	slices.SortStableFunc(routes, func(a, b graphapi.Route) int {
		_, left, _ := strings.Cut(a.Key, " ")
		_, right, _ := strings.Cut(b.Key, " ")
		return strings.Compare(sectionOf(left)+" "+left, sectionOf(right)+" "+right)
	})
	return routes
}

// sectionOf gives the collection that a path begins with.
func sectionOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if parts[0] == "hospes" || parts[0] == "policies" || parts[0] == "roleManagement" || parts[0] == "directory" || parts[0] == "auditLogs" {
		return strings.Join(parts[:min(2, len(parts)-1)], "/")
	}
	return parts[0]
}

func listed(names []string) string { return strings.Join(names, ", ") }

// whoElse says which roles a route takes, and who may without one.
func whoElse(route graphapi.Route) string {
	row := route.Permissions
	switch {
	case route.Public:
		return "everybody, without a token"
	case len(row.Application) == 0 && len(row.Own) == 0:
		return "whoever has a token"
	}
	var list []string
	for _, role := range row.Roles {
		list = append(list, role.Name)
	}
	if row.Members {
		list = append(list, "every member")
	}
	switch {
	case graphapi.GuestsAlways(route):
		list = append(list, "every guest")
	case graphapi.GuestsLimited(route) && strings.Contains(route.Key, "{"):
		list = append(list, "guests who are not restricted")
	}
	if row.Owners {
		list = append(list, "owners")
	}
	if row.Setting != "" {
		list = append(list, "members, where `"+row.Setting+"` is on")
	}
	if len(row.Own) > 0 {
		list = append(list, "oneself")
	}
	if route.Operator {
		list = append(list, "in the operator's tenant alone")
	}
	return strings.Join(list, ", ")
}
