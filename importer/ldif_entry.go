package importer

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-ldap/ldif"
	"github.com/hospes-dev/hospes"
)

// usualFields bounds the room made for the fields of an entry, most of whose lines may be members.
const usualFields = 28

// convert makes a record of the values of an entry. A kind of zero says that it is neither a person nor a group.
func (r *LDIF) convert(dn string) (Record, error) {
	rec := Record{Line: r.first}
	if len(r.values[atObjectClass]) == 0 {
		return rec, broken(r.first, "the entry has no objectClass, which tells people from groups")
	}
	rec.Kind = kindOf(r.values[atObjectClass])
	if rec.Kind == 0 {
		return rec, nil
	}
	dn = strings.TrimSpace(dn)
	if fault := unfit(dn); fault != "" {
		return rec, broken(r.first, "dn: %s", fault)
	}
	var err error
	if rec.Key, err = dnKey(dn); err != nil {
		return rec, broken(r.first, "dn is not a distinguished name: %v", err)
	}
	rec.Fields = make([]Field, 0, min(len(r.lines)+2, usualFields))
	for i := range rules {
		if err := r.apply(&rec, i); err != nil {
			return rec, err
		}
	}
	if rec.Kind == Group {
		return rec, r.members(&rec)
	}
	rec.nameFromParts()
	rec.Add("onPremisesDistinguishedName", dn)
	return rec, r.person(&rec)
}

// apply gives the record the property of one rule.
func (r *LDIF) apply(rec *Record, i int) error {
	rule := &rules[i]
	if rule.how == truthless || strings.IndexByte(rule.kinds, "_pg"[rec.Kind]) < 0 {
		return nil
	}
	for _, at := range slots[i] {
		values := r.values[at]
		if len(values) == 0 {
			continue
		}
		switch rule.how {
		case first, region:
			values = values[:1]
		case further:
			values = values[1:]
		case octets, guid, uuid:
			if rec.Text(rule.property) != "" {
				return nil
			}
			id, ok := identity(values[0], rule.how)
			if !ok {
				return r.faulty(at, 0, "not an id of 16 bytes")
			}
			rec.Add(rule.property, id)
			return nil
		}
		had := len(rec.Fields)
		for k, text := range values {
			text = strings.TrimSpace(text)
			if fault := unfit(text); fault != "" {
				return r.faulty(at, k, fault)
			}
			if text != "" && (rule.how != region || isRegion(text)) {
				rec.Add(rule.property, text)
			}
		}
		if len(rec.Fields) > had {
			return nil
		}
	}
	return nil
}

// person reads what is said about a person outside the rules: the manager, the uid that groups refer to, and whether
// the account is open.
func (r *LDIF) person(rec *Record) error {
	if list := r.values[atManager]; len(list) > 0 {
		if fault := unfit(list[0]); fault != "" {
			return r.faulty(atManager, 0, fault)
		}
		rec.Manager = referenceKey(strings.TrimSpace(list[0]))
	}
	for k, uid := range r.values[atUID] {
		if fault := unfit(uid); fault != "" {
			return r.faulty(atUID, k, fault)
		}
		rec.Aliases = append(rec.Aliases, uidKey(uid))
	}
	stated, disabled := false, false
	if list := r.values[atControl]; len(list) > 0 {
		const accountDisable = 2
		flags, err := strconv.ParseInt(strings.TrimSpace(list[0]), 10, 64)
		if err != nil {
			return r.faulty(atControl, 0, "not a number")
		}
		stated, disabled = true, flags&accountDisable != 0
	}
	for _, at := range [...]int{atLock, atNoLogin} {
		if list := r.values[at]; len(list) > 0 {
			stated, disabled = true, disabled || strings.EqualFold(strings.TrimSpace(list[0]), "true")
		}
	}
	if stated {
		rec.state(disabled)
	}
	return nil
}

// members reads the members of a group. Directories that do not allow an empty group put the group into itself; that
// member is dropped.
func (r *LDIF) members(rec *Record) error {
	names, unique, uids := r.values[atMember], r.values[atUniqueMember], r.values[atMemberUID]
	if len(names)+len(unique)+len(uids) == 0 {
		return nil
	}
	rec.Members = make([]string, 0, len(names)+len(unique)+len(uids))
	for _, at := range [...]int{atMember, atUniqueMember, atMemberUID} {
		for k, name := range r.values[at] {
			if fault := unfit(name); fault != "" {
				return r.faulty(at, k, fault)
			}
			name = strings.TrimSpace(name)
			key := uidKey(name)
			if at != atMemberUID {
				key = referenceKey(name)
			}
			if name != "" && key != rec.Key {
				rec.Members = append(rec.Members, key)
			}
		}
	}
	return nil
}

func uidKey(uid string) string { return "uid:" + hospes.Fold(strings.TrimSpace(uid)) }

// unfit says why a decoded text cannot be a value, or "".
func unfit(text string) string {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return "the value holds a NUL byte"
	case !utf8.ValidString(text):
		return "the value is not UTF-8"
	}
	return ""
}

func isRegion(code string) bool {
	return len(code) == 2 && isLetter(code[0]) && isLetter(code[1])
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// identity gives the base64 text of an id that the source directory never changes. Active Directory keeps 16 bytes,
// some tools write them as text, of which the first three groups stand in the other byte order.
func identity(value string, how form) (string, bool) {
	b := []byte(value)
	if text := strings.Trim(strings.TrimSpace(value), "{}"); how != octets && len(text) == 36 {
		var err error
		if b, err = hex.DecodeString(strings.ReplaceAll(text, "-", "")); err != nil || len(b) != 16 {
			return "", false
		}
		if how == guid {
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]
		}
	} else if how != octets && len(b) != 16 {
		return "", false
	}
	return base64.StdEncoding.EncodeToString(b), true
}

// faulty reports the k-th value of an attribute, with the line it stands on.
func (r *LDIF) faulty(at, k int, fault string) error {
	number := 0
	for line := range bytes.Lines(r.text) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		if n := attributes[string(name)]; n-1 == at {
			if k--; k < 0 {
				return broken(r.lines[number], "%s: %s", name, fault)
			}
		}
		number++
	}
	return broken(r.first, "%s", fault)
}

// explain finds the line that the parser did not like by showing them to it one by one, for it names the end of the
// record.
func (r *LDIF) explain(err error) error {
	number := 0
	for line := range bytes.Lines(r.text) {
		if number == 0 {
			line = append(bytes.Clone(line), "cn: x\n"...)
		} else {
			line = append([]byte("dn: cn=x\n"), line...)
		}
		if _, err := ldif.Parse(string(line)); err != nil {
			name, _, _ := bytes.Cut(bytes.TrimPrefix(line, []byte("dn: cn=x\n")), []byte(":"))
			return broken(r.lines[number], "%s: %s", name, reason(err))
		}
		number++
	}
	return broken(r.first, "%s", reason(err))
}

func reason(err error) string {
	if e := (*ldif.ParseError)(nil); errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
