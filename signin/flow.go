package signin

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/oidc"
)

// purpose is what somebody signs in for.
type purpose string

const (
	forApplication purpose = "authorize"
	forDevice      purpose = "device"
	forEverybody   purpose = "adminconsent"
)

// flowLife is how long a page may stand open.
const flowLife = 30 * time.Minute

// flow is a sign-in on its way. Each page carries it in its form: what was proven so far cannot be left out or made up,
// and is of no use in another browser.
type flow struct {
	Purpose  purpose          `json:"p"`
	Request  oidc.AuthRequest `json:"q"`
	UserCode string           `json:"u,omitempty"` // of the device
	Browser  string           `json:"b"`           // of the cookie of the browser that it began in
	Expires  time.Time        `json:"e"`
	Name     string           `json:"n,omitempty"` // that was typed in
	Home     hospes.TenantID  `json:"h"`           // of the name
	Ticket   string           `json:"t,omitempty"` // of the session that was chosen or begun
	Fresh    bool             `json:"f,omitempty"` // the person was authenticated on the way
	Change   bool             `json:"c,omitempty"` // the password has to be changed
	Secret   string           `json:"s,omitempty"` // of the authenticator that is being set up
	Shown    []string         `json:"w,omitempty"` // the scopes that the consent page shows
	Given    bool             `json:"g,omitempty"` // the person has consented on the way
	Sure     bool             `json:"y,omitempty"` // the person has seen which device it is
}

// anew takes back who signs in, and with that whatever was proven, shown or set up on the way: it was so for somebody else.
func (f *flow) anew() {
	*f = flow{Purpose: f.Purpose, Request: f.Request, UserCode: f.UserCode, Browser: f.Browser, Expires: f.Expires}
}

const flowPlace = "signin/flow"

func (h *Handler) seal(f flow) (string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return "", hospes.Internal("signin.seal", err)
	}
	return base64.RawURLEncoding.EncodeToString(h.config.Box.Seal(flowPlace, text)), nil
}

// open gives the flow that a form carries, where it is of this browser and not over.
func (h *Handler) open(x *exchange, text string) (f flow, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return f, false
	}
	plain, err := h.config.Box.Open(flowPlace, sealed)
	if err != nil || json.Unmarshal(plain, &f) != nil {
		return f, false
	}
	return f, f.Browser == x.browser && x.browser != "" && x.now.Before(f.Expires)
}

// begin makes a flow of this browser.
func (h *Handler) beginFlow(x *exchange, p purpose, q oidc.AuthRequest) flow {
	return flow{Purpose: p, Request: q, Browser: x.ensureBrowser(h), Expires: x.now.Add(flowLife)}
}
