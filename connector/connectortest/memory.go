package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// NewDirectory gives the attributes of a system as application targets have them: an id, a name to match by, a flag
// that blocks.
func NewDirectory(leaving connector.Leaving) *connector.Directory {
	d := connector.NewDirectory("memory", []connector.Attribute{
		{Name: "id", Type: connector.String, Anchor: true, ReadOnly: true, CaseExact: true},
		{Name: "userName", Type: connector.String, Required: true},
		{Name: "externalId", Type: connector.String, CaseExact: true},
		{Name: "displayName", Type: connector.String},
		{Name: "title", Type: connector.String},
		{Name: "department", Type: connector.String},
		{Name: "active", Type: connector.Boolean},
		{Name: "tags", Type: connector.String, Many: true},
		{Name: "manager", Type: connector.Reference},
	})
	d.Traits.Leaving = leaving
	d.Traits.DisplayName, d.Traits.Enabled, d.Traits.Manager = d.Must("displayName"), d.Must("active"), d.Must("manager")
	return d
}

// Memory is a system of people in memory, as a remote target.
type Memory struct {
	// Before is asked before each call, with its name: an error is the call's, and nothing is done. Nil for no faults.
	Before func(call string) error

	// After is asked after each call that changed something: an error stands for an answer that was lost.
	After func(call string) error

	// Refuse is asked about each write: a failure is that write's.
	Refuse func(*connector.Write) *connector.Failure

	directory *connector.Directory
	mu        sync.Mutex
	next      int
	people    map[string]*person
	calls     map[string]int
}

var (
	_ connector.Remote   = (*Memory)(nil)
	_ connector.Referrer = (*Memory)(nil)
)

// NewMemory gives an empty system.
func NewMemory(d *connector.Directory) *Memory {
	return &Memory{directory: d, people: map[string]*person{}, calls: map[string]int{}}
}

// person is one person of the system, or a copy of one, as answers are.
type person struct {
	id     string
	bin    bool
	self   bool
	values []hospes.Value
}

func (p *person) ID() string               { return p.id }
func (*person) Number() hospes.Number      { return 0 }
func (p *person) InBin() bool              { return p.bin }
func (p *person) LeftBySelf() bool         { return p.bin && p.self }
func (p *person) Value(s int) hospes.Value { return p.values[s] }

func (p *person) clone() *person {
	c := *p
	c.values = slices.Clone(p.values)
	return &c
}

// Add puts a person there without a call, and gives its id. pairs are attributes and values.
func (m *Memory) Add(pairs ...any) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.fresh()
	m.set(p, pairs...)
	return p.id
}

// Change sets attributes of a person without a call.
func (m *Memory) Change(id string, pairs ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(m.people[id], pairs...)
}

func (m *Memory) set(p *person, pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		p.values[m.directory.Must(pairs[i].(string))] = hospes.JSON(pairs[i+1])
	}
}

func (m *Memory) fresh() *person {
	m.next++
	p := &person{id: fmt.Sprintf("m%06d", m.next), values: make([]hospes.Value, len(m.directory.Attributes))}
	p.values[m.directory.Must("id")] = hospes.String(p.id)
	m.people[p.id] = p
	return p
}

// Remove takes a person away for good, without a call.
func (m *Memory) Remove(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.people, id)
}

// Find gives the people with a value, in the order in which they came.
func (m *Memory) Find(attribute, text string) []connector.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.find(m.directory.Must(attribute), hospes.String(text))
}

// Size counts the people who are not in the bin.
func (m *Memory) Size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, p := range m.people {
		if !p.bin {
			n++
		}
	}
	return n
}

// Calls tells how often a call was made: read, match, create, update, delete, restore, refer. Writes count each.
func (m *Memory) Calls(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls[name]
}

func (m *Memory) find(slot int, v hospes.Value) []connector.Entry {
	var list []connector.Entry
	for i := 1; i <= m.next; i++ {
		p := m.people[fmt.Sprintf("m%06d", i)]
		if p == nil || p.bin {
			continue
		}
		have := p.values[slot]
		if have == v || !m.directory.Attributes[slot].CaseExact && have != hospes.Null && strings.EqualFold(have.Text(), v.Text()) {
			list = append(list, p.clone())
		}
	}
	return list
}

func (m *Memory) before(call string) error {
	if m.Before != nil {
		if err := m.Before(call); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[call]++
	return nil
}

func (m *Memory) after(call string) error {
	if m.After != nil {
		return m.After(call)
	}
	return nil
}

// Directory implements connector.Connector.
func (m *Memory) Directory() *connector.Directory { return m.directory }

// Test implements connector.Remote.
func (m *Memory) Test(context.Context) error { return m.before("test") }

// Read implements connector.Target.
func (m *Memory) Read(_ context.Context, ids []string) ([]connector.Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := m.before("read"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]connector.Entry, len(ids))
	for i, id := range ids {
		if p := m.people[id]; p != nil {
			list[i] = p.clone()
		}
	}
	return list, nil
}

// Match implements connector.Target.
func (m *Memory) Match(_ context.Context, slot int, values []hospes.Value) ([][]connector.Entry, error) {
	if err := m.before("match"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([][]connector.Entry, len(values))
	for i, v := range values {
		list[i] = m.find(slot, v)
	}
	return list, nil
}

// Apply implements connector.Target.
func (m *Memory) Apply(_ context.Context, writes []*connector.Write) error {
	for _, w := range writes {
		call := string(w.Operation)
		if err := m.before(call); err != nil {
			return err
		}
		if m.Refuse != nil {
			if w.Failure = m.Refuse(w); w.Failure != nil {
				continue
			}
		}
		m.mu.Lock()
		done := m.apply(w)
		m.mu.Unlock()
		if err := m.after(call); err != nil {
			return err
		}
		w.Done = done
	}
	return nil
}

func (m *Memory) apply(w *connector.Write) connector.Entry {
	var p *person
	if w.Operation == connector.Create {
		p = m.fresh()
	} else if p = m.people[w.Entry.ID()]; p == nil {
		w.Failure = &connector.Failure{Code: "InvalidAnchor", Message: "There is nobody with the id " + w.Entry.ID() + "."}
		return nil
	}
	switch w.Operation {
	case connector.Delete:
		if p.bin = m.directory.Traits.Leaving == connector.LeaveToBin; !p.bin {
			delete(m.people, p.id)
		}
		return p.clone()
	case connector.Restore:
		p.bin, p.self = false, false
	}
	for _, v := range w.Values {
		if before := p.values[v.Slot]; before != v.Value {
			w.Modified = append(w.Modified, hospes.ModifiedProperty{Name: m.directory.Attributes[v.Slot].Name, Old: before, New: v.Value})
			p.values[v.Slot] = v.Value
		}
	}
	return p.clone()
}

// Refer implements connector.Referrer.
func (m *Memory) Refer(_ context.Context, refs []*connector.Ref) error {
	if err := m.before("refer"); err != nil {
		return err
	}
	if err := m.refer(refs); err != nil {
		return err
	}
	return m.after("refer")
}

func (m *Memory) refer(refs []*connector.Ref) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ref := range refs {
		holder := m.people[ref.HolderID]
		if holder == nil {
			return errors.New("nobody has the id " + ref.HolderID)
		}
		to := hospes.String(ref.ToID)
		ref.Changed = holder.values[ref.Slot] != to
		holder.values[ref.Slot] = to
	}
	return nil
}
