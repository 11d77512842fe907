package oidc

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/token"
)

// RespondCode sends an authorization code to the application.
func RespondCode(w http.ResponseWriter, r *http.Request, q AuthRequest, code string, session authn.Session, v authn.Visit, clientInfo string) {
	sum := sha256.Sum256([]byte(q.ClientID + " " + session.ID))
	answer := url.Values{
		"code": {code}, "session_state": {base64.RawURLEncoding.EncodeToString(sum[:16])},
		"iss": {token.Issuer(q.Origin, v.Host.ID, q.V1)},
	}
	if q.ClientInfo {
		answer.Set("client_info", clientInfo)
	}
	respond(w, r, q, answer)
}

// RespondError tells the application why there is no code.
func RespondError(w http.ResponseWriter, r *http.Request, q AuthRequest, err error) {
	code, message := codeInternal, "Something went wrong here; the log of the server tells more."
	var e *hospes.Error
	if errors.As(err, &e) && wire[e.Code].name != "" {
		code, message = e.Code, e.Message
	}
	name := wire[code].authorize
	if name == "" {
		name = wire[code].name
	}
	answer := url.Values{
		"error": {name}, "error_description": {code + ": " + message}, "error_uri": {q.Origin + "/error?code=" + strings.TrimPrefix(code, codePrefix)},
	}
	if !q.Host.IsZero() {
		answer.Set("iss", token.Issuer(q.Origin, q.Host, q.V1))
	}
	respond(w, r, q, answer)
}

func (h *Handler) respondError(x *exchange, q AuthRequest, err error) error {
	RespondError(x.w, x.r, q, err)
	return nil
}

// respond sends an answer back by the browser of the person.
func respond(w http.ResponseWriter, r *http.Request, q AuthRequest, answer url.Values) {
	if q.State != "" {
		answer.Set("state", q.State)
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	if q.Mode == modeForm {
		respondForm(w, q, answer)
		return
	}
	separator := "?"
	switch {
	case q.Mode == modeFragment:
		separator = "#"
	case strings.Contains(q.Redirect, "?"):
		separator = "&"
	}
	SendTo(w, r, q.Redirect+separator+answer.Encode())
}

// SendTo sends a browser on. After a form it has to forget the form, which may hold a password (RFC 9700, section 4.12).
// It is not http.Redirect, which would rewrite what is not an absolute address of the web.
func SendTo(w http.ResponseWriter, r *http.Request, target string) {
	status := http.StatusFound
	if r.Method == http.MethodPost {
		status = http.StatusSeeOther
	}
	w.Header().Set("Location", target)
	w.WriteHeader(status)
}

// submit posts the form by itself; where scripts are off, the person presses the button.
const submit = `document.forms[0].submit()`

var formPage = template.Must(template.New("form").Parse(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{.Client}}</title></head>
<body><form method="post" action="{{.Action}}">{{range $name, $values := .Answer}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">{{end}}{{end}}<button>{{.Client}}</button></form><script>{{.Script}}</script></body></html>
`))

func respondForm(w http.ResponseWriter, q AuthRequest, answer url.Values) {
	sum := sha256.Sum256([]byte(submit))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// The address is one of those that the application registered, so its scheme is its own affair.
	_ = formPage.Execute(w, map[string]any{"Client": q.ClientName, "Action": template.URL(q.Redirect), "Answer": answer, "Script": template.JS(submit)}) //nolint:gosec // a client that went away needs no answer
}
