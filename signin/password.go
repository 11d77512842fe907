package signin

import (
	"net/url"

	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
)

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
