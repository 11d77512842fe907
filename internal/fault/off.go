//go:build !failpoint

package fault

// Point marks a step that a test may interrupt.
func Point(string) error { return nil }

// Enabled tells that the points are live.
const Enabled = false
