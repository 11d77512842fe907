package main

import (
	"bytes"
	"encoding/base64"
	"strings"
)

const (
	domain = "aurora.example"
	base   = "dc=aurora,dc=example"
)

// file writes LDIF: text that is not plain ASCII in base64, and no line longer than 76 letters.
type file struct{ *bytes.Buffer }

func (f *file) heading() {
	f.WriteString(`version: 1

# Aurora, an organisation that does not exist. Everybody in this file is made up.
# Written by sample/generate (go generate ./sample); do not edit it by hand.

`)
	f.entry(base, "dcObject", "organization")
	f.line("dc", "aurora")
	f.line("o", "Aurora")
	for _, unit := range []string{"Groups", "People"} {
		f.WriteByte('\n')
		f.entry("ou="+unit+","+base, "organizationalUnit")
		f.line("ou", unit)
	}
}

func (f *file) entry(dn string, classes ...string) {
	f.line("dn", dn)
	f.line("objectClass", "top")
	for _, class := range classes {
		f.line("objectClass", class)
	}
}

func (f *file) person(p *person) {
	f.WriteByte('\n')
	f.entry(p.dn(), "person", "organizationalPerson", "inetOrgPerson")
	f.line("uid", p.uid)
	f.line("cn", p.display)
	f.line("displayName", p.display)
	f.line("givenName", p.given)
	f.line("sn", p.surname)
	f.line("userPrincipalName", p.uid+"@"+domain)
	f.line("mail", p.mail)
	f.line("title", p.title)
	f.line("ou", p.department)
	f.line("o", p.company)
	f.line("employeeNumber", p.number)
	f.line("telephoneNumber", p.phone)
	f.line("mobile", p.mobile)
	f.line("physicalDeliveryOfficeName", p.room)
	f.line("street", p.street)
	f.line("postalCode", p.city.Postal)
	f.line("l", p.city.Name)
	f.line("co", p.region.Country)
	f.line("c", p.region.Code)
	f.line("preferredLanguage", p.region.Language)
	if p.manager != nil {
		f.line("manager", p.manager.dn())
	}
	if p.disabled {
		f.line("userAccountControl", "514")
	}
	f.line("entryUUID", p.id)
}

func (f *file) group(g *group) {
	f.WriteByte('\n')
	f.entry(g.dn(), "group")
	f.line("cn", g.cn)
	f.line("displayName", g.display)
	f.line("mailNickname", g.cn)
	f.line("description", g.description)
	for _, name := range g.groups {
		f.line("member", groupDN(name))
	}
	for _, p := range g.people {
		f.line("member", p.dn())
	}
}

// line writes a value, unless there is none.
func (f *file) line(name, value string) {
	if value == "" {
		return
	}
	text := name + ": " + value
	if !plain(value) {
		text = name + ":: " + base64.StdEncoding.EncodeToString([]byte(value))
	}
	const width = 76
	for len(text) > width {
		f.WriteString(text[:width] + "\n")
		text = " " + text[width:]
	}
	f.WriteString(text + "\n")
}

// plain tells that a value can be written as it is (RFC 2849, SAFE-STRING).
func plain(value string) bool {
	return strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) < 0 &&
		!strings.ContainsAny(value[:1], " :<") && !strings.HasSuffix(value, " ")
}
