// Package faulttest is what tests need that kill a process at the points of package fault: which points there are, how
// often a run came by, and whether a process was killed or failed by itself.
//
// It does not start processes; what a run is, its test knows.
package faulttest
