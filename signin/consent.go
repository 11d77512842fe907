package signin

import (
	"net/url"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token"
)

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
