// Package pgtest lends tests a private PostgreSQL: a cluster in a temporary directory that listens on a socket only,
// made when the first test asks and gone with the test process. HOSPES_TEST_POSTGRES names another one to use.
//
// It does not install anything; the Makefile does. A machine without PostgreSQL fails the tests that need it, because
// a test that is skipped proves nothing.
package pgtest
