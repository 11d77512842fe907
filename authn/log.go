package authn

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Attempt is what the sign-in log says of an attempt beyond who made it.
type Attempt struct {
	Caller
	Host        hospes.TenantID // the tenant of the token
	Interactive bool
	Protocol    string // authorizationCode, deviceCode, refreshToken
	AMR         []string
	Err         error

	quiet bool // it stands in no log
}

// record fills in a record. user is the person in the tenant that the record is for; nil where nobody was found.
func (a Attempt) record(rnd hospes.Random, home hospes.TenantID, name string, user *hospes.Object) *hospes.SignIn {
	out := &hospes.SignIn{
		ID: hospes.NewUUID(rnd), UPN: clip(name), AppID: a.AppID, AppName: a.AppName, Address: a.Address, Client: "Browser", Agent: clip(a.Agent),
		Correlation: a.Correlation, Interactive: a.Interactive, Home: home, Host: a.Host, AMR: a.AMR, Protocol: a.Protocol,
	}
	if !a.Interactive {
		out.Client = "Mobile Apps and Desktop clients"
	}
	if user != nil {
		out.UserID, out.UserName, out.UPN = user.ID, user.Text(hospes.UserDisplayName), user.Text(hospes.UserPrincipalName)
	}
	if a.Err != nil {
		out.ErrorCode, out.Reason = CodeNumber(a.Err), "Other."
		if e := (*hospes.Error)(nil); errors.As(a.Err, &e) && strings.HasPrefix(e.Code, codePrefix) {
			out.Reason = e.Message
		}
	}
	return out
}

// Log writes what came of an attempt into the log of the person's home, and into that of the tenant they were going to,
// in one transaction with what else is done at home. What that comes to, in the end, it may say in the attempt.
func (s *Service) Log(ctx context.Context, who Account, visit Visit, a *Attempt, also func(home store.Tx) error) error {
	return s.logWith(ctx, who, visit, a, who.Tenant, also)
}

// logWith is Log where what else is done may be done in the other tenant.
func (s *Service) logWith(ctx context.Context, who Account, visit Visit, a *Attempt, where hospes.TenantID, also func(store.Tx) error) error {
	first := func(tx store.Tx) error {
		if also == nil {
			return nil
		}
		return also(tx)
	}
	atHome := func(tx store.Tx) error {
		if a.quiet {
			return nil
		}
		user, err := store.FindNumber(tx, store.Anywhere, who.Number)
		if err != nil {
			return err
		}
		return tx.LogSignIn(a.record(s.config.Random, who.Tenant, who.UPN, user))
	}
	by := a.by(who)
	if a.Host.IsZero() || a.Host == who.Tenant {
		return s.update(ctx, who.Tenant, by, func(tx store.Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			return atHome(tx)
		})
	}
	return s.config.Store.UpdatePair(ctx, store.Write{Tenant: who.Tenant, By: by}, store.Write{Tenant: a.Host, By: by}, func(home, host store.Tx) error {
		there := home
		if where == a.Host {
			there = host
		}
		if err := first(there); err != nil {
			return err
		}
		if err := atHome(home); err != nil || a.quiet {
			return err
		}
		record := a.record(s.config.Random, who.Tenant, who.UPN, visit.User)
		record.UPN, record.UserName = who.UPN, who.Name
		return host.LogSignIn(record)
	})
}

const codePrefix = "AADSTS"

// CodeNumber gives the number of the code of an error; 50000 for what has none.
func CodeNumber(err error) int {
	n, convErr := strconv.Atoi(strings.TrimPrefix(hospes.CodeOf(err), codePrefix))
	if convErr != nil {
		return 50000
	}
	return n
}

// clip bounds what is kept of a caller's text.
func clip(s string) string {
	const most = 320
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
