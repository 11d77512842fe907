package token

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// maxRedirect bounds a redirect URI.
const maxRedirect = 2048

// platforms are where an application keeps its addresses.
var platforms = []struct {
	kind     RedirectKind
	property *hospes.Property
}{{RedirectWeb, hospes.ApplicationWeb}, {RedirectSPA, hospes.ApplicationSPA}, {RedirectNative, hospes.ApplicationPublicClient}}

// CheckRedirects refuses addresses that an application is about to register and nobody would be sent to.
func CheckRedirects(app *hospes.Object) error {
	for _, p := range platforms {
		if !app.Changed().Has(p.property) {
			continue
		}
		for _, uri := range app.Get(p.property).Member("redirectUris").Texts() {
			if !sound(uri) {
				return hospes.Invalidf("token.CheckRedirects", "The redirect URI '%.100s' cannot be used: write an absolute address of https, of http for this machine (http://localhost), or of a scheme of your own, without user, fragment, blanks or backslashes.", uri)
			}
		}
	}
	return nil
}

// FindRedirect tells which registered address a redirect URI is: the one that is the same, letter by letter. Only the port
// of a loopback address of a public client may differ, since whoever listens there takes the port that is free (RFC 8252,
// section 7.3).
func (r Registration) FindRedirect(uri string) (Redirect, bool) {
	if !sound(uri) {
		return Redirect{}, false
	}
	for _, known := range r.Redirects {
		if known.URI == uri {
			return known, true
		}
	}
	for _, known := range r.Redirects {
		if known.Kind == RedirectNative && sameLoopback(known.URI, uri) {
			return Redirect{URI: uri, Kind: RedirectNative}, true
		}
	}
	return Redirect{}, false
}

// sound tells that every reader of a URI reads the same address in it.
func sound(uri string) bool {
	if uri == "" || len(uri) > maxRedirect || strings.ContainsAny(uri, "\\#") {
		return false
	}
	for _, c := range []byte(uri) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.User != nil || u.Opaque != "" && u.Scheme != "urn" {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "javascript", "data", "vbscript", "file", "blob", "about":
		return false
	case "https":
		return u.Hostname() != ""
	case "http":
		return hospes.Loopback(u.Hostname()) // whoever listens on the way would read the code (RFC 9700, section 2.6)
	}
	return true
}

// sameLoopback tells that two addresses on this very machine differ in the port at most.
func sameLoopback(known, uri string) bool {
	a, errA := url.Parse(known)
	b, errB := url.Parse(uri)
	if errA != nil || errB != nil || !strings.HasPrefix(uri, "http://") || a.Scheme != "http" || !hospes.Loopback(a.Hostname()) || a.Hostname() != b.Hostname() {
		return false
	}
	if _, port, given := strings.Cut(strings.TrimPrefix(b.Host, "["+b.Hostname()+"]"), ":"); given {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return strings.TrimSuffix(a.EscapedPath(), "/") == strings.TrimSuffix(b.EscapedPath(), "/") && a.RawQuery == b.RawQuery && a.ForceQuery == b.ForceQuery
}
