package signin

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/words"
)

// actions are what the buttons of the pages do.
var actions = map[string]func(*Handler, *exchange, flow, url.Values){
	"name": (*Handler).takeName, "password": (*Handler).takePassword, "change": (*Handler).takeChange, "code": (*Handler).takeCode, "enrol": (*Handler).takeEnrolment,
	"choose": (*Handler).takeChoice, "another": (*Handler).takeAnother, "accept": (*Handler).takeConsent, "decline": (*Handler).takeRefusal,
	"usercode": (*Handler).takeUserCode, "confirm": (*Handler).takeConfirmation, "language": (*Handler).takeLanguage, "leave": (*Handler).takeLeave,
}

// form takes a page back that a person has filled in. It must carry a flow of this very browser: that is what keeps other
// sites from filling it in.
func (h *Handler) form(x *exchange) {
	if site := x.r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		h.failed(x, nil, refuse(codeOver, "The form was sent from another site."))
		return
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, maxForm)
	if err := x.r.ParseForm(); err != nil {
		h.failed(x, nil, refuse(codeOver, "The form cannot be read."))
		return
	}
	form := x.r.PostForm
	f, ok := h.open(x, form.Get("flow"))
	if !ok {
		h.failed(x, nil, refuse(codeOver, "The page was open for too long, or it is from another window. Go back to the application and begin again."))
		return
	}
	if f.Request.Correlation != "" {
		x.correlation = f.Request.Correlation
	}
	act, ok := actions[form.Get("action")]
	if !ok {
		h.failed(x, nil, refuse(codeOver, "The form cannot be read."))
		return
	}
	act(h, x, f, form)
}

func (h *Handler) takeName(x *exchange, f flow, form url.Values) {
	f.anew()
	f.Name = strings.TrimSpace(form.Get("name"))
	home, err := h.config.People.Home(x.r.Context(), f.Name)
	if isCode(err, authn.CodeNoDomain) {
		h.showStep(x, f, err)
		return
	}
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	f.Home = home.ID
	h.advance(x, f)
}

func (h *Handler) takeChoice(x *exchange, f flow, form url.Values) {
	sessions, err := h.readSessions(x)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	for _, s := range sessions {
		if s.ID == form.Get("account") {
			f.anew()
			f.Ticket, f.Name = s.Ticket(), s.UPN
		}
	}
	h.advance(x, f)
}

func (h *Handler) takeAnother(x *exchange, f flow, _ url.Values) {
	f.anew()
	h.show(x, page{Kind: "name", Flow: f, Title: x.text("signin.signIn"), Text: x.purpose(f)})
}

// takeLeave goes back to the application after something stopped the sign-in.
func (h *Handler) takeLeave(x *exchange, f flow, form url.Values) {
	if f.Request.Redirect == "" {
		h.advance(x, f)
		return
	}
	oidc.RespondError(x.w, x.r, f.Request, &hospes.Error{Kind: hospes.KindForbidden, Op: "signin", Code: form.Get("code"), Message: "The sign-in was given up."})
}

func (h *Handler) takeLanguage(x *exchange, f flow, form url.Values) {
	x.lang = words.Match(form.Get("lang"))
	x.setCookie(cookieLanguage, x.lang)
	h.advance(x, f)
}
