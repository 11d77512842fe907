package importer

import (
	"errors"
	"strings"

	"github.com/hospes-dev/hospes"
)

// headings reads the row of headings. What is wrong with it is wrong with the file.
func (r *CSV) headings() ([]string, error) {
	cells, _, err := r.row()
	if e := (*RecordError)(nil); errors.As(err, &e) {
		return nil, hospes.Invalidf(opOpen, "The row of column names cannot be read: %s.", e.Error())
	}
	return cells, err
}

// use binds the columns to what is known of their headings.
func (r *CSV) use(names []string) error {
	seen := make(map[*column]string)
	r.columns = make([]*column, len(names))
	for i, name := range names {
		name = strings.TrimSpace(name)
		c := columnOf(name)
		switch {
		case name == "": // left by a spreadsheet; cells under it are faults
			r.columns[i] = &nameless
			continue
		case c == nil && r.limits.IgnoreUnknown:
			continue
		case c == nil:
			e := hospes.Invalidf(opOpen, "Unknown column %.80q. Known columns: %s.", name, knownColumns())
			e.Target = name
			return e
		case seen[c] != "":
			e := hospes.Invalidf(opOpen, "The columns %.80q and %.80q are both %s.", seen[c], name, c.property)
			e.Target = name
			return e
		}
		r.columns[i], seen[c] = c, name
	}
	for c := range seen {
		if identifies(c) {
			return nil
		}
	}
	return hospes.Invalidf(opOpen, "No column says who a row is about; one of userPrincipalName, mail, employeeId or key is needed.")
}

// nameless stands for a column without a heading.
var nameless = column{property: "", role: unread}

func identifies(c *column) bool {
	switch c.property {
	case "key", "userPrincipalName", "mail", "employeeId":
		return true
	}
	return false
}

// convert makes a record of the cells of a row. Rows may be short, since spreadsheets leave out empty cells at the end.
func (r *CSV) convert(cells []string, line int) (Record, error) {
	rec := Record{Line: line, Kind: Person, Fields: make([]Field, 0, len(r.columns)+1)}
	stated := false
	for i, cell := range cells {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		if i >= len(r.columns) || r.columns[i] == &nameless {
			return rec, broken(line, "cell %d is filled, but no column is named above it; a separator or a quote may be wrong", i+1)
		}
		c := r.columns[i]
		if c == nil {
			continue
		}
		switch c.role {
		case property:
			rec.addCell(c, cell)
		case keyed:
			rec.Key = hospes.Fold(cell)
		case managed:
			rec.Manager = hospes.Fold(cell)
		case grouped:
			for name := range strings.SplitSeq(cell, ";") {
				if name = strings.TrimSpace(name); name != "" {
					rec.Groups = append(rec.Groups, name)
				}
			}
		case enabled, blocked:
			yes, ok := truth(cell)
			if !ok {
				return rec, broken(line, "%s is true or false (also yes, no, 1, 0), not %.40q", c.property, cell)
			}
			stated, rec.Disabled = true, rec.Disabled || yes == (c.role == blocked)
		}
	}
	if stated {
		rec.state(rec.Disabled)
	}
	rec.nameFromParts()
	return rec, rec.identify()
}

// addCell adds the values of a cell. The Graph takes one business phone.
func (r *Record) addCell(c *column, cell string) {
	if !c.list {
		r.Add(c.property, cell)
		return
	}
	for text := range strings.SplitSeq(cell, ";") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		r.Add(c.property, text)
		if c.property == "businessPhones" {
			return
		}
	}
}

// identify gives the row its key, and as aliases the other names by which a manager can be meant.
func (r *Record) identify() error {
	for _, name := range [...]string{"userPrincipalName", "mail", "employeeId"} {
		key := hospes.Fold(r.Text(name))
		switch {
		case key == "" || key == r.Key:
		case r.Key == "":
			r.Key = key
		case name != "employeeId" && (len(r.Aliases) == 0 || r.Aliases[0] != key):
			r.Aliases = append(r.Aliases, key)
		}
	}
	if r.Key == "" {
		return broken(r.Line, "the row says nothing about whom it is: no userPrincipalName, mail, employeeId or key")
	}
	return nil
}

func truth(cell string) (yes, ok bool) {
	switch strings.ToLower(cell) {
	case "true", "yes", "1", "y", "enabled":
		return true, true
	case "false", "no", "0", "n", "disabled":
		return false, true
	}
	return false, false
}
