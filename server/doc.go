// Package server puts the parts of hospes together over one data directory or database: the store, the keys, the
// engine, the API, the scheduler, and the listener with its certificates.
//
// It is the only package besides the command that knows them all. It decides nothing about directories.
package server
