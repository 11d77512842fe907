package main

import "slices"

// group is a group of the organisation.
type group struct {
	cn, display, description string
	people                   []*person
	groups                   []string // names of groups inside it
}

func (g *group) dn() string { return groupDN(g.cn) }

func groupDN(cn string) string { return "cn=" + cn + ",ou=Groups," + base }

// groups makes up the groups: nested ones two levels deep, an empty one, one that nearly everybody is in, one whose
// name is not in Latin letters, and one whose members come twice, directly and through another group.
func groups(staff []*person) []*group {
	who := func(is func(p *person) bool) (list []*person) {
		for _, p := range byUID(staff) {
			if is(p) {
				list = append(list, p)
			}
		}
		return list
	}
	in := func(departments ...string) []*person {
		return who(func(p *person) bool { return slices.Contains(departments, p.department) && !p.disabled })
	}
	research := func(is func(country string) bool) []*person {
		return who(func(p *person) bool { return p.department == "Research" && is(p.region.Code) && !p.disabled })
	}
	leads := make(map[*person]int)
	for _, p := range staff {
		leads[p.manager]++
	}
	every := func(n int, list []*person) (some []*person) {
		for i := 0; i < len(list); i += n {
			some = append(some, list[i])
		}
		return some
	}
	return []*group{
		{cn: "all-staff", display: "All staff", description: "Everybody employed by Aurora",
			people: who(func(p *person) bool { return !p.external })},
		{cn: "borealis-project", display: "Borealis project", description: "People who work with Borealis and are needed there as guests",
			people: every(4, in("Research", "Engineering", "Legal")), groups: []string{"it-administrators"}},
		{cn: "customer-care", display: "Customer Care", people: in("Customer Care")},
		{cn: "directors", display: "Heads of department", people: who(func(p *person) bool { return p.manager == staff[0] && leads[p] > 0 })},
		{cn: "engineering", display: "Engineering", description: "Everybody in Engineering, Product and Quality", people: in("Engineering", "Product", "Quality")},
		{cn: "externals", display: "External consultants", description: "No employees; checked every quarter", people: who(func(p *person) bool { return p.external })},
		{cn: "finance-and-legal", display: "Finance & Legal", people: in("Finance", "Legal")},
		{cn: "it-administrators", display: "IT administrators", description: "May administer the directory", people: every(3, in("IT Operations"))},
		{cn: "kansai-pilot", display: "極光パイロット", description: "Test customers in Japan (Aurora pilot)",
			people: who(func(p *person) bool { return p.region.Code == "JP" })},
		{cn: "managers", display: "All managers", people: who(func(p *person) bool { return leads[p] > 0 })},
		{cn: "manufacturing", display: "Manufacturing", people: in("Manufacturing")},
		{cn: "research", display: "Research", description: "All research sites", groups: []string{"research-abroad", "research-gdansk", "research-uppsala"}},
		{cn: "research-abroad", display: "Research abroad", people: research(func(c string) bool { return c != "SE" && c != "PL" })},
		{cn: "research-gdansk", display: "Research Gdańsk", people: research(func(c string) bool { return c == "PL" })},
		{cn: "research-uppsala", display: "Research Uppsala", people: research(func(c string) bool { return c == "SE" })},
		{cn: "sales", display: "Sales", people: in("Sales")},
		{cn: "sales-and-care", display: "Sales & Care", description: "Everybody who talks to customers", groups: []string{"customer-care", "sales"}},
		{cn: "summer-school", display: "Summer school", description: "Empty until the participants are known"},
		{cn: "vpn-users", display: "VPN users", description: "May work from elsewhere", people: every(2, in("Engineering")),
			groups: []string{"managers", "research", "sales-and-care"}},
	}
}
