package signin

import (
	"errors"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token"
)

// advance takes a sign-in as far as it goes without the person, and shows the page on which it waits for them.
func (h *Handler) advance(x *exchange, f flow) { h.advanceWith(x, f, nil) }

// advanceWith does so after something was refused, which the page says.
func (h *Handler) advanceWith(x *exchange, f flow, refused error) {
	session, found, err := h.account(x, &f)
	if err != nil {
		h.stop(x, f, authn.Account{}, authn.Visit{}, err)
		return
	}
	if !found {
		h.showStep(x, f, refused)
		return
	}
	v, err := h.visit(x, f, session)
	if err != nil {
		h.stop(x, f, session.Account, v, err)
		return
	}
	if !f.Request.Means(v.User.ID) {
		h.stop(x, f, session.Account, v, refuse(authn.CodeNoSession, "Somebody else is signed in than the application means by its id_token_hint."))
		return
	}
	if !v.Factor.IsZero() && !session.MFA(v.Factor) {
		h.askFactor(x, f, session, v, refused)
		return
	}
	h.askConsent(x, f, session, v)
}

// account finds out who signs in. Where that is not clear yet, the page that asks follows from the flow.
func (h *Handler) account(x *exchange, f *flow) (authn.Session, bool, error) {
	if f.Change || f.Purpose == forDevice && f.UserCode == "" {
		return authn.Session{}, false, nil
	}
	silent := f.Request.Asks(oidc.PromptNone)
	sessions, err := h.readSessions(x)
	if err != nil {
		return authn.Session{}, false, err
	}
	if f.Ticket != "" {
		i := slices.IndexFunc(sessions, func(s authn.Session) bool { return s.Ticket() == f.Ticket })
		if i >= 0 && h.recent(x, f, sessions[i]) {
			return sessions[i], true, nil
		}
		f.Ticket = ""
		if i >= 0 {
			f.Name, f.Home = sessions[i].UPN, sessions[i].Tenant // has to prove it again
		}
		return authn.Session{}, false, nil
	}
	hint := f.Name
	if silent {
		hint = f.Request.LoginHint
	}
	fitting := slices.DeleteFunc(slices.Clone(sessions), func(s authn.Session) bool { return hint != "" && hospes.Fold(s.UPN) != hospes.Fold(hint) })
	fitting = slices.DeleteFunc(fitting, func(s authn.Session) bool { return h.isSomebodyElse(x, *f, s) })
	switch {
	case silent && len(fitting) == 0:
		return authn.Session{}, false, refuse(authn.CodeNoSession, "A silent sign-in request was sent but no user is signed in.")
	case silent && len(fitting) > 1:
		return authn.Session{}, false, refuse(authn.CodeSelect, "Either multiple user identities are available for the current request or selected account is not supported for the scenario.")
	case len(fitting) == 1 && (hint != "" || !f.Request.Asks(oidc.PromptSelect)) && !f.Request.Asks(oidc.PromptLogin):
		if h.recent(x, f, fitting[0]) {
			f.Ticket = fitting[0].Ticket()
			return fitting[0], true, nil
		}
		if silent {
			return authn.Session{}, false, refuse(authn.CodeNoSession, "A silent sign-in request was sent but the user signed in too long ago.")
		}
		f.Name, f.Home = fitting[0].UPN, fitting[0].Tenant
	case hint != "" && f.Home.IsZero():
		home, err := h.config.People.Home(x.r.Context(), hint)
		if err != nil && !isCode(err, authn.CodeNoDomain) {
			return authn.Session{}, false, err
		}
		f.Home = home.ID // zero where the hint says nothing
	}
	return authn.Session{}, false, nil
}

// isSomebodyElse tells that the application does not mean the person of a session. What keeps somebody from signing in is
// not found out here.
func (h *Handler) isSomebodyElse(x *exchange, f flow, s authn.Session) bool {
	if f.Request.Subject == "" {
		return false
	}
	v, err := h.visit(x, f, s)
	return err == nil && !f.Request.Means(v.User.ID)
}

// recent tells whether the person was authenticated as late as the application wants it.
func (h *Handler) recent(x *exchange, f *flow, s authn.Session) bool {
	if f.Fresh {
		return true
	}
	if f.Request.Asks(oidc.PromptLogin) {
		return false
	}
	return f.Request.MaxAge < 0 || x.now.Sub(s.At) <= time.Duration(f.Request.MaxAge)*time.Second
}

// host is the tenant that somebody signs in to.
func (f flow) host(s authn.Session) hospes.TenantID {
	if f.Request.Host.IsZero() {
		return s.Tenant
	}
	return f.Request.Host
}

func (h *Handler) visit(x *exchange, f flow, s authn.Session) (authn.Visit, error) {
	return h.config.People.Visit(x.r.Context(), s.Account, f.host(s), f.Request.ClientID)
}

