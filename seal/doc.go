// Package seal keeps secrets unreadable in the store: an AES-256-GCM envelope under a master key that lives outside it,
// in a file of the data directory or in the environment.
//
// It owns the form of a sealed value, the master keys and their rotation: the first key seals, every key opens. Each
// value is bound to a place by additional data (its tenant and row), so that it opens nowhere else.
//
// It does not know what is sealed, or where that is kept.
package seal
