package directory

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CreateUser makes an internal user (graph-wire 7.2 to 7.4). Required are accountEnabled, displayName, mailNickname,
// userPrincipalName and, unless the caller brings people without a credential, passwordProfile.password.
func CreateUser(tx store.Tx, rnd hospes.Random, edits []hospes.Edit, credential bool) (*hospes.Object, error) {
	users, refused, err := CreateUsers(tx, rnd, [][]hospes.Edit{edits}, credential)
	if err != nil {
		return nil, err
	}
	if refused[0] != nil {
		return nil, refused[0]
	}
	return users[0], nil
}

// CreateUsers makes many users in one go. Each that breaks a rule or clashes is refused alone, by its index.
func CreateUsers(tx store.Tx, rnd hospes.Random, batch [][]hospes.Edit, credential bool) ([]*hospes.Object, map[int]error, error) {
	domains, err := verifiedDomains(tx)
	if err != nil {
		return nil, nil, err
	}
	refused := map[int]error{}
	users := make([]*hospes.Object, len(batch))
	var ready []*hospes.Object
	var places []int
	for i, edits := range batch {
		user, err := newUser(tx, rnd, edits, domains, credential)
		if err != nil {
			refused[i] = err
			continue
		}
		users[i] = user
		ready, places = append(ready, user), append(places, i)
	}
	clashes, err := tx.PutEach(ready)
	if err != nil {
		return nil, nil, err
	}
	for j, user := range ready {
		if clash := clashes[j]; clash != nil {
			refused[places[j]], users[places[j]] = clash, nil
			continue
		}
		if err := tx.Audit(userAudit("Add user", "Add", user)); err != nil {
			return nil, nil, err
		}
	}
	return users, refused, nil
}

func newUser(tx store.Tx, rnd hospes.Random, edits []hospes.Edit, domains map[string]bool, credential bool) (*hospes.Object, error) {
	user := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(rnd))
	for _, e := range edits {
		if e.Property != hospes.UserPasswordProfile {
			user.Set(e.Property, e.Value)
		}
	}
	for _, p := range []*hospes.Property{hospes.UserAccountEnabled, hospes.UserDisplayName, hospes.UserMailNickname, hospes.UserPrincipalName} {
		if user.Get(p) == hospes.Null {
			return nil, missing(hospes.UserSchema, p.Name)
		}
	}
	if profile, _ := given(edits, hospes.UserPasswordProfile); credential && profile.Member("password") == hospes.Null {
		return nil, missing(hospes.UserSchema, "password")
	} else if credential {
		if err := CheckPassword(profile.Member("password").Text()); err != nil {
			return nil, err
		}
	}
	if err := checkUser(user, domains); err != nil {
		return nil, err
	}
	if user.Get(hospes.UserUserType) == hospes.Null {
		user.Set(hospes.UserUserType, hospes.String(string(hospes.UserTypeMember)))
	}
	user.Set(hospes.UserCreated, hospes.Moment(tx.Now()))
	user.Set(hospes.UserSecurityIdentifier, hospes.String(SecurityIdentifier(user.ID)))
	n, err := tx.NewNumber(hospes.ClassUser)
	if err != nil {
		return nil, err
	}
	user.Set(hospes.UserNetID, hospes.String(NetID(tx.Tenant(), n)))
	user.Set(hospes.UserIdentities, internalIdentity(tx.Tenant(), user.Text(hospes.UserPrincipalName)))
	FollowMail(user, hospes.Null)
	return user, nil
}

