// Package local is the connector for tenants of this instance: it reads and writes their people in the transaction of
// whoever uses it, by the rules of the directory, and speaks of attributes by the names of synchronization schemas.
//
// It does not know who is in scope, which mapping gave a value, or what a job is.
package local
