package server

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/hospes-dev/hospes"
)

// lockDir keeps a second process out of a data directory. The lock goes with the process, however it ends.
func lockDir(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close() // it was only opened to be locked
		return nil, &hospes.Error{
			Kind: hospes.KindUnavailable, Op: "server.Open", Code: "DataDirectoryInUse",
			Message: "Another hospes process works on " + dir + ". Stop it, or talk to it with --server.", Err: err,
		}
	}
	_ = file.Truncate(0) // the number inside is for people only
	_, _ = file.WriteString(strconv.Itoa(os.Getpid()) + "\n")
	return file, nil
}
