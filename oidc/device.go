package oidc

import (
	"net/http"
	"strconv"

	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/token"
)

// deviceV2 tells a device what to show to its person.
type deviceV2 struct {
	UserCode        string `json:"user_code"`
	DeviceCode      string `json:"device_code"`
	VerificationURI string `json:"verification_uri"`
	ExpiresIn       int    `json:"expires_in"`
	Interval        int    `json:"interval"`
	Message         string `json:"message"`
}

// deviceV1 is the same with numbers as texts and the older name of the address.
type deviceV1 struct {
	UserCode        string `json:"user_code"`
	DeviceCode      string `json:"device_code"`
	VerificationURL string `json:"verification_url"`
	ExpiresIn       string `json:"expires_in"`
	Interval        string `json:"interval"`
	Message         string `json:"message"`
}

func (h *Handler) deviceV1(x *exchange) error { return h.device(x, true) }
func (h *Handler) deviceV2(x *exchange) error { return h.device(x, false) }

// device lets an application wait for a person who signs in elsewhere.
func (h *Handler) device(x *exchange, v1 bool) error {
	form, err := x.readForm()
	if err != nil {
		return err
	}
	id := form.Get("client_id")
	if id == "" {
		return missing("client_id")
	}
	app, err := token.FindRegistration(x.r.Context(), h.config.Store, id)
	if err != nil {
		return err
	}
	a, err := h.authority(x)
	if err == nil {
		a, err = h.of(x, a, app)
	}
	if err != nil {
		return err
	}
	if a.many != "" && !app.Many {
		return refuse(codeSingleTenant, "Application '%s'(%s) is not configured as a multi-tenant application. Usage of the /%s endpoint is not supported for such apps. Use the id or a domain of its tenant.", app.AppID, app.DisplayName, a.many)
	}
	if !app.Public {
		if _, err := x.proof(form); err != nil {
			return err
		}
	}
	scopes, err := h.personScopes(x, form, v1)
	if err != nil {
		return err
	}
	tenant := ""
	if a.many == "" {
		tenant = a.tenant.ID.String()
	}
	d, err := h.config.Grants.StartDevice(x.r.Context(), app.AppID, tenant, scopes, Caller(x.r, x.correlation).Address)
	if err != nil {
		return err
	}
	where := x.origin + "/devicelogin"
	message := "To sign in, use a web browser to open the page " + where + " and enter the code " + d.UserCode + " to authenticate."
	life, interval := int(grant.DeviceLife.Seconds()), int(grant.DeviceInterval.Seconds())
	if v1 {
		return x.answer(http.StatusOK, deviceV1{d.UserCode, d.DeviceCode, where, strconv.Itoa(life), strconv.Itoa(interval), message})
	}
	return x.answer(http.StatusOK, deviceV2{d.UserCode, d.DeviceCode, where, life, interval, message})
}