// askFactor asks for the second factor.
func (h *Handler) askFactor(x *exchange, f flow, s authn.Session, v authn.Visit, refused error) {
	enrolled, err := h.config.People.Enrolled(x.r.Context(), v.Factor, v.FactorOwner())
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	if f.Request.Asks(oidc.PromptNone) {
		code, message := authn.CodeMFA, "You must use multi-factor authentication to access the application."
		if !enrolled {
			code, message = authn.CodeMFAEnrol, "You must enroll in multi-factor authentication to access the application."
		}
		h.stop(x, f, s.Account, v, refuse(code, message))
		return
	}
	if enrolled {
		f.Secret = ""
		h.show(x, page{Kind: "code", Flow: f, Title: x.text("signin.codeTitle"), Text: x.text("signin.codeWhy", "account", s.UPN), Err: x.sentence(refused), Account: s.UPN})
		return
	}
	tenant, err := h.config.Store.Tenant(x.r.Context(), v.Factor)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	enrol := h.config.People.Enrol
	if secret := f.Secret; secret != "" {
		enrol = func(t hospes.Tenant, name string) (authn.Enrolment, error) {
			return h.config.People.Enrolling(t, name, secret)
		}
	}
	e, err := enrol(tenant, s.UPN)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	f.Secret = e.Secret
	h.show(x, page{
		Kind: "enrol", Flow: f, Title: x.text("signin.enrolTitle"), Text: x.text("signin.enrolWhy", "tenant", tenant.DisplayName),
		Err: x.sentence(refused), Account: s.UPN, Secret: inFours(e.Secret), Image: image(e.Image),
	})
}

// inFours writes a key so that it can be typed.
func inFours(s string) string {
	var b []byte
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			b = append(b, ' ')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// askConsent asks for what the application was not let have yet, and ends the sign-in where that is nothing.
func (h *Handler) askConsent(x *exchange, f flow, s authn.Session, v authn.Visit) {
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, f.Request.ClientID)
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	c, err := h.config.Grants.Consent(x.r.Context(), v, f.wish(app))
	if err != nil {
		h.failed(x, &f, err)
		return
	}
	needed := len(c.Missing) > 0
	asked := f.Purpose == forEverybody || f.Request.Asks(oidc.PromptConsent)
	switch {
	case f.Request.Asks(oidc.PromptNone) && needed:
		h.stop(x, f, s.Account, v, refuse(grant.CodeConsent, "The user or administrator has not consented to use the application with ID '"+app.AppID+"' named '"+app.DisplayName+"'. Send an interactive authorization request for this user and resource."))
	case f.Purpose == forEverybody && !c.Admin || needed && c.Blocked():
		h.stop(x, f, s.Account, v, refuse(grant.CodeAdminOnly, "An administrator has set a policy that prevents you from granting the application the permissions it is requesting. Ask an administrator of the organization."))
	case needed || asked && !f.Given:
		h.showConsent(x, f, s, v, app, c)
	case f.Purpose == forDevice && !f.Sure:
		h.show(x, page{
			Kind: "confirm", Flow: f, Title: x.text("signin.deviceSure", "app", f.Request.ClientName), Text: x.text("signin.deviceSureWhy"), Account: s.UPN,
		})
	default:
		h.finish(x, f, s, v)
	}
}

// finish gives what was asked for.
func (h *Handler) finish(x *exchange, f flow, s authn.Session, v authn.Visit) {
	ctx, a := x.r.Context(), x.attempt(f)
	switch f.Purpose {
	case forEverybody:
		oidc.RespondConsent(x.w, x.r, f.Request, v.Host.ID)
	case forDevice:
		if err := h.config.Grants.ApproveDevice(ctx, f.UserCode, s, v, a); err != nil {
			h.failed(x, &f, err)
			return
		}
		h.show(x, page{Kind: "message", Title: x.text("signin.deviceDone", "app", f.Request.ClientName), Text: x.text("signin.closePage")})
	default:
		facts := grant.FactsOf(s, v, f.Request.Scopes)
		facts.Kind, facts.Redirect, facts.Challenge, facts.Nonce = f.Request.Kind, f.Request.Redirect, f.Request.Challenge, f.Request.Nonce
		code, err := h.config.Grants.Code(ctx, s, v, facts, a)
		if err != nil {
			h.failed(x, &f, err)
			return
		}
		oidc.RespondCode(x.w, x.r, f.Request, code, s, v, grant.ClientInfo(s.Account))
	}
}

// stop ends a sign-in that may not go on, and logs it. An application that asked not to show anything is told; everybody
// else is told by a page, from which they can go back or take another account.
func (h *Handler) stop(x *exchange, f flow, who authn.Account, v authn.Visit, err error) {
	if !who.Zero() {
		a := x.attempt(f)
		a.Err = err
		if a.Host.IsZero() {
			a.Host = who.Tenant
		}
		err = errors.Join(err, h.config.People.Log(x.r.Context(), who, v, &a, nil))
	}
	if f.Request.Asks(oidc.PromptNone) && f.Purpose == forApplication {
		oidc.RespondError(x.w, x.r, f.Request, err)
		return
	}
	h.failed(x, &f, err)
}
