package signin

import (
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/words"
)

// The names of the cookies; over plain HTTP, which is for loopback only, without the prefix, since that needs TLS.
const (
	cookieSessions = "hospes-sessions" // the tickets of who is signed in
	cookieBrowser  = "hospes-browser"  // binds pages to the browser
	cookieLanguage = "hospes-language"
	cookiePrefix   = "__Host-"

	// maxSessions is how many people can be signed in to one browser.
	maxSessions = 5
)

func (x *exchange) cookieName(name string) string {
	if strings.HasPrefix(x.origin, "https:") {
		return cookiePrefix + name
	}
	return name
}

func (x *exchange) cookie(name string) string {
	c, err := x.r.Cookie(x.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives the browser a cookie that goes when it is closed.
func (x *exchange) setCookie(name, value string) {
	c := &http.Cookie{Name: x.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: strings.HasPrefix(x.origin, "https:"), SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(x.w, c)
}

// ensureBrowser gives the name of the browser, and gives it one where it has none.
func (x *exchange) ensureBrowser(h *Handler) string {
	if x.browser == "" {
		b := make([]byte, 32)
		if _, err := io.ReadFull(h.config.Random, b); err != nil {
			panic("signin: the random source failed: " + err.Error())
		}
		x.browser = base64.RawURLEncoding.EncodeToString(b)
		x.setCookie(cookieBrowser, x.browser)
	}
	return x.browser
}

// readSessions finds who is signed in to the browser. Tickets that open nothing any more are forgotten.
func (h *Handler) readSessions(x *exchange) ([]authn.Session, error) {
	var list []authn.Session
	tickets := strings.Split(x.cookie(cookieSessions), ".")
	for _, ticket := range tickets[:min(len(tickets), maxSessions)] {
		if ticket == "" {
			continue
		}
		s, err := h.config.People.Resume(x.r.Context(), ticket)
		if isCode(err, authn.CodeNoSession) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	if x.begun != nil {
		list = append(slices.DeleteFunc(list, func(s authn.Session) bool { return s.Number == x.begun.Number }), *x.begun)
	}
	return list, nil
}

// keepSessions writes down who is signed in, the latest first. Another session of somebody in the list is in it no more.
func (x *exchange) keepSessions(latest authn.Session, others []authn.Session) {
	tickets := []string{latest.Ticket()}
	for _, s := range others {
		if s.Number != latest.Number && len(tickets) < maxSessions {
			tickets = append(tickets, s.Ticket())
		}
	}
	x.setCookie(cookieSessions, strings.Join(tickets, "."))
}

// language gives the language of the person: as chosen in the menu, or else as the browser says.
func (x *exchange) language() string {
	if chosen := x.cookie(cookieLanguage); chosen != "" {
		return words.Match(chosen)
	}
	return words.Match(x.r.Header.Get("Accept-Language"))
}
