// Package sample holds made-up people to try a directory with: [Aurora], an organisation of a few hundred people and
// their groups in an LDIF file, and [People], as many generated people as anybody wants.
//
// It owns the file, which sample/generate writes, and the rules by which people are made up, the same ones for the same
// seed in every release. Nobody in it exists. It does not know how people get into a directory, and leaves passwords,
// tenants and policies to whoever uses it.
package sample
