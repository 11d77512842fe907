package policy

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Traveller is somebody on the way into another tenant, as the settings of both tenants name people: by the ids that they
// and their groups have at home. Whoever is not known there has none, and only AllUsers means them.
type Traveller struct {
	User   hospes.ObjectID
	Groups []hospes.ObjectID
}

// FindTraveller finds who has an address at home, as mail or as name. For nobody, the user is nil and the Traveller zero.
func FindTraveller(r store.Reader, address string) (user *hospes.Object, t Traveller, err error) {
	for _, space := range []hospes.Space{hospes.SpaceUPN, hospes.SpaceAddress} {
		user, err := store.FindHolder(r, space, hospes.Fold(address))
		if hospes.KindOf(err) == hospes.KindNotFound || err == nil && user.Schema != hospes.UserSchema {
			continue
		}
		if err != nil {
			return nil, t, err
		}
		t, err = TravellerOf(r, user)
		return user, t, err
	}
	return nil, t, nil
}

// TravellerOf gives a person of a tenant as a traveller.
func TravellerOf(r store.Reader, user *hospes.Object) (Traveller, error) {
	t := Traveller{User: user.ID}
	ties, err := r.RelatedTo(hospes.RelationMember, user.Number)
	if err != nil {
		return t, err
	}
	groups := make([]hospes.Number, len(ties))
	for i, tie := range ties {
		groups[i] = tie.From
	}
	docs, err := r.Numbered(store.Live, groups...)
	for _, d := range docs {
		if d.Schema != nil { // otherwise it is in the bin, and so unseen
			t.Groups = append(t.Groups, d.ID)
		}
	}
	return t, err
}

// LetsIn tells that the tenant takes the traveller as a guest, LetsOut that it lets the traveller be one elsewhere. An
// invitation is for no application in particular, so that one that is open is enough (guests 5.4, 5.5).
func (a Access) LetsIn(t Traveller) bool  { return t.permitted(a.Setting("b2bCollaborationInbound")) }
func (a Access) LetsOut(t Traveller) bool { return t.permitted(a.Setting("b2bCollaborationOutbound")) }

// Admits tells that the tenant lets the traveller sign in to one application of its own as a guest, Releases that it lets
// the traveller do so elsewhere. own says that the application is one of the platform itself (guests 5.4, 5.5).
func (a Access) Admits(t Traveller, appID string, own bool) bool {
	return t.signsIn(a.Setting("b2bCollaborationInbound"), appID, own)
}

// Releases is the other half of Admits.
func (a Access) Releases(t Traveller, appID string, own bool) bool {
	return t.signsIn(a.Setting("b2bCollaborationOutbound"), appID, own)
}

// TrustsMFA tells that a second factor that was proven at home counts.
func (a Access) TrustsMFA() bool { return a.Setting("inboundTrust").Member("isMfaAccepted").Bool() }

func (t Traveller) signsIn(setting hospes.Value, appID string, own bool) bool {
	applications := setting.Member("applications")
	hit := applications == hospes.Null || eachTarget(applications, func(target string) bool {
		return target == "allapplications" || target == hospes.Fold(appID) || own && target == "allmicrosoftapps"
	})
	return t.passes(setting, Rule{Blocked: blocks(applications), Hit: hit})
}

func (t Traveller) permitted(setting hospes.Value) bool {
	applications := setting.Member("applications")
	return t.passes(setting, Rule{Blocked: blocks(applications), Hit: anyApplication(applications)})
}

func (t Traveller) passes(setting hospes.Value, applications Rule) bool {
	users := setting.Member("usersAndGroups")
	return Permits(Rule{Blocked: blocks(users), Hit: t.named(users)}, applications)
}

func blocks(rule hospes.Value) bool { return rule.Member("accessType").Text() == "blocked" }

// named tells that the traveller is among the targets. What is not said at all allows everybody.
func (t Traveller) named(rule hospes.Value) bool {
	if rule == hospes.Null {
		return true
	}
	return eachTarget(rule, func(target string) bool {
		if target == "allusers" {
			return true
		}
		id, ok := hospes.ParseObjectID(target)
		if !ok {
			return false
		}
		hit := id == t.User && !t.User.IsZero()
		for _, group := range t.Groups {
			hit = hit || id == group
		}
		return hit
	})
}

// anyApplication gives whether the application that fares best is among the targets: of blocked ones it is when all are, of
// allowed ones when there is any.
func anyApplication(rule hospes.Value) bool {
	if rule == hospes.Null {
		return true
	}
	blocked := blocks(rule)
	return eachTarget(rule, func(target string) bool { return !blocked || target == "allapplications" })
}

func eachTarget(rule hospes.Value, is func(target string) bool) (found bool) {
	rule.Member("targets").Each(func(item hospes.Value) bool {
		found = is(hospes.Fold(item.Member("target").Text()))
		return !found
	})
	return found
}

// CollaborationBlocked is the answer to an invitation that cross-tenant access settings forbid (guests 1.6).
func CollaborationBlocked() error {
	return &hospes.Error{
		Kind: hospes.KindForbidden, Op: "policy.LetsIn", Code: "Forbidden",
		Message: "This invitation is blocked by cross-tenant access settings. Admins in both your organization and the invited user's organization must configure cross-tenant access settings to allow the invitation.",
	}
}
