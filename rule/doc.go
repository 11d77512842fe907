// Package rule is the language in which a dynamic group says who its members are: read, checked against what people have,
// printed, and asked about one person.
//
//	user.department -eq "Sales" -and -not (user.jobTitle -startsWith "Trainee")
//
// It does not know groups, tenants or the store: whoever asks brings the person together with the manager and the groups
// that the rule wants to know of. What the original leaves open is decided in docs/adr/0039-dynamic-groups.md.
package rule
