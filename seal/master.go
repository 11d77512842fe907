package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hospes-dev/hospes"
)

// FileName is the name of the file in the data directory that holds the master key.
const FileName = "master.key"

// Parse makes a box of master keys in base64, one or several, parted by white space or commas, newest first. It reads
// the value of HOSPES_MASTER_KEY and the content of the file alike.
func Parse(text string, random hospes.Random) (*Box, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
	masters := make([][]byte, len(fields))
	for i, field := range fields {
		master, err := decode(field)
		if err != nil {
			// The cause would quote the key.
			return nil, badKey("seal.Parse", fmt.Sprintf("Master key %d is not base64.", i+1))
		}
		masters[i] = master
	}
	return New(random, masters...)
}

// decode takes both alphabets of base64, padded or not: keys are pasted from many tools.
func decode(field string) ([]byte, error) {
	field = strings.TrimRight(field, "=")
	if strings.ContainsAny(field, "-_") {
		return base64.RawURLEncoding.DecodeString(field)
	}
	return base64.RawStdEncoding.DecodeString(field)
}

// OpenDir makes a box of the master key in the data directory dir. Where there is none, one is drawn from random and
// written down first, readable by its owner only. The caller keeps other processes out of dir meanwhile.
func OpenDir(dir string, random hospes.Random) (*Box, error) {
	const op = "seal.OpenDir"
	path := filepath.Join(dir, FileName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		master := make([]byte, KeySize)
		if _, err := io.ReadFull(random, master); err != nil {
			return nil, hospes.Internal(op, err)
		}
		text = append([]byte(base64.StdEncoding.EncodeToString(master)), '\n')
		if err := write(path, text); err != nil {
			return nil, hospes.Internal(op, err)
		}
	} else if err != nil {
		return nil, hospes.Internal(op, err)
	}
	if err := checkMode(path); err != nil {
		return nil, err
	}
	box, err := Parse(string(text), random)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return box, nil
}

// checkMode refuses a key that everybody on the machine can read. Access for a group is left alone: that is how
// orchestrators mount secrets.
func checkMode(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return hospes.Internal("seal.OpenDir", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return badKey("seal.OpenDir", fmt.Sprintf("%s can be read by everybody (mode %04o). Make it private: chmod 600.", path, info.Mode().Perm()))
	}
	return nil
}

// write puts the file in place whole or not at all, and on the disk before anything is sealed under the key.
func write(path string, text []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, FileName+".*") // private from the start
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if runtime.GOOS == "windows" {
		err = nil // directories cannot be synced there
	}
	return errors.Join(err, d.Close())
}
