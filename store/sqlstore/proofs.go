package sqlstore

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Proof finds a proof.
func (h *handle) Proof(kind store.ProofKind, digest store.Digest) (store.Proof, error) {
	p := store.Proof{Kind: kind, Digest: digest}
	var made, expires, spent int64
	found, err := h.one([]any{&p.Owner, &p.Family, &p.Document, &made, &expires, &spent},
		"SELECT owner, family, doc, made, expires, spent FROM proofs WHERE tenant = $1 AND kind = $2 AND digest = $3", h.number(), string(kind), digest[:])
	if err == nil && !found {
		err = hospes.NotFound("store.Proof", string(kind))
	}
	p.Made, p.Expires, p.Spent = moment(made), moment(expires), moment(spent)
	return p, err
}

// AddProof keeps a new proof.
func (t *tx) AddProof(p store.Proof) error {
	n, err := t.exec("INSERT INTO proofs (tenant, kind, digest, owner, family, doc, made, expires, spent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING",
		t.number(), string(p.Kind), p.Digest[:], int64(p.Owner), p.Family, p.Document, t.now.UnixMicro(), micros(p.Expires))
	if err == nil && n == 0 {
		err = hospes.Conflicting("store.AddProof", string(p.Kind))
	}
	return err
}

// ChangeProof replaces what a proof says.
func (t *tx) ChangeProof(p store.Proof) error {
	n, err := t.exec("UPDATE proofs SET owner = $4, family = $5, doc = $6, expires = $7 WHERE tenant = $1 AND kind = $2 AND digest = $3",
		t.number(), string(p.Kind), p.Digest[:], int64(p.Owner), p.Family, p.Document, micros(p.Expires))
	if err == nil && n == 0 {
		err = hospes.NotFound("store.ChangeProof", string(p.Kind))
	}
	return err
}

// SpendProof notes the first use of a proof.
func (t *tx) SpendProof(kind store.ProofKind, digest store.Digest) (bool, error) {
	n, err := t.exec("UPDATE proofs SET spent = $4 WHERE tenant = $1 AND kind = $2 AND digest = $3 AND spent = 0", t.number(), string(kind), digest[:], t.now.UnixMicro())
	return n > 0, err
}

// DropProof removes a proof.
func (t *tx) DropProof(kind store.ProofKind, digest store.Digest) error {
	_, err := t.exec("DELETE FROM proofs WHERE tenant = $1 AND kind = $2 AND digest = $3", t.number(), string(kind), digest[:])
	return err
}

// DropFamily removes the proofs of a family.
func (t *tx) DropFamily(family string) error {
	_, err := t.exec("DELETE FROM proofs WHERE tenant = $1 AND family = $2 AND family <> ''", t.number(), family)
	return err
}

// DropProofs removes the proofs of a person.
func (t *tx) DropProofs(owner hospes.Number) error {
	_, err := t.exec("DELETE FROM proofs WHERE tenant = $1 AND owner = $2 AND owner <> 0", t.number(), int64(owner))
	return err
}

// ForgetProofs removes proofs that are over.
func (t *tx) ForgetProofs(over store.ProofsOver, limit int) (int64, error) {
	return t.exec(`DELETE FROM proofs WHERE tenant = $1 AND (kind, digest) IN (SELECT kind, digest FROM proofs
		WHERE tenant = $1 AND (expires < $2 OR kind = $4 AND spent <> 0 AND spent < $3 OR kind = $6 AND expires < $7) LIMIT $5)`,
		t.number(), over.Expired.UnixMicro(), over.Spent.UnixMicro(), string(store.ProofRefresh), int64(limit), string(store.ProofDevice), over.Waited.UnixMicro())
}

// Authenticator finds a person's authenticator.
func (h *handle) Authenticator(owner hospes.Number) (store.Authenticator, error) {
	a := store.Authenticator{Owner: owner}
	var made int64
	found, err := h.one([]any{&a.Sealed, &made, &a.Step}, "SELECT sealed, made, step FROM authenticators WHERE tenant = $1 AND owner = $2", h.number(), int64(owner))
	if err == nil && !found {
		err = hospes.NotFound("store.Authenticator", "authenticator")
	}
	a.Made = moment(made)
	return a, err
}

// PutAuthenticator keeps a person's authenticator.
func (t *tx) PutAuthenticator(a store.Authenticator) error {
	_, err := t.exec(`INSERT INTO authenticators (tenant, owner, sealed, made, step) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant, owner) DO UPDATE SET sealed = excluded.sealed, made = excluded.made, step = excluded.step`,
		t.number(), int64(a.Owner), a.Sealed, t.now.UnixMicro(), a.Step)
	return err
}

// DropAuthenticator removes a person's authenticator.
func (t *tx) DropAuthenticator(owner hospes.Number) error {
	_, err := t.exec("DELETE FROM authenticators WHERE tenant = $1 AND owner = $2", t.number(), int64(owner))
	return err
}

// UseStep uses codes up.
func (t *tx) UseStep(owner hospes.Number, step int64) (bool, error) {
	n, err := t.exec("UPDATE authenticators SET step = $3 WHERE tenant = $1 AND owner = $2 AND step < $3", t.number(), int64(owner), step)
	return n > 0, err
}
