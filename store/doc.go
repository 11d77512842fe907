// Package store is the contract between hospes and whatever keeps its data.
//
// It owns the promises: a View sees one moment of one tenant; an Update is all or nothing and durable when it returns;
// every write of an object leaves a change row, numbered in commit order; unique values clash as errors that name the
// property; a pair of tenants can be changed in one transaction. The suite in storetest proves them for every engine.
//
// It does not know SQL, which engine answers, or what the rules of a directory are. A handle is bound to its tenant
// when it is made: no method takes a tenant, so none can forget it.
package store
