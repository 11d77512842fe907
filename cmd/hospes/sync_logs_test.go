package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTail holds that records are shown once, the oldest first, also those that appear late.
func TestTail(t *testing.T) {
	begin := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	record := func(id string, seconds int) string {
		return fmt.Sprintf(`{"id":%q,"activityDateTime":%q}`, id, begin.Add(time.Duration(seconds)*time.Second).Format("2006-01-02T15:04:05.0000000Z"))
	}
	looks := []struct {
		name  string
		log   []string // the newest first, as the server gives it
		want  string
		since string
	}{
		{"two", []string{record("b", 20), record("a", 5)}, "a b", "activityDateTime ge 2026-03-01T09:00:00Z"},
		{"one more, and a late one", []string{record("d", 21), record("b", 20), record("c", 12)}, "c d", "activityDateTime ge 2026-03-01T09:00:10Z"},
		{"nothing new", []string{record("d", 21), record("b", 20), record("c", 12)}, "", "activityDateTime ge 2026-03-01T09:00:11Z"},
	}
	look := 0
	client, err := graphclient.New(graphclient.Options{Base: "http://x", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if got := r.URL.Query().Get("$filter"); got != "jobId eq 'j' and "+looks[look].since {
			t.Errorf("%s: filter %s", looks[look].name, got)
		}
		body := `{"value":[` + strings.Join(looks[look].log, ",") + `]}`
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	state := tail{since: begin, seen: map[string]bool{}}
	for look = range looks {
		records, more, err := state.read(t.Context(), client, []string{"jobId eq 'j'"})
		if err != nil || more {
			t.Fatal(err, more)
		}
		var got []string
		for _, r := range records {
			got = append(got, text(lookup(r, "id")))
		}
		if strings.Join(got, " ") != looks[look].want {
			t.Errorf("%s: got %v, want %s", looks[look].name, got, looks[look].want)
		}
	}
}
