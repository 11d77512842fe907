package main

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/server"
)

// TestGuests1_7_ThrottledRowsAreRepeated has a server that wants it slower, and then one that has gone.
func TestGuests1_7_ThrottledRowsAreRepeated(t *testing.T) {
	i, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer closeOrFail(t, i)
	throttled, limit := 0, 5
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/invitations") && throttled < limit {
			throttled++
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		i.Handler().ServeHTTP(w, r)
	}))
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	id, secret := application(t, i, "Aurora", "aurora.example", "Directory.ReadWrite.All")
	var waited []time.Duration
	invite := func(rows string) (*program, int) {
		p := newProgram(0, "HOSPES_CLIENT_SECRET="+secret)
		p.in = strings.NewReader("Name,InvitedUserEmailAddress\r\n" + rows)
		p.wait = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
		return p, p.run(t.Context(), []string{"guest", "bulk-invite", "-", "--server", web.URL, "--ca", ca, "--tenant", "aurora.example", "--client-id", id})
	}
	p, code := invite("Greta,greta@guests.example\r\nOtto,otto@guests.example\r\n")
	if code != exitOK || strings.Count(p.stdout.String(), "invited") != 2 {
		t.Fatalf("exit %d\n%s%s", code, p.stdout.String(), p.stderr.String())
	}
	if len(waited) != 5 || waited[0] != 7*time.Second {
		t.Errorf("it waited %v", waited)
	}
	limit, throttled = 1<<20, 0
	p, code = invite("Greta,greta@guests.example\r\nIda,ida@guests.example\r\n")
	if code != exitUnavailable || !strings.Contains(p.stdout.String(), "there already") || !strings.Contains(p.stderr.String(), "run it again") {
		t.Errorf("without end: exit %d\n%s%s", code, p.stdout.String(), p.stderr.String())
	}
}

func TestGuests1_7_ARowHasAnEnd(t *testing.T) {
	rows, err := readGuests(io.MultiReader(strings.NewReader("\ufeffName,InvitedUserEmailAddress\n\"never closed"), endless{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.next(); !errors.Is(err, errLongRow) {
		t.Errorf("an endless row gives %v", err)
	}
}

type endless struct{}

// Read implements io.Reader.
func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func FuzzReadGuests(f *testing.F) {
	f.Add("version:v1.0,,\n[inviteeEmail],[inviteRedirectURL]\na@b.example,https://x.example\n")
	f.Add("Name,InvitedUserEmailAddress\r\n\"A, B\",a@b.example\r\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readGuests(strings.NewReader(text))
		if err != nil {
			return
		}
		for line := 0; ; {
			row, err := rows.next()
			if err != nil {
				return
			}
			if row.line <= line {
				t.Fatalf("row %+v comes after line %d", row, line)
			}
			if line = row.line; row.wrong == "" && !strings.Contains(row.address, "@") {
				t.Fatalf("%+v is taken", row)
			}
		}
	})
}
