package clients

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var blocks = regexp.MustCompile("(?s)```sh( server)?\n(.*?)```")

// commands gives the commands of a page: those of the server, and those of the client, in order.
func commands(t *testing.T, page string) (server string, client []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks.FindAllStringSubmatch(string(text), -1) {
		if block[1] != "" {
			server += block[2]
		} else {
			client = append(client, block[2])
		}
	}
	if server == "" || len(client) == 0 {
		t.Fatalf("%s has no commands of a server and a client", page)
	}
	return server, client
}

// shell makes a command in a folder that looks like one beside a clone of the repository.
func shell(t *testing.T, ctx context.Context, dir, bin, text string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", text)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "HOSPES_LISTEN=127.0.0.1:0", "HOSPES_NO_PROGRESS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

func TestThePagesOfTheClientsSayWhatWorks(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if text, err := exec.Command("go", "build", "-o", filepath.Join(bin, "hospes"), "../cmd/hospes").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for name, page := range map[string]string{"javascript": "../docs/clients/javascript.md", "go": "../docs/clients/go.md"} {
		t.Run(name, func(t *testing.T) {
			server, client := commands(t, page)
			dir := t.TempDir()
			if err := os.Symlink(filepath.Join(root, "clients"), filepath.Join(dir, "clients")); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			serving := shell(t, ctx, dir, bin, server)
			var log bytes.Buffer
			serving.Stdout, serving.Stderr = &log, &log
			if err := serving.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- serving.Wait() }()
			defer func() {
				stop()
				<-ended
			}()
			awaitFile(t, filepath.Join(dir, "demo.json"), ended, &log)
			told := ""
			for _, text := range client {
				out, err := shell(t, t.Context(), dir, bin, text).CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s\n%s", err, text, out)
				}
				told += string(out)
			}
			if !strings.HasSuffix(strings.TrimSpace(told), "the story is told") {
				t.Errorf("the story ends otherwise:\n%s", told)
			}
			t.Log(told)
		})
	}
}

// awaitFile waits until a server has written a file, or has ended.
func awaitFile(t *testing.T, path string, ended chan error, log *bytes.Buffer) {
	t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(path); err == nil {
			return
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the server ended: %v\n%s", err, log)
		case <-look.C:
		}
	}
}
