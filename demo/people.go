package demo

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/sample"
)

// groupName is the group whose members are synchronized.
const groupName = "Borealis travellers"

// generated are the columns of generated people.
var generated = []string{
	"displayName", "givenName", "surname", "userPrincipalName", "mail", "mailNickname", "jobTitle", "department", "companyName", "employeeId",
	"city", "country", "postalCode", "streetAddress", "officeLocation", "businessPhones", "mobilePhone", "preferredLanguage", "usageLocation",
}

// importPeople brings the people of the hub.
func (d *demo) importPeople(ctx context.Context) error {
	reader, total, name := d.input()
	defer func() { _ = reader.Close() }() // an input that is read to its end has nothing more to say
	last, err := d.importInto(ctx, d.source, reader, name, total)
	if err != nil {
		return err
	}
	d.say("Imported into Aurora: %d new, %d changed, %d as they were, %d left out; %d managers and members.", last.Created, last.Updated, last.Unchanged, last.Failed, last.Ties)
	return d.group(ctx)
}

// importInto streams an input through the import of the API.
func (d *demo) importInto(ctx context.Context, c *graphclient.Client, in io.Reader, name string, total int64) (last progressLine, err error) {
	answer, err := c.Stream(ctx, graphclient.Request{Method: http.MethodPost, Path: "/hospes/v1/imports", Query: url.Values{"name": {name}}}, "application/octet-stream", in)
	if err != nil {
		return last, err
	}
	defer func() { _ = answer.Close() }() // it has been read by then
	lines := bufio.NewScanner(answer)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line progressLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return last, err
		}
		if line.Error != nil {
			d.say("Line %d was left out: %s", line.Error.Line, line.Error.Message)
			continue
		}
		last = line
		d.Progress("Importing people", line.Bytes, total)
	}
	if err := lines.Err(); err != nil {
		return last, err
	}
	if !last.Done {
		return last, hospes.Invalidf("demo.importPeople", "The import broke off after line %d.", last.Line)
	}
	d.changed = d.changed || last.Created+last.Updated > 0
	return last, nil
}

type progressLine struct {
	Done      bool  `json:"done"`
	Line      int   `json:"line"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Failed    int64 `json:"failed"`
	Ties      int64 `json:"ties"`
	Bytes     int64 `json:"bytes"`
	Error     *struct {
		Line    int    `json:"line"`
		Message string `json:"message"`
	} `json:"error"`
}

// input gives what is imported, its size where that is known, and a name that tells its format.
func (d *demo) input() (r io.ReadCloser, total int64, name string) {
	if d.LDIF != nil {
		return io.NopCloser(d.LDIF), 0, "people.ldif"
	}
	if d.Users == 0 {
		r, size := sample.Aurora()
		return io.NopCloser(r), size, "aurora.ldif"
	}
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(writePeople(writer, d.Users, seed, sample.Domain, groupName)) }()
	return reader, int64(d.Users) * 330, "people.csv" // about the length of a row
}

// seed makes the generated people the same in every run.
const seed = 1

// writePeople writes people of a domain, all members of a group, as CSV.
func writePeople(w io.Writer, n int, seed uint64, domain, group string) error {
	rows := csv.NewWriter(w)
	if err := rows.Write(append(append([]string{}, generated...), "manager", "groups", "key")); err != nil {
		return err
	}
	row := make([]string, len(generated)+3)
	for person := range sample.People(n, seed) {
		for i, column := range generated {
			row[i] = strings.Replace(person.Text(column), "@"+sample.Domain, "@"+domain, 1)
		}
		row[len(generated)], row[len(generated)+1], row[len(generated)+2] = person.Manager, group, person.Key
		if err := rows.Write(row); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

// group makes sure that the group exists and, for input that does not say it itself, that everybody is in it but the
// administrator.
func (d *demo) group(ctx context.Context) error {
	g, err := ensure(ctx, d.source, "/v1.0/groups", "displayName eq '"+groupName+"'", map[string]any{
		"displayName": groupName, "mailNickname": "borealis-travellers", "mailEnabled": false, "securityEnabled": true,
		"description": "Whoever is in here is present in Borealis.",
	})
	if err != nil {
		return err
	}
	d.memory.Source.GroupID, d.report.Source.GroupID = g.ID, g.ID
	if err := d.keep(); err != nil || d.Users > 0 {
		return err
	}
	members := map[string]bool{}
	for item, err := range d.source.Items(ctx, "/v1.0/groups/"+g.ID+"/members", url.Values{"$select": {"id"}, "$top": {"999"}}) {
		if err != nil {
			return err
		}
		members[idOf(item)] = true
	}
	var missing []string
	for item, err := range d.source.Items(ctx, "/v1.0/users", url.Values{"$select": {"id,userPrincipalName,creationType"}, "$top": {"999"}}) {
		if err != nil {
			return err
		}
		var u struct{ ID, UserPrincipalName, CreationType string }
		if err := json.Unmarshal(item, &u); err != nil {
			return err
		}
		own := u.CreationType != hospes.CreationTypeInvitation // people of the spokes come as guests
		if own && !members[u.ID] && u.UserPrincipalName != d.memory.Source.Admin.UserPrincipalName {
			missing = append(missing, d.BaseURL+"/v1.0/directoryObjects/"+u.ID)
		}
	}
	for len(missing) > 0 {
		n := min(20, len(missing))
		if err := d.source.Patch(ctx, "/v1.0/groups/"+g.ID, map[string]any{"members@odata.bind": missing[:n]}); err != nil {
			return err
		}
		missing = missing[n:]
	}
	return nil
}

func idOf(item json.RawMessage) string {
	var o struct{ ID string }
	if json.Unmarshal(item, &o) != nil {
		return ""
	}
	return o.ID
}
