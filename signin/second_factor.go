package signin

import (
	"net/url"
	"slices"

	"github.com/hospes-dev/hospes/authn"
)

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
