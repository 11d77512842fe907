package provision

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Sealer keeps secrets from whoever reads the store.
type Sealer interface {
	Seal(aad string, plaintext []byte) []byte
	Open(aad string, sealed []byte) ([]byte, error)
}

// Settings are the synchronization secrets of a service principal: credentials and settings alike (provisioning 1.6).
type Settings map[string]string

// Keys that the engine itself reads.
const (
	KeyAuthenticationType = "AuthenticationType"
	KeyCompanyID          = "CompanyId"
	KeySyncAll            = "SyncAll"
	KeyNotification       = "SyncNotificationSettings"
	KeySkipOutOfScope     = "SkipOutOfScopeDeletions"
)

// settingKeys are the names the original knows (provisioning 9.5).
var settingKeys = strings.Fields(`None UserName Password SecretToken AppKey BaseAddress ClientIdentifier ClientSecret SingleSignOnType
	Sandbox Url Domain ConsumerKey ConsumerSecret TokenKey TokenExpiration Oauth2AccessToken Oauth2AccessTokenCreationTime
	Oauth2RefreshToken SyncAll InstanceName Oauth2ClientId Oauth2ClientSecret CompanyId UpdateKeyOnSoftDelete
	SynchronizationSchedule SystemOfRecord SandboxName EnforceDomain SyncNotificationSettings SkipOutOfScopeDeletions
	Oauth2AuthorizationCode Oauth2RedirectUri ApplicationTemplateIdentifier Oauth2TokenExchangeUri Oauth2AuthorizationUri
	AuthenticationType Server PerformInboundEntitlementGrants HardDeletesEnabled SyncAgentCompatibilityKey SyncAgentADContainer
	ValidateDomain TestReferences ConnectionString`)

// SettingKey gives the canonical spelling of a key; ok is false for an unknown one.
func SettingKey(name string) (key string, ok bool) {
	for _, k := range settingKeys {
		if strings.EqualFold(k, name) {
			return k, true
		}
	}
	return "", false
}

func settingAAD(t hospes.TenantID, principal hospes.Number, key string) string {
	return fmt.Sprintf("setting/%s/%d/%s", t, principal, key)
}

// ReadSettings opens the settings of a service principal.
func (e *Engine) ReadSettings(r store.Reader, principal hospes.Number) (Settings, error) {
	sealed, err := r.Settings(principal)
	if err != nil {
		return nil, err
	}
	s := make(Settings, len(sealed))
	for _, entry := range sealed {
		plain, err := e.Sealer.Open(settingAAD(r.Tenant().ID, principal, entry.Key), entry.Sealed)
		if err != nil {
			return nil, err
		}
		s[entry.Key] = string(plain)
	}
	return s, nil
}

// PutSettings merges settings by key; an empty value removes its key (provisioning 9.2).
func (e *Engine) PutSettings(tx store.Tx, principal *hospes.Object, s Settings) error {
	before, err := e.ReadSettings(tx, principal.Number)
	if err != nil {
		return err
	}
	var kept []store.Setting
	var removed []string
	for name, value := range s {
		key, ok := SettingKey(name)
		if !ok {
			return hospes.Invalidf("provision.PutSettings", "'%s' is not a synchronization secret.", name)
		}
		if value == "" {
			removed = append(removed, key)
			continue
		}
		if err := checkSetting(key, value); err != nil {
			return err
		}
		kept = append(kept, store.Setting{Key: key, Sealed: e.Sealer.Seal(settingAAD(tx.Tenant().ID, principal.Number, key), []byte(value))})
	}
	if err := tx.PutSettings(principal.Number, kept...); err != nil {
		return err
	}
	if err := tx.DeleteSettings(principal.Number, removed...); err != nil {
		return err
	}
	after, err := e.ReadSettings(tx, principal.Number)
	if err != nil {
		return err
	}
	if err := e.wakeJobs(tx, principal, before.SyncAll() != after.SyncAll(), before[KeyCompanyID] != "" && before[KeyCompanyID] != after[KeyCompanyID]); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Update provisioning setting or credentials", principal))
}

// checkSetting refuses values that the engine could not use.
func checkSetting(key, value string) error {
	const op = "provision.PutSettings"
	switch key {
	case KeyCompanyID:
		if _, ok := hospes.ParseTenantID(value); !ok {
			return hospes.Invalidf(op, "The value of %s is not a tenant id.", key)
		}
	case KeySyncAll, KeySkipOutOfScope:
		if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
			return hospes.Invalidf(op, "The value of %s is neither true nor false.", key)
		}
	case KeyNotification:
		var n Notification
		if json.Unmarshal([]byte(value), &n) != nil {
			return hospes.Invalidf(op, "The value of %s is not a JSON object.", key)
		}
	}
	return nil
}

// Notification is the JSON inside SyncNotificationSettings.
type Notification struct {
	Enabled                bool   `json:"Enabled"`
	Recipients             string `json:"Recipients"`
	DeleteThresholdEnabled bool   `json:"DeleteThresholdEnabled"`
	DeleteThresholdValue   int64  `json:"DeleteThresholdValue"`
}

// DefaultDeleteThreshold is offered where a guard is on and no number is given (provisioning 6.1).
const DefaultDeleteThreshold = 500

// Notification gives the notification settings.
func (s Settings) Notification() Notification {
	n := Notification{DeleteThresholdValue: DefaultDeleteThreshold}
	if text := s[KeyNotification]; text != "" {
		if json.Unmarshal([]byte(text), &n) != nil {
			return Notification{}
		}
	}
	return n
}

// SyncAll tells that everybody is in scope, assigned or not.
func (s Settings) SyncAll() bool { return strings.EqualFold(s[KeySyncAll], "true") }

// SkipOutOfScope tells that who leaves the scope is left as it is.
func (s Settings) SkipOutOfScope() bool { return strings.EqualFold(s[KeySkipOutOfScope], "true") }

// Target gives the target tenant; ok is false where none is set.
func (s Settings) Target() (hospes.TenantID, bool) { return hospes.ParseTenantID(s[KeyCompanyID]) }
