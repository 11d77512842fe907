// Package federation reads the keys with which other issuers sign their tokens. It owns their discovery documents and key
// sets: where they are, how long they are believed, how often they are asked. It does not know who trusts an issuer, nor
// what a token says.
package federation
