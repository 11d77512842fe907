// Package connectortest holds what connectors are proven with: Memory, a system of people that lives in memory, fails
// and forgets on demand, and stands for any target that is no tenant; and Run, the suite that every target passes.
//
// It does not know the engine.
package connectortest
