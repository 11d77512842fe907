package mail

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

func TestANameWithALineBreakMakesNoHeader(t *testing.T) {
	for _, kind := range []string{"quarantine", "failures", "deletions"} {
		m := Message{Kind: kind, Language: "en\r\nBcc: eve@evil.example", Args: words.Args{"configuration": "x\r\nBcc: eve@evil.example\r\n\r\nbody", "tenant": "a\nBcc: eve@evil.example"}}
		letter, err := render(m, "hospes@aurora.example", store.OutboxMail{Number: 1, Mail: store.Mail{To: "anna@aurora.example"}}, time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := letter.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
		if strings.Contains(head, "\nBcc:") {
			t.Errorf("%s: %s", kind, head)
		}
	}
}
