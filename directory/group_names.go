package directory

import (
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CodeUnprocessable is the code of names that are well-formed and cannot be given.
const CodeUnprocessable = "Request_UnprocessableEntity"

// CheckGroupNames tells whether a group of Microsoft 365 could have these names: one that is not there yet, for nil. Names
// that are nil are not asked about. It refuses what a create would refuse, and a nickname whose address somebody else has:
// a create would put digits behind it.
func CheckGroupNames(r store.Reader, group *hospes.Object, displayName, nickname *string) error {
	if displayName != nil && (*displayName == "" || utf8.RuneCountInString(*displayName) > hospes.GroupDisplayName.Max) {
		return invalidValue(hospes.GroupDisplayName)
	}
	if nickname == nil {
		return nil
	}
	if *nickname == "" || utf8.RuneCountInString(*nickname) > hospes.GroupMailNickname.Max || !validNickname(*nickname) {
		return invalidValue(hospes.GroupMailNickname)
	}
	domain, err := DefaultDomain(r)
	if err != nil {
		return err
	}
	holders, err := r.Holders(hospes.SpaceAddress, hospes.Fold(*nickname+"@"+domain))
	if err != nil {
		return err
	}
	for _, holder := range holders {
		if group == nil || holder != group.Number {
			return &hospes.Error{
				Kind: hospes.KindInvalid, Op: "directory.CheckGroupNames", Code: CodeUnprocessable, Message: "The values provided contain one or more validation errors.",
				Details: []hospes.Detail{{Code: "PropertyConflict", Target: hospes.GroupMailNickname.Name, Message: "Another object with the same value for property mailNickname already exists."}},
			}
		}
	}
	return nil
}
