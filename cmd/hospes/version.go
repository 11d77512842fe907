package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is what the program knows of how it was made.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b.orDevel()
	}
	if b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b.orDevel()
}

func (b build) orDevel() build {
	if b.Version == "" {
		b.Version = "devel"
	}
	return b
}

func (b build) String() string {
	s := "hospes " + b.Version
	if len(b.Revision) >= 12 {
		s += " (" + b.Revision[:12]
		if b.Modified {
			s += ", modified"
		}
		s += ")"
	}
	return s + " " + b.Go + " " + b.Platform
}

// agent is how requests say who sends them.
func agent() string { return "hospes/" + readBuild().Version }

func (c *cli) versionCommand() *cobra.Command {
	return c.verb("version", "Print the version", "hospes version", func(context.Context, []string) error {
		b := readBuild()
		if c.flags.output == formatTable {
			_, err := fmt.Fprintln(c.out, b)
			return err
		}
		raw, err := json.Marshal(b)
		if err != nil {
			return err
		}
		return c.show(raw)
	})
}