// FollowMail keeps proxyAddresses in step with mail: the mail address is the primary one (graph-wire 7.4).
func FollowMail(user *hospes.Object, before hospes.Value) {
	mail := user.Get(hospes.UserMail)
	if mail == before {
		return
	}
	old := hospes.Fold(before.Text())
	var list []string
	if mail != hospes.Null {
		list = append(list, "SMTP:"+mail.Text())
	}
	for _, proxy := range user.Get(hospes.UserProxyAddresses).Texts() {
		kind, address, _ := strings.Cut(proxy, ":")
		folded := hospes.Fold(address)
		if folded == hospes.Fold(mail.Text()) || mail == hospes.Null && folded == old {
			continue
		}
		if kind == "SMTP" && mail != hospes.Null {
			kind = "smtp"
		}
		list = append(list, kind+":"+address)
	}
	user.Set(hospes.UserProxyAddresses, hospes.Strings(list...))
}

// UpdateUser changes a user. Complex values are merged member by member, collections replaced (graph-wire 1.11).
func UpdateUser(tx store.Tx, user *hospes.Object, edits []hospes.Edit) error {
	mail := user.Get(hospes.UserMail)
	for _, e := range edits {
		if e.Property == hospes.UserPasswordProfile {
			continue // a credential, not a property: it is the business of sign-in
		}
		user.Set(e.Property, merged(user, e))
	}
	if user.Changed().Has(hospes.UserMail) {
		FollowMail(user, mail)
	}
	domains, err := verifiedDomains(tx)
	if err != nil {
		return err
	}
	if err := checkUser(user, domains); err != nil {
		return err
	}
	return putAudited(tx, "Update user", user)
}

// merged gives the value of an edit over the one that is there.
func merged(o *hospes.Object, e hospes.Edit) hospes.Value {
	p := e.Property
	old := o.Get(p)
	if p.Type != hospes.TypeComplex || p.Many || len(p.Fields) == 0 || old == hospes.Null || e.Value == hospes.Null {
		return e.Value
	}
	b := []byte{'{'}
	for _, f := range p.Fields {
		v := e.Value.Member(f.Name)
		if v == hospes.Null && !strings.Contains(string(e.Value), `"`+f.Name+`":`) {
			v = old.Member(f.Name)
		}
		if v == hospes.Null {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(hospes.AppendQuoted(b, f.Name), ':'), v...)
	}
	if len(b) == 1 {
		return hospes.Null
	}
	return hospes.Value(append(b, '}'))
}

// DeleteUser puts a user into the bin for 30 days.
func DeleteUser(tx store.Tx, user *hospes.Object) error {
	if err := tx.Delete(user); err != nil {
		return err
	}
	return tx.Audit(userAudit("Delete user", "Delete", user))
}

// Leave is a deletion that the user asked for: a synchronization that still wants the person brings it back (provisioning
// 2.3 X11), which it never does after a deletion by an administrator (X10).
func Leave(tx store.Tx, user *hospes.Object) error {
	user.Set(hospes.UserDeletionCause, hospes.String(string(hospes.CauseLeave)))
	return DeleteUser(tx, user)
}

// FindUser finds a live user by object id or principal name.
func FindUser(r store.Reader, key string) (*hospes.Object, error) {
	d, err := FindUserDocument(r, key)
	if err != nil {
		return nil, err
	}
	return d.Object()
}

// FindUserDocument is FindUser for who has no need to look into the user.
func FindUserDocument(r store.Reader, key string) (hospes.Document, error) {
	absent := hospes.NotFound("directory.FindUser", key)
	if id, ok := hospes.ParseObjectID(key); ok {
		docs, err := r.Documents(store.Live, id)
		if err != nil {
			return hospes.Document{}, err
		}
		if docs[0].Schema != hospes.UserSchema {
			return hospes.Document{}, absent
		}
		return docs[0], nil
	}
	holders, err := r.Holders(hospes.SpaceUPN, hospes.Fold(key))
	if err != nil {
		return hospes.Document{}, err
	}
	n, ok := holders[hospes.Fold(key)]
	if !ok {
		return hospes.Document{}, absent
	}
	docs, err := r.Numbered(store.Live, n)
	if err != nil {
		return hospes.Document{}, err
	}
	if docs[0].Schema == nil {
		return hospes.Document{}, absent
	}
	return docs[0], nil
}
