package signin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token"
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

func (h *Handler) takePassword(x *exchange, f flow, form url.Values) {
	if f.Home.IsZero() || f.Change {
		h.advance(x, f)
		return
	}
	tenant, err := h.config.Store.Tenant(x.r.Context(), f.Home)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	who, err := h.config.People.Password(x.r.Context(), tenant, f.Name, form.Get("password"), x.attempt(f))
	switch {
	case isCode(err, authn.CodePasswordExpired):
		f.Change = true
		h.advance(x, f)
	case isCode(err, authn.CodeWrongPassword), isCode(err, authn.CodeLocked), isCode(err, authn.CodeBusy):
		h.showStep(x, f, err)
	case err != nil:
		h.failed(x, &f, err)
	default:
		h.signedIn(x, f, who)
	}
}

// signedIn begins a session: always a new one, so that nobody can have known its name before.
func (h *Handler) signedIn(x *exchange, f flow, who authn.Account) {
	others, err := h.readSessions(x)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	for _, old := range others {
		if old.Number == who.Number {
			if err := h.config.People.End(x.r.Context(), old, x.caller(f)); err != nil {
				h.failed(x, &f, err)
				return
			}
		}
	}
	s, err := h.config.People.Begin(x.r.Context(), who, []string{authn.MethodPassword}, nil, x.caller(f))
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	h.proceed(x, f, s, others)
}

// proceed goes on with a session that was begun just now.
func (h *Handler) proceed(x *exchange, f flow, s authn.Session, others []authn.Session) {
	x.keepSessions(s, others)
	x.begun = &s
	f.Ticket, f.Fresh, f.Change = s.Ticket(), true, false
	h.advance(x, f)
}

func (h *Handler) takeChange(x *exchange, f flow, form url.Values) {
	if !f.Change {
		h.advance(x, f)
		return
	}
	before, after := form.Get("password"), form.Get("new")
	if after != form.Get("again") {
		h.showChange(x, f, x.text("signin.passwordsDiffer"))
		return
	}
	if directory.CheckPassword(after) != nil || before == after {
		h.showChange(x, f, x.text("signin.passwordWeak"))
		return
	}
	tenant, err := h.config.Store.Tenant(x.r.Context(), f.Home)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	who, err := h.config.People.ChangePassword(x.r.Context(), tenant, f.Name, before, after, x.attempt(f))
	switch {
	case isCode(err, authn.CodeWrongPassword), isCode(err, authn.CodeLocked), isCode(err, authn.CodeBusy):
		h.showChange(x, f, x.sentence(err))
	case err != nil:
		h.failed(x, &f, err)
	default:
		h.signedIn(x, f, who)
	}
}

// factor finds the session that is to be raised, and where.
func (h *Handler) factor(x *exchange, f flow) (authn.Session, authn.Visit, []authn.Session, bool) {
	others, err := h.readSessions(x)
	if err != nil {
		h.failed(x, &f, err)
		return authn.Session{}, authn.Visit{}, nil, false
	}
	i := slices.IndexFunc(others, func(s authn.Session) bool { return s.Ticket() == f.Ticket })
	if i < 0 {
		h.advance(x, f)
		return authn.Session{}, authn.Visit{}, nil, false
	}
	v, err := h.visit(x, f, others[i])
	if err != nil {
		h.stop(x, f, others[i].Account, v, err)
		return authn.Session{}, v, nil, false
	}
	if v.Factor.IsZero() || others[i].MFA(v.Factor) {
		h.advance(x, f)
		return authn.Session{}, v, nil, false
	}
	return others[i], v, others, true
}

func (h *Handler) takeCode(x *exchange, f flow, form url.Values) {
	s, v, others, ok := h.factor(x, f)
	if !ok {
		return
	}
	h.raised(x, f, s, v, others, h.config.People.Code(x.r.Context(), v, s.Account, form.Get("code"), x.attempt(f)))
}

func (h *Handler) takeEnrolment(x *exchange, f flow, form url.Values) {
	s, v, others, ok := h.factor(x, f)
	if !ok {
		return
	}
	if f.Secret == "" {
		h.advance(x, f)
		return
	}
	h.raised(x, f, s, v, others, h.config.People.ConfirmEnrolment(x.r.Context(), v.Factor, v.FactorOwner(), s.Account, f.Secret, form.Get("code"), x.attempt(f)))
}

