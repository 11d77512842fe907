package policy

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Access is a tenant's cross-tenant access settings towards one other tenant: its default, and the partner entry where
// there is one.
type Access struct {
	Default *hospes.Object
	Partner *hospes.Object // nil without an entry
}

// Read reads a tenant's settings towards another.
func Read(r store.Reader, other hospes.TenantID) (Access, error) {
	var a Access
	var err error
	if a.Default, err = store.FindSingleton(r, hospes.CrossTenantAccessDefaultSchema); err != nil {
		return a, err
	}
	a.Partner, err = store.FindHolder(r, hospes.SpacePartner, other.String())
	if hospes.KindOf(err) == hospes.KindNotFound {
		a.Partner, err = nil, nil
	}
	return a, err
}

// Setting gives the member that is in force (guests 5.3): the partner's where it has one, wholly, else the default's.
func (a Access) Setting(name string) hospes.Value {
	if a.Partner != nil {
		if v := a.Partner.Get(hospes.PartnerSchema.Must(name)); v != hospes.Null {
			return v
		}
	}
	return a.Default.Get(hospes.CrossTenantAccessDefaultSchema.Must(name))
}

// consent gives one side of automaticUserConsentSettings, which inherits false, never the default's value.
func (a Access) consent(side string) bool {
	if a.Partner == nil {
		return false
	}
	return a.Partner.Get(hospes.PartnerAutomaticConsent).Member(side).Bool()
}

// OutboundConsent tells that the tenant consents for its people who go to the other.
func (a Access) OutboundConsent() bool { return a.consent("outboundAllowed") }

// InboundConsent tells that the tenant takes the other's consent for people who come.
func (a Access) InboundConsent() bool { return a.consent("inboundAllowed") }

// UserSyncInbound tells that the tenant lets the other synchronize people in.
func (a Access) UserSyncInbound() bool {
	if a.Partner == nil {
		return false
	}
	return a.Partner.Get(hospes.PartnerIdentitySynchronization).Member("userSyncInbound").Member("isSyncAllowed").Bool()
}

// GroupSyncInbound tells that the tenant lets the other synchronize groups in (provisioning 3.7).
func (a Access) GroupSyncInbound() bool {
	if a.Partner == nil {
		return false
	}
	return a.Partner.Get(hospes.PartnerIdentitySynchronization).Member("groupSyncInbound").Member("isSyncAllowed").Bool()
}

// AutoRedeem tells that people of the source are redeemed in the target without a prompt (provisioning 3.2): the
// source's outbound and the target's inbound consent, and nothing else, decide.
func AutoRedeem(source, target Access) bool {
	return source.OutboundConsent() && target.InboundConsent()
}

// Gate is a switch that stops a synchronization, and in whose tenant it stands.
type Gate struct {
	Name   string // the setting
	Target bool   // in the target tenant, otherwise in the source
	Text   string // as the original words it (provisioning 3.6)
}

// CheckSync answers the switches that stop people of the source from being synchronized into the target, the source's
// first. None means that the pair may be connected.
func CheckSync(source, target Access) []Gate {
	var closed []Gate
	if !source.OutboundConsent() {
		closed = append(closed, Gate{Name: "automaticUserConsentSettings.outboundAllowed", Text: outboundText})
	}
	if !target.InboundConsent() {
		closed = append(closed, Gate{Name: "automaticUserConsentSettings.inboundAllowed", Target: true, Text: inboundText})
	}
	if !target.UserSyncInbound() {
		closed = append(closed, Gate{Name: "identitySynchronization.userSyncInbound.isSyncAllowed", Target: true, Text: inboundText})
	}
	return closed
}

const (
	outboundText = "The source tenant has not enabled automatic user consent with the target tenant. Please enable the outbound cross-tenant access policy for automatic user consent in the source tenant. aka.ms/TroubleshootingCrossTenantSyncPolicyCheck"
	inboundText  = "The target tenant has not enabled inbound synchronization with this tenant. Please request the target tenant admin to enable the inbound synchronization on their cross-tenant access policy. Learn more: aka.ms/TroubleshootingCrossTenantSyncPolicyCheck"
)

// Rule is one half of a B2B setting: the users, or the applications.
type Rule struct {
	Blocked bool // the targets are refused; otherwise they alone are allowed
	Hit     bool // the user or application in question is among the targets
}

func (r Rule) denies() bool { return r.Blocked == r.Hit }

// Permits joins the two halves (guests 5.4). Where both block, only what both name is refused.
func Permits(users, applications Rule) bool {
	if users.Blocked && applications.Blocked {
		return !(users.Hit && applications.Hit)
	}
	return !users.denies() && !applications.denies()
}
