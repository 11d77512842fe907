package signin

import (
	"bytes"
	"cmp"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/words"
)

// page is what a page shows.
type page struct {
	Kind    string // the template
	Flow    flow
	Title   string
	Text    string
	Err     string // what was wrong with what was entered
	Account string // who is signing in

	Accounts  []authn.Session // to choose from
	Secret    string          // to type into an app
	Image     template.URL    // of the secret
	Scopes    []string        // sentences
	Everybody bool            // an administrator may consent for all
	Tenant    string
	Publisher string // domain of who registered the application
	Links     []link

	Code, Correlation, Time, Next string // of an error
	Leave                         bool   // there is an application to go back to
	Action                        string // where a form of another kind goes
	Status                        int
}

type link struct{ Text, URL string }

// view is a page with what the templates need to write it.
type view struct {
	page
	Sealed    string
	Lang      string
	Languages []language
	x         *exchange
}

type language struct{ Code, Name string }

var languages = []language{
	{"en", "English"}, {"it", "Italiano"}, {"nl", "Nederlands"}, {"sv", "Svenska"}, {"de", "Deutsch"}, {"fr", "Français"}, {"es", "Español"},
}

// T gives a sentence in the language of the page.
func (v view) T(code string, args ...string) string { return v.x.text(code, args...) }

// HasFlow tells that the page is part of a sign-in.
func (v view) HasFlow() bool { return v.Sealed != "" }

func (x *exchange) text(code string, args ...string) string {
	named := words.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		named[args[i]] = args[i+1]
	}
	return words.Text(x.lang, code, named)
}

// image vouches for a picture that was drawn here.
func image(uri string) template.URL {
	return template.URL(uri) //nolint:gosec // a data: URI of our own making
}

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// show writes a page.
func (h *Handler) show(x *exchange, p page) {
	v := view{page: p, Lang: x.lang, Languages: languages, x: x}
	if p.Flow.Purpose != "" {
		var err error
		if v.Sealed, err = h.seal(p.Flow); err != nil {
			http.Error(x.w, "500", http.StatusInternalServerError)
			return
		}
	}
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, "page.html", v); err != nil {
		h.config.Log.LogAttrs(x.r.Context(), slog.LevelError, "a page could not be written", slog.Any("err", err))
		http.Error(x.w, "500", http.StatusInternalServerError)
		return
	}
	header := x.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", x.lang)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'"+target(p.Flow.Request.Redirect)+"; frame-ancestors 'none'; base-uri 'none'")
	header.Set("X-Frame-Options", "DENY")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Vary", "Accept-Language, Cookie")
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body.Bytes()) // a client that went away needs no answer
}

// target lets the form lead to the application: browsers follow a redirect after a form only to where forms may go.
func target(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || redirect == "" {
		return ""
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return " " + u.Scheme + ":"
	}
	return " " + u.Scheme + "://" + u.Host
}

// purpose says what somebody signs in for.
func (x *exchange) purpose(f flow) string {
	if f.Request.ClientName == "" {
		return ""
	}
	return x.text("signin.toContinue", "app", f.Request.ClientName)
}

// showStep shows the page that asks who it is.
func (h *Handler) showStep(x *exchange, f flow, refused error) {
	p := page{Kind: "name", Flow: f, Title: x.text("signin.signIn"), Text: x.purpose(f), Err: x.sentence(refused), Account: f.Name}
	switch {
	case f.Purpose == forDevice && f.UserCode == "":
		p.Kind, p.Title, p.Text = "device", x.text("signin.deviceTitle"), x.text("signin.deviceWhy")
	case f.Change:
		h.showChange(x, f, "")
		return
	case !f.Home.IsZero() && f.Name != "":
		p.Kind, p.Title = "password", x.text("signin.enterPassword")
	case f.Name == "" || refused == nil:
		sessions, err := h.readSessions(x)
		if err != nil {
			h.failed(x, &f, err)
			return
		}
		if len(sessions) > 0 && f.Name == "" {
			p.Kind, p.Title, p.Accounts = "choose", x.text("signin.chooseAccount"), sessions
		}
	}
	h.show(x, p)
}

func (h *Handler) showChange(x *exchange, f flow, wrong string) {
	h.show(x, page{Kind: "change", Flow: f, Title: x.text("signin.changeTitle"), Text: x.text("signin.changeWhy"), Err: wrong, Account: f.Name})
}

