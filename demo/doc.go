// Package demo does the main job on real input, through the public API alone: it imports a directory, connects two
// tenants by the fourteen set-up steps of cross-tenant synchronization, and waits for the first cycle.
//
// Every step looks before it acts, so that a demo that was killed goes on where it was, and one that is done changes
// nothing. It knows the API and nothing behind it, except that the operator's door is open to it.
package demo
