package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes/invite"
)

// maxGuestRow bounds what one row may hold, so that a quotation mark that is never closed does not take a whole file for
// one row.
const maxGuestRow = 1 << 20

// guestRow is one row of a file of people to invite.
type guestRow struct {
	line                             int
	address, redirect, name, message string
	send                             bool
	wrong                            string // why it cannot be taken; empty for nothing
}

// guestRows reads a file of people to invite, in the form of the portal or in that of the scripts (guests 1.7).
type guestRows struct {
	csv     *csv.Reader
	budget  *budget
	columns map[string]int
	portal  bool
	first   bool // the next row is the first, which may be the example
}

// readGuests reads up to the headings.
func readGuests(in io.Reader) (*guestRows, error) {
	buffered := bufio.NewReader(in)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = buffered.Discard(3) // they have been peeked at
	}
	b := &budget{Reader: buffered, left: maxGuestRow}
	g := &guestRows{csv: csv.NewReader(b), budget: b, columns: map[string]int{}, first: true}
	g.csv.FieldsPerRecord = -1
	g.csv.ReuseRecord = true
	head, err := g.record()
	if err == nil && strings.HasPrefix(strings.TrimSpace(head[0]), "version:") {
		if version := strings.TrimSpace(head[0]); version != "version:v1.0" {
			return nil, usagef("the file is of '%s', and only version:v1.0 is known", version)
		}
		head, err = g.record()
	}
	if errors.Is(err, io.EOF) {
		return nil, usagef("the file has no headings")
	}
	if err != nil {
		return nil, usagef("the headings cannot be read: %v", err)
	}
	for i, heading := range head {
		name := strings.TrimSpace(heading)
		if _, inner, ok := strings.Cut(name, "["); ok {
			name, _, _ = strings.Cut(inner, "]")
			g.portal = true
		}
		if _, twice := g.columns[strings.ToLower(name)]; !twice {
			g.columns[strings.ToLower(name)] = i
		}
	}
	required := []string{"InvitedUserEmailAddress"}
	if g.portal {
		required = []string{"inviteeEmail", "inviteRedirectURL"}
	}
	for _, name := range required {
		if _, there := g.columns[strings.ToLower(name)]; !there {
			return nil, usagef("the file has no column %s", name)
		}
	}
	return g, nil
}

// budget bounds what is read for one record.
type budget struct {
	io.Reader
	left int
}

var errLongRow = fmt.Errorf("a row is longer than %d bytes; a quotation mark may not be closed", maxGuestRow)

// Read implements io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.Reader.Read(p)
	b.left -= n
	return n, err
}

func (g *guestRows) record() ([]string, error) {
	g.budget.left = maxGuestRow
	return g.csv.Read()
}

// next gives the next row, or io.EOF. A row that cannot be read is given with what is wrong; other errors end it.
func (g *guestRows) next() (guestRow, error) {
	record, err := g.record()
	var syntax *csv.ParseError
	if errors.As(err, &syntax) && !errors.Is(err, errLongRow) {
		return guestRow{line: syntax.Line, wrong: syntax.Err.Error()}, nil
	}
	if err != nil {
		return guestRow{}, err
	}
	line, _ := g.csv.FieldPos(0)
	first := g.first
	g.first = false
	cell := func(name string) string {
		if i, ok := g.columns[strings.ToLower(name)]; ok && i < len(record) {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	if !g.portal {
		row := guestRow{line: line, address: cell("InvitedUserEmailAddress"), name: cell("Name")}
		return row.checked(), nil
	}
	row := guestRow{
		line: line, address: cell("inviteeEmail"), redirect: cell("inviteRedirectURL"), name: cell("inviteeName"), message: cell("customizedMessageBody"),
	}
	if first && strings.HasPrefix(strings.ToLower(row.address), "example:") {
		return g.next()
	}
	switch send := cell("sendEmail"); strings.ToLower(send) {
	case "true":
		row.send = true
	case "false", "":
	default:
		row.wrong = "sendEmail is true or false, not '" + send + "'"
	}
	if row.redirect == "" {
		row.wrong = "inviteRedirectURL is missing"
	}
	return row.checked(), nil
}

// checked says what is wrong with a row as far as the row alone tells.
func (r guestRow) checked() guestRow {
	switch u, err := url.Parse(r.redirect); {
	case r.wrong != "":
	case r.address == "":
		r.wrong = "the address is missing"
	case !invite.ValidAddress(r.address):
		r.wrong = "the address is not one that can be invited"
	case r.redirect != "" && (err != nil || !u.IsAbs()):
		r.wrong = "inviteRedirectURL is not a whole address"
	}
	return r
}
