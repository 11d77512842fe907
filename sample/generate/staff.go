package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes/sample/stock"
)

// seed decides everything that looks like chance.
const seed = 20

// head counts the people of each country, in the order of stock.Regions. They are 320.
var headcount = []int{72, 40, 25, 25, 20, 18, 16, 14, 16, 10, 10, 12, 8, 8, 12, 6, 8}

// person is somebody of the organisation. An empty text is something that the directory does not have.
type person struct {
	uid, given, surname, display, mail string
	department, title, company         string
	number, phone, mobile, room, id    string
	region                             *stock.Region
	city                               *stock.City
	manager                            *person
	street                             string
	disabled, external                 bool
}

func (p *person) dn() string { return "uid=" + p.uid + ",ou=People," + base }

// hire makes up everybody: who they are, where they work, who manages whom, and what is missing about them.
func hire() []*person {
	d := stock.DiceFor(seed, 1)
	staff := name(&d)
	place(&d, staff)
	manage(staff)
	blemish(&d, staff)
	return staff
}

// name gives everybody a region and a name. Some are called as somebody before them is, and have a number in the uid.
func name(d *stock.Dice) []*person {
	var staff []*person
	for i, n := range headcount {
		region := stock.Regions[i]
		deck := make([]int, stock.Pairs)
		for k := range deck {
			deck[k] = k
		}
		d.Shuffle(len(deck), func(a, b int) { deck[a], deck[b] = deck[b], deck[a] })
		if n > 15 { // one namesake in the larger countries, two at home
			deck[n-1] = deck[0]
		}
		if i == 0 {
			deck[n-2] = deck[0]
		}
		for k := range n {
			called := region.Name(deck[k])
			staff = append(staff, &person{
				uid: called.Alias, given: called.Given, surname: called.Surname, display: called.Full, region: region,
			})
		}
	}
	taken := make(map[string]int)
	for _, p := range staff {
		if taken[p.uid]++; taken[p.uid] > 1 {
			p.uid = fmt.Sprint(p.uid, taken[p.uid])
		}
	}
	d.Shuffle(len(staff), func(a, b int) { staff[a], staff[b] = staff[b], staff[a] })
	return staff
}

// place gives everybody a department, a desk and numbers.
func place(d *stock.Dice, staff []*person) {
	next := 0
	for _, department := range stock.Departments {
		for range department.Weight {
			p := staff[next]
			p.department = department.Name
			p.title = department.Titles[d.Below(len(department.Titles))]
			next++
		}
	}
	for i, p := range staff {
		p.company = stock.Company
		p.mail = p.uid + "@" + domain
		p.city = &p.region.Cities[max(0, d.Below(5)-3)] // four of five work at the main site
		p.street = fmt.Sprint(p.city.Street, " ", 1+d.Below(40))
		p.number = fmt.Sprint(10001 + 7*i)
		p.phone = fmt.Sprintf("%s 0%02d %03d", p.city.Dial, d.Below(100), d.Below(1000))
		p.mobile = fmt.Sprintf("%s 0%03d %03d", p.city.Dial, d.Below(1000), d.Below(1000))
		p.room = fmt.Sprintf("%c%d", 'A'+rune(d.Below(5)), 101+d.Below(60))
		p.id = uuid(d)
	}
}

// uuid gives a random id of version 4.
func uuid(d *stock.Dice) string {
	a, b := d.Next(), d.Next()
	a = a&^0xF000 | 0x4000
	b = b&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xFFFF, a&0xFFFF, b>>48, b&(1<<48-1))
}

// manage builds the tree: the managing director, below whom is a head of each department, below them a lead for every
// team of eight.
func manage(staff []*person) {
	director := staff[0]
	director.title = "Managing Director"
	var head, lead *person
	team := 0
	for _, p := range staff[1:] {
		switch {
		case head == nil || p.department != head.department:
			head, lead, team = p, nil, 0
			p.manager, p.title = director, "Head of "+p.department
		case team%8 == 0 && p.department != director.department:
			lead = p
			p.manager, p.title = head, "Team Lead, "+p.title
			team++
		case lead == nil:
			p.manager = head
		default:
			p.manager = lead
			team++
		}
	}
	director.manager = nil
}

// blemish makes the organisation as untidy as real ones are.
func blemish(d *stock.Dice, staff []*person) {
	leads := make(map[*person]bool)
	for _, p := range staff {
		leads[p.manager] = true
	}
	var rest []*person
	for _, p := range staff[1:] {
		if !leads[p] {
			rest = append(rest, p)
		}
	}
	d.Shuffle(len(rest), func(a, b int) { rest[a], rest[b] = rest[b], rest[a] })
	take := func(n int, change func(*person)) {
		for _, p := range rest[:n] {
			change(p)
		}
		rest = rest[n:]
	}
	take(6, func(p *person) {
		p.external, p.manager, p.department, p.number = true, nil, "", ""
		p.company, p.title = "Ferrum & Flux", "Consultant"
	})
	take(16, func(p *person) { p.disabled = true })
	take(14, func(p *person) { p.department = "" })
	take(20, func(p *person) { p.mail = "" })
	take(8, func(p *person) { p.given, p.display = "", p.surname })
	take(3, func(p *person) { p.manager = nil }) // left out by whoever filled the form
	take(12, func(p *person) { p.phone, p.room = "", "" })
	take(60, func(p *person) { p.mobile = "" })
	take(5, func(p *person) { p.title = "" })
}

// byUID gives the people in the order of the file, in which some come before their managers.
func byUID(staff []*person) []*person {
	return slices.SortedFunc(slices.Values(staff), func(a, b *person) int { return strings.Compare(a.uid, b.uid) })
}
