package token_test

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/token"
)

var redirects = token.Registration{Redirects: []token.Redirect{
	{URI: "https://app.example/callback", Kind: token.RedirectWeb}, {URI: "https://app.example/callback?x=1", Kind: token.RedirectWeb},
	{URI: "http://localhost", Kind: token.RedirectNative}, {URI: "http://127.0.0.1/cb", Kind: token.RedirectNative}, {URI: "http://[::1]/cb", Kind: token.RedirectNative},
	{URI: "pocket://done", Kind: token.RedirectNative}, {URI: "http://localhost:3000/spa", Kind: token.RedirectSPA}, {URI: "http://app.example/plain", Kind: token.RedirectWeb}, {URI: "urn:ietf:wg:oauth:2.0:oob", Kind: token.RedirectNative},
}}

// TestReliability5_2_RedirectsThatAreTaken are the same letter by letter, but for the port of a loopback address.
func TestReliability5_2_RedirectsThatAreTaken(t *testing.T) {
	for uri, kind := range map[string]token.RedirectKind{
		"https://app.example/callback": token.RedirectWeb, "https://app.example/callback?x=1": token.RedirectWeb, "http://localhost": token.RedirectNative,
		"http://localhost/": token.RedirectNative, "http://localhost:51234": token.RedirectNative, "http://localhost:51234/": token.RedirectNative,
		"http://127.0.0.1:8400/cb": token.RedirectNative, "http://[::1]:8400/cb": token.RedirectNative, "pocket://done": token.RedirectNative,
		"http://localhost:3000/spa": token.RedirectSPA, "urn:ietf:wg:oauth:2.0:oob": token.RedirectNative,
	} {
		if got, ok := redirects.FindRedirect(uri); !ok || got.Kind != kind || got.URI != uri {
			t.Errorf("%s: %+v, %v", uri, got, ok)
		}
	}
}

// nasty are addresses that lead elsewhere in the eyes of some reader.
func nasty() (list []string) {
	for _, base := range []string{"https://app.example/callback", "http://localhost", "http://127.0.0.1/cb", "http://localhost:3000/spa"} {
		u, _ := url.Parse(base)
		host, path := u.Host, u.Path
		for _, trick := range []string{
			"//evil.example", "\\evil.example", "@evil.example", ".evil.example", "%2eevil.example", "%2f@evil.example", "%00.evil.example", "%09", " ", "\t", "\n", "\r\nX: y", "#", "#@evil.example",
			"?", "?a", "&", ";", "/..", "/../evil", "/%2e%2e/evil", "/.", "//", "%", "%zz", "\x00", "é", "​", "%c0%af", "|", "<", "'", "\"", "`",
		} {
			list = append(list, base+trick)
		}
		for _, authority := range []string{
			host + ".evil.example", "evil.example", "evil.example#" + host, "evil.example?" + host, "evil.example\\" + host, "evil.example/" + host, host + "@evil.example", "a:b@" + host, "@" + host,
			"evil" + host, host + ":0x50", host + ":65536", host + ":-1", host + ":", host + ".", "xn--" + host, strings.ToUpper(host), "ⓔvil.example", host + "%00", "[" + host + "]", "0x7f.1", "2130706433", "017700000001", "0.0.0.0", "localhost.localdomain", "127.0.0.1.nip.io", "[::ffff:127.0.0.1]", "[::]",
		} {
			list = append(list, u.Scheme+"://"+authority+path)
		}
		rest := strings.TrimPrefix(base, u.Scheme+":")
		for _, scheme := range []string{"", "HTTP:", "HTTPS:", "javascript:", "data:text/html,", "file:", "ftp:", "ws:", "blob:" + u.Scheme + ":", " " + u.Scheme + ":", "view-source:" + u.Scheme + ":"} {
			list = append(list, scheme+rest)
		}
		list = append(list, u.Scheme+":"+host+path, u.Scheme+":/"+host+path, u.Scheme+":///"+host+path, u.Scheme+":\\\\"+host+path)
	}
	return append(list, "", "http://app.example/plain", "pocket://done/", "pocket://done@evil", "POCKET://done", "pocket:done", "http://localhost:51234/other", "https://localhost", "http://127.0.0.1:8400/", "http://127.0.0.2/cb",
		"http://127.0.0.1/cb?x", "http://localhost:3001/spa", "https://app.example/callback?x=2", "https://app.example/callback?x=1&y=2", "https://app.example/Callback", "urn:ietf:wg:oauth:2.0:oob:auto")
}

// TestReliability5_2_RedirectCorpus refuses every one of them.
func TestReliability5_2_RedirectCorpus(t *testing.T) {
	list := nasty()
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(uri string) bool { return uri == "http://127.0.0.1/cb" }) // its capitals are itself
	if len(list) < 200 {
		t.Errorf("only %d addresses", len(list))
	}
	for _, uri := range list {
		if got, ok := redirects.FindRedirect(uri); ok {
			t.Errorf("%q is taken for %+v", uri, got)
		}
	}
}

// FuzzRedirect compares the check with the letters, and with what net/url reads in an address of this machine.
func FuzzRedirect(f *testing.F) {
	for _, uri := range nasty()[:40] {
		f.Add(uri)
	}
	f.Add("http://localhost:51234/")
	f.Fuzz(func(t *testing.T, uri string) {
		got, ok := redirects.FindRedirect(uri)
		if !ok || slices.ContainsFunc(redirects.Redirects, func(r token.Redirect) bool { return r.URI == uri }) {
			return
		}
		u, err := url.Parse(uri)
		if err != nil || got.Kind != token.RedirectNative || u.Scheme != "http" || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
			t.Fatalf("%q is taken", uri)
		}
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			t.Fatalf("%q is taken, and leads to %q", uri, u.Hostname())
		}
	})
}

// FuzzAssertion reads whatever comes; what is read names a client.
func FuzzAssertion(f *testing.F) {
	for _, raw := range []string{
		"", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4Iiwic3ViIjoieCJ9.AAAA", "eyJhbGciOiJSUzI1NiIsIng1dCI6N30.eyJpc3MiOiJ4Iiwic3ViIjoieCIsImF1ZCI6WzddfQ.AAAA",
		"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4Iiwic3ViIjoieCIsImV4cCI6MWU5OX0.AAAA", `{"payload":"e30","signatures":[]}`,
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if a, err := token.ParseAssertion(raw); err == nil && a.ClientID == "" {
			t.Fatalf("%q names nobody", raw)
		}
	})
}
