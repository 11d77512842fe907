// Package graphapi speaks the wire format of Microsoft Graph, and in the same conventions what Graph has no word for,
// under /hospes/v1.
//
// It owns paths, the table of routes with their permissions, query options, bodies and errors. A handler parses, calls
// one use case and renders; whether something may be or must not be is decided further in. It does not know SQL, how
// tokens are made, or what the engine does.
package graphapi
