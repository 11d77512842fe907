package sample

import (
	_ "embed"
	"io"
	"strings"
)

//go:generate go run ./generate aurora.ldif

//go:embed aurora.ldif
var aurora string

// Domain is the domain of every address and user principal name of the sample.
const Domain = "aurora.example"

// Aurora gives the bundled organisation as an LDIF file, and how many bytes it has.
//
// It is meant to be believable, so it has what real directories have: several people of the same name, people without
// a mail address, a given name or a department, closed accounts, managers who come later in the file than those they
// manage, groups in groups, an empty one and one that nearly everybody is in.
func Aurora() (io.Reader, int64) {
	return strings.NewReader(aurora), int64(len(aurora))
}
