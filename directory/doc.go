// Package directory holds the rules of the objects of a tenant: what a user, a group, an application must have, which
// values follow from others, what a delete takes along, and which audit records tell of it.
//
// Its functions work inside a transaction of the caller's, so that the public API, the importer and the provisioning
// engine make the same object by the same rules, in one commit with whatever else they do. The proof of a domain alone
// asks DNS, outside of one, by a resolver that it is given. It does not know HTTP, who the caller is allowed to be, or how
// anything is stored.
package directory
