package rule

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/mapping"
)

// Rule is a rule that can be asked. It is safe for concurrent use.
type Rule struct {
	source  string
	root    Node
	mask    hospes.Mask
	manager hospes.ObjectID
	reports bool
	groups  []hospes.ObjectID
}

// Extensions finds a property that the tenant's applications have added; nil where nobody has.
type Extensions func(name string) *hospes.Property

// Compile reads a rule and checks it against what people have.
func Compile(source string, extensions Extensions) (*Rule, error) {
	root, err := Parse(source)
	if err != nil {
		return nil, err
	}
	r := &Rule{source: source, root: root}
	c := checker{rule: r, extensions: extensions}
	if err := c.check(root, nil); err != nil {
		return nil, err
	}
	if len(r.groups) > 0 {
		if q, alone := root.(*Quantified); !alone || q.All {
			return nil, r.errorf(root.position(), "A memberOf rule cannot be combined with anything else; make two groups instead.")
		}
	}
	return r, nil
}

// Mask gives the properties of people that the answer depends on.
func (r *Rule) Mask() hospes.Mask { return r.mask }

// Manager gives whose direct reports the rule takes.
func (r *Rule) Manager() (id hospes.ObjectID, asked bool) { return r.manager, r.reports }

// Groups gives the groups whose members the rule takes.
func (r *Rule) Groups() []hospes.ObjectID { return r.groups }

func (r *Rule) String() string { return r.root.String() }

// ExtensionNames gives the names of added properties that a rule may ask about, so that they can be looked up at once.
func ExtensionNames(source string) (names []string) {
	l := lexer{source: source}
	for {
		t, err := l.next()
		if err != nil || t.kind == kindEnd {
			return names
		}
		if path := readPath(t.text); t.kind == kindWord && isExtension(path.Name) {
			names = append(names, path.Name)
		}
	}
}

func isExtension(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), hospes.ExtensionPrefix)
}

func (r *Rule) errorf(at int, format string, args ...any) error {
	return &Error{utf8.RuneCountInString(r.source[:at]) + 1, fmt.Sprintf(format, args...)}
}

type checker struct {
	rule       *Rule
	extensions Extensions
}

// check resolves what a node names. Within -any and -all, items is the collection whose items are asked about.
func (c *checker) check(n Node, items *property) error {
	switch n := n.(type) {
	case *Logic:
		for _, t := range n.Terms {
			if err := c.check(t, items); err != nil {
				return err
			}
		}
		return nil
	case *Not:
		return c.check(n.Of, items)
	case *Quantified:
		return c.quantified(n, items)
	case *Reports:
		id, ok := hospes.ParseObjectID(n.Manager)
		if !ok {
			return c.rule.errorf(n.at, "%s is not the object id of a manager.", quote(n.Manager))
		}
		n.id, c.rule.manager, c.rule.reports = id, id, true
		return nil
	case *Compare:
		return c.compare(n, items)
	}
	return c.rule.errorf(n.position(), "This is no part of a rule.")
}

func (c *checker) quantified(n *Quantified, items *property) error {
	if items != nil {
		return c.rule.errorf(n.at, "-any and -all cannot stand in one another.")
	}
	p, err := c.ofPerson(n.Property, n.at)
	if err != nil {
		return err
	}
	if p.shape != ofTexts && p.shape != ofPlans && p.shape != ofGroups {
		return c.rule.errorf(n.at, "-any and -all ask about the items of a collection, and %s is a %s; compare it with -eq.", n.Property, p.shape)
	}
	n.property = p
	return c.check(n.Where, p)
}

// ofPerson finds a property of people, and notes that the rule reads it.
func (c *checker) ofPerson(path Path, at int) (*property, error) {
	switch {
	case strings.EqualFold(path.Of, "device"):
		return nil, c.rule.errorf(at, "There are no devices in this directory; ask about user.")
	case path.Name == "_":
		return nil, c.rule.errorf(at, "_ stands for an item of a collection, within -any or -all only.")
	case !strings.EqualFold(path.Of, "user"):
		return nil, c.rule.errorf(at, "A property is written user.name, as in user.department; here stands '%s'.", path)
	}
	p := properties[strings.ToLower(path.Name)]
	if p == nil && isExtension(path.Name) && c.extensions != nil {
		if added := c.extensions(path.Name); added != nil {
			if added.Many || added.Type != hospes.TypeString && added.Type != hospes.TypeBoolean {
				return nil, c.rule.errorf(at, "%s cannot be used in a rule: of added properties only single texts and truth values can.", path)
			}
			p = extension(added)
		}
	}
	if p == nil {
		return nil, c.rule.errorf(at, "People have no property '%s' that a rule can use; see the list in docs/dynamic-groups.md.", path.Name)
	}
	if p.of != nil {
		c.rule.mask.Set(p.of)
	}
	return p, nil
}