// showConsent asks for the consent to what is missing, or, where the application wants to ask again, to all it asks for.
func (h *Handler) showConsent(x *exchange, f flow, s authn.Session, v authn.Visit, app token.Registration, c grant.Consent) {
	asked := c.Missing
	if len(asked) == 0 {
		asked = c.Asked
	}
	f.Shown = nil
	p := page{Kind: "consent", Title: x.text("signin.consentTitle"), Text: x.text("signin.consentWhy", "app", app.DisplayName), Account: s.UPN, Tenant: v.Host.DisplayName, Everybody: c.Admin && f.Purpose != forEverybody, Publisher: app.Publisher}
	if f.Purpose == forEverybody {
		p.Title = x.text("signin.consentAllTitle", "tenant", v.Host.DisplayName)
	}
	for _, permission := range asked {
		f.Shown = append(f.Shown, permission.Key())
		p.Scopes = append(p.Scopes, x.permission(permission, f.Purpose == forEverybody))
	}
	for _, l := range []link{{"signin.terms", app.Terms}, {"signin.privacy", app.Privacy}} {
		if u, err := url.Parse(l.URL); err == nil && u.Scheme == "https" {
			p.Links = append(p.Links, link{x.text(l.Text), l.URL})
		}
	}
	p.Flow = f
	h.show(x, p)
}

// permission says what an application would be let do: of Graph in the language of the page, of others as they put it.
func (x *exchange) permission(p grant.Permission, forAll bool) string {
	what := p.Text
	if forAll {
		what = cmp.Or(p.ForAll, what)
	}
	if code := "signin.scope." + p.Name; p.OfGraph() && words.Known(code) {
		what = x.text(code)
	}
	if !p.OfGraph() {
		what = p.API.Name() + ": " + cmp.Or(what, p.Name)
	}
	if p.Role {
		what = x.text("signin.consentRole", "what", what)
	}
	return what
}

// sentence says what was refused, in the language of the page; nothing where nothing was.
func (x *exchange) sentence(err error) string {
	if err == nil {
		return ""
	}
	return x.text(errorText(hospes.CodeOf(err)))
}

// errorText is the code of the sentence for an error. What a person can do nothing about has one sentence for all.
func errorText(code string) string {
	if text := "signin.error." + strings.TrimPrefix(code, "AADSTS"); words.Known(text) {
		return text
	}
	return "signin.error.request"
}

// failed shows a page about what went wrong. The cause goes to the log where it is a fault of ours.
func (h *Handler) failed(x *exchange, f *flow, err error) {
	var e *hospes.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Code, "AADSTS") {
		kind := hospes.KindOf(err)
		e = &hospes.Error{Code: "AADSTS50000", Kind: kind}
		if kind == hospes.KindUnavailable || kind == hospes.KindThrottled {
			e.Code = authn.CodeBusy
		} else if x.r.Context().Err() == nil {
			h.config.Log.LogAttrs(x.r.Context(), slog.LevelError, "a sign-in failed", slog.String("correlation", x.correlation), slog.Any("err", err))
		}
	}
	p := page{
		Kind: "error", Title: x.text("signin.errorTitle"), Text: x.text(errorText(e.Code)), Code: e.Code, Correlation: x.correlation,
		Time: x.now.UTC().Format("2006-01-02 15:04:05Z"), Status: http.StatusBadRequest,
	}
	switch e.Code {
	case "AADSTS50000":
		p.Status = http.StatusInternalServerError
	case authn.CodeBusy:
		p.Status = http.StatusServiceUnavailable
		x.w.Header().Set("Retry-After", "1")
	}
	if e.Message != "" && errorText(e.Code) == "signin.error.request" {
		p.Next = e.Message // the English text is for whoever runs the application
	}
	if f != nil {
		p.Flow, p.Leave = *f, f.Purpose != forDevice && f.Request.Redirect != ""
	}
	h.show(x, p)
}

// redirect leads on to the application after the sign-out. The address is one that it has registered.
func (h *Handler) redirect(x *exchange, q oidc.Logout) {
	target := q.Redirect
	if q.State != "" {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + url.Values{"state": {q.State}}.Encode()
	}
	x.w.Header().Set("Cache-Control", "no-store")
	oidc.SendTo(x.w, x.r, target)
}
