package signin

import (
	"net/url"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/token"
)

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
