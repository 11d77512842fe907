package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// TestProxies_WhoIsBehindThem: only proxies that are known are believed, and only as far back as there are others.
func TestProxies_WhoIsBehindThem(t *testing.T) {
	known, err := parseProxies([]string{"10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                     {"198.51.100.1:4000", nil, "198.51.100.1:4000"},
		"a stranger who says he is":    {"198.51.100.1:4000", []string{"203.0.113.9"}, "198.51.100.1:4000"},
		"a proxy":                      {"10.1.2.3:4000", []string{"203.0.113.9"}, "203.0.113.9:0"},
		"a proxy of one address":       {"192.0.2.7:4000", []string{"203.0.113.9"}, "203.0.113.9:0"},
		"its neighbour":                {"192.0.2.8:4000", []string{"203.0.113.9"}, "192.0.2.8:4000"},
		"a proxy behind a proxy":       {"10.1.2.3:4000", []string{"203.0.113.9, 10.9.9.9"}, "203.0.113.9:0"},
		"what the client wrote before": {"10.1.2.3:4000", []string{"127.0.0.1, 10.0.0.1, 203.0.113.9, 10.9.9.9"}, "203.0.113.9:0"},
		"several lines":                {"10.1.2.3:4000", []string{"1.1.1.1", "203.0.113.9", "10.9.9.9"}, "203.0.113.9:0"},
		"with a port":                  {"10.1.2.3:4000", []string{"203.0.113.9:5000"}, "203.0.113.9:0"},
		"IPv6":                         {"[2001:db8:1::5]:4000", []string{"2001:db8:2::9"}, "[2001:db8:2::9]:0"},
		"IPv6 with a port":             {"[::1]:4000", []string{"[2001:db8:2::9]:5000"}, "[2001:db8:2::9]:0"},
		"IPv4 as IPv6":                 {"[::ffff:10.1.2.3]:4000", []string{"::ffff:203.0.113.9"}, "203.0.113.9:0"},
		"a proxy that says nothing":    {"10.1.2.3:4000", nil, "10.1.2.3:0"},
		"one that hides its client":    {"10.1.2.3:4000", []string{"203.0.113.9, unknown"}, "10.1.2.3:0"},
		"nonsense before a proxy":      {"10.1.2.3:4000", []string{"<x>, 10.9.9.9"}, "10.9.9.9:0"},
		"from a proxy itself":          {"10.1.2.3:4000", []string{"10.8.8.8, 10.9.9.9"}, "10.8.8.8:0"},
		"the same process":             {"in-process", []string{"203.0.113.9"}, "in-process"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			for _, line := range c.forwarded {
				r.Header.Add("X-Forwarded-For", line)
			}
			known.behind(http.HandlerFunc(func(_ http.ResponseWriter, seen *http.Request) {
				if seen.RemoteAddr != c.want {
					t.Errorf("comes from %s, want %s", seen.RemoteAddr, c.want)
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
			if r.RemoteAddr != c.peer {
				t.Error("the caller's request was changed")
			}
		})
	}
}

func TestProxies_WrongNetworksAreRefused(t *testing.T) {
	for _, text := range []string{"::ffff:10.0.0.0/104", "", "10.0.0.0/33", "proxy.example", "10.0.0", "10.0.0.1/x"} {
		if _, err := Open(t.Context(), Options{DataDir: t.TempDir(), TrustedProxies: []string{text}}); hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%q is taken: %v", text, err)
		}
	}
}

// TestProxies_ClientsBehindOneAreCountedApart: one of them has let all the devices wait that an address may.
func TestProxies_ClientsBehindOneAreCountedApart(t *testing.T) {
	i, err := Open(t.Context(), Options{DataDir: t.TempDir(), TrustedProxies: []string{"10.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	device := func(peer, client string) int {
		form := url.Values{"client_id": {token.AzureCLIAppID}, "scope": {"https://graph.microsoft.com/.default"}}.Encode()
		r := httptest.NewRequest("POST", "/organizations/oauth2/v2.0/devicecode", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", client)
		r.RemoteAddr = peer
		answer := httptest.NewRecorder()
		i.Handler().ServeHTTP(answer, r)
		return answer.Code
	}
	for range 100 {
		if code := device("10.1.2.3:4000", "203.0.113.9"); code != http.StatusOK {
			t.Fatalf("answers %d", code)
		}
	}
	for _, x := range []struct {
		who, peer, client string
		want              int
	}{
		{"the same by another proxy", "10.3.2.1:4000", "203.0.113.9", http.StatusTooManyRequests},
		{"who writes another address", "10.1.2.3:4000", "203.0.113.10, 203.0.113.9", http.StatusTooManyRequests},
		{"another", "10.1.2.3:4000", "203.0.113.10", http.StatusOK},
		{"who comes without a proxy", "198.51.100.1:4000", "203.0.113.9", http.StatusOK},
	} {
		if code := device(x.peer, x.client); code != x.want {
			t.Errorf("%s is answered %d, want %d", x.who, code, x.want)
		}
	}
}
