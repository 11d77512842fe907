package importer

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
	"github.com/hospes-dev/hospes"
)

// dnKey gives the key of a distinguished name: case folded, blanks around separators gone, escapes written in one way,
// the parts of a multi-valued name in order. Two spellings of one name have the same key.
func dnKey(dn string) (string, error) {
	if plainDN(dn) {
		return hospes.Fold(dn), nil
	}
	return parsedKey(dn)
}

func parsedKey(dn string) (string, error) {
	// The form "#04024869" carries BER. No export names people so, and a decoder fed by strangers is best not reached.
	if hexadecimal(dn) {
		return "", errors.New("values in hexadecimal form are not read")
	}
	name, err := ldap.ParseDN(dn)
	if err != nil {
		return "", err
	}
	if len(name.RDNs) == 0 {
		return "", errors.New("it is empty")
	}
	var b strings.Builder
	b.Grow(len(dn))
	for i, rdn := range name.RDNs {
		if i > 0 {
			b.WriteByte(',')
		}
		parts := make([]string, len(rdn.Attributes))
		for j, a := range rdn.Attributes {
			parts[j] = hospes.Fold(a.Type) + "=" + escapeDN(hospes.Fold(a.Value))
		}
		slices.Sort(parts)
		for j, part := range parts {
			if j > 0 {
				b.WriteByte('+')
			}
			b.WriteString(part)
		}
	}
	return b.String(), nil
}

// referenceKey is dnKey for a reference to another record. One that is no distinguished name is kept as it stands: that
// nothing goes by that name is found when references are resolved, and is no reason to lose the record.
func referenceKey(dn string) string {
	if key, err := dnKey(dn); err == nil {
		return key
	}
	return hospes.Fold(dn)
}

// plainDN tells that a name needs folding only: ASCII, no escapes, no multi-valued parts, no blanks at the edges of a
// part. Nearly all names are plain, and parsing costs twenty times as much as this look.
func plainDN(dn string) bool {
	inValue, last := false, byte(',')
	for i := 0; i < len(dn); i++ {
		c := dn[i]
		switch {
		case c == ',':
			if !inValue || last == '=' || last == ' ' {
				return false
			}
			inValue = false
		case c == '=':
			if inValue || last == ',' || last == ' ' {
				return false
			}
			inValue = true
		case c == ' ':
			if last == ',' || last == '=' {
				return false
			}
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.@'()&/:", c) >= 0:
		default:
			return false
		}
		last = c
	}
	return inValue && last != '=' && last != ' '
}

// hexadecimal tells that some value begins with "#".
func hexadecimal(dn string) bool {
	for i := range len(dn) {
		if dn[i] == '#' && strings.HasSuffix(strings.TrimRight(dn[:i], " "), "=") {
			return true
		}
	}
	return false
}

// escapeDN keeps the parts of a key apart: what separates them is escaped inside a value.
func escapeDN(value string) string {
	if !strings.ContainsAny(value, `\,+`) {
		return value
	}
	return strings.NewReplacer(`\`, `\\`, `,`, `\,`, `+`, `\+`).Replace(value)
}
