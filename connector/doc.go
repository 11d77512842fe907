// Package connector is the contract between the provisioning engine and the systems people are made present in.
//
// It owns the vocabulary: a directory of attributes, entries, writes and their outcomes, and the capability of a target
// that lives in the same store to join the engine's transaction. It does not know which system is behind a target, nor
// why the engine writes what it writes.
package connector
