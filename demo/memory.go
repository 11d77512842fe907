package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

const memoryFile = "demo.json"

// memory is what the demo must not forget: the secrets, which the API tells once, and what it was asked for.
type memory struct {
	Input  string `json:"input"` // "sample", "20000 users", "file people.ldif"
	Source Side   `json:"source"`
	Target Side   `json:"target"`
	Spokes []Side `json:"spokes,omitempty"` // those after the target
	Broken broken `json:"broken,omitzero"`
}

// sides are the tenants, the hub first.
func (m *memory) sides() []*Side {
	list := []*Side{&m.Source, &m.Target}
	for i := range m.Spokes {
		list = append(list, &m.Spokes[i])
	}
	return list
}

// remember reads what an earlier run has kept. Another input on the same directory is a conflict.
func (d *demo) remember(context.Context) error {
	input := "sample"
	switch {
	case d.LDIF != nil:
		input = "file " + d.Name
	case d.Users > 0:
		input = fmt.Sprintf("%d users", d.Users)
	}
	if d.Tenants > 2 {
		input += fmt.Sprintf(" in %d tenants", d.Tenants)
	}
	text, err := os.ReadFile(filepath.Join(d.Dir, memoryFile))
	if err == nil {
		if err := json.Unmarshal(text, &d.memory); err != nil {
			return err
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if d.memory.Input != "" && d.memory.Input != input {
		return &hospes.Error{
			Kind: hospes.KindConflict, Op: "demo.Run", Code: "DemoDiffers",
			Message: fmt.Sprintf("%s holds a demo of %s, not of %s. Choose another directory with --data.", d.Dir, d.memory.Input, input),
		}
	}
	d.memory.Input = input
	return d.keep()
}

// keep writes the memory, whole or not at all.
func (d *demo) keep() error {
	return WriteJSON(filepath.Join(d.Dir, memoryFile), d.memory)
}

// WriteJSON writes a value to a file by a rename, readable by its owner only.
func WriteJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone already where the rename went through
	_, err = file.Write(append(text, '\n'))
	if err := errors.Join(err, file.Chmod(0o600), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// graphStatus gives the HTTP status that an answer of the API had; 0 for other errors.
func graphStatus(err error) int {
	var e *graphclient.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}
