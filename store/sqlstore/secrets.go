package sqlstore

import (
	"database/sql"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Credentials gives the secrets of an owner, as digests.
func (h *handle) Credentials(owner hospes.Number) ([]store.Credential, error) {
	var list []store.Credential
	err := h.each(func(rows *sql.Rows) error {
		c := store.Credential{Owner: owner}
		var starts, ends int64
		err := rows.Scan(&c.KeyID, &c.Kind, &c.Digest, &c.Hint, &c.DisplayName, &starts, &ends)
		c.Starts, c.Ends = moment(starts), moment(ends)
		list = append(list, c)
		return err
	}, "SELECT key_id, kind, digest, hint, display_name, starts, ends FROM credentials WHERE tenant = $1 AND owner = $2 ORDER BY starts, key_id",
		h.number(), int64(owner))
	return list, err
}

// PutCredential stores a credential.
func (t *tx) PutCredential(c store.Credential) error {
	_, err := t.exec(`INSERT INTO credentials (tenant, owner, key_id, kind, digest, hint, display_name, starts, ends)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, owner, key_id) DO UPDATE SET digest = excluded.digest, starts = excluded.starts, ends = excluded.ends`,
		t.number(), int64(c.Owner), c.KeyID, string(c.Kind), c.Digest, c.Hint, c.DisplayName, micros(c.Starts), micros(c.Ends))
	return err
}

// DeleteCredential removes a credential.
func (t *tx) DeleteCredential(owner hospes.Number, keyID string) error {
	_, err := t.exec("DELETE FROM credentials WHERE tenant = $1 AND owner = $2 AND key_id = $3", t.number(), int64(owner), keyID)
	return err
}

// Settings gives the synchronization secrets of a service principal, sealed.
func (h *handle) Settings(principal hospes.Number) ([]store.Setting, error) {
	var list []store.Setting
	err := h.each(func(rows *sql.Rows) error {
		var s store.Setting
		err := rows.Scan(&s.Key, &s.Sealed)
		list = append(list, s)
		return err
	}, "SELECT key, sealed FROM settings WHERE tenant = $1 AND principal = $2 ORDER BY key", h.number(), int64(principal))
	return list, err
}

// PutSettings stores settings, each over the one of the same key.
func (t *tx) PutSettings(principal hospes.Number, settings ...store.Setting) error {
	for _, s := range settings {
		_, err := t.exec("INSERT INTO settings (tenant, principal, key, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, principal, key) DO UPDATE SET sealed = excluded.sealed",
			t.number(), int64(principal), s.Key, s.Sealed)
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteSettings removes settings.
func (t *tx) DeleteSettings(principal hospes.Number, keys ...string) error {
	for _, key := range keys {
		if _, err := t.exec("DELETE FROM settings WHERE tenant = $1 AND principal = $2 AND key = $3", t.number(), int64(principal), key); err != nil {
			return err
		}
	}
	return nil
}
