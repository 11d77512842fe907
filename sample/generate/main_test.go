package main

import (
	"bytes"
	"os"
	"testing"
)

// TestFileIsCurrent holds that the file in the repository is what the program writes.
func TestFileIsCurrent(t *testing.T) {
	var b bytes.Buffer
	write(&b)
	committed, err := os.ReadFile("../aurora.ldif")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), committed) {
		t.Errorf("aurora.ldif has %d bytes, the program writes %d others; run go generate ./sample", len(committed), b.Len())
	}
}
