package grant

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
)

const (
	// DeviceLife is how long a device waits for its person.
	DeviceLife = 15 * time.Minute

	// DeviceInterval is how often it may ask.
	DeviceInterval = 5 * time.Second

	// maxDevice bounds what is kept of a device; most of it is the scopes, of which an honest one asks for a few dozen.
	maxDevice = 8 << 10
)

// Anybody may let a device wait, and type in codes. So both are bounded, for a network and for all of them together.
var (
	devicesOfNetwork = authn.Quota{What: "devices", Most: 100, In: DeviceLife}
	devicesOfAll     = authn.Quota{What: "all devices", Most: 10_000, In: DeviceLife}
	wrongCodesOfAll  = authn.Quota{What: "all wrong codes", Most: 10_000, In: DeviceLife}
)

type deviceState string

const (
	devicePending  deviceState = "pending"
	deviceApproved deviceState = "approved"
	deviceDeclined deviceState = "declined"
	deviceDone     deviceState = "done"
)

// Device is a device that waits for a person.
type Device struct {
	UserCode   string
	DeviceCode string // only when it was made just now

	request deviceRequest
	proof   store.Proof
}

// deviceRequest is what is kept of it.
type deviceRequest struct {
	Client string          `json:"client"`
	Tenant string          `json:"tenant,omitempty"` // as the device named it; empty for whoever comes
	Scopes Scopes          `json:"scopes"`
	Secret []byte          `json:"secret"` // digest
	State  deviceState     `json:"state"`
	Polled time.Time       `json:"polled"`
	Home   hospes.TenantID `json:"home"`
	Family []byte          `json:"family,omitempty"`
	Facts  Facts           `json:"facts"`
}

// Client is the application on the device, Tenant what it named as the tenant, Scopes what it asks for.
func (d Device) Client() string { return d.request.Client }

// Tenant is what the device named as the tenant.
func (d Device) Tenant() string { return d.request.Tenant }

// Scopes is what the application on the device asks for.
func (d Device) Scopes() Scopes { return d.request.Scopes }

// StartDevice lets a device at an address wait.
func (s *Service) StartDevice(ctx context.Context, client, tenant string, scopes Scopes, address string) (Device, error) {
	network := authn.Network(address)
	err := s.config.Store.View(ctx, s.config.System, func(r store.Reader) error {
		all, err := devicesOfAll.Spent(r, "")
		if err != nil {
			return err
		}
		own, err := devicesOfNetwork.Spent(r, network)
		return errors.Join(err, tooManyDevices(max(all, own)))
	})
	if err != nil {
		return Device{}, err
	}
	userCode, err := s.newUserCode()
	if err != nil {
		return Device{}, err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(s.config.Random, secret); err != nil {
		return Device{}, hospes.Internal("grant.StartDevice", err)
	}
	sum := sha256.Sum256(secret)
	d := Device{UserCode: userCode, DeviceCode: "1." + userCode + "." + base64.RawURLEncoding.EncodeToString(secret)}
	doc, err := json.Marshal(deviceRequest{Client: client, Tenant: tenant, Scopes: scopes, Secret: sum[:], State: devicePending})
	if err != nil {
		return Device{}, hospes.Internal("grant.StartDevice", err)
	}
	if len(doc) > maxDevice {
		return Device{}, refuse(hospes.KindInvalid, CodeScope, "The provided value for the input parameter 'scope' is not valid: it is too long. Ask for fewer scopes.")
	}
	return d, s.update(ctx, s.config.System, func(tx store.Tx) error {
		all, err := devicesOfAll.Take(tx, "")
		if err != nil {
			return err
		}
		own, err := devicesOfNetwork.Take(tx, network)
		if err := errors.Join(err, tooManyDevices(max(all, own))); err != nil {
			return err
		}
		return tx.AddProof(store.Proof{Kind: store.ProofDevice, Digest: sha256.Sum256([]byte(userCode)), Document: string(doc), Expires: s.config.Clock.Now().Add(DeviceLife)})
	})
}

func tooManyDevices(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return authn.Throttled(wait, "There are too many incoming requests for device codes. Wait for as long as Retry-After says.")
}

// readDevice reads a device by the code that a person types in.
func readDevice(r store.Reader, userCode string) (d Device, err error) {
	d.UserCode = userCode
	if d.proof, err = r.Proof(store.ProofDevice, sha256.Sum256([]byte(userCode))); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(d.proof.Document), &d.request); err != nil {
		return d, hospes.Internal("grant.readDevice", err)
	}
	return d, nil
}

