package graphapi_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/hospes-dev/hospes/token/tokentest"
)

func TestMain(m *testing.M) { tokentest.Main(all{m}) }

// all runs the tests, and then looks whether the page of parity says what they have shown.
type all struct{ *testing.M }

// Run runs the tests and gives the code to exit with.
func (a all) Run() int {
	code := a.M.Run()
	if os.Getenv("HOSPES_TEST_STORE") != "" {
		return code // the page is written by the run on SQLite, in which every test takes part
	}
	for _, some := range []string{"test.run", "test.skip", "test.bench", "test.fuzz", "test.list"} {
		if f := flag.Lookup(some); code != 0 || f != nil && f.Value.String() != "" {
			return code
		}
	}
	if err := checkParity(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
