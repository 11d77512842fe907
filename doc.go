// Package hospes holds the nouns of a directory that works with people of other organisations: tenants, directory
// objects and their schemas, relations, changes, jobs, cycles, links, policies, audit and provisioning records, and
// the one error type that every layer speaks.
//
// It owns names, shapes, validation of single values, states and their transitions. It does not know how anything is
// stored, which protocol carries it, or who is allowed to do what; it imports the standard library and
// golang.org/x/text only.
package hospes
