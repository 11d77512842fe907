package importer_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes/importer"
)

func Example() {
	const file = `E-mail;First name;Last name;Manager
anna.berg@aurora.example;Anna;Berg;bo.ek@aurora.example
cleo@aurora.example;"Cleo;Falk;
bo.ek@aurora.example;Bo;Ek;
`
	r, err := importer.Open("people.csv", strings.NewReader(file), importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for rec, err := range importer.All(r) {
		var broken *importer.RecordError
		switch {
		case errors.As(err, &broken):
			fmt.Println("not read:", broken)
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(rec.Text("displayName"), "is", rec.Key)
		}
	}
	// Output:
	// Anna Berg is anna.berg@aurora.example
	// not read: line 3: a quote is opened on this line and never closed
	// Bo Ek is bo.ek@aurora.example
}
