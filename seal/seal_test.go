package seal_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/seal"
	"pgregory.net/rapid"
)

func master(fill byte) []byte { return bytes.Repeat([]byte{fill}, seal.KeySize) }

func box(t *testing.T, masters ...[]byte) *seal.Box {
	t.Helper()
	b, err := seal.New(hospes.SystemRandom(), masters...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if hospes.CodeOf(err) != code {
		t.Errorf("error is %v with code %q, want %q", err, hospes.CodeOf(err), code)
	}
}

func TestOpenGivesBackWhatWasSealed(t *testing.T) {
	b := box(t, master(1))
	rapid.Check(t, func(t *rapid.T) {
		aad, text := rapid.String().Draw(t, "aad"), rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		sealed := b.Seal(aad, text)
		got, err := b.Open(aad, sealed)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("got %q, %v", got, err)
		}
		i := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		sealed[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := b.Open(aad, sealed); err == nil {
			t.Fatalf("opened with byte %d changed", i)
		}
	})
}

func TestSealNeverRepeats(t *testing.T) {
	b := box(t, master(1))
	if bytes.Equal(b.Seal("a", []byte("x")), b.Seal("a", []byte("x"))) {
		t.Error("two sealings of one text are equal")
	}
}

func TestOpenRefuses(t *testing.T) {
	b := box(t, master(1))
	sealed := b.Seal("tenant/row", []byte("secret"))
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	future := bytes.Clone(sealed)
	future[0] = 9
	for _, test := range []struct {
		name   string
		box    *seal.Box
		aad    string
		sealed []byte
		code   string
	}{
		{"another place", b, "tenant/other", sealed, seal.CodeBroken},
		{"another key", box(t, master(2)), "tenant/row", sealed, seal.CodeUnknownKey},
		{"changed", b, "tenant/row", changed, seal.CodeBroken},
		{"cut short", b, "tenant/row", sealed[:20], seal.CodeBroken},
		{"empty", b, "tenant/row", nil, seal.CodeBroken},
		{"another version", b, "tenant/row", future, seal.CodeBroken},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := test.box.Open(test.aad, test.sealed)
			wantCode(t, err, test.code)
			if text != nil || hospes.KindOf(err) != hospes.KindPrecondition {
				t.Errorf("got %q, %v", text, err)
			}
		})
	}
}

func TestRotationOpensOldValues(t *testing.T) {
	old := box(t, master(1))
	sealed := old.Seal("a", []byte("x"))
	rotated := box(t, master(2), master(1))
	if text, err := rotated.Open("a", sealed); err != nil || string(text) != "x" {
		t.Errorf("got %q, %v", text, err)
	}
	_, err := old.Open("a", rotated.Seal("a", []byte("y")))
	wantCode(t, err, seal.CodeUnknownKey)
}

// TestKeysThatShareAnID finds two master keys with one id and opens values of both.
func TestKeysThatShareAnID(t *testing.T) {
	first := master(0)
	want := box(t, first).Seal("a", nil)[1]
	for n := 1; ; n++ {
		second := master(0)
		second[0], second[1] = byte(n), byte(n>>8)
		b := box(t, second)
		sealed := b.Seal("a", []byte("x"))
		if sealed[1] != want {
			continue
		}
		if text, err := box(t, first, second).Open("a", sealed); err != nil || string(text) != "x" {
			t.Errorf("got %q, %v", text, err)
		}
		return
	}
}

func TestParse(t *testing.T) {
	one, two := base64.StdEncoding.EncodeToString(master(0xff)), base64.RawURLEncoding.EncodeToString(master(0xfe))
	for _, test := range []struct{ name, text, code string }{
		{"one", one, ""},
		{"several", one + "\n" + two + "\r\n", ""},
		{"with a comma", one + "," + two, ""},
		{"none", " \n", "Seal_BadKey"},
		{"short", "AAAA", "Seal_BadKey"},
		{"not base64", "pass word!", "Seal_BadKey"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := seal.Parse(test.text, hospes.SystemRandom())
			wantCode(t, err, test.code)
			if err != nil && strings.Contains(err.Error(), "word") {
				t.Errorf("the error quotes the key: %v", err)
			}
		})
	}
}

func TestOpenDir(t *testing.T) {
	dir := t.TempDir()
	first, err := seal.OpenDir(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed := first.Seal("a", []byte("x"))
	again, err := seal.OpenDir(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := again.Open("a", sealed); err != nil || string(text) != "x" {
		t.Errorf("got %q, %v", text, err)
	}
	path := filepath.Join(dir, seal.FileName)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v, %v", info.Mode(), err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := seal.Parse(string(text), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := moved.Open("a", sealed); err != nil {
		t.Errorf("the content of the file does not do for HOSPES_MASTER_KEY: %v", err)
	}

	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = seal.OpenDir(dir, rand.Reader)
	wantCode(t, err, "Seal_BadKey")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = seal.OpenDir(dir, rand.Reader)
	wantCode(t, err, "Seal_BadKey") // an empty file is never replaced: the key may be in a backup
	if _, err := seal.OpenDir(filepath.Join(dir, "missing"), rand.Reader); hospes.KindOf(err) != hospes.KindInternal {
		t.Errorf("error is %v", err)
	}
}

func BenchmarkSeal(b *testing.B) {
	bx, err := seal.New(hospes.SystemRandom(), master(1))
	if err != nil {
		b.Fatal(err)
	}
	text := make([]byte, 1024)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		sealed := bx.Seal("tenant/row", text)
		if _, err := bx.Open("tenant/row", sealed); err != nil {
			b.Fatal(err)
		}
	}
}
