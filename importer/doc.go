// Package importer reads people and groups out of files: LDIF as directories export it (RFC 2849), and CSV as
// spreadsheets, scripts and Microsoft's bulk forms write it.
//
//	r, err := importer.Open("people.ldif", file, importer.Options{})
//	for rec, err := range importer.All(r) { … }
//
// It owns the formats: where a record begins and ends, which attribute or column becomes which property of the Graph
// (tables in rules.go and columns.go), what makes an entry a person or a group, and how a broken record is reported.
// A [Reader] holds one record at a time, within limits, however large the file is. A record that cannot be read
// answers a [RecordError] with its line, and the call after it goes on with the next record; every other error is the
// end.
//
// It does not know the directory. It asks for no uniqueness, makes up no names, checks no lengths and resolves no
// reference: managers and members are given as keys, and a record may refer to one that comes later in the file.
// Passwords are never read; people arrive without a credential.
package importer
