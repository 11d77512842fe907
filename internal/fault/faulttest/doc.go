// Package faulttest is what tests need that kill a process at the points of package fault: which points there are, how
// often a run came by, a child to be killed, and whether a process was killed or failed by itself.
//
// It does not know what a run is; that is in the test.
package faulttest