// FindDevice finds the device that shows a code to its person. Wrong codes are counted by the network they come from, and
// all together: whoever has any number of networks must not be able to guess.
func (s *Service) FindDevice(ctx context.Context, userCode, address string) (Device, error) {
	subject := "device:" + authn.Network(address)
	now := s.config.Clock.Now()
	var d Device
	var tries store.Attempts
	var closed time.Duration
	err := s.config.Store.View(ctx, s.config.System, func(r store.Reader) error {
		list, err := r.Attempts(subject)
		if err != nil {
			return err
		}
		tries = list[subject]
		if closed, err = wrongCodesOfAll.Spent(r, ""); err != nil {
			return err
		}
		d, err = readDevice(r, plainUserCode(userCode))
		return err
	})
	if err != nil && !errors.Is(err, hospes.ErrNotFound) {
		return d, err
	}
	if closed > 0 || tries.Failures >= userCodeTries && now.Before(tries.Last.Add(DeviceLife)) {
		return Device{}, refuse(hospes.KindThrottled, CodeTooManyAttempts, "Too many wrong codes were entered. Wait a quarter of an hour and begin at the device again.")
	}
	if err != nil || !now.Before(d.proof.Expires) || d.request.State != devicePending {
		err := s.update(ctx, s.config.System, func(tx store.Tx) error {
			if _, err := wrongCodesOfAll.Take(tx, ""); err != nil {
				return err
			}
			_, err := tx.Attempted(subject, DeviceLife)
			return err
		})
		return Device{}, errors.Join(refuse(hospes.KindNotFound, CodeDeviceUnknown, "The code is wrong or no longer good. Look at the device again."), err)
	}
	return d, nil
}

// ApproveDevice lets the application on a device have what it waits for.
func (s *Service) ApproveDevice(ctx context.Context, userCode string, session authn.Session, v authn.Visit, a authn.Attempt) error {
	family := make([]byte, 16)
	if _, err := io.ReadFull(s.config.Random, family); err != nil {
		return hospes.Internal("grant.ApproveDevice", err)
	}
	err := s.settleDevice(ctx, userCode, func(q *deviceRequest) {
		q.State, q.Home, q.Family, q.Facts = deviceApproved, session.Tenant, family, FactsOf(session, v, q.Scopes)
	})
	if err != nil {
		return err
	}
	a.AMR, a.Host = session.Methods, v.Host.ID
	return s.config.People.Log(ctx, session.Account, v, &a, nil)
}

// DeclineDevice tells the application on a device that its person does not want to.
func (s *Service) DeclineDevice(ctx context.Context, userCode string) error {
	return s.settleDevice(ctx, userCode, func(q *deviceRequest) { q.State = deviceDeclined })
}

// settleDevice changes a device that waits still.
func (s *Service) settleDevice(ctx context.Context, userCode string, change func(*deviceRequest)) error {
	return s.update(ctx, s.config.System, func(tx store.Tx) error {
		d, err := readDevice(tx, userCode)
		if errors.Is(err, hospes.ErrNotFound) || err == nil && (d.request.State != devicePending || !tx.Now().Before(d.proof.Expires)) {
			return refuse(hospes.KindNotFound, CodeDeviceExpired, "The device does not wait any more. Begin there again.")
		}
		if err != nil {
			return err
		}
		change(&d.request)
		return keepDevice(tx, d)
	})
}

func keepDevice(tx store.Tx, d Device) error {
	doc, err := json.Marshal(d.request)
	if err != nil {
		return hospes.Internal("grant.keepDevice", err)
	}
	d.proof.Document = string(doc)
	return tx.ChangeProof(d.proof)
}

// PollDevice answers a device that asks whether its person has been there: what was approved, or the reason to go on
// asking or to stop.
func (s *Service) PollDevice(ctx context.Context, deviceCode, clientID string) (Held, error) {
	var verdict error
	var h Held
	version, rest, _ := strings.Cut(deviceCode, ".")
	userCode, secret, ok := strings.Cut(rest, ".")
	raw, decodeErr := base64.RawURLEncoding.DecodeString(secret)
	unknown := refuse(hospes.KindUnauthenticated, CodeDeviceUnknown, "The verification code is not known. Send the device_code as it was given.")
	if version != "1" || !ok || decodeErr != nil || len(deviceCode) > 256 {
		return h, unknown
	}
	sum := sha256.Sum256(raw)
	err := s.update(ctx, s.config.System, func(tx store.Tx) error {
		verdict, h = nil, Held{}
		d, err := readDevice(tx, userCode)
		if errors.Is(err, hospes.ErrNotFound) || err == nil && (string(d.request.Secret) != string(sum[:]) || d.request.Client != clientID) {
			verdict = unknown
			return nil
		}
		if err != nil {
			return err
		}
		early := tx.Now().Sub(d.request.Polled) < DeviceInterval
		d.request.Polled = tx.Now()
		switch {
		case d.request.State == deviceDone:
			verdict = unknown
			return nil
		case !tx.Now().Before(d.proof.Expires):
			verdict = refuse(hospes.KindUnauthenticated, CodeDeviceExpired, "The verification code has expired before the user signed in. Begin again.")
			return nil
		case d.request.State == deviceDeclined:
			verdict = refuse(hospes.KindForbidden, CodeDeclined, "The user denied the request on the device.")
			return nil
		case d.request.State == deviceApproved:
			h = Held{Facts: d.request.Facts, kind: store.ProofDevice, x: secretOf(d.request)}
			d.request.State = deviceDone
			return keepDevice(tx, d)
		case early:
			verdict = refuse(hospes.KindThrottled, CodeDeviceSlow, "The device asks too often. Wait five seconds longer between two requests.")
		default:
			verdict = refuse(hospes.KindUnauthenticated, CodeDevicePending, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
		}
		return keepDevice(tx, d)
	})
	return h, errors.Join(err, verdict)
}

// secretOf gives the approved device as a secret of its person's tenant, from which the refresh tokens follow.
func secretOf(q deviceRequest) (x secret) {
	x.tenant = q.Home
	copy(x.family[:], q.Family)
	return x
}
