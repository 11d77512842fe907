package directory

import (
	"strings"

	"github.com/hospes-dev/hospes"
)

// checkUser holds the rules that hold at every write of a user.
func checkUser(user *hospes.Object, domains map[string]bool) error {
	upn := user.Text(hospes.UserPrincipalName)
	alias, domain, ok := hospes.SplitAddress(upn)
	if !ok || !validAlias(alias) || len(upn) > 320 {
		return invalidValue(hospes.UserPrincipalName)
	}
	if !domains[hospes.Fold(domain)] {
		return hospes.Invalidf("directory.User", "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.")
	}
	if t := hospes.UserType(user.Text(hospes.UserUserType)); t != "" && !t.Valid() {
		return invalidValue(hospes.UserUserType)
	}
	if !validNickname(user.Text(hospes.UserMailNickname)) {
		return invalidValue(hospes.UserMailNickname)
	}
	if mail := user.Text(hospes.UserMail); mail != "" && !ValidMail(mail) {
		return invalidValue(hospes.UserMail)
	}
	mails := user.Get(hospes.UserOtherMails).Texts()
	if len(mails) > 250 {
		return invalidValue(hospes.UserOtherMails)
	}
	for _, mail := range mails {
		if !ValidMail(mail) {
			return invalidValue(hospes.UserOtherMails)
		}
	}
	if len(user.Get(hospes.UserBusinessPhones).Texts()) > 1 {
		return invalidValue(hospes.UserBusinessPhones)
	}
	return nil
}

// validAlias checks the part of a principal name before the "@": letters, digits and ' . - _ ! # ^ ~, no accents, no
// dot at either end (graph-wire 7.3).
func validAlias(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("'.-_!#^~", c) >= 0) {
			return false
		}
	}
	return len(s) <= 256 // 64 for people of one's own; the name of a guest holds a whole address
}

// validNickname checks ASCII without the characters that addresses cannot hold.
func validNickname(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`@()\[]";:<>,`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// ValidMail checks the syntax of an address: a local part, a domain with a dot, no accents and no blanks.
func ValidMail(s string) bool {
	local, domain, ok := hospes.SplitAddress(s)
	if !ok || !hospes.ValidDomainName(domain) {
		return false
	}
	for i := 0; i < len(local); i++ {
		if c := local[i]; c <= ' ' || c >= 0x7f || c == '@' {
			return false
		}
	}
	return len(s) <= 320
}
