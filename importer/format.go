package importer

import (
	"bytes"
	"strings"
)

// Format is a file format that can be read.
type Format string

// The formats; "" stands for an unknown one.
const (
	LDIFFormat Format = "ldif"
	CSVFormat  Format = "csv"
)

// sniff is how much of a file Detect is shown when Open calls it.
const sniff = 4096

var byteOrderMark = []byte("\xEF\xBB\xBF")

// Detect tells the format of a file from its name, or else from its first bytes; "" when neither says it.
func Detect(name string, head []byte) Format {
	name = strings.ToLower(name)
	for _, known := range []struct {
		suffix string
		format Format
	}{{".ldif", LDIFFormat}, {".ldf", LDIFFormat}, {".csv", CSVFormat}, {".tsv", CSVFormat}} {
		if strings.HasSuffix(name, known.suffix) {
			return known.format
		}
	}
	head = bytes.TrimPrefix(head, byteOrderMark)
	for line := range bytes.Lines(head) {
		line = bytes.ToLower(bytes.TrimSpace(line))
		switch {
		case len(line) == 0 || line[0] == '#':
			continue
		case bytes.HasPrefix(line, []byte("dn:")), isLDIFVersion(line):
			return LDIFFormat
		case bytes.HasPrefix(line, []byte("version:v")), bytes.ContainsAny(line, ",;\t"), columnOf(string(line)) != nil:
			return CSVFormat
		}
		return ""
	}
	return ""
}

// isLDIFVersion tells LDIF's "version: 1" from the "version:v1.0" with which Microsoft's forms begin.
func isLDIFVersion(line []byte) bool {
	number, ok := bytes.CutPrefix(line, []byte("version:"))
	return ok && len(number) > 0 && len(bytes.Trim(number, " 0123456789")) == 0
}
