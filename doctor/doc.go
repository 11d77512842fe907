// Package doctor finds out why somebody is not where a synchronization should have brought them, or is not as they should
// be there: causes with their evidence, who has to act, and the call that mends them.
//
// It owns findings. It changes nothing, and it knows no wire: a finding is a code with arguments, put into words when it
// is read, and a fix is a call of the public API for whoever may make it.
package doctor
