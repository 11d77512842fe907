package hospes

import "time"

// SignIn is one record of the sign-in log (graph-wire 5.4): somebody tried to get a token, by hand or in the background.
type SignIn struct {
	Number      Number    `json:"-"`
	ID          string    `json:"-"`
	At          time.Time `json:"-"`
	UserID      ObjectID  `json:"-"` // of the person in this tenant; zero where nobody was found
	UserName    string    `json:"name,omitempty"`
	UPN         string    `json:"upn,omitempty"` // as it is known, else as it was typed
	AppID       string    `json:"app,omitempty"`
	AppName     string    `json:"appName,omitempty"`
	Address     string    `json:"address,omitempty"`
	Client      string    `json:"client,omitempty"` // clientAppUsed
	Agent       string    `json:"agent,omitempty"`
	Correlation string    `json:"correlation,omitempty"`
	Interactive bool      `json:"interactive,omitempty"`
	ErrorCode   int       `json:"error,omitempty"` // the number of the AADSTS code; 0 for success
	Reason      string    `json:"reason,omitempty"`
	Resource    string    `json:"resource,omitempty"` // app id of what the token is for
	ResourceApp string    `json:"resourceName,omitempty"`
	Home        TenantID  `json:"home"`
	Host        TenantID  `json:"host"` // the tenant of the token
	AMR         []string  `json:"amr,omitempty"`
	Protocol    string    `json:"protocol,omitempty"`
}

// SignInActivity is when somebody signed in last. What they did not succeed in counts, but for Success.
type SignInActivity struct{ Interactive, Background, Success SignInMark }

// SignInMark is a sign-in that is remembered after its record is gone; zero for none. ID is that of the record, where it
// is known.
type SignInMark struct {
	At time.Time
	ID string
}

// CrossTenant tells that somebody of one tenant signs in to another.
func (s SignIn) CrossTenant() bool { return s.Home != s.Host && !s.Home.IsZero() && !s.Host.IsZero() }
