// Command totals reads the events of `go test -json`, prints what failed and what tests say of themselves (testing.T.Attr),
// and ends with one line of totals.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

type event struct {
	Action, Package, Test, Output, Key, Value string
	Elapsed                                   float64
}

func main() {
	skipsFail := flag.Bool("skips-fail", false, "a skipped test is a failure")
	flag.Parse()
	output := map[string][]string{}
	var passed, failed, skipped int
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Println(in.Text()) // a failed build writes plain lines
			continue
		}
		key := e.Package + "\x00" + e.Test
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
		case "attr":
			fmt.Printf("%s of %s: %s\n", e.Key, e.Test, e.Value)
		case "build-output":
			fmt.Print(e.Output)
		case "pass", "skip", "fail":
			count(e, output[key], &passed, &failed, &skipped)
			delete(output, key)
		}
	}
	fmt.Printf("total: %d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if failed > 0 || *skipsFail && skipped > 0 || passed == 0 {
		os.Exit(1)
	}
}

// count adds an event up; what failed or was skipped is shown with its output.
func count(e event, output []string, passed, failed, skipped *int) {
	if e.Test == "" { // of a package
		if e.Action == "fail" {
			fmt.Printf("FAIL %s (%.1f s)\n", e.Package, e.Elapsed)
			show(output)
		} else {
			fmt.Printf("ok   %s (%.1f s)\n", e.Package, e.Elapsed)
		}
		return
	}
	switch e.Action {
	case "pass":
		*passed++
		return
	case "fail":
		*failed++
	case "skip":
		*skipped++
	}
	show(output)
}

func show(lines []string) {
	for _, line := range lines {
		fmt.Print(line)
	}
}
