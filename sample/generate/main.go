// Command generate writes the sample organisation Aurora as an LDIF file, always the same one:
//
//	go run ./generate aurora.ldif
//
// It knows the shape of the organisation; names, places and titles come from sample/stock.
package main

import (
	"bytes"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate FILE")
		os.Exit(2)
	}
	var b bytes.Buffer
	write(&b)
	if err := os.WriteFile(os.Args[1], b.Bytes(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write writes the whole file.
func write(b *bytes.Buffer) {
	staff := hire()
	out := &file{b}
	out.heading()
	for _, p := range byUID(staff) {
		out.person(p)
	}
	for _, g := range groups(staff) {
		out.group(g)
	}
}
