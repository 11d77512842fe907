// Package policy decides what tenants allow each other: who may invite, whether consent is given automatically,
// whether people may be synchronized in, and who may go where.
//
// Its decisions are pure functions over policy objects, which it reads and never writes. It does not know HTTP, or what is
// done with an answer; each answer names the switch that decided and whose it is.
package policy
