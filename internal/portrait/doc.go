// Package portrait draws what a store holds, so that a test which kills a process can compare how it ended with a run
// that was not killed.
//
// It knows every table that people see. It does not know what was run, nor why two portraits should be alike.
package portrait