// ofItem finds what a condition within -any or -all asks about.
func (c *checker) ofItem(path Path, items *property, at int) (*property, error) {
	known := itemFields[items.shape]
	if p := known.fields[strings.ToLower(path.Name)]; p != nil && strings.EqualFold(path.Of, known.of) {
		return p, nil
	}
	var names []string
	for _, p := range known.fields {
		names = append(names, Path{known.of, p.name}.String())
	}
	if items.shape == ofGroups {
		names = []string{"group.objectId"}
	}
	slices.Sort(names)
	return nil, c.rule.errorf(at, "A condition on the items of user.%s asks about %s, not about '%s'.", items.name, strings.Join(names, ", "), path)
}

func (c *checker) compare(n *Compare, items *property) (err error) {
	if items != nil {
		n.property, err = c.ofItem(n.Property, items, n.at)
	} else {
		n.property, err = c.ofPerson(n.Property, n.at)
	}
	if err != nil {
		return err
	}
	n.operator = operators[strings.ToLower(n.Operator)]
	if !slices.Contains(n.operator.shapes, n.property.shape) {
		return c.rule.errorf(n.at, "-%s cannot be used on %s, which is a %s.", n.Operator, n.Property, n.property.shape)
	}
	if err := c.value(n); err != nil {
		return err
	}
	if items != nil && items.shape == ofGroups {
		return c.groupIDs(n)
	}
	return nil
}

// value checks that a value is one that the operator and the property can be compared with, and brings it into the form
// in which it is compared.
func (c *checker) value(n *Compare) error {
	l, op := n.Value, n.operator
	switch {
	case l.Kind == List && !op.list:
		return c.rule.errorf(n.at, "-%s takes one value; to compare with several, use -in or -notIn.", n.Operator)
	case l.Kind != List && op.list:
		return c.rule.errorf(n.at, `-%s takes a list of values, as in ["a","b"]; for a single one use -eq or -ne.`, n.Operator)
	case l.Kind == Null && !op.null:
		return c.rule.errorf(n.at, "-%s cannot be used with null; use -eq null or -ne null.", n.Operator)
	case l.Kind == Null:
		return nil
	}
	for _, text := range l.Texts {
		switch n.property.shape {
		case ofBool:
			if text = strings.ToLower(text); text != "true" && text != "false" {
				return c.rule.errorf(n.at, "%s is either true or false.", n.Property)
			}
		case ofMoment:
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return c.rule.errorf(n.at, "%s is compared with a moment such as 2024-06-10T18:13:20Z. What is reckoned from now, such as system.now, cannot be used.", n.Property)
			}
			text = hospes.Fold(hospes.Moment(at).Text())
		default:
			if l.Kind == Bare && !isNumber(text) {
				return c.rule.errorf(n.at, `The text %s stands without quotes; write "%s".`, text, text)
			}
			text = hospes.Fold(text)
		}
		n.folded = append(n.folded, text)
	}
	if op.matches {
		var err error
		// The original does not regard case here either.
		if n.pattern, err = mapping.CompilePattern("(?i)" + l.Texts[0]); err != nil {
			return c.rule.errorf(n.at, "-%s %v.", n.Operator, err)
		}
	}
	return nil
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.-") == ""
}

// groupIDs notes which groups a memberOf rule asks about.
func (c *checker) groupIDs(n *Compare) error {
	if n.operator.negated || n.Operator != "in" && n.Operator != "eq" || n.Value.Kind == Null {
		return c.rule.errorf(n.at, "A memberOf rule names groups with -in, as in user.memberOf -any (group.objectId -in ['…']).")
	}
	for _, text := range n.folded {
		id, ok := hospes.ParseObjectID(text)
		if !ok {
			return c.rule.errorf(n.at, "%s is not the object id of a group.", quote(text))
		}
		c.rule.groups = append(c.rule.groups, id)
	}
	return nil
}
