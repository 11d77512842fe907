// Package mapping is the expression language in which a provisioning job says what a target attribute shall hold:
//
//	Join(".", ToLower([givenName]), ToLower([surname]))
//
// It owns the grammar, the table of functions, the rules for null and for attributes with several values, the limits
// of an evaluation, and the JSON tree in which the Graph API carries an expression (attributeMappingSource).
//
// An expression passes four stages, each usable alone: [Parse] gives a tree with positions, [Check] lists every
// fault against a schema, [Compile] resolves attribute names to slots and gives a [Program] of closures, and
// [Program.Eval] runs it on one object. Parse and Compile are for configuration time; Eval is the hot path.
//
// A value is null, a text or a list of texts; functions that count or compare read numbers out of text. What a
// function does with null is said in its row of the table and shown by its file in testdata/eval.
//
// The package does not know where attributes come from (it sees a [Schema] and a [Row]), which target attribute a
// result is for, whether a null may flow, what a job or a tenant is, or how an error is shown on a wire. It keeps no
// state, logs nothing, and takes the time and randomness it needs from its [Env]. While patterns are being matched, the
// clock of the regular expressions runs in a goroutine that ends by itself a second later.
package mapping
