// Package scope is the language of scoping filters: which people a synchronization takes (provisioning 5).
//
// It owns the wire form of a filter, its operators and their rule for absent values. It does not know people, jobs, nor
// what becomes of those who do not pass.
package scope