// raised goes on after a second factor was tried.
func (h *Handler) raised(x *exchange, f flow, s authn.Session, v authn.Visit, others []authn.Session, err error) {
	if isCode(err, authn.CodeWrongCode) || isCode(err, authn.CodeLocked) {
		h.advanceWith(x, f, err)
		return
	}
	if err == nil {
		var made authn.Session
		if made, err = h.config.People.StepUp(x.r.Context(), s, v.Factor, x.caller(f)); err == nil {
			f.Secret = ""
			h.proceed(x, f, made, others)
			return
		}
	}
	h.failed(x, &f, err)
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

func (h *Handler) takeConsent(x *exchange, f flow, form url.Values) {
	session, found, err := h.account(x, &f)
	if err != nil || !found {
		h.advance(x, f)
		return
	}
	v, err := h.visit(x, f, session)
	if err != nil {
		h.stop(x, f, session.Account, v, err)
		return
	}
	if !v.Factor.IsZero() && !session.MFA(v.Factor) { // nobody consents who could not go on
		h.advance(x, f)
		return
	}
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, f.Request.ClientID)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	everybody := f.Purpose == forEverybody || form.Get("everybody") != ""
	by := hospes.By{
		Actor: hospes.Actor{Kind: hospes.ActorUser, ID: v.User.ID.String(), DisplayName: v.User.Text(hospes.UserDisplayName), UPN: v.User.Text(hospes.UserPrincipalName), Address: x.caller(f).Address},
		Cause: hospes.CauseAPI, Correlation: x.correlation,
	}
	if err := h.config.Grants.Grant(x.r.Context(), v, f.wish(app), f.Shown, everybody, by); err != nil {
		h.stop(x, f, session.Account, v, err)
		return
	}
	f.Given = true
	h.advance(x, f)
}

// takeRefusal ends a sign-in that its person does not want.
func (h *Handler) takeRefusal(x *exchange, f flow, _ url.Values) {
	if f.Purpose == forDevice {
		if err := h.config.Grants.DeclineDevice(x.r.Context(), f.UserCode); err != nil {
			h.failed(x, &f, err)
			return
		}
		h.show(x, page{Kind: "message", Title: x.text("signin.declined"), Text: x.text("signin.closePage")})
		return
	}
	oidc.RespondError(x.w, x.r, f.Request, &hospes.Error{Kind: hospes.KindForbidden, Op: "signin", Code: grant.CodeDeclined, Message: "User declined to consent to access the app."})
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

// device shows where the code of a device is typed in.
func (h *Handler) device(x *exchange) {
	f := h.beginFlow(x, forDevice, oidc.AuthRequest{Origin: x.origin, Correlation: x.correlation, MaxAge: -1})
	h.show(x, page{Kind: "device", Flow: f, Title: x.text("signin.deviceTitle"), Text: x.text("signin.deviceWhy")})
}

func (h *Handler) takeUserCode(x *exchange, f flow, form url.Values) {
	if f.Purpose != forDevice {
		h.advance(x, f)
		return
	}
	d, err := h.config.Grants.FindDevice(x.r.Context(), form.Get("usercode"), x.caller(f).Address)
	if isCode(err, grant.CodeDeviceUnknown) || isCode(err, grant.CodeTooManyAttempts) {
		h.show(x, page{Kind: "device", Flow: f, Title: x.text("signin.deviceTitle"), Text: x.text("signin.deviceWhy"), Err: x.sentence(err)})
		return
	}
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, d.Client())
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	f.UserCode = d.UserCode
	f.Request.ClientID, f.Request.ClientName, f.Request.Scopes = app.AppID, app.DisplayName, d.Scopes()
	f.Request.Host, _ = hospes.ParseTenantID(d.Tenant()) // zero for whoever comes
	f.Request.Prompt = []string{oidc.PromptSelect}
	h.advance(x, f)
}

func (h *Handler) takeConfirmation(x *exchange, f flow, _ url.Values) {
	f.Sure = true
	h.advance(x, f)
}
