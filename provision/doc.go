// Package provision is the engine that keeps people and groups of one tenant present in another: scope, match, map, plan, apply,
// log.
//
// It owns jobs and their states, synchronization schemas, cycles, links, and what the provisioning log says. A plan is
// made without side effects and applied in the transaction that also holds its links, its log and the watermark, so
// that a cycle that dies is taken up where it was. It does not know HTTP, and it knows systems only as connectors.
package provision
