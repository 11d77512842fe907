package provision_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/connectortest"
)

// leavingFarAway is what becomes of people of the far target: with a bin there are deletions and restores to die in.
const leavingFarAway = connector.LeaveToBin

// serveMemory lends a system in memory to other processes, so that it outlives those that are killed.
func serveMemory(memory *connectortest.Memory) *httptest.Server {
	mux := http.NewServeMux()
	serve := func(name string, answer func(ctx context.Context, in question) (reply, error)) {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			var in question
			err := json.NewDecoder(r.Body).Decode(&in)
			var out reply
			if err == nil {
				out, err = answer(r.Context(), in)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_ = json.NewEncoder(w).Encode(out) // whoever asked may have been killed
		})
	}
	serve("read", func(ctx context.Context, in question) (out reply, err error) {
		entries, err := memory.Read(ctx, in.IDs)
		out.Entries = [][]*farEntry{copies(memory.Directory(), entries)}
		return out, err
	})
	serve("match", func(ctx context.Context, in question) (out reply, err error) {
		found, err := memory.Match(ctx, in.Slot, in.Values)
		for _, entries := range found {
			out.Entries = append(out.Entries, copies(memory.Directory(), entries))
		}
		return out, err
	})
	serve("apply", func(ctx context.Context, in question) (out reply, err error) {
		writes := make([]*connector.Write, len(in.Writes))
		for i, w := range in.Writes {
			writes[i] = &connector.Write{Operation: w.Operation, Values: w.Values, Thorough: w.Thorough}
			if w.Entry != nil {
				writes[i].Entry = w.Entry
			}
		}
		err = memory.Apply(ctx, writes)
		for _, w := range writes {
			done := farWrite{Modified: w.Modified, Adopted: w.Adopted, Failure: w.Failure}
			if w.Done != nil {
				done.Entry = copies(memory.Directory(), []connector.Entry{w.Done})[0]
			}
			out.Writes = append(out.Writes, done)
		}
		return out, err
	})
	serve("refer", func(ctx context.Context, in question) (out reply, err error) {
		err = memory.Refer(ctx, in.Refs)
		out.Refs = in.Refs
		return out, err
	})
	return httptest.NewServer(mux)
}

// question and reply are the bodies of all calls.
type (
	question struct {
		IDs    []string
		Slot   int
		Values []hospes.Value
		Writes []farWrite
		Refs   []*connector.Ref
	}
	reply struct {
		Entries [][]*farEntry
		Writes  []farWrite
		Refs    []*connector.Ref
	}
)

// farWrite is a write on its way there, where Entry is whom it is about, and back, where Entry is who is there now.
type farWrite struct {
	Operation connector.Operation
	Entry     *farEntry
	Values    []connector.Value
	Thorough  bool
	Modified  []hospes.ModifiedProperty
	Adopted   bool
	Failure   *connector.Failure
}

// farEntry is a person of the system as it travels.
type farEntry struct {
	Key      string
	Bin      bool
	BySelf   bool
	Contents []hospes.Value
}

func (e *farEntry) ID() string               { return e.Key }
func (*farEntry) Number() hospes.Number      { return 0 }
func (e *farEntry) InBin() bool              { return e.Bin }
func (e *farEntry) LeftBySelf() bool         { return e.BySelf }
func (e *farEntry) Value(s int) hospes.Value { return e.Contents[s] }

// copies gives entries as they travel; nil stays nil.
func copies(d *connector.Directory, entries []connector.Entry) []*farEntry {
	list := make([]*farEntry, len(entries))
	for i, e := range entries {
		if e == nil {
			continue
		}
		list[i] = &farEntry{Key: e.ID(), Bin: e.InBin(), BySelf: e.LeftBySelf()}
		for slot := range d.Attributes {
			list[i].Contents = append(list[i].Contents, e.Value(slot))
		}
	}
	return list
}

// entriesOf is the other way: nil stays nil.
func entriesOf(list []*farEntry) []connector.Entry {
	entries := make([]connector.Entry, len(list))
	for i, e := range list {
		if e != nil {
			entries[i] = e
		}
	}
	return entries
}

// farTarget reaches a system in the memory of another process.
type farTarget struct {
	address   string
	directory *connector.Directory
}

var (
	_ connector.Remote   = (*farTarget)(nil)
	_ connector.Referrer = (*farTarget)(nil)
)

func farAway(address string) *farTarget {
	return &farTarget{address, connectortest.NewDirectory(leavingFarAway)}
}

func (t *farTarget) ask(ctx context.Context, name string, in question) (out reply, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address+"/"+name, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return out, err
	}
	if response.StatusCode != http.StatusOK {
		return out, errors.Join(fmt.Errorf("%s: %s", name, response.Status), response.Body.Close())
	}
	return out, errors.Join(json.NewDecoder(response.Body).Decode(&out), response.Body.Close())
}

// Directory implements connector.Connector.
func (t *farTarget) Directory() *connector.Directory { return t.directory }

// Test implements connector.Remote.
func (t *farTarget) Test(ctx context.Context) error {
	_, err := t.ask(ctx, "read", question{})
	return err
}

// Read implements connector.Target.
func (t *farTarget) Read(ctx context.Context, ids []string) ([]connector.Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out, err := t.ask(ctx, "read", question{IDs: ids})
	if err != nil {
		return nil, err
	}
	return entriesOf(out.Entries[0]), nil
}

// Match implements connector.Target.
func (t *farTarget) Match(ctx context.Context, slot int, values []hospes.Value) ([][]connector.Entry, error) {
	out, err := t.ask(ctx, "match", question{Slot: slot, Values: values})
	if err != nil {
		return nil, err
	}
	found := make([][]connector.Entry, len(out.Entries))
	for i, list := range out.Entries {
		found[i] = entriesOf(list)
	}
	return found, nil
}

// Apply implements connector.Target.
func (t *farTarget) Apply(ctx context.Context, writes []*connector.Write) error {
	var in question
	for _, w := range writes {
		far := farWrite{Operation: w.Operation, Values: w.Values, Thorough: w.Thorough}
		if w.Entry != nil {
			far.Entry = copies(t.directory, []connector.Entry{w.Entry})[0]
		}
		in.Writes = append(in.Writes, far)
	}
	out, err := t.ask(ctx, "apply", in)
	if err != nil {
		return err
	}
	for i, w := range writes {
		done := out.Writes[i]
		w.Modified, w.Adopted, w.Failure = done.Modified, done.Adopted, done.Failure
		if done.Entry != nil {
			w.Done = done.Entry
		}
	}
	return nil
}

// Refer implements connector.Referrer.
func (t *farTarget) Refer(ctx context.Context, refs []*connector.Ref) error {
	out, err := t.ask(ctx, "refer", question{Refs: refs})
	if err != nil {
		return err
	}
	for i, ref := range refs {
		ref.Changed = out.Refs[i].Changed
	}
	return nil
}
