// Command hospes is the server and the command line of hospes.
//
//	hospes serve --data DIR
//	hospes user list --data DIR --tenant aurora.example --filter "userType eq 'Guest'"
//	hospes sync status Borealis --server https://localhost:8443 --client-id … --tenant aurora.example
//
// It is where everything is wired: streams, settings, the clock, signals and exit codes. Each noun is a file with one
// command per verb. Apart from serving, a command only ever calls the public API, over the network or, given a data
// directory, in this process through the same handlers; it decides nothing that the API does not.
//
// Results go to standard output, and errors, as one line with what can be done about them, to standard error. The exit
// codes are 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, 5 conflict and 6 unavailable.
package main
