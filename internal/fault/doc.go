// Package fault holds named points at which a test can stop the process or fail a step. In an ordinary build a point
// is an empty function and costs nothing; with the build tag "failpoint" it does what HOSPES_FAULT says.
//
// It does not know what the points are for; whoever places one names it after the step it stands beside.
package fault
