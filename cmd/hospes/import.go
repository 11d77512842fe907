package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/internal/progress"
)

const importsPath = "/hospes/v1/imports"

// importTypes are the formats that can be imported, with what they are called on the wire.
var importTypes = map[string]string{"ldif": "text/ldif", "csv": "text/csv"}

func (c *cli) importCommand() *cobra.Command {
	var format string
	cmd := c.verb("import FILE", "Take people and groups out of an LDIF or CSV file into a tenant; - is standard input", `
		hospes import people.ldif --tenant aurora.example
		hospes import - --format csv < people.csv`,
		func(ctx context.Context, args []string) error {
			if _, known := importTypes[format]; format != "" && !known {
				return usagef("--format: '%s' is neither ldif nor csv", format)
			}
			return c.importFile(ctx, args[0], format)
		})
	cmd.Long = cmd.Short + `.

People arrive without a password. What is there already is brought up to date; nobody is deleted. Records that cannot
be read are told with their line, the others are taken, and the command fails in the end.`
	cmd.ValidArgsFunction = nil // a file
	cmd.Flags().StringVar(&format, "format", "", "`FORMAT` of the file, ldif or csv; without it, what the file looks like")
	complete(cmd, "format", "ldif", "csv")
	return cmd
}

func (c *cli) importFile(ctx context.Context, name, format string) error {
	in, size, err := c.openInput(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // it was only read
	client, err := c.graph(ctx)
	if err != nil {
		return err
	}
	shown, contentType := name, "application/octet-stream"
	if name == "-" {
		shown = "stdin"
	}
	if format != "" {
		name, contentType = "import."+format, importTypes[format]
	}
	answer, err := client.Stream(ctx, graphclient.Request{Method: http.MethodPost, Path: importsPath, Query: url.Values{"name": {name}}}, contentType, in)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }() // it has been read to its end
	bar := c.bar("import", progress.Bytes, size)
	last, err := followImport(json.NewDecoder(answer), bar, shown)
	if err != nil {
		bar.Abort()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	bar.Done()
	if err := c.show(last, "records", "created", "updated", "unchanged", "failed", "ties"); err != nil {
		return err
	}
	var counts struct {
		Records int64 `json:"records"`
		Failed  int64 `json:"failed"`
	}
	if err := json.Unmarshal(last, &counts); err != nil {
		return err
	}
	if counts.Failed > 0 {
		return &helpful{fmt.Errorf("%d of %d records of %s were not taken", counts.Failed, counts.Records, shown), "correct the lines that are named above, and run it again"}
	}
	return nil
}

// openInput opens a file, or standard input, and gives its size where it has one.
func (c *cli) openInput(name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(c.in), 0, nil
	}
	file, err := os.Open(name) //nolint:gosec // the file that the user names
	if err != nil {
		return nil, 0, usagef("%v", err)
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return nil, 0, errors.Join(usagef("%s is not a file", name), file.Close())
	}
	if !info.Mode().IsRegular() {
		return file, 0, nil
	}
	return file, info.Size(), nil
}

// importLine is one line of the answer: how far it is, a record that was refused, or the end.
type importLine struct {
	Bytes *int64 `json:"bytes"`
	Done  *bool  `json:"done"`
	Error *struct {
		Code    string `json:"code"`
		Line    int    `json:"line"`
		Message string `json:"message"`
	} `json:"error"`
}

// followImport shows the progress and gives the last line.
func followImport(lines *json.Decoder, bar *progress.Bar, name string) (json.RawMessage, error) {
	for {
		var raw json.RawMessage
		if err := lines.Decode(&raw); err != nil {
			return nil, &helpful{
				&hospes.Error{Kind: hospes.KindUnavailable, Message: "the import broke off", Err: err},
				"run it again: what was taken is left alone then",
			}
		}
		var line importLine
		if err := json.Unmarshal(raw, &line); err != nil {
			return nil, err
		}
		if line.Bytes != nil {
			bar.Set(*line.Bytes)
		}
		switch {
		case line.Done != nil && *line.Done:
			return raw, nil
		case line.Done != nil || line.Error == nil && line.Bytes == nil:
			message := "the import broke off"
			if line.Error != nil {
				message = fmt.Sprintf("%s:%d: %s", name, line.Error.Line, line.Error.Message)
			}
			return nil, &helpful{errors.New(message), "run it again: what was taken is left alone then"}
		case line.Error != nil:
			bar.Note("%s", oneLine(clean(fmt.Sprintf("%s:%d: %s", name, line.Error.Line, line.Error.Message))))
		}
	}
}
