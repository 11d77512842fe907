package seal_test

import (
	"bytes"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/seal"
)

func TestDerivedKeysDifferByPurposeAndMasterKey(t *testing.T) {
	derive := func(master byte, purpose string) []byte {
		box, err := seal.New(hospes.SystemRandom(), bytes.Repeat([]byte{master}, seal.KeySize))
		if err != nil {
			t.Fatal(err)
		}
		key, err := box.Derive(purpose)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	if !bytes.Equal(derive(1, "a"), derive(1, "a")) {
		t.Error("another node would derive another key")
	}
	if bytes.Equal(derive(1, "a"), derive(1, "b")) || bytes.Equal(derive(1, "a"), derive(2, "a")) {
		t.Error("two keys are the same")
	}
	if bytes.Contains(derive(1, "a"), bytes.Repeat([]byte{1}, 8)) {
		t.Error("the master key shows")
	}
}
